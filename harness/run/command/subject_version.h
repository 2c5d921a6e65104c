/* The version of a subject or of a target, as its own command tells it. */
#ifndef SOCKPROOF_RUN_SUBJECT_VERSION_H
#define SOCKPROOF_RUN_SUBJECT_VERSION_H

#include <stddef.h>

/* What a version command, for sh -c, may name: {dir} and {bin}, which are quoted for the shell. */
struct version_places {
  const char *dir; /* of the profile's or the target's file */
  const char *bin; /* where the recipes were built */
};

/* The first line that the version command prints on either stream. "": it is NULL, says nothing,
 * does not end with status 0, as what it says is then of an error, or not within ten seconds. */
void subject_version_read(const char *command, const struct version_places *places, char *version,
                          size_t version_max);

#endif
