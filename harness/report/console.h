/* What a person sees of a run: progress, what did not pass and why, and one line at the end. */
#ifndef SOCKPROOF_REPORT_CONSOLE_H
#define SOCKPROOF_REPORT_CONSOLE_H

#include "base/text.h"
#include "report/result.h"
#include "report/summary.h"

#include <stdio.h>

/* A requirement in words, for who reads a failure. */
struct requirement_text {
  const char *clause; /* "4330s5 check3" */
  const char *words;  /* "T1 in reply equals all 64 bits sent" */
};

struct console_options {
  FILE *out;
  bool progress; /* one line that is rewritten, with what is done of what */
  bool colour;
  bool verbose;            /* a line for every case as it comes, and the story of warns too */
  const char *reports_dir; /* evidence folders are shown below it */

  /* False where the id is unknown. May be NULL. What it gives must live as long as the console. */
  bool (*requirement)(void *context, const char *id, struct requirement_text *text);
  /* Tells what else there is about a case that did not pass, before its evidence. May be NULL. */
  void (*story)(void *context, const struct result *result, FILE *out);
  void *context;
};

/* Progress and colour where `out` is a terminal that knows them; NO_COLOR (no-color.org) and
 * TERM=dumb are honoured. The rest is zero. */
struct console_options console_options_of(FILE *out);

struct console;

/* `options` is copied. NULL: no memory. */
struct console *console_create(const struct console_options *options, size_t case_count) MUST_USE;

/* One case has ended. A line of its own where it did not pass, or with `verbose`. */
void console_case(struct console *console, const struct result *result);

struct console_end {
  const struct summary *summary;
  const char *target, *target_version; /* NULL or "native": this host, and not told */
  enum tier tier;
  double duration_ms;
};

/* Takes the progress line away; tells what failed, first by what it has in common, then one by one;
 * closes with the summary. False where writing to `out` failed. */
bool console_finish(struct console *console, const struct console_end *end);

void console_destroy(struct console *console); /* NULL is fine */

/* The closing line alone, without its newline: "152 cases: 150 pass, 1 warn, 1 fail, ...". */
void console_summary_line(const struct console_end *end, struct text *line);

#endif
