#include "run/command/explain_case.h"

#include "run/check/check_wants.h"
#include "run/verdict/case_notes.h"

#include <stdio.h>
#include <string.h>

enum {
  EXPLAINED_MAX = 64 * 1024,
  STREAM_SHOWN = 1200,
  STREAM_LINES = 12,
  PACKET_LINES = 12,
  LINE_SHOWN = 160
};

static void append_title(struct text *out, const char *title) {
  text_appendf(out, "  %-10s ", title);
}

static void append_words(const char *const *words, struct text *out) {
  for (size_t i = 0; words[i] != NULL; i++) {
    text_append(out, i == 0 ? "" : " ");
    const bool plain = words[i][0] != '\0' && strpbrk(words[i], " \t\n'\"\\|&;<>$`(){}*?") == NULL;
    text_append(out, plain ? "" : "'");
    text_append_escaped(out, span_of_text(words[i]));
    text_append(out, plain ? "" : "'");
  }
  text_append(out, "\n");
}

/* Each line behind a bar, so many of them at most. */
static void append_lines(struct span octets, size_t lines_max, struct text *out) {
  struct span rest = octets;
  for (size_t lines = 0; rest.len > 0; lines++) {
    if (lines == lines_max) {
      text_append(out, "             | ...\n");
      return;
    }
    const uint8_t *newline = memchr(rest.bytes, '\n', rest.len);
    const size_t len = newline == NULL ? rest.len : (size_t)(newline - rest.bytes);
    text_append(out, "             | ");
    text_append_escaped(out, span_part(rest, 0, len < LINE_SHOWN ? len : LINE_SHOWN));
    text_append(out, len > LINE_SHOWN ? "...\n" : "\n");
    rest = span_part(rest, len + 1, rest.len);
  }
}

static void append_stream(const char *title, const char *name, const struct subject_output *output,
                          struct text *out) {
  append_title(out, title);
  if (output->total_bytes == 0) {
    text_appendf(out, "nothing on %s\n", name);
    return;
  }
  text_appendf(out, "on %s, %llu octets:\n", name, (unsigned long long)output->total_bytes);
  const size_t shown = output->kept.len < STREAM_SHOWN ? output->kept.len : STREAM_SHOWN;
  append_lines(span_of(text_chars(&output->kept), shown), STREAM_LINES, out);
}

static void append_end(const struct run_record *run, struct text *out) {
  const struct subject_outcome *outcome = run->outcome;
  const double took_s = (double)(outcome->ended_ns - outcome->began_ns) / 1e9;
  append_title(out, "ended");
  if (run->stopped) {
    text_appendf(out, "stopped after %.1f s, as a daemon\n", took_s);
  } else if (outcome->timed_out) {
    text_appendf(out, "killed after %.1f s: it did not end by itself\n", took_s);
  } else if (outcome->signal != 0) {
    text_appendf(out, "by signal %d (%s) after %.1f s\n", outcome->signal,
                 strsignal(outcome->signal), took_s);
  } else {
    text_appendf(out, "exit %d after %.2f s\n", outcome->exit_code, took_s);
  }
}

static void append_success(const struct profile_entry *entry, const struct run_record *run,
                           struct text *out) {
  append_title(out, "success");
  const char *by = entry->success != NULL ? "`success` in the profile"
                   : entry->daemon        ? "whether it set the clock"
                                          : "the exit status";
  text_appendf(out, "%s, by %s\n", run->success ? "yes" : "no", by);
}

static void append_packets(const struct canonical *actual, struct text *out) {
  struct text whole = TEXT_INIT(EXPLAINED_MAX);
  if (actual != NULL) canonical_print(actual, &whole);
  /* The head is about how two forms are compared; the packets begin with the first flow. */
  const char *flows = strstr(text_chars(&whole), "\nflow ");
  append_title(out, "sent");
  if (flows == NULL) {
    text_append(out, "not one packet was seen\n");
  } else {
    text_append(out, "what went over the wire:\n");
    append_lines(span_of_text(flows + 1), PACKET_LINES, out);
  }
  text_free(&whole);
}

/* What the person can do about the first thing that was not recognised. */
static void suggest(struct result *result, const char *format, const char *name,
                    const char *value) {
  char words[400];
  if (result->reason[0] != '\0') return;
  (void)snprintf(words, sizeof words, format, name, value);
  result_set(&result->reason, words);
}

static void append_observation(const struct profile_observation *wanted,
                               const struct observations *found, struct result *result,
                               struct text *out) {
  const struct observation *seen = observation_find(found, wanted->name);
  text_appendf(out, "%-14s ", wanted->name);
  if (seen == NULL) {
    text_appendf(out, "pattern matched nothing: %s\n", wanted->pattern);
    return;
  }
  text_append(out, "`");
  text_append_escaped(out, span_of_text(seen->text));
  if (seen->unparsed) {
    text_appendf(out, "`: matched, but the format does not read it: %s\n", wanted->format);
    suggest(result, "write observe.%s.format so that it reads `%s`", wanted->name, seen->text);
    if (result->verdict == VERDICT_PASS) result->verdict = VERDICT_FAIL;
  } else {
    text_append(out, seen->is_time ? "`, a time\n" : seen->is_number ? "`, a number\n" : "`\n");
  }
}

