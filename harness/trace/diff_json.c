/* Written by hand: the program that compares captures loads no JSON library, as it starts and ends
 * within milliseconds. */
#include "trace/diff.h"
#include "trace/json_text.h"

static void append_string(struct text *out, const char *name, const char *value) {
  text_appendf(out, "\"%s\": ", name);
  json_append_string(out, value);
}

static void append_number(struct text *out, const char *name, size_t value, size_t none) {
  if (value == none) {
    text_appendf(out, "\"%s\": null", name);
  } else {
    text_appendf(out, "\"%s\": %zu", name, value);
  }
}

static void append_ends(struct text *out, const char *name, const char *ends) {
  if (ends[0] == '\0') {
    text_appendf(out, "\"%s\": null", name);
  } else {
    append_string(out, name, ends);
  }
  text_append(out, ", ");
}

void diff_json(const struct difference *difference, struct text *out) {
  size_t packet = difference->packet_index, expected_packet = difference->expected_packet;
  text_append(out, "{");
  append_string(out, "flow", difference->flow);
  text_append(out, ", ");
  append_ends(out, "expected_ends", difference->ends[0]);
  append_ends(out, "actual_ends", difference->ends[1]);
  append_number(out, "event", difference->of_excerpt ? 0 : difference->event, 0);
  text_append(out, ", ");
  append_string(out, "field", difference->field);
  text_append(out, ", ");
  append_string(out, "expected", difference->expected);
  text_append(out, ", ");
  append_string(out, "actual", difference->actual);
  text_append(out, ", ");
  append_number(out, "expected_packet",
                expected_packet == SIZE_MAX ? expected_packet : expected_packet + 1, SIZE_MAX);
  text_append(out, ", ");
  append_number(out, "packet", packet == SIZE_MAX ? packet : packet + 1, SIZE_MAX);
  text_append(out, ", ");
  append_number(out, "octet", packet == SIZE_MAX ? SIZE_MAX : difference->octet_offset, SIZE_MAX);
  text_append(out, "}");
}
