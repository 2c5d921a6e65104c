/* What a damaged golden does: a text that is cut, changed, empty or foreign is told in a sentence,
 * or is another conversation than its capture; it never crashes and never passes: damage FOLDER */
#include "golden_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POSITIONS_MAX = 4000, SHOWN_MAX = 20, FOREIGN_MAX = 64 * 1024 };

struct tally {
  size_t told, differ, renamed, passed; /* what damaged texts did */
  size_t goldens;
};

enum outcome { TOLD, DIFFERS, PASSES };

/* A golden, and what its capture gives under its own head, as a case is seen under the head that it
 * asks for, whatever its golden says. */
struct subject {
  const struct golden *golden;
  struct opened opened;
  struct canonical *actual;
};

/* What reading `text` in place of the golden's own gives. */
static enum outcome outcome_of(const struct subject *subject, struct span text) {
  const struct golden *golden = subject->golden;
  struct canonical *expected = NULL;
  struct err err = {0};
  if (canonical_parse(golden->text_path, text, &expected, &err) != ERR_OK) {
    bool named = strstr(err.text, golden->text_path) != NULL;
    if (!named) printf("%s: the message does not name the file: %s\n", golden->id, err.text);
    canonical_destroy(expected);
    return named ? TOLD : PASSES;
  }
  enum outcome outcome = golden_differs_from(expected, subject->actual) ? DIFFERS : PASSES;
  canonical_destroy(expected);
  return outcome;
}

static bool is_blank(struct span text) {
  for (size_t i = 0; i < text.len; i++) {
    if (strchr(" \n", text.bytes[i]) == NULL) return false;
  }
  return true;
}

static void note(struct tally *tally, const struct golden *golden, enum outcome outcome,
                 const char *damage, size_t at) {
  if (outcome == TOLD) tally->told++;
  if (outcome == DIFFERS) tally->differ++;
  if (outcome != PASSES) return;
  if (tally->passed++ < SHOWN_MAX) printf("%s: %s %zu is not noticed\n", golden->id, damage, at);
}

static size_t step_of(size_t len) {
  return len / POSITIONS_MAX + 1;
}

static struct span text_of(const struct subject *subject) {
  return span_of(text_chars(&subject->opened.text), subject->opened.text.len);
}

static void cut_everywhere(struct tally *tally, const struct subject *subject) {
  struct span whole = text_of(subject);
  for (size_t len = 0; len < whole.len; len += step_of(whole.len)) {
    if (is_blank(span_part(whole, len, whole.len))) break;
    /* A copy of its own, so that a checker of memory sees a read past the end. */
    uint8_t *copy = malloc(len + 1);
    if (copy == NULL) abort();
    memcpy(copy, whole.bytes, len);
    note(tally, subject->golden, outcome_of(subject, span_of(copy, len)), "a cut at octet", len);
    free(copy);
  }
}

/* The line of `at` says something besides the conversation: which case it was, where an endpoint
 * was. */
static bool is_aside(struct span text, size_t at) {
  size_t start = at;
  while (start > 0 && text.bytes[start - 1] != '\n') {
    start--;
  }
  static const char *const WORDS[] = {"case ", "endpoint "};
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
    struct span word = span_of_text(WORDS[i]);
    if (span_equal(span_part(text, start, word.len), word)) return true;
  }
  return false;
}

/* The octet is part of a variable's name: $port2 in place of $port1 everywhere is the same. */
static bool is_variable(struct span text, size_t at) {
  size_t start = at;
  while (start > 0 && text.bytes[start] != '$' && strchr("= :\n", text.bytes[start]) == NULL) {
    start--;
  }
  return text.bytes[start] == '$';
}

static void change_everywhere(struct tally *tally, const struct subject *subject) {
  struct span whole = text_of(subject);
  uint8_t *copy = malloc(whole.len + 1);
  if (copy == NULL) abort();
  memcpy(copy, whole.bytes, whole.len);
  for (size_t at = 0; at < whole.len; at += step_of(whole.len)) {
    static const uint8_t BITS[] = {0x01, 0x80};
    for (size_t i = 0; i < sizeof BITS; i++) {
      copy[at] = whole.bytes[at] ^ BITS[i];
      enum outcome outcome = outcome_of(subject, span_of(copy, whole.len));
      if (outcome == PASSES && (is_aside(whole, at) || is_variable(whole, at))) {
        tally->renamed++;
      } else {
        note(tally, subject->golden, outcome, "a change of octet", at);
      }
    }
    copy[at] = whole.bytes[at];
  }
  free(copy);
}

static void replace(struct tally *tally, const struct subject *subject) {
  static const char *const FOREIGN[] = {
      "",
      "\n",
      "Dear reader,\n\nthis is a letter.\n",
      "sockproof-golden",
      "sockproof-golden 0\nlevel stream\n",
      "sockproof-golden 2\nlevel stream\n",
      "sockproof-golden 99999999999999999999\nlevel stream\n",
      "sockproof-golden 1\nlevel packet\n\nflow\n",
      "{\"schema\": 1, \"cases\": []}\n",
  };
  for (size_t i = 0; i < sizeof FOREIGN / sizeof FOREIGN[0]; i++) {
    enum outcome outcome = outcome_of(subject, span_of_text(FOREIGN[i]));
    note(tally, subject->golden, outcome == TOLD ? TOLD : PASSES, "foreign text number", i + 1);
  }
  struct text capture = TEXT_INIT(FOREIGN_MAX);
  if (golden_read(subject->golden->capture_path, &capture)) {
    enum outcome outcome = outcome_of(subject, span_of(text_chars(&capture), capture.len));
    note(tally, subject->golden, outcome == TOLD ? TOLD : PASSES,
         "its capture in place of its text, octet", 0);
  }
  text_free(&capture);
}

static bool prepare(struct subject *subject) {
  struct err err = {0};
  if (!golden_open(subject->golden, &subject->opened)) return false;
  const struct canonical_head *head = canonical_head_of(subject->opened.expected);
  if (canonical_of(subject->opened.trace, head, &subject->actual, &err) == ERR_OK) return true;
  printf("%s: %s\n", subject->golden->id, err.text);
  return false;
}

static bool check(void *context, const struct golden *golden) {
  struct tally *tally = context;
  struct subject subject = {.golden = golden};
  bool good = prepare(&subject);
  if (good) {
    size_t before = tally->passed;
    cut_everywhere(tally, &subject);
    change_everywhere(tally, &subject);
    replace(tally, &subject);
    tally->goldens++;
    good = tally->passed == before;
  }
  canonical_destroy(subject.actual);
  golden_close(&subject.opened);
  return good;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  struct tally tally = {0};
  bool good = goldens_visit(arguments[1], check, &tally);
  printf(
      "%zu goldens: of the damaged texts %zu were told as such, %zu were other conversations, "
      "%zu said the same (names of variables, the case, an address), %zu passed unnoticed\n",
      tally.goldens, tally.told, tally.differ, tally.renamed, tally.passed);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
