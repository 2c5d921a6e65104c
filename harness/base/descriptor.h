/* Descriptors that no program which is started inherits, by what POSIX has alone: pipe2, accept4
 * and SOCK_CLOEXEC are not everywhere. Nothing is lost by the second call, as no process of the
 * harness has a second thread that could start a program between the two. */
#ifndef SOCKPROOF_BASE_DESCRIPTOR_H
#define SOCKPROOF_BASE_DESCRIPTOR_H

#include <stdbool.h>

#include "base/err.h"

enum descriptor_kind { DESCRIPTOR_WAITS, DESCRIPTOR_NEVER_WAITS /* O_NONBLOCK */ };

/* Makes `fd`, which a call has just returned, close on exec; returns it. -1 with errno: it was -1,
 * or it is closed, as the system refused. */
int descriptor_own(int fd, enum descriptor_kind kind) MUST_USE;

/* The same for both ends of what pipe(2) or socketpair(2) has made; false: both are closed. */
bool descriptor_own_pair(const int ends[static 2], enum descriptor_kind kind) MUST_USE;

#endif
