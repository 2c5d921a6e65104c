/* A short number for a long text: to name it by, and to see that it has changed. */
#ifndef SOCKPROOF_BASE_DIGEST_H
#define SOCKPROOF_BASE_DIGEST_H

#include <stdint.h>

/* FNV-1a of 64 bits: well known, and enough where nobody tries to deceive himself. */
uint64_t digest_of(const char *chars);

/* The same, another for each seed; that of seed 0 is digest_of. */
uint64_t digest_seeded(uint64_t seed, const char *chars);

#endif
