#define PCRE2_CODE_UNIT_WIDTH 8

#include "subject/pattern.h"

#include <pcre2.h>
#include <stdlib.h>

/* A pattern that backtracks without end is told within some milliseconds; an honest one over 1 MiB
 * of output stays far below. */
enum { STEPS_MAX = 2 * 1000 * 1000, HEAP_KIB_MAX = 32 * 1024, MATCHES_MAX = 1000 };

struct pattern {
  pcre2_code *code;
  pcre2_match_data *match;
  pcre2_match_context *limits;
  uint32_t group; /* 0: all of the match */
};

static pcre2_code *compile(const char *chars, struct err *err) {
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  if (!context) {
    (void)err_set(err, ERR_SYSTEM, "no memory for a pattern");
    return NULL;
  }
  (void)pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
  int why = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code *code = pcre2_compile((PCRE2_SPTR)chars, PCRE2_ZERO_TERMINATED,
                                   PCRE2_MULTILINE | PCRE2_NEVER_UTF, &why, &offset, context);
  pcre2_compile_context_free(context);
  if (!code) {
    PCRE2_UCHAR words[160] = "";
    (void)pcre2_get_error_message(why, words, sizeof words);
    (void)err_set(err, ERR_USAGE, "the pattern is wrong at offset %zu: %s", (size_t)offset,
                  (const char *)words);
  }
  return code;
}

/* The group that gives the value, or 0 where the pattern has none. */
static uint32_t value_group(const pcre2_code *code) {
  uint32_t count = 0;
  (void)pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &count);
  const int named = pcre2_substring_number_from_name(code, (PCRE2_SPTR) "value");
  return named > 0 ? (uint32_t)named : (count > 0 ? 1 : 0);
}

enum err_code pattern_compile(const char *chars, bool needs_group, struct pattern **pattern,
                              struct err *err) {
  struct pattern *made = calloc(1, sizeof *made);
  if (!made) return err_set(err, ERR_SYSTEM, "no memory for a pattern");
  made->code = compile(chars, err);
  if (!made->code) {
    pattern_destroy(made);
    return err && err->code == ERR_SYSTEM ? ERR_SYSTEM : ERR_USAGE;
  }
  made->match = pcre2_match_data_create_from_pattern(made->code, NULL);
  made->limits = pcre2_match_context_create(NULL);
  if (!made->match || !made->limits) {
    pattern_destroy(made);
    return err_set(err, ERR_SYSTEM, "no memory for a pattern");
  }
  (void)pcre2_set_match_limit(made->limits, STEPS_MAX);
  (void)pcre2_set_heap_limit(made->limits, HEAP_KIB_MAX);
  made->group = value_group(made->code);
  if (needs_group && made->group == 0) {
    pattern_destroy(made);
    return err_set(err, ERR_USAGE, "the pattern has no group (...) that would give the value");
  }
  *pattern = made;
  return ERR_OK;
}

void pattern_destroy(struct pattern *pattern) {
  if (!pattern) return;
  pcre2_code_free(pattern->code);
  pcre2_match_data_free(pattern->match);
  pcre2_match_context_free(pattern->limits);
  free(pattern);
}

static struct span group_of(const struct pattern *pattern, struct span octets) {
  const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->match);
  const PCRE2_SIZE from = ends[2 * (size_t)pattern->group];
  const PCRE2_SIZE to = ends[2 * (size_t)pattern->group + 1];
  if (from == PCRE2_UNSET || to < from) return span_part(octets, 0, 0);
  return span_part(octets, from, to - from);
}

enum err_code pattern_each(const struct pattern *pattern, struct span octets,
                           void (*visit)(void *context, struct span value), void *context,
                           struct err *err) {
  static const uint8_t nothing[1] = {0};
  const PCRE2_SPTR subject = octets.bytes ? octets.bytes : nothing;
  PCRE2_SIZE offset = 0;
  for (unsigned matches = 0; offset <= octets.len && matches < MATCHES_MAX; matches++) {
    const int count =
        pcre2_match(pattern->code, subject, octets.len, offset, 0, pattern->match, pattern->limits);
    if (count == PCRE2_ERROR_NOMATCH) break;
    if (count < 0) {
      PCRE2_UCHAR words[160] = "";
      (void)pcre2_get_error_message(count, words, sizeof words);
      return err_set(err, ERR_LIMIT, "the pattern gives up on this output: %s",
                     (const char *)words);
    }
    visit(context, group_of(pattern, octets));
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->match);
    offset = ends[1] > ends[0] ? ends[1] : ends[1] + 1; /* an empty match is found once */
  }
  return ERR_OK;
}

static void note_match(void *context, struct span value) {
  struct pattern_found *found = context;
  if (found->matches++ == 0) found->value = value;
}

enum err_code pattern_search(const struct pattern *pattern, struct span octets,
                             struct pattern_found *found, struct err *err) {
  *found = (struct pattern_found){0};
  return pattern_each(pattern, octets, note_match, found, err);
}
