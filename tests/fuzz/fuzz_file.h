/* The input of a target as a file, for what reads files. */
#ifndef SOCKPROOF_TESTS_FUZZ_FILE_H
#define SOCKPROOF_TESTS_FUZZ_FILE_H

#include <stddef.h>
#include <stdint.h>

/* The path of a file with these octets, until the next call; it can be opened several times. The
 * file has no name of its own, so that a crash leaves none behind. */
const char *fuzz_file(const uint8_t *bytes, size_t len);

#endif
