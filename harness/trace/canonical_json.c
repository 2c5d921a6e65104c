/* The canonical form for scripts; written by hand for the reason that diff_json.c gives. */
#include "trace/canonical_model.h"
#include "trace/json_text.h"

enum { TEXT_MAX = 64 * 1024 };

static void append_value(const struct canonical *canonical, const struct canonical_value *value,
                         struct text *out) {
  struct text text = TEXT_INIT(TEXT_MAX);
  print_value(canonical, value, NULL, &text);
  json_append_string(out, text_chars(&text));
  text_free(&text);
}

static void append_end(const struct canonical *canonical, const struct canonical_end *end,
                       struct text *out) {
  text_append(out, "{\"host\": ");
  append_value(canonical, &end->host, out);
  if (end->has_port) {
    text_append(out, ", \"port\": ");
    append_value(canonical, &end->port, out);
  }
  text_append(out, "}");
}

static void append_event(const struct canonical *canonical, const struct canonical_event *event,
                         struct text *out) {
  text_append(out, "{\"kind\": ");
  json_append_string(out, event->kind);
  if (event->direction != 0) {
    text_appendf(out, ", \"by\": \"%s\"", event->direction == '>' ? "initiator" : "responder");
  }
  if (event->packet_index != SIZE_MAX) {
    text_appendf(out, ", \"packet\": %zu", event->packet_index + 1);
  }
  text_append(out, ", \"fields\": {");
  for (size_t i = 0; i < event->count; i++) {
    text_append(out, i == 0 ? "" : ", ");
    json_append_string(out, event->fields[i].name);
    text_append(out, ": ");
    append_value(canonical, &event->fields[i].value, out);
  }
  text_append(out, "}}");
}

static void append_flow(const struct canonical *canonical, const struct canonical_flow *flow,
                        struct text *out) {
  text_appendf(out, "{\"transport\": \"%s\", \"family\": \"%s\", \"initiator\": ", flow->transport,
               flow->family);
  append_end(canonical, &flow->ends[0], out);
  text_append(out, ", \"responder\": ");
  append_end(canonical, &flow->ends[1], out);
  text_append(out, ", \"events\": [");
  for (size_t i = 0; i < flow->count; i++) {
    text_append(out, i == 0 ? "\n    " : ",\n    ");
    append_event(canonical, &flow->events[i], out);
  }
  text_append(out, "]}");
}

void canonical_json(const struct canonical *canonical, struct text *out) {
  text_append(out, "{\"schema\": 1, \"case\": ");
  json_append_string(out, canonical->head.case_id);
  text_appendf(out, ", \"level\": \"%s\", \"flows\": [",
               canonical_level_name(canonical->head.level));
  for (size_t i = 0; i < canonical->count; i++) {
    text_append(out, i == 0 ? "\n  " : ",\n  ");
    append_flow(canonical, &canonical->flows[i], out);
  }
  text_append(out, "]}\n");
}
