/* A case file while it is read: what the files case_file*.c share, and nobody else. A case is read
 * in parts, each a section and its keys; what a part lacks shows at its end. */
#ifndef SOCKPROOF_RUN_CASE_READING_H
#define SOCKPROOF_RUN_CASE_READING_H

#include "fixture/script.h"
#include "run/catalogue/case_file.h"
#include "run/catalogue/case_words.h"

enum { CASE_NAME_MAX_LEN = 64 }; /* octets of a word: a name, a capability */

/* What the keys at hand belong to. */
enum part { IN_NOTHING, IN_CASE, IN_FILE, IN_ETC, IN_FIXTURE, IN_REQUIREMENT, IN_SCRIPT };

struct case_reading {
  const struct case_file_source *source;
  const char *text;
  const struct catalogue *catalogue;
  struct arena *arena;
  struct own_cases *own;
  enum part part;
  struct script_place part_place; /* of the section's line */
  struct script_place case_place;
  struct own_case *entry; /* the case at hand, which is not in the list yet; or NULL */
  struct own_requirement *requirement;
  struct case_etc_words etc;
  struct sandbox_file *etc_files; /* of the case; NULL: none yet */
  size_t check_count, rule_count, value_count, file_count, etc_count, fixture_count;
  const char *script_path;
  uint64_t seen;        /* keys of the section at hand, by their place in its table */
  unsigned script_line; /* the first section of a script that stands in the file itself; 0: none */
};

/* Refuses what there is no memory for. */
enum err_code case_reading_too_large(const struct script_place *place, struct err *err);

/* The place as "FILE:LINE". NULL: no memory. */
const char *case_reading_where(struct case_reading *reading, const struct script_place *place);

/* case_file_keys.c: one key of the section at hand. `context` is the struct case_reading. */
enum err_code case_reading_key(void *context, const struct script_place *place, const char *key,
                               const char *value, struct err *err);

/* case_file_end.c: the section at hand ends before `end_line`; tells what it lacks, and reads the
 * script that stood in it. */
enum err_code case_reading_end_part(struct case_reading *reading, unsigned end_line,
                                    struct err *err);

/* The case at hand ends: it is held to what the built-in ones are held to, and joins the list. */
enum err_code case_reading_end_case(struct case_reading *reading, struct err *err);

#endif
