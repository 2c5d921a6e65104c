/* The words that an operand of a check can be chosen from. */
#ifndef SOCKPROOF_RUN_CHECK_OPERAND_H
#define SOCKPROOF_RUN_CHECK_OPERAND_H

#include "run/catalogue/check_words.h"

struct operand_choice {
  const char *const *words;
  size_t count;
};

/* Of an operand that is one of a few words; of any other none: a count of 0. */
struct operand_choice check_operand_choice(enum check_operand operand);

#endif
