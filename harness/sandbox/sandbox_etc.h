/* The files that a private sandbox has in its /etc unless its case brings others: fixtures/etc, put
 * into the program when it is built. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_ETC_H
#define SOCKPROOF_SANDBOX_SANDBOX_ETC_H

#include "sandbox/sandbox.h"

extern const struct sandbox_file sandbox_etc_files[]; /* ended by a name of NULL */

#endif
