/* lwIP's resolver, and what a numeric getnameinfo() needs: lwIP has none. */
#ifndef TARGET_CORTEX_M3_NETDB_H
#define TARGET_CORTEX_M3_NETDB_H

#include <lwip/netdb.h>
#include <netinet/in.h>

/* lwIP has no such outcomes. */
#define EAI_AGAIN 205
#define EAI_SYSTEM 206
#define EAI_OVERFLOW 207

#define NI_NUMERICHOST 1
#define NI_NUMERICSERV 2
#define NI_NAMEREQD 4
#define NI_DGRAM 8

struct servent {
  char *s_name;
  char **s_aliases;
  int s_port;
  char *s_proto;
};

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found);
void freeaddrinfo(struct addrinfo *found);
int getnameinfo(const struct sockaddr *address, socklen_t len, char *host, socklen_t host_size,
                char *service, socklen_t service_size, int flags);
const char *gai_strerror(int status);
struct hostent *gethostbyname(const char *name);

/* There is no list of hosts or of services: these find nothing. */
struct hostent *gethostbyaddr(const void *address, socklen_t len, int family);
struct servent *getservbyname(const char *name, const char *protocol);
struct servent *getservbyport(int port, const char *protocol);

#endif
