/* Addresses as text: exactly what inet_pton takes is taken, and what is printed reads back. */
#include <arpa/inet.h>
#include <string.h>

#include "fuzz.h"
#include "proto/ip.h"

enum { LEN_MAX = 80 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  char text[LEN_MAX + 1] = {0};
  memcpy(text, bytes, len < LEN_MAX ? len : LEN_MAX);

  uint8_t octets[16] = {0};
  int family = inet_pton(AF_INET, text, octets) == 1    ? IP_V4
               : inet_pton(AF_INET6, text, octets) == 1 ? IP_V6
                                                        : IP_NONE;
  struct ip_address address = {0};
  bool parsed = ip_address_parse(text, &address);
  REQUIRE(parsed == (family != IP_NONE));
  if (!parsed) return 0;

  REQUIRE((int)address.family == family);
  REQUIRE(memcmp(address.octets, octets, sizeof octets) == 0);
  char printed[IP_ADDRESS_TEXT_MAX];
  struct ip_address back;
  REQUIRE(ip_address_parse(ip_address_text(&address, printed), &back));
  REQUIRE(ip_address_equal(&address, &back));
  return 0;
}
