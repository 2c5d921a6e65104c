#include "run/play/case_network.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptor.h"

/* Below the ports that systems give out by themselves, and a slice for each worker, part for the
 * subject and part for the fixtures: two workers that run at once do not try the same one. */
enum {
  FREE_PORTS_FIRST = 12000,
  FREE_PORTS_SLICES = 1250,
  FREE_PORTS_OF_SUBJECT = 4,
  FREE_PORTS_SLICE_LEN = FREE_PORTS_OF_SUBJECT + NETWORK_OWN_PORTS
};

static uint16_t slice_first(void) {
  return (uint16_t)(FREE_PORTS_FIRST +
                    (unsigned)getpid() % FREE_PORTS_SLICES * FREE_PORTS_SLICE_LEN);
}

bool case_network_of(const struct sandbox *sandbox, enum ip_family family,
                     struct network *network) {
  static const struct {
    const char *subject, *subject2, *peer, *peer2;
  } places[2][2] = {{{"127.0.0.1", SANDBOX_SECOND_IPV4, "127.0.0.1", SANDBOX_SECOND_IPV4},
                     {"::1", SANDBOX_SECOND_IPV6, "::1", SANDBOX_SECOND_IPV6}},
                    {{SANDBOX_TAP_SUBJECT_IPV4, SANDBOX_TAP_SUBJECT2_IPV4, SANDBOX_TAP_PEER_IPV4,
                      SANDBOX_TAP_PEER2_IPV4},
                     {SANDBOX_TAP_SUBJECT_IPV6, SANDBOX_TAP_SUBJECT2_IPV6, SANDBOX_TAP_PEER_IPV6,
                      SANDBOX_TAP_PEER2_IPV6}}};
  size_t wire = sandbox_has_wire(sandbox), version = family == IP_V6;
  *network = (struct network){.family = family, .private_ports = sandbox->private_network};
  if (!network->private_ports) network->first_own_port = slice_first() + FREE_PORTS_OF_SUBJECT;
  return ip_address_parse(places[wire][version].subject, &network->subject) &&
         ip_address_parse(places[wire][version].subject2, &network->subject2) &&
         ip_address_parse(places[wire][version].peer, &network->peer) &&
         ip_address_parse(places[wire][version].peer2, &network->peer2);
}

static bool can_bind(const struct network *network, int type, uint16_t port) {
  bool v6 = network->family == IP_V6;
  const struct sockaddr_in v4_any = {.sin_family = AF_INET, .sin_port = htons(port)};
  const struct sockaddr_in6 v6_any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  int fd = descriptor_own(socket(v6 ? AF_INET6 : AF_INET, type, 0), DESCRIPTOR_WAITS);
  if (fd < 0) return false;
  int status = v6 ? bind(fd, (const struct sockaddr *)&v6_any, sizeof v6_any)
                  : bind(fd, (const struct sockaddr *)&v4_any, sizeof v4_any);
  close(fd);
  return status == 0;
}

uint16_t case_network_free_port(const struct network *network) {
  for (unsigned i = 0; i < FREE_PORTS_OF_SUBJECT; i++) {
    uint16_t port = (uint16_t)(slice_first() + i);
    if (can_bind(network, SOCK_STREAM, port) && can_bind(network, SOCK_DGRAM, port)) return port;
  }
  return 0;
}
