/* HTTP/1.x messages as events.
 *
 * A message is where its octets are, whatever turns and segments it was sent in: it is told at the
 * turn in which it begins. What is no message is told as data up to the end of its turn, and why.
 *
 * No octet can change and the text stay the same. A field that is written as nearly all write it
 * ("Content-Length: 10") is told by its value, content_length="10"; any other by its line,
 * content_length="content-length:10". A value that could be taken for such a line is told by its
 * line as well. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include "proto/http.h"

#include <stdio.h>
#include <string.h>

enum { RULE_NAME_MAX = 48, LINE_END_LEN = 2 };

/* One direction of the flow. */
struct http_side {
  struct trace_event whole; /* all its octets, and where they were captured */
  bool plain;               /* octets are missing, or contradict each other: no message is sure */
  size_t begun;             /* octets of the turns that were told of */
  size_t told;              /* octets that events tell */
  size_t source;            /* of `whole`: the first that may hold the next octet */
  size_t answered;          /* octets of requests that have their response */
};

struct http_dialogue {
  struct build *build;
  size_t flow_index;
  struct http_side sides[2];
};

struct http_dialogue *http_dialogue_of(struct build *build, size_t flow_index) {
  struct canonical *canonical = build->canonical;
  struct http_dialogue *dialogue = arena_alloc(canonical->arena, sizeof *dialogue);
  if (dialogue == NULL) {
    canonical->failed = true;
    return NULL;
  }
  *dialogue = (struct http_dialogue){.build = build, .flow_index = flow_index};
  for (size_t side = 0; side < 2; side++) {
    struct http_side *made = &dialogue->sides[side];
    tcp_direction(build, flow_index, side == FLOW_INITIATOR, &made->whole);
    made->plain = made->whole.note != NULL;
  }
  return dialogue;
}

/* --- fields ----------------------------------------------------------------------------------- */

/* One message, or what is none, within its direction. */
struct http_part {
  struct canonical *canonical;
  struct canonical_event *event;
  struct span stream; /* all octets of the direction */
};

/* The octets that the field tells: views into the stream. */
static struct canonical_field *add_field(const struct http_part *part, const char *name,
                                         const char *rule, struct span octets) {
  char rule_name[RULE_NAME_MAX];
  int len = snprintf(rule_name, sizeof rule_name, "http.%s", rule);
  enum field_policy policy = POLICY_EXACT;
  if (len > 0 && (size_t)len < sizeof rule_name) {
    const struct canonical_head *head = &part->canonical->head;
    bool is_date = strcmp(rule, "date") == 0;
    policy = is_date ? policy_for_time(head, rule_name, POLICY_VERIFY)
                     : policy_for(head, rule_name, POLICY_EXACT);
  }
  struct canonical_field *field = canonical_add_field(part->canonical, part->event, name, policy);
  field->bit_len = octets.len * 8;
  if (octets.len > 0) field->bit_offset = (size_t)(octets.bytes - part->stream.bytes) * 8;
  return field;
}

/* Where the text begins among the field's octets, if it is of the stream: a body put together of
 * chunks is not. */
static size_t place_of_text(const struct http_part *part, const struct canonical_field *field,
                            struct span text) {
  uintptr_t stream = (uintptr_t)part->stream.bytes, begin = (uintptr_t)text.bytes;
  if (text.len == 0 || begin < stream || begin - stream >= part->stream.len) return SIZE_MAX;
  return (size_t)(begin - stream) - field->bit_offset / 8;
}

static void set_text(const struct http_part *part, struct canonical_field *field,
                     struct span text) {
  if (field->policy == POLICY_IGNORE) return;
  field->text_at = place_of_text(part, field, text);
  field->value = value_literal(quoted_text(part->canonical, text));
}

