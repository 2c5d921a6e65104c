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

static bool take(const char *text, struct ip_address *address) {
  return text != NULL && ip_address_parse(text, address);
}

bool case_network_of(const struct sandbox *sandbox, enum ip_family family,
                     struct network *network) {
  const struct sandbox_places *places = sandbox_places_of(sandbox);
  const bool v6 = family == IP_V6;
  *network = (struct network){.family = family, .private_ports = sandbox->private_network};
  if (!network->private_ports) network->first_own_port = slice_first() + FREE_PORTS_OF_SUBJECT;
  const char *subject2 = v6 ? places->subject2_6 : places->subject2;
  const char *peer2 = v6 ? places->peer2_6 : places->peer2;
  if (!take(v6 ? places->subject6 : places->subject, &network->subject) ||
      !take(v6 ? places->peer6 : places->peer, &network->peer))
    return false;
  network->subject2 = network->subject; /* the cases that use one ask for CAN_SECOND_ADDRESS */
  return (subject2 == NULL || take(subject2, &network->subject2)) &&
         (peer2 == NULL || take(peer2, &network->peer2));
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
