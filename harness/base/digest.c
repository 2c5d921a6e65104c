#include "base/digest.h"

uint64_t digest_of(const char *chars) {
  return digest_seeded(0, chars);
}

uint64_t digest_seeded(uint64_t seed, const char *chars) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325) ^ seed;
  for (const char *at = chars; *at != '\0'; at++)
    sum = (sum ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
  return sum;
}
