/* What every fuzz target has: one entry, which libFuzzer or replay.c calls, and a way to object. */
#ifndef SOCKPROOF_TESTS_FUZZ_H
#define SOCKPROOF_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Always 0: every input is as good as another. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Unlike assert, it is there in every build. */
#define REQUIRE(condition)                                                                 \
  do {                                                                                     \
    if (!(condition)) {                                                                    \
      (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                                             \
    }                                                                                      \
  } while (0)

#endif
