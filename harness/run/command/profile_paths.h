/* Files that a profile's commands name as if they were run in its folder, which they are not. */
#ifndef SOCKPROOF_RUN_PROFILE_PATHS_H
#define SOCKPROOF_RUN_PROFILE_PATHS_H

#include "subject/profile.h"

/* ERR_USAGE names file and line: a word of a command is the relative path of a file that stands
 * beside the profile, and would be looked for in the scratch folder. */
enum err_code profile_check_paths(const struct profile *profile, struct err *err) MUST_USE;

#endif
