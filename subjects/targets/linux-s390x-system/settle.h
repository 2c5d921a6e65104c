/* The frames of a wire, until those that were on it have arrived. */
#ifndef SOCKPROOF_LINUX_S390X_SYSTEM_SETTLE_H
#define SOCKPROOF_LINUX_S390X_SYSTEM_SETTLE_H

#include <stdbool.h>

/* Prepares settle(), which needs no rights then. False with errno: it could not. */
bool settle_prepare(const char *interface);

/* Returns when each frame that was sent to this machine before the call is with its socket; or
 * after two seconds, when the peer does not answer. */
void settle(void);

#endif
