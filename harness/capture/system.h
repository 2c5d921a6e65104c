/* What a capture needs of the operating system, beyond libpcap: one file each implements it. */
#ifndef SOCKPROOF_CAPTURE_SYSTEM_H
#define SOCKPROOF_CAPTURE_SYSTEM_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Every packet on a loopback comes twice: as sent, and as received. Asks the kernel for the second
 * only; without it libpcap drops the first, at half the capacity. */
void system_ignore_outgoing(int fd);

/* What the loopback is called: "lo", "lo0". */
enum { SYSTEM_INTERFACE_MAX = 32 };
bool system_loopback(char name[static SYSTEM_INTERFACE_MAX]) MUST_USE; /* false with errno */

/* An IPv4 address of the loopback for sentinels: one that nothing else is sent to, where all of
 * 127.0.0.0/8 is this host's without having been set up. */
extern const char system_sentinel_address[];

/* What to do where libpcap is denied to capture: the end of a sentence. */
extern const char system_capture_right[];

/* Octets that nobody can guess; false with errno. */
bool system_fill_random(void *octets, size_t len) MUST_USE;

enum { SYSTEM_CPUS_MAX = 1024 };

/* Calls `act` on each CPU that this thread may run on (once, where the system cannot tell), as long
 * as it returns true; the thread may then run where it could before. False: act returned false, or
 * (errno) the system refused. */
bool system_on_each_cpu(bool (*act)(void *context, unsigned cpu), void *context) MUST_USE;

#endif
