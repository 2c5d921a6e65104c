/* Of getnameinfo() and getaddrinfo() what lwIP does not bring. */
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

const struct in6_addr in6addr_loopback = {.un.u8_addr = {[15] = 1}};

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found) {
  return lwip_getaddrinfo(host, service, hints, found);
}

void freeaddrinfo(struct addrinfo *found) {
  lwip_freeaddrinfo(found);
}

struct hostent *gethostbyname(const char *name) {
  return lwip_gethostbyname(name);
}

struct hostent *gethostbyaddr(const void *address, socklen_t len, int family) {
  (void)address, (void)len, (void)family;
  h_errno = HOST_NOT_FOUND;
  return NULL;
}

struct servent *getservbyname(const char *name, const char *protocol) {
  (void)name, (void)protocol;
  return NULL;
}

struct servent *getservbyport(int port, const char *protocol) {
  (void)port, (void)protocol;
  return NULL;
}

const char *gai_strerror(int status) {
  static const struct {
    int status;
    const char *text;
  } texts[] = {
      {EAI_NONAME, "Name or service not known"},
      {EAI_SERVICE, "Service not supported"},
      {EAI_FAIL, "Non-recoverable failure in name resolution"},
      {EAI_MEMORY, "Memory allocation failure"},
      {EAI_FAMILY, "Address family not supported"},
      {EAI_OVERFLOW, "Argument buffer overflow"},
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    if (texts[i].status == status) return texts[i].text;
  }
  return "Unknown error";
}

/* Nobody is asked for a name here: an address is told in figures, where those will do. */
int getnameinfo(const struct sockaddr *address, socklen_t len, char *host, socklen_t host_size,
                char *service, socklen_t service_size, int flags) {
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  bool is_v6 = address->sa_family == AF_INET6;
  if (!is_v6 && address->sa_family != AF_INET) return EAI_FAMILY;
  if (len < (is_v6 ? sizeof v6 : sizeof v4)) return EAI_FAMILY;
  memcpy(&v6, address, is_v6 ? sizeof v6 : 0);
  memcpy(&v4, address, is_v6 ? 0 : sizeof v4);
  if (host != NULL && (flags & NI_NAMEREQD) != 0) return EAI_NONAME;
  if (host != NULL &&
      lwip_inet_ntop(address->sa_family, is_v6 ? (void *)&v6.sin6_addr : &v4.sin_addr, host,
                     host_size) == NULL)
    return EAI_OVERFLOW;
  unsigned port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
  if (service != NULL && snprintf(service, service_size, "%u", port) >= (int)service_size)
    return EAI_OVERFLOW;
  return 0;
}
