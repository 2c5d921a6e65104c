/* An INI file as a list of settings with their line numbers. */
#ifndef SOCKPROOF_SUBJECT_INI_FILE_H
#define SOCKPROOF_SUBJECT_INI_FILE_H

#include "base/arena.h"

enum { INI_SETTINGS_MAX = 1024 };

struct ini_setting {
  const char *section, *key, *value;
  unsigned line; /* where it begins */
};

struct ini_file {
  struct ini_setting *settings; /* in the order of the file */
  size_t count;
};

/* Indented lines carry the value of the line above on; a value's lines are joined by newlines. A
 * key that stands twice in a section, a line that is no setting and one that is too long are
 * ERR_USAGE, with file and line. All memory is the arena's. */
enum err_code ini_file_read(const char *path, struct arena *arena, struct ini_file *file,
                            struct err *err) MUST_USE;

#endif