/* Words that need no quotes: a method of capital letters, digits, a version. */
static void set_word(const struct http_part *part, struct canonical_field *field,
                     struct span word) {
  bool bare = word.len > 0;
  for (size_t i = 0; i < word.len; i++) {
    uint8_t octet = word.bytes[i];
    bool letter = octet >= 'A' && octet <= 'Z';
    bare = bare && (letter || octet == '.' || (octet >= '0' && octet <= '9'));
  }
  if (!bare) {
    set_text(part, field, word);
  } else if (field->policy != POLICY_IGNORE) {
    field->value = value_literal(canonical_copy(part->canonical, word));
  }
}

/* Each word with the blank or the line end behind it. */
static void add_start(const struct http_part *part, const struct http_message *message) {
  struct span line = message->start;
  if (message->response) {
    size_t version_len = (size_t)(message->status.bytes - line.bytes);
    struct span version = span_part(line, 0, version_len);
    struct span status = span_part(line, version_len, message->status.len + 1);
    struct span reason = span_part(line, version_len + status.len, SIZE_MAX);
    set_word(part, add_field(part, "version", "version", version), message->version);
    set_word(part, add_field(part, "status", "status", status), message->status);
    set_text(part, add_field(part, "reason", "reason", reason), message->reason);
    return;
  }
  struct span method = span_part(line, 0, message->method.len + 1);
  struct span target = span_part(line, method.len, message->target.len + 1);
  struct span version = span_part(line, method.len + target.len, SIZE_MAX);
  set_word(part, add_field(part, "method", "method", method), message->method);
  set_text(part, add_field(part, "target", "target", target), message->target);
  set_word(part, add_field(part, "version", "version", version), message->version);
}

/* --- header fields ---------------------------------------------------------------------------- */

/* Small letters and digits; all else is '_'. */
static uint8_t mapped(uint8_t octet) {
  if (octet >= 'A' && octet <= 'Z') return octet | 0x20;
  bool kept = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
  return kept ? octet : '_';
}

static bool same_mapped(struct span a, struct span b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++) {
    if (mapped(a.bytes[i]) != mapped(b.bytes[i])) return false;
  }
  return true;
}

/* "Content-Length". */
static bool is_usual_name(struct span name) {
  bool first = true;
  for (size_t i = 0; i < name.len; i++) {
    uint8_t octet = name.bytes[i];
    bool capital = octet >= 'A' && octet <= 'Z';
    bool small = octet >= 'a' && octet <= 'z';
    bool digit = octet >= '0' && octet <= '9';
    if (octet != '-' && !digit && !(first ? capital : small)) return false;
    first = octet == '-';
  }
  return true;
}

/* Whether the field's name and value say all of its line, and the value says it is none. */
static bool is_usual(const struct http_field *field) {
  size_t usual_len = field->name.len + 2 + field->value.len + LINE_END_LEN;
  bool usual = is_usual_name(field->name) && field->line.len == usual_len &&
               field->line.bytes[field->name.len + 1] == ' ';
  size_t colon = 0;
  while (colon < field->value.len && field->value.bytes[colon] != ':') {
    colon++;
  }
  bool like_a_line =
      colon < field->value.len && same_mapped(span_part(field->value, 0, colon), field->name);
  return usual && !like_a_line;
}

static bool is_taken(const struct canonical_event *event, const char *name) {
  static const char *const OWN[] = {"method",    "target",   "version",  "status", "reason",
                                    "body",      "chunks",   "trailers", "note",   "malformed",
                                    "hop_limit", "checksum", "payload",  "flow"};
  for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++) {
    if (strcmp(OWN[i], name) == 0) return true;
  }
  for (size_t i = 0; i < event->count; i++) {
    if (strcmp(event->fields[i].name, name) == 0) return true;
  }
  return false;
}

