/* The version of a subject or of a target, as its own command tells it. */
#ifndef SOCKPROOF_RUN_SUBJECT_VERSION_H
#define SOCKPROOF_RUN_SUBJECT_VERSION_H

#include <stddef.h>

/* The first line that the version command, for sh -c, prints on either stream within three seconds;
 * "" where it is NULL or says nothing: a version is told, never judged by. */
void subject_version_read(const char *command, char *version, size_t version_max);

#endif
