/* Calls beyond POSIX that macOS, FreeBSD, NetBSD and OpenBSD all document, and that musl's headers
 * give only with Linux's own. */
#ifndef SOCKPROOF_TESTS_BUILD_BEYOND_POSIX_H
#define SOCKPROOF_TESTS_BUILD_BEYOND_POSIX_H

#include <stddef.h>

void *memmem(const void *all, size_t all_len, const void *part, size_t part_len);
char *strcasestr(const char *all, const char *part);

#endif
