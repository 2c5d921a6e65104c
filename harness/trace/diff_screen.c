#include "trace/diff_screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  KINDS_MAX = 64,
  EXAMPLES_MAX = 8,   /* of a kind */
  SCREEN_LINES = 36,  /* for examples: with the total and the counts some 45 */
  EXAMPLE_LINES = 14, /* of one hunk */
  COUNTS_MAX = 8,     /* kinds that are counted one by one */
  TEXT_MAX = 64 * 1024
};

/* The most telling first: what somebody said before what is not there at all, before what concerns
 * whole flows. */
enum rank { RANK_FIELD, RANK_EVENT, RANK_FLOW, RANK_HEAD, RANK_REST, RANK_COUNT };

struct example {
  struct difference first; /* of its hunk */
  struct text text;
  size_t fields_left_out;
};

struct kind {
  char name[96];
  enum rank rank;
  size_t count; /* hunks */
  struct example examples[EXAMPLES_MAX];
  size_t example_count;
};

struct diff_screen {
  struct kind kinds[KINDS_MAX]; /* in the order in which they came; the last may be "others" */
  size_t kind_count;
  size_t hunk;             /* that was taken last */
  size_t event;            /* of the difference that was taken last */
  struct kind *kind;       /* of the last hunk */
  struct example *example; /* that shows the last hunk; NULL: it is counted only */
};

struct diff_screen *diff_screen_create(void) {
  return calloc(1, sizeof(struct diff_screen));
}

void diff_screen_destroy(struct diff_screen *screen) {
  for (size_t i = 0; screen != NULL && i < screen->kind_count; i++) {
    for (size_t e = 0; e < screen->kinds[i].example_count; e++)
      text_free(&screen->kinds[i].examples[e].text);
  }
  free(screen);
}

/* --- taking ----------------------------------------------------------------------------------- */

static enum rank name_kind(const struct difference *difference, char *name, size_t size) {
  bool missing = difference->actual[0] == '\0';
  const char *transport = difference->flow;
  if (difference->event != 0 && strcmp(difference->field, "order") == 0) {
    (void)snprintf(name, size, "%s in another place", difference->kind);
    return RANK_EVENT;
  }
  if (difference->event != 0 && difference->field[0] != '\0') {
    (void)snprintf(name, size, "%s: %s differs", difference->kind, difference->field);
    return RANK_FIELD;
  }
  if (difference->event != 0) {
    (void)snprintf(name, size, "%s %s", difference->kind, missing ? "missing" : "not expected");
    return RANK_EVENT;
  }
  if (difference->field[0] != '\0') {
    bool of_head = difference->flow[0] == '\0';
    (void)snprintf(name, size, "%s: %s differs", of_head ? "head" : "flow", difference->field);
    return RANK_HEAD;
  }
  transport += strcspn(transport, " ");
  transport += transport[0] == ' ';
  (void)snprintf(name, size, "%.*s flow %s", (int)strcspn(transport, " "), transport,
                 missing ? "missing" : "not expected");
  return RANK_FLOW;
}

static struct kind *kind_of(struct diff_screen *screen, const struct difference *difference) {
  char name[sizeof screen->kinds[0].name];
  enum rank rank = name_kind(difference, name, sizeof name);
  for (size_t i = 0; i < screen->kind_count; i++) {
    if (strcmp(screen->kinds[i].name, name) == 0) return &screen->kinds[i];
  }
  if (screen->kind_count == KINDS_MAX) return &screen->kinds[KINDS_MAX - 1];
  struct kind *kind = &screen->kinds[screen->kind_count++];
  bool last = screen->kind_count == KINDS_MAX;
  kind->rank = last ? RANK_REST : rank;
  (void)snprintf(kind->name, sizeof kind->name, "%s", last ? "of other kinds" : name);
  return kind;
}

static size_t lines_of(const struct text *text) {
  size_t lines = 0;
  for (const char *at = text_chars(text); *at != '\0'; at++)
    lines += *at == '\n';
  return lines;
}

static void begin_hunk(struct diff_screen *screen, const struct difference *difference) {
  struct kind *kind = kind_of(screen, difference);
  screen->hunk = difference->hunk;
  screen->kind = kind;
  screen->example = NULL;
  kind->count++;
  if (kind->example_count == EXAMPLES_MAX) return;
  screen->example = &kind->examples[kind->example_count++];
  *screen->example = (struct example){.first = *difference, .text = TEXT_INIT(TEXT_MAX)};
}

