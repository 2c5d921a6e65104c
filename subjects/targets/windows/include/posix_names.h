/* POSIX's names for posix.h's calls: in a recipe's source a call keeps its name, and is compiled as
 * another one, so that it is not Winsock's or the C library's of the same name. The headers of
 * those have been included by then. */
#ifndef TARGET_WINDOWS_POSIX_NAMES_H
#define TARGET_WINDOWS_POSIX_NAMES_H

#include "posix.h"

#define close posix_close
#define read posix_read
#define write posix_write
#define pread posix_pread
#define open posix_open
#define fcntl posix_fcntl
#define pipe posix_pipe
#define dup posix_dup
#define sysconf posix_sysconf
#define gethostname posix_gethostname
#undef fstat
#define fstat posix_fstat
#define tell recipe_tell /* Windows' C library has one, which POSIX does not reserve */
#undef setvbuf
#define setvbuf posix_setvbuf
#define getline posix_getline
#define fdopen posix_fdopen
#define fclose posix_fclose
#define clock_gettime posix_clock_gettime
#undef gmtime_r
#define gmtime_r posix_gmtime_r
#define strerror posix_strerror
#undef gai_strerror
#define gai_strerror posix_gai_strerror
#undef getaddrinfo
#define getaddrinfo posix_getaddrinfo
#define inet_aton posix_inet_aton
#define gethostbyaddr(address, size, family) gethostbyaddr((const char *)(address), size, family)
#undef sigset_t
#define sigset_t posix_sigset
#define sigaction posix_sigaction
#define sigemptyset posix_sigemptyset
#define signal posix_signal
#define poll posix_poll
#define cmsghdr _WSACMSGHDR
#define in_pktinfo posix_in_pktinfo
#define socket posix_socket
#define bind posix_bind
#define listen posix_listen
#define accept posix_accept
#define connect posix_connect
#define shutdown posix_shutdown
#define send posix_send
#define sendto posix_sendto
#define sendmsg posix_sendmsg
#define recv posix_recv
#define recvfrom posix_recvfrom
#define recvmsg posix_recvmsg
#define getsockopt posix_getsockopt
#define setsockopt posix_setsockopt
#define getsockname posix_getsockname
#define getpeername posix_getpeername

#endif
