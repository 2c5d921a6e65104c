#include "run/verdict/case_notes.h"
#include "run/verdict/judge_parts.h"

#include <string.h>

enum { STDERR_SHOWN_MAX = 2000 };

static const char STANDARD_OUTPUT[] = "standard output";

bool judge_told_output(const struct result *result) {
  const char *title = result->details;
  while ((title = strstr(title, STANDARD_OUTPUT)) != NULL) {
    if (title == result->details || title[-1] == '\n') return true;
    title++; /* the words of a check */
  }
  return false;
}

static void append_output(struct text *details, const char *name,
                          const struct subject_output *output) {
  if (output->total_bytes == 0) return;
  size_t shown = output->kept.len < STDERR_SHOWN_MAX ? output->kept.len : STDERR_SHOWN_MAX;
  text_appendf(details, "%s (%llu octets):\n", name, (unsigned long long)output->total_bytes);
  struct span rest = span_of(text_chars(&output->kept), shown);
  while (rest.len > 0) {
    const uint8_t *newline = memchr(rest.bytes, '\n', rest.len);
    size_t line_len = newline == NULL ? rest.len : (size_t)(newline - rest.bytes);
    text_append(details, "  ");
    text_append_escaped(details, span_part(rest, 0, line_len));
    text_append(details, "\n");
    rest = span_part(rest, line_len + 1, rest.len);
  }
  if (shown < output->total_bytes) text_append(details, "  ...\n");
}

void judge_tell_outputs(const struct case_evidence *evidence, struct result *result) {
  struct text details = TEXT_INIT(DETAILS_MAX);
  text_append(&details, result->details);
  if (evidence->judged.run_count > 0) {
    const struct subject_outcome *last =
        evidence->judged.runs[evidence->judged.run_count - 1].outcome;
    append_output(&details, STANDARD_OUTPUT, &last->out);
    append_output(&details, "standard error", &last->err);
    case_notes_append(&evidence->judged.runs[evidence->judged.run_count - 1], &details);
  }
  result_set(&result->details, text_chars(&details));
  text_free(&details);
}
