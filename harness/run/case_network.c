#include "run/case_network.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

bool case_network_of(const struct sandbox *sandbox, enum ip_family family,
                     struct network *network) {
  bool v6 = family == IP_V6;
  const char *main_address = v6 ? "::1" : "127.0.0.1";
  const char *second_address = v6 ? SANDBOX_SECOND_IPV6 : SANDBOX_SECOND_IPV4;
  *network = (struct network){.family = family, .private_ports = sandbox->private_network};
  return ip_address_parse(main_address, &network->subject) &&
         ip_address_parse(main_address, &network->peer) &&
         ip_address_parse(second_address, &network->peer2);
}

static uint16_t bound_port_v4(int fd) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t len = sizeof address;
  if (bind(fd, (struct sockaddr *)&address, len) != 0) return 0;
  if (getsockname(fd, (struct sockaddr *)&address, &len) != 0) return 0;
  return ntohs(address.sin_port);
}

static uint16_t bound_port_v6(int fd) {
  struct sockaddr_in6 address = {.sin6_family = AF_INET6};
  socklen_t len = sizeof address;
  if (bind(fd, (struct sockaddr *)&address, len) != 0) return 0;
  if (getsockname(fd, (struct sockaddr *)&address, &len) != 0) return 0;
  return ntohs(address.sin6_port);
}

uint16_t case_network_free_port(const struct network *network) {
  bool v6 = network->family == IP_V6;
  int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return 0;
  uint16_t port = v6 ? bound_port_v6(fd) : bound_port_v4(fd);
  close(fd);
  return port;
}
