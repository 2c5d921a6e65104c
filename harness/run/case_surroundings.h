/* What a case asks for beside its peers: files in the scratch folder, files of /etc, a host name, a
 * kernel without IPv6. */
#ifndef SOCKPROOF_RUN_CASE_SURROUNDINGS_H
#define SOCKPROOF_RUN_CASE_SURROUNDINGS_H

#include "run/instance.h"

/* The tier below which the case cannot be judged: its own, or that of what it asks for. */
enum tier case_needs(const struct instance *instance);

/* Makes them, before the subject's first run. ERR_UNAVAILABLE: the sandbox cannot give one. */
enum err_code case_surroundings_make(const struct instance *instance, const struct sandbox *sandbox,
                                     struct err *err) MUST_USE;

#endif
