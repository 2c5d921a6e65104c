/* Which variant of a recipe a command on the command line is: it is one command, and cases may want
 * several ("udp", "help"). */
#ifndef SOCKPROOF_RUN_VARIANTS_H
#define SOCKPROOF_RUN_VARIANTS_H

#include "run/catalogue/instance.h"

#include <stdio.h>

/* Where all cases chosen of a recipe want one variant, the command of `plain` (as
 * profile_of_command makes it) is that variant; else it stays the plain one. *profile is the
 * arena's. */
enum err_code variants_of_command(const struct profile *plain, const struct instance_list *chosen,
                                  struct arena *arena, const struct profile **profile,
                                  struct err *err) MUST_USE;

/* Says once which of the chosen cases want a variant that the profile has no command for, and how
 * they can be judged. Nothing where there are none. ERR_LIMIT: no memory. */
enum err_code variants_tell_lacking(const struct profile *profile, const struct instance_list *all,
                                    const struct instance_list *chosen, struct arena *arena,
                                    FILE *out, struct err *err) MUST_USE;

#endif
