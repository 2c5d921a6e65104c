#include "report/console.h"

#include "report/groups.h"
#include "report/safe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  GROUP_STORIES_MAX = 3, /* who has read three of a kind has read them all */
  WARNED_MAX = 64,       /* kinds of warns that are counted */
  WARNED_GROUP_MAX = 63,
  TOLD_MAX = 100,          /* whole stories kept; of further ones only the names */
  LINE_MAX_OCTETS = 4096,  /* of one line about one case */
  DETAILS_MAX = 64 * 1024, /* of one story */
  GROUP_NAMES_MAX = 8,     /* cases named with a group */
  FIELD_WIDTH = 13
};

/* How often a warn of one kind was told with what was expected. */
struct warned {
  char group[WARNED_GROUP_MAX + 1]; /* cut */
  unsigned told;
};

struct console {
  struct console_options options;
  struct warned warned[WARNED_MAX];
  size_t warned_count;
  size_t case_count, done, failures, broken;
  bool progress_shown;
  struct result **kept; /* what is to be told at the end, in the order of arrival; owned */
  size_t kept_count;
};

struct console_options console_options_of(FILE *out) {
  const char *terminal = getenv("TERM");
  const char *no_colour = getenv("NO_COLOR");
  const bool able =
      isatty(fileno(out)) != 0 && terminal && terminal[0] != '\0' && strcmp(terminal, "dumb") != 0;
  return (struct console_options){.out = out,
                                  .progress = able,
                                  .colour = able && !(no_colour && no_colour[0] != '\0'),
                                  .reports_dir = "reports"};
}

struct console *console_create(const struct console_options *options, size_t case_count) {
  struct console *console = calloc(1, sizeof *console);
  if (!console) return NULL;
  console->options = *options;
  console->case_count = case_count;
  return console;
}

void console_destroy(struct console *console) {
  if (!console) return;
  for (size_t i = 0; i < console->kept_count; i++)
    result_destroy(console->kept[i]);
  free(console->kept);
  free(console);
}

static const char *colour_of(const struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return "\033[35m";
  if (summary_is_failure(result)) return "\033[31m";
  if (result->verdict == VERDICT_PASS) return "\033[32m";
  return "\033[33m";
}

/* "FAIL", "pass"; capitals for what makes the run fail. */
static const char *word_of(const struct result *result) {
  if (result->verdict == VERDICT_BROKEN) return "BROKEN";
  if (result->surprise) return "SURPRISE";
  if (summary_is_failure(result)) return "FAIL";
  return verdict_name(result->verdict);
}

static void print_word(const struct console *console, const struct result *result) {
  const bool colour = console->options.colour;
  (void)fprintf(console->options.out, "%s%s%s", colour ? colour_of(result) : "", word_of(result),
                colour ? "\033[0m" : "");
}

static void print_line(FILE *out, const char *chars) {
  struct text text = TEXT_INIT(LINE_MAX_OCTETS);
  safe_append(&text, span_of_text(chars), SAFE_LINE);
  (void)fprintf(out, "%s%s", text_chars(&text), text.truncated ? "..." : "");
  text_free(&text);
}

static void print_field(FILE *out, const char *name, const char *chars) {
  if (chars[0] == '\0') return;
  (void)fprintf(out, "  %-*s", FIELD_WIDTH, name);
  print_line(out, chars);
  (void)fputc('\n', out);
}

static void hide_progress(struct console *console) {
  if (!console->progress_shown) return;
  (void)fputs("\r\033[K", console->options.out);
  console->progress_shown = false;
}

static void show_progress(struct console *console) {
  if (!console->options.progress) return;
  FILE *out = console->options.out;
  (void)fprintf(out, "\r\033[K%zu/%zu cases", console->done, console->case_count);
  if (console->failures > 0) (void)fprintf(out, ", %zu fail", console->failures);
  if (console->broken > 0) (void)fprintf(out, ", %zu broken", console->broken);
  (void)fflush(out);
  console->progress_shown = true;
}

static bool is_told(const struct console *console, const struct result *result) {
  if (result->verdict == VERDICT_BROKEN || summary_is_failure(result)) return true;
  return console->options.verbose && result->verdict == VERDICT_WARN;
}

/* Short of memory, the line that the case had when it ended must do. */
static void keep(struct console *console, const struct result *result) {
  struct result **kept = realloc(console->kept, (console->kept_count + 1) * sizeof(*kept));
  if (!kept) return;
  console->kept = kept;
  struct result *copy = result_copy(result);
  if (!copy) return;
  if (console->kept_count >= TOLD_MAX) (void)result_set(&copy->details, "(in the reports)");
  kept[console->kept_count++] = copy;
}

