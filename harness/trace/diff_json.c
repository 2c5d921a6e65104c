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

void diff_json(const struct diff_result *result, struct text *out) {
  for (size_t i = 0; i < result->listed; i++) {
    const struct difference *difference = &result->list[i];
    size_t packet = difference->packet_index;
    text_append(out, i == 0 ? "{" : ", {");
    append_string(out, "flow", difference->flow);
    text_append(out, ", ");
    append_number(out, "event", difference->event, 0);
    text_append(out, ", ");
    append_string(out, "field", difference->field);
    text_append(out, ", ");
    append_string(out, "expected", difference->expected);
    text_append(out, ", ");
    append_string(out, "actual", difference->actual);
    text_append(out, ", ");
    append_number(out, "packet", packet == SIZE_MAX ? packet : packet + 1, SIZE_MAX);
    text_append(out, ", ");
    append_number(out, "octet", packet == SIZE_MAX ? SIZE_MAX : difference->octet_offset, SIZE_MAX);
    text_append(out, "}");
  }
}
