/* What a case asks for beside its peers: files in the scratch folder, files of /etc, a host name, a
 * kernel without IPv6. */
#ifndef SOCKPROOF_RUN_CASE_SURROUNDINGS_H
#define SOCKPROOF_RUN_CASE_SURROUNDINGS_H

#include "run/catalogue/instance.h"

/* The tier below which the case cannot be judged: its own, or that of what it asks for. */
enum tier case_needs(const struct instance *instance);

/* It says itself what names there are: by a name server, files of /etc, a host name. */
bool case_has_own_names(const struct case_def *def);

/* Makes them, before the subject's first run. ERR_UNAVAILABLE: the sandbox cannot give one. */
enum err_code case_surroundings_make(const struct instance *instance, const struct sandbox *sandbox,
                                     const struct network *network, struct err *err) MUST_USE;

/* The profile's own files, filled in, beside them. A case's file of the same name is an error. */
enum err_code case_surroundings_add_files(const struct profile_file *files, size_t count,
                                          const struct sandbox *sandbox, struct err *err) MUST_USE;

#endif