/* Whether this kind of warn was told often enough for a person to know what it is. */
static bool is_known_warn(struct console *console, const struct result *result) {
  size_t at = 0;
  while (at < console->warned_count &&
         strncmp(console->warned[at].group, result->group, WARNED_GROUP_MAX) != 0)
    at++;
  if (at == WARNED_MAX) return true;
  struct warned *warned = &console->warned[at];
  if (at == console->warned_count) {
    (void)snprintf(warned->group, sizeof warned->group, "%s", result->group);
    console->warned_count++;
  }
  return ++warned->told > GROUP_STORIES_MAX;
}

/* A fail has a story at the end; of a warn that nobody foresaw this is all that is told. */
static void print_warn(struct console *console, const struct result *result) {
  if (result->verdict != VERDICT_WARN || result->expected || is_told(console, result)) return;
  if (result->actual_text[0] == '\0' || is_known_warn(console, result)) return;
  print_field(console->options.out, "  expected", result->expected_text);
  print_field(console->options.out, "  actual", result->actual_text);
}

static void print_case_line(const struct console *console, const struct result *result) {
  FILE *out = console->options.out;
  print_word(console, result);
  (void)fputs("  ", out);
  print_line(out, result->id);
  if (result->verdict != VERDICT_PASS && result->expected) (void)fputs("  (foreseen)", out);
  if (result->reason[0] != '\0') {
    (void)fputs(": ", out);
    print_line(out, result->reason);
  }
  (void)fputc('\n', out);
  (void)fflush(out);
}

void console_case(struct console *console, const struct result *result) {
  console->done++;
  if (result->verdict == VERDICT_BROKEN) console->broken++;
  if (summary_is_failure(result)) console->failures++;
  if (is_told(console, result)) keep(console, result);
  if (console->options.verbose || result->verdict != VERDICT_PASS || result->surprise) {
    hide_progress(console);
    print_case_line(console, result);
    print_warn(console, result);
  }
  show_progress(console);
}

static bool requirement_of(const struct console *console, const char *id,
                           struct requirement_text *text) {
  return console->options.requirement &&
         console->options.requirement(console->options.context, id, text);
}

static void print_group(const struct console *console, const struct result_group *group) {
  FILE *out = console->options.out;
  struct requirement_text text;
  (void)fprintf(out, "%6zu  ", group->count);
  print_line(out, group->name[0] != '\0' ? group->name : "nothing in common");
  if (requirement_of(console, group->name, &text)) {
    (void)fputs("  ", out);
    print_line(out, text.words);
  }
  (void)fputc('\n', out);
  for (size_t i = 0; i < group->count && i < GROUP_NAMES_MAX; i++) {
    (void)fputs("        ", out);
    print_line(out, group->results[i]->id);
    (void)fputc('\n', out);
  }
  if (group->count > GROUP_NAMES_MAX)
    (void)fprintf(out, "        and %zu more\n", group->count - GROUP_NAMES_MAX);
}

static void print_details(FILE *out, const char *details) {
  struct text safe = TEXT_INIT(DETAILS_MAX);
  safe_append(&safe, span_of_text(details), SAFE_LINES);
  for (const char *line = text_chars(&safe); *line != '\0';) {
    const size_t len = strcspn(line, "\n");
    (void)fprintf(out, "  | %.*s\n", (int)len, line);
    line += line[len] == '\n' ? len + 1 : len;
  }
  if (safe.truncated) (void)fputs("  | ... the rest is in the reports\n", out);
  text_free(&safe);
}

static void print_requirement(const struct console *console, const struct result *result) {
  if (result->requirement[0] == '\0') return;
  struct text line = TEXT_INIT(LINE_MAX_OCTETS);
  struct requirement_text text;
  text_appendf(&line, "%s, %s", result->requirement, level_name(result->level));
  if (requirement_of(console, result->requirement, &text))
    text_appendf(&line, " (%s): %s", text.clause, text.words);
  print_field(console->options.out, "requirement", text_chars(&line));
  text_free(&line);
}

static void print_replay(FILE *out, const char *folder) {
  struct text command = TEXT_INIT(LINE_MAX_OCTETS);
  text_appendf(&command, "sockproof run --replay '%s'", folder);
  print_field(out, "replay", text_chars(&command));
  text_free(&command);
}