static void append_observations(const struct profile_entry *entry, const struct run_record *run,
                                struct result *result, struct text *out) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    append_title(out, i == 0 ? "recognised" : "");
    append_observation(&entry->observations[i], &run->observed, result, out);
  }
  for (size_t i = 0; i < run->observed.count; i++) {
    const struct observation *seen = &run->observed.list[i];
    if (!seen->from_clock) continue;
    append_title(out, "recognised");
    text_appendf(out, "%-14s `%s`, to which it set the clock\n", seen->name, seen->text);
  }
  if (entry->observation_count > 0 || run->observed.count > 0) return;
  append_title(out, "recognised");
  text_append(out, "nothing: the profile has no observe.NAME for it\n");
}

static bool has_pattern(const struct profile_entry *entry, const char *name) {
  for (size_t i = 0; i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return true;
  }
  return false;
}

/* The case itself looks at it, and it was not found. */
static void suggest_missing(const struct profile_entry *entry, const char *name,
                            struct result *result) {
  if (has_pattern(entry, name)) {
    suggest(result, "make observe.%s fit a line of what it printed%s", name, "");
  } else if (!entry->sets_clock || !observe_is_of_clock(name)) {
    suggest(result, "add observe.%s = PATTERN, with (...) around the value in what it printed%s",
            name, "");
  }
}

static void suggest_next(const struct case_def *def, const struct profile_entry *entry,
                         const struct run_record *run, struct result *result) {
  const bool silent = run->outcome->out.total_bytes == 0;
  if (run->outcome->clock_attempt_count > 0 && !entry->sets_clock)
    suggest(result,
            "write sets-clock = yes, if the time to which it sets the clock is its result%s%s", "",
            "");
  if (!run->success && silent)
    suggest(result, "find out why it did not succeed%s%s", "", ": its standard error may say so");
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    const char *names[CHECK_WANTS_MAX];
    const size_t count = check_wants(&def->checks[i], names);
    for (size_t n = 0; n < count; n++) {
      if (def->checks[i].judge != check_not_observed &&
          observation_find(&run->observed, names[n]) == NULL)
        suggest_missing(entry, names[n], result);
    }
  }
  if (!run->success)
    suggest(result, "say when it succeeds, if its exit status does not: success = PATTERN%s%s", "",
            "");
}

static void append_notes(const struct run_record *run, struct text *out) {
  struct text notes = TEXT_INIT(EXPLAINED_MAX);
  case_notes_append(run, &notes);
  const char *line = text_chars(&notes);
  while (*line != '\0') {
    const size_t len = strcspn(line, "\n");
    append_title(out, "note");
    text_appendf(out, "%.*s\n", (int)len, line);
    line += len + (line[len] == '\n');
  }
  text_free(&notes);
}

static void append_verdict(const struct result *result, struct text *out) {
  append_title(out, "verdict");
  text_appendf(out, "%s%s%s\n", verdict_name(result->verdict),
               result->reason[0] != '\0' && result->actual_text[0] == '\0' ? ": " : "",
               result->actual_text[0] == '\0' ? result->reason : "");
  if (result->actual_text[0] == '\0') return;
  text_appendf(out, "             expected  %s\n             actual    %s\n", result->expected_text,
               result->actual_text);
}

void explain_case(const struct explained *explained, struct result *result) {
  const struct judged_case *judged = &explained->evidence->judged;
  struct text out = TEXT_INIT(EXPLAINED_MAX);
  if (explained->command->argv != NULL) {
    append_title(&out, "command");
    append_words(explained->command->argv, &out);
  }
  for (size_t i = 0; i < explained->command->file_count; i++) {
    append_title(&out, "file");
    text_appendf(&out, "{scratch}/%s\n", explained->command->files[i].name);
    append_lines(span_of_text(explained->command->files[i].text), STREAM_LINES, &out);
  }
  append_verdict(result, &out);
  result_set(&result->reason, "");
  if (judged->run_count > 0 && judged->runs[judged->run_count - 1].outcome->started) {
    const struct run_record *run = &judged->runs[judged->run_count - 1];
    append_stream("printed", "standard output", &run->outcome->out, &out);
    append_stream("", "standard error", &run->outcome->err, &out);
    append_end(run, &out);
    if (instance_role(explained->evidence->instance) != ROLE_SERVER)
      append_success(judged->entry, run, &out);
    append_packets(explained->actual, &out);
    append_observations(judged->entry, run, result, &out);
    append_notes(run, &out);
    if (result->verdict != VERDICT_PASS)
      suggest_next(explained->evidence->instance->def, judged->entry, run, result);
  }
  result_set(&result->details, text_chars(&out));
  text_free(&out);
}
