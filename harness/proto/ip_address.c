/* The addresses of proto/ip.h: comparing, reading and writing them as text. */
#include <arpa/inet.h>
#include <string.h>

#include "proto/ip.h"

static size_t address_len(enum ip_family family) {
  return family == IP_V4 ? 4 : family == IP_V6 ? 16 : 0;
}

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b) {
  return a->family == b->family && memcmp(a->octets, b->octets, address_len(a->family)) == 0;
}

/* inet_pton and not inet_aton or getaddrinfo: those take 127.1, octal, scopes and names too. */
bool ip_address_parse(const char *text, struct ip_address *address) {
  struct ip_address parsed = {.family = IP_V4};
  if (inet_pton(AF_INET, text, parsed.octets) != 1) {
    parsed = (struct ip_address){.family = IP_V6};
    if (inet_pton(AF_INET6, text, parsed.octets) != 1) return false;
  }
  *address = parsed;
  return true;
}

const char *ip_address_text(const struct ip_address *address,
                            char buffer[static IP_ADDRESS_TEXT_MAX]) {
  int family = address->family == IP_V4 ? AF_INET : address->family == IP_V6 ? AF_INET6 : AF_UNSPEC;
  const char *text = inet_ntop(family, address->octets, buffer, IP_ADDRESS_TEXT_MAX);
  if (text != NULL) return text;
  memcpy(buffer, "none", sizeof "none"); /* only IP_NONE comes here: the buffer is large enough */
  return buffer;
}
