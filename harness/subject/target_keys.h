/* The keys of a target's file, each read into the target. */
#ifndef SOCKPROOF_SUBJECT_TARGET_KEYS_H
#define SOCKPROOF_SUBJECT_TARGET_KEYS_H

#include "subject/ini_file.h"
#include "subject/target.h"

enum { TARGET_NAMES_MAX = 600 }; /* octets of a list of what there is, for an error */

struct target_loading {
  struct target *target; /* which has its path and folder already */
  struct arena *arena;
  struct err *err;
  const struct ini_setting *setting; /* that is being read */
};

/* Reads one setting. ERR_USAGE names file, line, key and what is allowed. */
enum err_code target_take(struct target_loading *loading,
                          const struct ini_setting *setting) MUST_USE;

enum err_code target_no_memory(struct err *err);

#endif
