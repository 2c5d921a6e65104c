#include "run/verdict/case_notes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NS_PER_S = 1000000000 };

static void append_clock_value(const struct clock_attempt *attempt, struct text *notes) {
  if (attempt->change == CLOCK_CHANGE_SHIFT) {
    text_appendf(notes, ", by %+.6f s", (double)attempt->value_ns / NS_PER_S);
  } else if (attempt->change == CLOCK_CHANGE_SET) {
    const time_t seconds = (time_t)(attempt->value_ns / NS_PER_S);
    struct tm utc;
    char date[64] = "?";
    if (gmtime_r(&seconds, &utc) != NULL)
      (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &utc);
    text_appendf(notes, ", to %s", date);
  }
}

static void note_clock(const struct subject_outcome *outcome, struct text *notes) {
  for (size_t i = 0; i < outcome->clock_attempt_count; i++) {
    const struct clock_attempt *attempt = &outcome->clock_attempts[i];
    text_appendf(notes, "it called %s to set the clock", attempt->call);
    append_clock_value(attempt, notes);
    text_append(
        notes, attempt->answered_success ? ": recorded, and not done\n" : ": refused with EPERM\n");
  }
}

static bool has_any(const struct text *text, const char *const *words) {
  const char *chars = text_chars(text);
  for (size_t i = 0; words[i] != NULL; i++) {
    if (memmem(chars, text->len, words[i], strlen(words[i])) != NULL) return true;
  }
  return false;
}

/* The system's own words, in the C locale that every subject runs in. */
static void note_errors(const struct subject_outcome *outcome, struct text *notes) {
  static const char *const terminal[] = {"not a tty",
                                         "Inappropriate ioctl for device",
                                         "TERM environment variable",
                                         "/dev/tty",
                                         "not a terminal",
                                         NULL};
  static const char *const elsewhere[] = {"Read-only file system", NULL};
  static const char *const input[] = {"EOF when reading a line", NULL}; /* Python's input() */
  static const char *const network[] = {"Network is unreachable", NULL};
  const struct text *errors = &outcome->err.kept;
  if (has_any(errors, terminal))
    text_append(notes,
                "it seems to want a terminal: here it has none; look for an option that "
                "makes it run without one\n");
  if (has_any(errors, input))
    text_append(notes,
                "it reads its standard input, which is empty: give it what it asks for as an "
                "argument\n");
  if (has_any(errors, elsewhere))
    text_append(notes,
                "it writes outside its scratch folder, the only one that it may write to: "
                "give it a path in {scratch}, which is also $HOME and $TMPDIR\n");
  if (has_any(errors, network))
    text_append(notes, "it tries to reach another network: there is none here; tell it {host}\n");
}

void case_notes_append(const struct run_record *run, struct text *notes) {
  const struct subject_outcome *outcome = run->outcome;
  note_clock(outcome, notes);
  if (outcome->stray_processes > 0)
    text_appendf(notes,
                 "%u process%s of it still ran when it ended, and %s killed: what goes into the "
                 "background is not judged; start it in the foreground\n",
                 outcome->stray_processes, outcome->stray_processes == 1 ? "" : "es",
                 outcome->stray_processes == 1 ? "was" : "were");
  if (run->ignored_stop)
    text_append(notes, "it ignored the signal to end, and was killed by SIGKILL\n");
  note_errors(outcome, notes);
}
