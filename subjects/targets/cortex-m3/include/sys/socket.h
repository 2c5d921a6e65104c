/* POSIX's functions over lwIP's types. */
#ifndef TARGET_CORTEX_M3_SOCKET_H
#define TARGET_CORTEX_M3_SOCKET_H

#include <lwip/sockets.h>
#include <sys/types.h>

#define SOMAXCONN 255

/* What lwIP has no number for, and refuses. */
#define AF_UNIX 1
#define SOCK_SEQPACKET 5

/* lwIP tells where a datagram was sent to, if it is built so, but takes no source for the reply. */
#undef IP_PKTINFO

int socket(int domain, int type, int protocol);
int bind(int descriptor, const struct sockaddr *at, socklen_t len);
int listen(int descriptor, int backlog);
int accept(int descriptor, struct sockaddr *from, socklen_t *len);
int connect(int descriptor, const struct sockaddr *to, socklen_t len);
int shutdown(int descriptor, int how);
int getsockname(int descriptor, struct sockaddr *name, socklen_t *len);
int getpeername(int descriptor, struct sockaddr *name, socklen_t *len);
int getsockopt(int descriptor, int level, int option, void *value, socklen_t *len);
int setsockopt(int descriptor, int level, int option, const void *value, socklen_t len);
ssize_t send(int descriptor, const void *octets, size_t len, int flags);
ssize_t sendto(int descriptor, const void *octets, size_t len, int flags, const struct sockaddr *to,
               socklen_t to_len);
ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags);
ssize_t recv(int descriptor, void *octets, size_t len, int flags);
ssize_t recvfrom(int descriptor, void *octets, size_t len, int flags, struct sockaddr *from,
                 socklen_t *from_len);
ssize_t recvmsg(int descriptor, struct msghdr *message, int flags);

#endif
