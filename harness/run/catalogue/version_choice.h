/* `--catalogue VERSION`: the cases of that version of the catalogue, and what it cannot bring back.
 */
#ifndef SOCKPROOF_RUN_VERSION_CHOICE_H
#define SOCKPROOF_RUN_VERSION_CHOICE_H

#include "report/changelog.h"
#include "run/catalogue/instance.h"

#include <stdio.h>

struct version_choice {
  struct changelog changelog;
  size_t version;     /* index of the version that was asked for, else of the newest */
  size_t later_cases; /* left out, as they came with later versions */
};

/* Reads cases/CHANGES below `root`. `wanted`: a version's name; NULL: the newest. ERR_USAGE names
 * those that there are; ERR_INPUT, ERR_SYSTEM: the file is not what it should be. */
enum err_code version_choose(const char *root, const char *wanted, struct arena *arena,
                             struct version_choice *choice, struct err *err) MUST_USE;

/* Takes the cases of later versions out of the list, and counts them. */
void version_leave_out_later(struct version_choice *choice, struct instance_list *chosen);

/* How many were left out; and which of the chosen have changed since, as those are run as they are
 * now. */
void version_tell(const struct version_choice *choice, const struct instance_list *chosen,
                  FILE *out);

#endif
