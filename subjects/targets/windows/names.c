#include "descriptor.h"

#include <mstcpip.h>

enum { HOST_NAME_OCTETS_MAX = 255 };

int posix_getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                      struct addrinfo **addresses) {
  stream_flush();
  int error = getaddrinfo(host, service, hints, addresses);
  /* So Wine says of every error of the host's resolver that it has no name for. */
  return error == WSA_NOT_ENOUGH_MEMORY ? EAI_NODATA : error;
}

/* Not inet_addr(), which cannot tell 255.255.255.255 from an error. */
int posix_inet_aton(const char *text, struct in_addr *address) {
  char *end;
  return RtlIpv4StringToAddressA(text, FALSE, &end, address) == 0 && *end == '\0';
}

int posix_gethostname(char *name, size_t size) {
  return gethostname(name, (int)size) == 0 ? 0 : errors_from_winsock();
}

long posix_sysconf(int name) {
  if (name == _SC_HOST_NAME_MAX) return HOST_NAME_OCTETS_MAX;
  errno = EINVAL;
  return -1;
}
