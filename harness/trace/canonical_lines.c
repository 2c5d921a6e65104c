/* Lines of a text protocol as events.
 *
 * A turn is cut behind each LF. What follows the last one is a line without an end: a prompt, which
 * the other side answers, or what was cut. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include <string.h>

struct line {
  struct span text; /* without its end */
  const char *end;  /* "crlf", "lf", "none" */
  size_t end_len;
};

static struct line line_at(struct span octets, size_t at) {
  struct span rest = span_part(octets, at, SIZE_MAX);
  const uint8_t *newline = memchr(rest.bytes, '\n', rest.len);
  if (newline == NULL) return (struct line){rest, "none", 0};
  size_t len = (size_t)(newline - rest.bytes);
  if (len == 0 || rest.bytes[len - 1] != '\r') {
    return (struct line){span_part(rest, 0, len), "lf", 1};
  }
  return (struct line){span_part(rest, 0, len - 1), "crlf", 2};
}

static void add_line(struct canonical *canonical, struct canonical_event *event,
                     const struct line *line, size_t at) {
  add_payload(canonical, event, line->text,
              policy_for_time(&canonical->head, "line.text", POLICY_IGNORE));
  for (size_t i = 0; i < event->count; i++) {
    if (event->fields[i].bit_len > 0) event->fields[i].bit_offset = at * 8;
  }
  struct canonical_field *end = canonical_add_field(canonical, event, "end", POLICY_EXACT);
  end->value = value_literal(line->end);
  end->bit_offset = (at + line->text.len) * 8;
  end->bit_len = line->end_len * 8;
}

void lines_add_turn(struct build *build, struct canonical_flow *flow,
                    const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  size_t source = 0;
  for (size_t at = 0; at < from->payload.len;) {
    struct line line = line_at(from->payload, at);
    struct canonical_event *event =
        canonical_add_event(canonical, flow, direction_of(from), "line");
    add_line(canonical, event, &line, at);
    if (at == 0) add_oddities(canonical, event, from);
    while (source + 1 < from->source_count && from->sources[source + 1].payload_offset <= at) {
      source++;
    }
    event->packet_index = from->sources[source].packet_index;
    at += line.text.len + line.end_len;
    size_t end = source;
    while (end < from->source_count && from->sources[end].payload_offset < at) {
      end++;
    }
    cover_fields(canonical, event, from->sources + source, end - source);
  }
}
