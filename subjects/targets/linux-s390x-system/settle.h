/* The frames of a wire, until those that were on it have arrived. */
#ifndef SOCKPROOF_LINUX_S390X_SYSTEM_SETTLE_H
#define SOCKPROOF_LINUX_S390X_SYSTEM_SETTLE_H

#include <stdbool.h>

/* Prepares settle(), which needs no rights then. False with errno: it could not. */
bool settle_prepare(const char *interface);

/* Returns NULL when each frame that was sent to this machine before the call is with its socket;
 * why that cannot be told, where the peer does not answer. The words are good until the next call.
 */
const char *settle(void);

#endif