void diff_screen_take(struct diff_screen *screen, const struct difference *difference,
                      const struct diff_sides *sides) {
  bool begins = difference->hunk != screen->hunk;
  if (begins) begin_hunk(screen, difference);
  struct example *example = screen->example;
  if (example == NULL) return;
  if (!begins && lines_of(&example->text) >= EXAMPLE_LINES) {
    example->fields_left_out++;
    return;
  }
  diff_print_one(difference, !begins, sides->expected, sides->actual, &example->text);
}

/* --- printing --------------------------------------------------------------------------------- */

/* Which examples fit: one of each kind, then a second one of each, and so on. */
struct choice {
  bool shown[KINDS_MAX][EXAMPLES_MAX];
  size_t count;
  size_t lines;
};

/* With the flow above it, though it may be the flow of the example before. */
static size_t lines_needed(const struct example *example) {
  return lines_of(&example->text) + 2 + (example->fields_left_out > 0);
}

static void choose(const struct diff_screen *screen, struct choice *choice) {
  for (size_t round = 0; round < EXAMPLES_MAX; round++) {
    for (size_t rank = 0; rank < RANK_COUNT; rank++) {
      for (size_t i = 0; i < screen->kind_count; i++) {
        const struct kind *kind = &screen->kinds[i];
        if (kind->rank != (enum rank)rank || round >= kind->example_count) continue;
        size_t lines = lines_needed(&kind->examples[round]);
        if (choice->count > 0 && choice->lines + lines > SCREEN_LINES) continue;
        choice->shown[i][round] = true;
        choice->lines += lines;
        choice->count++;
      }
    }
  }
}

static bool same_flow(const struct difference *one, const struct difference *other) {
  return strcmp(one->flow, other->flow) == 0 && strcmp(one->ends[0], other->ends[0]) == 0 &&
         strcmp(one->ends[1], other->ends[1]) == 0;
}

static void print_example(const struct example *example, const struct difference *before,
                          struct text *out) {
  if (before == NULL || !same_flow(before, &example->first)) diff_print_flow(&example->first, out);
  text_append(out, text_chars(&example->text));
  if (example->fields_left_out == 0) return;
  text_appendf(out, "  and %zu more fields of it\n", example->fields_left_out);
}

static void print_kind(const struct kind *kind, const bool shown[EXAMPLES_MAX],
                       const struct difference **before, struct text *out) {
  for (size_t i = 0; i < kind->example_count; i++) {
    if (!shown[i]) continue;
    print_example(&kind->examples[i], *before, out);
    *before = &kind->examples[i].first;
  }
}

static size_t left_of(const struct kind *kind, const bool shown[EXAMPLES_MAX]) {
  size_t left = kind->count;
  for (size_t i = 0; i < kind->example_count; i++)
    left -= shown[i];
  return left;
}

/* The kinds of which most are not shown. */
static void print_counts(const struct diff_screen *screen, const struct choice *choice, size_t left,
                         struct text *out) {
  size_t below = SIZE_MAX, printed = 0;
  while (left > 0 && printed < COUNTS_MAX) {
    size_t most = 0;
    for (size_t i = 0; i < screen->kind_count; i++) {
      size_t of_kind = left_of(&screen->kinds[i], choice->shown[i]);
      if (of_kind > most && of_kind < below) most = of_kind;
    }
    if (most == 0) break;
    for (size_t i = 0; i < screen->kind_count && printed < COUNTS_MAX; i++) {
      if (left_of(&screen->kinds[i], choice->shown[i]) != most) continue;
      text_appendf(out, "%10zu  %s\n", most, screen->kinds[i].name);
      left -= most;
      printed++;
    }
    below = most;
  }
  if (left > 0) text_appendf(out, "%10zu  of other kinds\n", left);
}

void diff_screen_print(const struct diff_screen *screen, const struct diff_totals *totals,
                       struct text *out) {
  if (totals->count == 0) {
    text_append(out, "no difference\n");
    return;
  }
  struct choice choice = {.count = 0};
  choose(screen, &choice);
  const struct difference *before = NULL;
  for (size_t rank = 0; rank < RANK_COUNT; rank++) {
    for (size_t i = 0; i < screen->kind_count; i++) {
      if (screen->kinds[i].rank != (enum rank)rank) continue;
      print_kind(&screen->kinds[i], choice.shown[i], &before, out);
    }
  }
  size_t left = totals->count - choice.count;
  text_appendf(out, "\n%zu difference%s", totals->count, totals->count == 1 ? "" : "s");
  text_append(out, left == 0 ? "\n" : ", of which these are not shown (--json has all):\n");
  print_counts(screen, &choice, left, out);
  if (totals->gave_up == 0) return;
  text_appendf(out,
               "in %zu flow%s too much differs to be aligned: there event n is held against event "
               "n\n",
               totals->gave_up, totals->gave_up == 1 ? "" : "s");
}