/* "host", and for another of it "host.2": no header's name gives a name with a dot. */
static const char *free_name(const struct http_part *part, const char *name) {
  struct text text = TEXT_INIT(HTTP_HEAD_MAX + 16);
  text_append(&text, name);
  for (unsigned number = 2; is_taken(part->event, text_chars(&text)); number++) {
    text_clear(&text);
    text_appendf(&text, "%s.%u", name, number);
  }
  const char *copy = canonical_copy(part->canonical, span_of(text_chars(&text), text.len));
  text_free(&text);
  return copy;
}

/* The Host field's value as the golden's network has it: HOST, [HOST], and either with a port. */
static struct span told_host(const struct http_part *part, struct span value) {
  const struct canonical_head *head = &part->canonical->head;
  size_t at = value.len > 0 && value.bytes[0] == '[';
  for (size_t i = 0; i < CANONICAL_HOSTS_MAX && head->hosts[i].seen[0] != '\0'; i++) {
    size_t end = at + strlen(head->hosts[i].seen);
    if (end > value.len || memcmp(value.bytes + at, head->hosts[i].seen, end - at) != 0) continue;
    if (end < value.len && value.bytes[end] != ':' && value.bytes[end] != ']') continue;
    const char *told =
        canonical_text(part->canonical, "%.*s%s%.*s", (int)at, "[", head->hosts[i].told,
                       (int)(value.len - end), (const char *)value.bytes + end);
    return span_of_text(told);
  }
  return value;
}

static void add_header_field(const struct http_part *part, const struct http_field *field,
                             struct span octets) {
  struct text name = TEXT_INIT(HTTP_HEAD_MAX);
  for (size_t i = 0; i < field->name.len; i++) {
    uint8_t octet = mapped(field->name.bytes[i]);
    text_append_span(&name, span_of(&octet, 1));
  }
  if (name.truncated) part->canonical->failed = true;
  struct canonical_field *added =
      add_field(part, free_name(part, text_chars(&name)), text_chars(&name), octets);
  size_t line_len = field->line.len - LINE_END_LEN;
  bool usual = is_usual(field);
  if (usual && added->policy == POLICY_VERIFY && http_is_date(field->value)) {
    added->value = value_literal("valid");
    added->checked_only = true;
  } else {
    struct span value =
        strcmp(text_chars(&name), "host") == 0 ? told_host(part, field->value) : field->value;
    set_text(part, added, usual ? value : span_part(field->line, 0, line_len));
  }
  text_free(&name);
}

/* The empty line behind the fields belongs to the last of them, or to the start line. */
static void add_head(const struct http_part *part, const struct http_message *message) {
  add_start(part, message);
  struct span lines = message->fields;
  struct http_field field;
  while (http_next_field(&lines, &field)) {
    add_header_field(part, &field, field.line);
  }
  struct canonical_event *event = part->event;
  if (event->count > 0) event->fields[event->count - 1].bit_len += (size_t)LINE_END_LEN * 8;
}

/* --- bodies ----------------------------------------------------------------------------------- */

/* Octets as text, or as their length and digest. `place` is where they come from. */
static void add_octets(const struct http_part *part, const char *name, struct span octets,
                       struct span place) {
  struct canonical *canonical = part->canonical;
  struct canonical_field *field = add_field(part, name, name, place);
  if (field->policy == POLICY_IGNORE) return;
  if (octets.len <= TEXT_SHOWN_MAX) {
    set_text(part, field, octets);
    return;
  }
  field->value = value_literal(
      canonical_text(canonical, "%zu:xxh3:%s", octets.len, digest_text(canonical, octets)));
}

/* The chunks as the lines of their sizes, and the body that they are put together to. */
static void add_chunks(const struct http_part *part, struct span body) {
  struct text sizes = TEXT_INIT(body.len), data = TEXT_INIT(body.len);
  struct http_chunks chunks = http_chunks_over(body);
  struct http_chunk chunk;
  while (http_next_chunk(&chunks, &chunk)) {
    text_append_span(&sizes, chunk.size_line);
    text_append_span(&data, chunk.data);
  }
  if (sizes.truncated || data.truncated) part->canonical->failed = true;
  add_octets(part, "chunks", span_of(text_chars(&sizes), sizes.len), body);
  if (chunks.trailers.len > 0) add_octets(part, "trailers", chunks.trailers, chunks.trailers);
  add_octets(part, "body", span_of(text_chars(&data), data.len), body);
  text_free(&sizes);
  text_free(&data);
}

