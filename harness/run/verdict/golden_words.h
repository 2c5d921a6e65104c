/* What differs from a golden, in the words of a verdict: for who has read nothing about goldens. */
#ifndef SOCKPROOF_RUN_GOLDEN_WORDS_H
#define SOCKPROOF_RUN_GOLDEN_WORDS_H

#include "base/text.h"
#include "trace/diff.h"

/* One sentence: how many differences there are, and where the first of them is. */
void golden_words_reason(const struct diff_result *difference, struct text *out);

/* The operands of the first difference. */
void golden_words_expected(const struct difference *first, struct text *out);
void golden_words_actual(const struct difference *first, struct text *out);

#endif
