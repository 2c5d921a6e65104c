/* Differences as a person tells them: where, what was expected, what came, and what is around. */
#include "trace/diff_internal.h"

#include <string.h>

enum { LINE_MAX = 110, TEXT_MAX = 64 * 1024 };

static bool is_event_alone(const struct difference *difference) {
  return difference->event != 0 && difference->field[0] == '\0';
}

static const struct canonical_flow *find_flow(const struct canonical *canonical, const char *line) {
  for (size_t i = 0; i < canonical->count; i++) {
    char text[sizeof((struct difference *)0)->flow];
    flow_line(canonical, &canonical->flows[i], text, sizeof text);
    if (strcmp(text, line) == 0) return &canonical->flows[i];
  }
  return NULL;
}

static void print_line(const struct canonical *canonical, const struct canonical_flow *flow,
                       size_t event, char mark, struct text *out) {
  if (event >= flow->count) return;
  struct text text = TEXT_INIT(TEXT_MAX);
  print_event(canonical, &flow->events[event], NULL, &text);
  char line[LINE_MAX];
  copy_cut(line, sizeof line, text_chars(&text));
  text_appendf(out, "    %c %s\n", mark, line);
  text_free(&text);
}

/* The event with one line before and after it. */
static void print_context(const struct canonical *canonical, const struct difference *difference,
                          char mark, struct text *out) {
  const struct canonical_flow *flow = find_flow(canonical, difference->flow);
  if (flow == NULL || difference->event == 0) return;
  size_t event = difference->event - 1;
  if (event > 0) print_line(canonical, flow, event - 1, ' ', out);
  print_line(canonical, flow, event, mark, out);
  print_line(canonical, flow, event + 1, ' ', out);
}

/* In an excerpt nobody knows how many events came before. */
static void print_event_name(const struct difference *difference, struct text *out) {
  if (difference->of_excerpt) {
    text_append(out, "an event");
  } else {
    text_appendf(out, "event %zu", difference->event);
  }
}

/* Packets as Wireshark numbers them. */
static void print_place(const struct difference *difference, struct text *out) {
  if (difference->packet_index != SIZE_MAX) {
    text_appendf(out, ", packet %zu", difference->packet_index + 1);
    if (difference->octet_offset != SIZE_MAX)
      text_appendf(out, ", octet %zu", difference->octet_offset);
    if (difference->expected_packet != SIZE_MAX)
      text_appendf(out, " (expected: packet %zu)", difference->expected_packet + 1);
  } else if (difference->expected_packet != SIZE_MAX) {
    text_appendf(out, ", expected packet %zu", difference->expected_packet + 1);
  }
}

static void print_values(const struct difference *difference, struct text *out) {
  const char *expected = difference->expected[0] == '\0' ? "(not there)" : difference->expected;
  const char *actual = difference->actual[0] == '\0' ? "(not there)" : difference->actual;
  text_appendf(out, "      expected  %s\n", expected);
  text_appendf(out, "      actual    %s\n", actual);
  size_t same = 0;
  while (expected[same] != '\0' && expected[same] == actual[same]) {
    same++;
  }
  text_appendf(out, "                %*s^\n", (int)same, "");
}

/* The flow of `actual` that an unexpected event is in has another name there, perhaps: its numbers
 * differ. So the event is shown from what the difference itself holds. */
static void print_unexpected(const struct difference *difference, struct text *out) {
  text_append(out, "  ");
  print_event_name(difference, out);
  text_append(out, " is not expected");
  print_place(difference, out);
  text_appendf(out, "\n    + %s\n", difference->actual);
}

static void print_missing(const struct difference *difference, const struct canonical *expected,
                          struct text *out) {
  text_append(out, "  ");
  print_event_name(difference, out);
  text_append(out, " is missing");
  print_place(difference, out);
  text_append(out, "\n");
  print_context(expected, difference, '-', out);
}

