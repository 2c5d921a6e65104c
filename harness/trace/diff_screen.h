/* Differences of any number on one screen: of each kind the first ones, the most telling kinds
 * before the others, and how many more there are of each. */
#ifndef SOCKPROOF_TRACE_DIFF_SCREEN_H
#define SOCKPROOF_TRACE_DIFF_SCREEN_H

#include "trace/diff.h"

struct diff_screen;

struct diff_screen *diff_screen_create(void);         /* NULL: no memory */
void diff_screen_destroy(struct diff_screen *screen); /* NULL is fine */

/* All is copied. Differences of one hunk come one after the other. */
void diff_screen_take(struct diff_screen *screen, const struct difference *difference,
                      const struct diff_sides *sides);
/* What was taken, and at its end the total. */
void diff_screen_print(const struct diff_screen *screen, const struct diff_totals *totals,
                       struct text *out);

#endif
