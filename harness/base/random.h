/* Chance, passed in: a seeded generator (xorshift64*), so that a run with the same seed makes the
 * same choices. */
#ifndef SOCKPROOF_BASE_RANDOM_H
#define SOCKPROOF_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
  uint64_t state;
};

struct random random_seeded(uint64_t seed); /* any seed, 0 too */
uint64_t random_next(struct random *random);
void random_fill(struct random *random, uint8_t *bytes, size_t len);

#endif