static void print_field_of_event(const struct difference *difference, bool same_event,
                                 const struct canonical *expected, struct text *out) {
  if (!same_event) print_context(expected, difference, '!', out);
  text_append(out, "  ");
  if (!difference->of_excerpt) text_appendf(out, "event %zu, ", difference->event);
  text_appendf(out, "field %s", difference->field);
  print_place(difference, out);
  text_append(out, "\n");
  print_values(difference, out);
}

static void print_unexpected_flow(const struct difference *difference,
                                  const struct canonical *actual, struct text *out) {
  const struct canonical_flow *flow = find_flow(actual, difference->flow);
  for (size_t i = 0; flow != NULL && i < 3; i++) {
    print_line(actual, flow, i, '+', out);
  }
}

static void print_flow_alone(const struct difference *difference, const struct canonical *actual,
                             struct text *out) {
  bool missing = difference->actual[0] == '\0';
  text_appendf(out, "  the flow is %s: %s", missing ? "missing" : "not expected",
               missing ? difference->expected : difference->actual);
  print_place(difference, out);
  text_append(out, "\n");
  if (!missing) print_unexpected_flow(difference, actual, out);
}

void diff_print_one(const struct difference *difference, bool same_event,
                    const struct canonical *expected, const struct canonical *actual,
                    struct text *out) {
  if (is_event_alone(difference) && difference->expected[0] == '\0') {
    print_unexpected(difference, out);
  } else if (is_event_alone(difference)) {
    print_missing(difference, expected, out);
  } else if (difference->event != 0) {
    print_field_of_event(difference, same_event, expected, out);
  } else if (difference->field[0] != '\0') {
    text_appendf(out, "  %s\n", difference->field);
    print_values(difference, out);
  } else {
    print_flow_alone(difference, actual, out);
  }
}

/* Real endpoints say more than the names that the canonical form gives. */
void diff_print_flow(const struct difference *difference, struct text *out) {
  const char *one = difference->ends[0], *other = difference->ends[1];
  if (one[0] == '\0' && other[0] == '\0') {
    text_appendf(out, "\n%s\n", difference->flow[0] == '\0' ? "head" : difference->flow);
    return;
  }
  size_t transport = strcspn(difference->flow, " ") + 1; /* behind "flow " */
  size_t family = transport + strcspn(difference->flow + transport, " ") + 1;
  size_t end = family + strcspn(difference->flow + family, " ");
  text_appendf(out, "\n%.*s %s", (int)end, difference->flow, one[0] != '\0' ? one : other);
  if (one[0] != '\0' && other[0] != '\0' && strcmp(one, other) != 0) {
    text_appendf(out, " (actual: %s)", other);
  }
  text_append(out, "\n");
}

void diff_print(const struct diff_result *result, const struct canonical *expected,
                const struct canonical *actual, const char *requirement, struct text *out) {
  if (result->count == 0) {
    text_append(out, "no difference\n");
    return;
  }
  text_appendf(out, "%zu difference%s\n", result->count, result->count == 1 ? "" : "s");
  const struct difference *last = NULL;
  for (size_t i = 0; i < result->listed; i++) {
    const struct difference *difference = &result->list[i];
    bool same_flow = last != NULL && strcmp(last->flow, difference->flow) == 0;
    bool same_event = same_flow && last->event == difference->event && !is_event_alone(last);
    if (!same_flow) diff_print_flow(difference, out);
    diff_print_one(difference, same_event, expected, actual, out);
    last = difference;
  }
  if (result->listed == DIFFERENCES_LISTED_MAX) {
    text_appendf(out, "\nonly the first %d are listed\n", DIFFERENCES_LISTED_MAX);
  }
  if (result->gave_up > 0) {
    text_appendf(out,
                 "\nin %zu flow%s too much differs to be aligned: there event n is held against "
                 "event n\n",
                 result->gave_up, result->gave_up == 1 ? "" : "s");
  }
  if (requirement != NULL) text_appendf(out, "\nrequirement: %s\n", requirement);
}
