/* What POSIX has and Windows has not, for the recipes. Each header of this folder that POSIX names
 * includes posix_names.h, and so this file. */
#ifndef TARGET_WINDOWS_POSIX_H
#define TARGET_WINDOWS_POSIX_H

#include <winsock2.h>
#include <ws2tcpip.h>

#include <mswsock.h>

#include_next <errno.h>
#include_next <fcntl.h>
#include <io.h>
#include_next <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include_next <unistd.h>

#define ESOCKTNOSUPPORT WSAESOCKTNOSUPPORT /* the one that its <errno.h> has not */

/* --- <unistd.h>, <fcntl.h>, <sys/stat.h> --- */

enum { F_GETFL = 3, F_SETFL = 4, O_NONBLOCK = 0x4000000, _SC_HOST_NAME_MAX = 180 };

int posix_close(int descriptor);
ssize_t posix_read(int descriptor, void *buffer, size_t size);
ssize_t posix_write(int descriptor, const void *buffer, size_t size);
ssize_t posix_pread(int descriptor, void *buffer, size_t size, long long offset);
int posix_open(const char *path, int flags, ...);
int posix_fstat(int descriptor, struct stat *status);
int posix_fcntl(int descriptor, int command, ...);
int posix_pipe(int ends[2]);
int posix_dup(int descriptor);
long posix_sysconf(int name);
int posix_gethostname(char *name, size_t size);

/* --- <stdio.h> --- */

int posix_setvbuf(FILE *stream, char *buffer, int mode, size_t size);
ssize_t posix_getline(char **line, size_t *room, FILE *stream);
FILE *posix_fdopen(int descriptor, const char *mode);
int posix_fclose(FILE *stream);

/* --- <time.h> --- */

typedef long suseconds_t;

int posix_clock_gettime(int clock, struct timespec *now);
struct tm *posix_gmtime_r(const time_t *seconds, struct tm *date);

/* --- <string.h>, <netdb.h> --- */

enum { EAI_SYSTEM = 1 }; /* no call here returns it */

char *posix_strerror(int number);
const char *posix_gai_strerror(int status);
int posix_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                      struct addrinfo **addresses);
int posix_inet_aton(const char *text, struct in_addr *address);

/* --- <signal.h> --- */

enum {
  SIGPIPE = 13,
  SIGALRM = 14,
  SIGSTOP = 19,
  SIGCHLD = 20,
  SIGCONT = 25,
  SIGPROF = 27,
  SIGWINCH = 28,
  SA_RESTART = 1
};

typedef unsigned posix_sigset;

struct posix_sigaction {
  void (*sa_handler)(int signal_number);
  posix_sigset sa_mask;
  int sa_flags;
};

int posix_sigaction(int signal_number, const struct posix_sigaction *action,
                    struct posix_sigaction *before);
int posix_sigemptyset(posix_sigset *set);
void (*posix_signal(int signal_number, void (*handler)(int)))(int);

/* --- <poll.h> --- */

typedef unsigned long nfds_t;

int posix_poll(struct pollfd *list, nfds_t count, int timeout_ms);

/* --- <sys/socket.h>, <sys/uio.h> --- */

enum { SHUT_RD = SD_RECEIVE, SHUT_WR = SD_SEND, SHUT_RDWR = SD_BOTH };

typedef unsigned short in_port_t;
typedef unsigned in_addr_t;

struct iovec {
  void *iov_base;
  size_t iov_len;
};

struct msghdr {
  void *msg_name;
  socklen_t msg_namelen;
  struct iovec *msg_iov;
  size_t msg_iovlen;
  void *msg_control;
  size_t msg_controllen;
  int msg_flags;
};

/* The octets of ancillary data are Windows' own. */
#define CMSG_LEN(len) WSA_CMSG_LEN(len)
#define CMSG_SPACE(len) WSA_CMSG_SPACE(len)
#define CMSG_DATA(header) WSA_CMSG_DATA(header)
#define CMSG_FIRSTHDR(message) posix_cmsg_next((message), NULL)
#define CMSG_NXTHDR(message, header) posix_cmsg_next((message), (header))
WSACMSGHDR *posix_cmsg_next(const struct msghdr *message, WSACMSGHDR *header);

/* One member under two names: the address asked, and the source of a reply. */
struct posix_in_pktinfo {
  union {
    struct in_addr ipi_addr;
    struct in_addr ipi_spec_dst;
  };
  unsigned ipi_ifindex;
};
#define IPV6_RECVPKTINFO IPV6_PKTINFO /* one name for asking and for what is told */

int posix_socket(int family, int type, int protocol);
int posix_bind(int descriptor, const struct sockaddr *address, socklen_t size);
int posix_listen(int descriptor, int backlog);
int posix_accept(int descriptor, struct sockaddr *address, socklen_t *size);
int posix_connect(int descriptor, const struct sockaddr *address, socklen_t size);
int posix_shutdown(int descriptor, int how);
ssize_t posix_send(int descriptor, const void *octets, size_t count, int flags);
ssize_t posix_sendto(int descriptor, const void *octets, size_t count, int flags,
                     const struct sockaddr *address, socklen_t size);
ssize_t posix_sendmsg(int descriptor, const struct msghdr *message, int flags);
ssize_t posix_recv(int descriptor, void *octets, size_t room, int flags);
ssize_t posix_recvfrom(int descriptor, void *octets, size_t room, int flags,
                       struct sockaddr *address, socklen_t *size);
ssize_t posix_recvmsg(int descriptor, struct msghdr *message, int flags);
int posix_getsockopt(int descriptor, int level, int name, void *value, socklen_t *size);
int posix_setsockopt(int descriptor, int level, int name, const void *value, socklen_t size);
int posix_getsockname(int descriptor, struct sockaddr *address, socklen_t *size);
int posix_getpeername(int descriptor, struct sockaddr *address, socklen_t *size);

#endif
