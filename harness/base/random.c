#include "base/random.h"

/* One step of splitmix64: spreads neighbouring seeds over the whole state space, so that seeds 1
 * and 2 make unrelated runs. */
static uint64_t spread(uint64_t seed) {
  uint64_t mixed = seed + UINT64_C(0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
  return mixed ^ (mixed >> 31);
}

struct random random_seeded(uint64_t seed) {
  uint64_t state = spread(seed);
  /* xorshift stays at 0 for ever; one seed of 2^64 leads there. */
  return (struct random){.state = state == 0 ? 1 : state};
}

uint64_t random_next(struct random *random) {
  uint64_t state = random->state;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  random->state = state;
  return state * UINT64_C(0x2545f4914f6cdd1d);
}

void random_fill(struct random *random, uint8_t *bytes, size_t len) {
  uint64_t word = 0;
  for (size_t i = 0; i < len; i++) {
    if (i % 8 == 0) word = random_next(random);
    bytes[i] = (uint8_t)(word >> (8 * (i % 8))); /* by shifts: the same on either byte order */
  }
}
