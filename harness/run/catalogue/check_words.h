/* Checks in the words of a case file: `check = observed time 12`. Each word is its macro's of
 * check.h, in small letters: CHECK_OBSERVED_ONE_OF is observed-one-of. */
#ifndef SOCKPROOF_RUN_CHECK_WORDS_H
#define SOCKPROOF_RUN_CHECK_WORDS_H

#include "base/text.h"
#include "fixture/script.h"
#include "run/check/check.h"

/* What may stand behind a check's word, in this order. */
enum check_operand {
  OPERAND_END = 0,
  OPERAND_OBSERVATION, /* `name`: what the subject's profile observes */
  OPERAND_OTHER,       /* `text`: another observation */
  OPERAND_ENDPOINT,    /* `text`: "peer", "peer2", "dns" */
  OPERAND_ASKED,       /* `name`: the same or "dns"; anywhere: NULL */
  OPERAND_NAMED,       /* `name`: "peer", "peer2", "dns" */
  OPERAND_FILE,        /* `name`: of a file in the scratch folder */
  OPERAND_KIND,        /* `text`: what stands there */
  OPERAND_FIELD,       /* `field`: of an NTP header */
  OPERAND_LOW,         /* `low` */
  OPERAND_LOW_LESS_1,  /* `low`, less one */
  OPERAND_HIGH,        /* `high` */
  OPERAND_VALUE,       /* `low` and `high` */
  OPERAND_NUMBER,      /* `index`, from 1 */
  OPERAND_BUFFER,      /* `index`: enum check_buffer */
  OPERAND_REQUIREMENT, /* `requirement`: its id */
  OPERAND_TEXT,        /* `text`, with escapes: all that is left of the line */
  OPERAND_PATTERN,     /* `text`, PCRE2: the same, as it stands */
};
enum { CHECK_OPERANDS_MAX = 3 };

struct check_word {
  const char *name;
  struct check check; /* what it is without its operands */
  enum check_operand operands[CHECK_OPERANDS_MAX];
  const char *meaning; /* what holds, for a person; {1} is the first operand, {2} the second */
};

/* All that there are; *count says how many. */
const struct check_word *check_words(size_t *count);

/* Reads the value of a key `check`. ERR_USAGE says what is allowed. Texts are the arena's. */
enum err_code check_words_read(const struct script_place *place, const char *value,
                               struct arena *arena, struct check *check, struct err *err) MUST_USE;

/* The same the other way round. False: the check has no word. */
bool check_words_print(const struct check *check, struct text *value) MUST_USE;

/* What the check demands, in a person's words. False: it has no word. */
bool check_words_tell(const struct check *check, struct text *out) MUST_USE;

/* The same of a word, with its operands by their names: "`OBSERVATION` is exactly `TEXT`". */
void check_words_meaning(const struct check_word *word, struct text *out);

/* The observation that the check names first; NULL: it names none. */
const char *check_words_observation(const struct check *check);

/* "OBSERVATION TEXT": what the word takes, for a person. */
void check_words_usage(const struct check_word *word, struct text *usage);

#endif