static void add_body(const struct http_part *part, const struct http_message *message) {
  if (message->framing == HTTP_BODY_CHUNKED && !message->body_cut) {
    add_chunks(part, message->body);
  } else if (message->body.len > 0) {
    add_octets(part, "body", message->body, message->body);
  }
  if (message->body_cut) {
    add_note(part->canonical, part->event, "malformed", "the body is cut short");
  }
}

/* --- messages --------------------------------------------------------------------------------- */

/* The method of the request that the side's next response answers; empty: unknown. */
static struct span asked_of(struct http_side *asker, struct http_message *request) {
  struct span rest = span_part(asker->whole.payload, asker->answered, SIZE_MAX);
  bool known =
      !asker->plain && http_decode(rest, (struct span){0}, request) == NULL && !request->response;
  if (!known) *request = (struct http_message){0};
  return request->method;
}

/* What is odd about the turn, and where the event's octets were captured. */
static void finish(struct http_side *side, const struct http_part *part,
                   const struct trace_event *turn, size_t len) {
  const struct octet_source *sources = side->whole.sources;
  size_t first = side->source;
  while (first + 1 < side->whole.source_count &&
         sources[first].payload_offset + sources[first].len <= side->told) {
    first++;
  }
  side->told += len;
  size_t end = first;
  while (end < side->whole.source_count && sources[end].payload_offset < side->told) {
    end++;
  }
  side->source = first;
  add_oddities(part->canonical, part->event, turn);
  if (first < side->whole.source_count) part->event->packet_index = sources[first].packet_index;
  cover_fields(part->canonical, part->event, sources + first, end - first);
}

static void add_message(struct http_dialogue *dialogue, struct canonical_flow *flow,
                        struct http_side *side, const struct trace_event *turn) {
  struct canonical *canonical = dialogue->build->canonical;
  struct http_side *other = &dialogue->sides[side == dialogue->sides ? 1 : 0];
  struct http_part part = {.canonical = canonical, .stream = side->whole.payload};
  struct http_message message, request;
  struct span rest = span_part(part.stream, side->told, SIZE_MAX);
  struct span asked = asked_of(other, &request);
  const char *wrong = http_decode(rest, asked, &message);
  if (wrong != NULL) {
    rest = span_part(rest, 0, side->begun - side->told);
    part.event = canonical_add_event(canonical, flow, direction_of(turn), "data");
    add_payload(canonical, part.event, rest, POLICY_EXACT);
    for (size_t i = 0; i < part.event->count; i++) {
      if (part.event->fields[i].bit_len > 0) part.event->fields[i].bit_offset = side->told * 8;
    }
    add_note(canonical, part.event, "malformed", wrong);
    finish(side, &part, turn, rest.len);
    return;
  }
  if (message.response && message.status_code >= 200) other->answered += request.len;
  part.event = canonical_add_event(canonical, flow, direction_of(turn), "http");
  add_head(&part, &message);
  add_body(&part, &message);
  finish(side, &part, turn, message.len);
}

void http_add_turn(struct http_dialogue *dialogue, struct canonical_flow *flow,
                   const struct trace_event *turn) {
  struct http_side *side = &dialogue->sides[turn->from_initiator ? 0 : 1];
  if (side->plain) {
    tcp_add_plain(dialogue->build, flow, turn, NULL);
    return;
  }
  side->begun += turn->payload.len;
  while (side->told < side->begun) {
    add_message(dialogue, flow, side, turn);
  }
}