static void print_story(const struct console *console, const struct result *result) {
  FILE *out = console->options.out;
  (void)fputc('\n', out);
  print_word(console, result);
  (void)fputs("  ", out);
  print_line(out, result->id);
  (void)fputc('\n', out);
  print_requirement(console, result);
  print_field(out, "reason", result->reason);
  print_field(out, "expected", result->expected_text);
  print_field(out, "actual", result->actual_text);
  print_details(out, result->details);
  if (console->options.story) console->options.story(console->options.context, result, out);
  if (result->evidence[0] != '\0') {
    struct text path = TEXT_INIT(LINE_MAX_OCTETS);
    text_appendf(&path, "%s/%s", console->options.reports_dir ? console->options.reports_dir : ".",
                 result->evidence);
    print_field(out, "evidence", text_chars(&path));
    print_replay(out, text_chars(&path));
    text_free(&path);
  }
  print_field(out, "again", result->rerun);
}

static void print_stories(const struct console *console) {
  FILE *out = console->options.out;
  struct result_groups groups;
  if (!groups_of((const struct result *const *)console->kept, console->kept_count, &groups)) {
    (void)fputs("no memory to tell what failed; the reports hold it\n", out);
    return;
  }
  (void)fputs("\nBy what they have in common:\n", out);
  for (size_t i = 0; i < groups.count; i++)
    print_group(console, &groups.list[i]);
  size_t told = 0;
  for (size_t i = 0; i < groups.count; i++) {
    const size_t count = groups.list[i].count;
    for (size_t r = 0; r < count && r < GROUP_STORIES_MAX && told < TOLD_MAX; r++, told++)
      print_story(console, groups.list[i].results[r]);
    if (count > GROUP_STORIES_MAX && told < TOLD_MAX)
      (void)fprintf(out, "\n%zu more of this kind are in the reports\n", count - GROUP_STORIES_MAX);
  }
  if (console->kept_count > TOLD_MAX)
    (void)fprintf(out, "\n%zu more are in the reports\n", console->kept_count - TOLD_MAX);
  groups_free(&groups);
}

static void append_target(const struct console_end *end, struct text *line) {
  if (end->target == NULL || strcmp(end->target, "native") == 0) return;
  text_append(line, "target ");
  safe_append(line, span_of_text(end->target), SAFE_LINE);
  if (end->target_version != NULL && end->target_version[0] != '\0') {
    text_append(line, ": ");
    safe_append(line, span_of_text(end->target_version), SAFE_LINE);
  }
  text_append(line, ", ");
}

/* ", 3 of the fails and 2 of the warns foreseen" */
static void append_foreseen(size_t fails, size_t warns, struct text *line) {
  if (fails > 0) text_appendf(line, ", %zu of the fails", fails);
  if (warns > 0) text_appendf(line, "%s %zu of the warns", fails > 0 ? " and" : ",", warns);
  if (fails + warns > 0) text_append(line, " foreseen");
}

void console_summary_line(const struct console_end *end, struct text *line) {
  const struct summary *summary = end->summary;
  const size_t cases = summary_cases(summary);
  text_appendf(line, "%zu %s: %zu pass, %zu warn, %zu fail, %zu broken, %zu unsupported", cases,
               cases == 1 ? "case" : "cases", summary->pass, summary->warn, summary->fail,
               summary->broken, summary->unsupported);
  append_foreseen(summary->fail - summary->unexpected_fails, summary->foreseen_warns, line);
  if (summary->surprises > 0)
    text_appendf(line, ", %zu %s", summary->surprises,
                 summary->surprises == 1 ? "surprise" : "surprises");
  if (summary->not_implemented > 0)
    text_appendf(line, ", %zu not implemented", summary->not_implemented);
  text_append(line, " (");
  append_target(end, line);
  text_appendf(line, "tier %s, %.1f s)", tier_name(end->tier), end->duration_ms / 1000);
}

bool console_finish(struct console *console, const struct console_end *end) {
  FILE *out = console->options.out;
  hide_progress(console);
  if (console->kept_count > 0) {
    print_stories(console);
    (void)fputc('\n', out);
  }
  struct text line = TEXT_INIT(LINE_MAX_OCTETS);
  console_summary_line(end, &line);
  (void)fprintf(out, "%s\n", text_chars(&line));
  text_free(&line);
  return fflush(out) == 0 && !ferror(out);
}
