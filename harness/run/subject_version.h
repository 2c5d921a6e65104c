/* The version of a subject, as its own command tells it. */
#ifndef SOCKPROOF_RUN_SUBJECT_VERSION_H
#define SOCKPROOF_RUN_SUBJECT_VERSION_H

#include "subject/profile.h"

/* The first line that the profile's version command prints, on either stream, within three seconds;
 * "" where there is no command or it says nothing: a version is told, never judged by. */
void subject_version_read(const struct profile *profile, char *version, size_t version_max);

#endif
