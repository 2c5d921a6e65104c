/* DNS messages as events.
 *
 * The id of a query is bound: it is made by chance, and what its reply must repeat (RFC 1035
 * section 4.1.1). All else of a message is told exactly: names with the way in which they are
 * compressed, so that no octet can change and the text stay the same. */
#include <string.h>

#include "trace/canonical_build.h"

#include "proto/dns.h"
#include "trace/array.h"
#include "trace/policies.h"

#include <stdlib.h>

enum {
  ENTRY_TEXT_MAX = 256 * 1024, /* beyond what 65,535 octets can be as text */
  FLAG_MASK = 0xffff & ~(DNS_QR | DNS_OPCODE | DNS_RCODE),
  ID_LEN = 2
};

struct dns_query {
  size_t flow;
  uint16_t id;
  struct span question; /* its octets; a view into the conversation */
  size_t variable;
};

struct dns_queries {
  struct dns_query *list; /* in the order of flows, and of capture within one */
  size_t count, capacity;
};

struct dns_queries *dns_queries_create(void) {
  return calloc(1, sizeof(struct dns_queries));
}

void dns_queries_destroy(struct dns_queries *queries) {
  if (queries == NULL) return;
  free(queries->list);
  free(queries);
}

/* --- ids -------------------------------------------------------------------------------------- */

static struct span question_of(struct span message) {
  struct dns_walk walk = dns_walk_over(message);
  struct dns_entry entry;
  if (!dns_next(&walk, &entry) || entry.section != DNS_QUESTION) return (struct span){0};
  return span_part(message, entry.offset, entry.len);
}

/* The same id and question in another flow is the same query, asked again (over TCP, of another
 * server). */
static void bind_query(struct build *build, size_t flow, struct span message) {
  struct dns_queries *queries = build->queries;
  struct dns_walk walk = dns_walk_over(message);
  if (walk.wrong != NULL || (walk.header.flags & DNS_QR) != 0) return;
  struct dns_query query = {.flow = flow,
                            .id = walk.header.id,
                            .question = question_of(message),
                            .variable = NO_VARIABLE};
  for (size_t i = 0; i < queries->count && query.variable == NO_VARIABLE; i++) {
    const struct dns_query *earlier = &queries->list[i];
    if (earlier->id != query.id || !span_equal(earlier->question, query.question)) continue;
    query.variable = earlier->variable;
  }
  if (query.variable == NO_VARIABLE) {
    query.variable = canonical_add_variable(build->canonical, "dns.id");
  }
  if (!ARRAY_RESERVE(queries->list, queries->capacity, queries->count + 1)) {
    build->canonical->failed = true;
    return;
  }
  queries->list[queries->count++] = query;
}

/* Which query of its flow a message is or answers: the likest one. NULL: nobody asked anything. */
static const struct dns_query *query_for(const struct dns_queries *queries, size_t flow,
                                         uint16_t id, struct span question) {
  const struct dns_query *found = NULL;
  unsigned best = 0;
  for (size_t i = 0; i < queries->count; i++) {
    const struct dns_query *query = &queries->list[i];
    if (query->flow != flow) continue;
    unsigned likeness =
        1U + (query->id == id ? 2U : 0U) + (span_equal(query->question, question) ? 1U : 0U);
    if (likeness <= best) continue;
    best = likeness;
    found = query;
  }
  return found;
}

/* --- messages --------------------------------------------------------------------------------- */

/* One message within an event's octets. */
struct dns_part {
  struct build *build;
  struct canonical_event *event;
  struct span message;
  size_t base; /* octets of the event before it */
};

static struct canonical_field *add_bits(const struct dns_part *part, const char *name,
                                        const char *rule, size_t bit_offset, size_t bit_len) {
  struct canonical *canonical = part->build->canonical;
  enum field_policy policy =
      rule == NULL ? POLICY_EXACT : policy_for(&canonical->head, rule, POLICY_EXACT);
  struct canonical_field *field = canonical_add_field(canonical, part->event, name, policy);
  field->bit_offset = part->base * 8 + bit_offset;
  field->bit_len = bit_len;
  return field;
}

static void set_text(const struct dns_part *part, struct canonical_field *field, const char *text) {
  if (field->policy == POLICY_IGNORE) return;
  field->value = value_literal(canonical_copy(part->build->canonical, span_of_text(text)));
}

static void add_id(const struct dns_part *part, size_t flow_index) {
  struct canonical *canonical = part->build->canonical;
  struct canonical_field *field = add_bits(part, "id", "dns.id", 0, ID_LEN * 8);
  if (field->policy == POLICY_IGNORE) return;
  uint16_t id = (uint16_t)(part->message.bytes[0] << 8 | part->message.bytes[1]);
  const struct dns_query *query =
      query_for(part->build->queries, flow_index, id, question_of(part->message));
  if (query == NULL) {
    field->value = value_literal(canonical_text(canonical, "%04x", id));
    return;
  }
  unsigned change = (unsigned)(query->id ^ id);
  field->policy = POLICY_BIND;
  field->value = value_variable(query->variable,
                                change == 0 ? "" : canonical_text(canonical, "^%04x", change));
}

static void add_header(const struct dns_part *part, const struct dns_header *header) {
  struct canonical *canonical = part->build->canonical;
  char word[DNS_WORD_MAX];
  set_text(part, add_bits(part, "qr", NULL, 16, 1),
           (header->flags & DNS_QR) != 0 ? "response" : "query");
  set_text(part, add_bits(part, "opcode", NULL, 17, 4),
           dns_opcode_text((header->flags & DNS_OPCODE) >> 11, word));
  struct text flags = TEXT_INIT(64);
  dns_flags_text(header->flags & FLAG_MASK, &flags);
  set_text(part, add_bits(part, "flags", "dns.flags", 21, 7), text_chars(&flags));
  text_free(&flags);
  set_text(part, add_bits(part, "rcode", NULL, 28, 4),
           dns_rcode_text(header->flags & DNS_RCODE, word));
  set_text(part, add_bits(part, "counts", NULL, 32, 64),
           canonical_text(canonical, "%u/%u/%u/%u", header->counts[DNS_QUESTION],
                          header->counts[DNS_ANSWER], header->counts[DNS_AUTHORITY],
                          header->counts[DNS_ADDITIONAL]));
}

/* An address record's text ends with the address: told as the golden's network has it. */
static void append_told(const struct canonical_head *head, const char *entry, struct text *text) {
  const char *last = strrchr(entry, ' ');
  for (size_t i = 0; last != NULL && i < CANONICAL_HOSTS_MAX; i++) {
    if (head->hosts[i].seen[0] == '\0' || strcmp(last + 1, head->hosts[i].seen) != 0) continue;
    text_appendf(text, "%.*s %s", (int)(last - entry), entry, head->hosts[i].told);
    return;
  }
  text_append(text, entry);
}

/* "answer", "answer2", "answer3" ... */
static void add_entry(const struct dns_part *part, const struct dns_entry *entry, unsigned number) {
  static const char *const NAMES[] = {"question", "answer", "authority", "additional"};
  static const char *const RULES[] = {"dns.question", "dns.answer", "dns.authority",
                                      "dns.additional"};
  struct canonical *canonical = part->build->canonical;
  const char *name = NAMES[entry->section];
  if (number > 1) name = canonical_text(canonical, "%s%u", name, number);
  struct canonical_field *field =
      add_bits(part, name, RULES[entry->section], entry->offset * 8, entry->len * 8);
  struct text told = TEXT_INIT(ENTRY_TEXT_MAX), text = TEXT_INIT(ENTRY_TEXT_MAX);
  dns_entry_text(part->message, entry, &told);
  text_append(&text, "\"");
  append_told(&canonical->head, text_chars(&told), &text);
  text_append(&text, "\"");
  if (told.truncated || text.truncated) canonical->failed = true;
  set_text(part, field, text_chars(&text));
  text_free(&told);
  text_free(&text);
}

static void add_entries(const struct dns_part *part) {
  struct dns_walk walk = dns_walk_over(part->message);
  struct dns_entry entry;
  unsigned numbers[DNS_SECTION_COUNT] = {0};
  while (dns_next(&walk, &entry)) {
    add_entry(part, &entry, ++numbers[entry.section]);
  }
  struct span rest = dns_walk_rest(&walk);
  if (rest.len == 0) return;
  size_t at = part->message.len - rest.len;
  struct canonical_field *field = add_bits(part, "rest", NULL, at * 8, rest.len * 8);
  struct text hex = TEXT_INIT(ENTRY_TEXT_MAX);
  text_append_hex(&hex, rest);
  set_text(part, field, text_chars(&hex));
  text_free(&hex);
}

/* Why the message is none; NULL: it is one. */
static const char *wrong_with(struct span message) {
  struct dns_walk walk = dns_walk_over(message);
  struct dns_entry entry;
  while (dns_next(&walk, &entry)) {
  }
  return walk.wrong;
}

/* What makes no sense: the reason, and the octets from `from` on as they are. */
static void add_malformed(const struct dns_part *part, const char *wrong, size_t from) {
  struct canonical *canonical = part->build->canonical;
  struct canonical_event *event = part->event;
  add_note(canonical, event, "malformed", wrong);
  size_t first = event->count;
  add_payload(canonical, event, span_part(part->message, from, SIZE_MAX), POLICY_EXACT);
  for (size_t i = first; i < event->count; i++) {
    event->fields[i].positional = false;
    if (event->fields[i].bit_len > 0) event->fields[i].bit_offset = (part->base + from) * 8;
  }
}

static void add_message(const struct dns_part *part, size_t flow_index) {
  add_id(part, flow_index);
  const char *wrong = wrong_with(part->message);
  if (wrong != NULL) {
    add_malformed(part, wrong, ID_LEN);
    return;
  }
  struct dns_walk walk = dns_walk_over(part->message);
  add_header(part, &walk.header);
  add_entries(part);
}

static void add_length(const struct dns_part *part, size_t bit_offset, size_t bit_len) {
  struct canonical_field *field = add_bits(part, "length", "dns.length", 0, bit_len);
  field->bit_offset = bit_offset;
  set_text(part, field, canonical_text(part->build->canonical, "%zu", part->message.len));
}

void dns_add_event(struct build *build, struct canonical_flow *flow, size_t flow_index,
                   const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  struct dns_part part = {.build = build,
                          .event = canonical_add_event(canonical, flow, direction_of(from), "dns"),
                          .message = from->payload};
  add_message(&part, flow_index);
  add_length(&part, 0, 0);
  add_checksum(canonical, part.event, from);
  add_oddities(canonical, part.event, from);
  cover_fields(canonical, part.event, from->sources, from->source_count);
}

/* --- streams ---------------------------------------------------------------------------------- */

/* The message that begins at `at` behind its length; false: it is not there whole. */
static bool message_at(struct span octets, size_t at, struct span *message) {
  struct reader reader = reader_over(octets);
  reader_skip(&reader, at);
  uint16_t len = reader_u16(&reader);
  *message = reader_take(&reader, len);
  return !reader.failed && len >= ID_LEN;
}

void dns_add_stream(struct build *build, struct canonical_flow *flow, size_t flow_index,
                    const struct trace_event *from) {
  struct canonical *canonical = build->canonical;
  for (size_t at = 0; at < from->payload.len;) {
    struct dns_part part = {
        .build = build,
        .event = canonical_add_event(canonical, flow, direction_of(from), "dns"),
        .base = at + DNS_TCP_LENGTH_LEN};
    if (message_at(from->payload, at, &part.message)) {
      add_message(&part, flow_index);
      add_length(&part, at * 8, (size_t)DNS_TCP_LENGTH_LEN * 8);
      at += DNS_TCP_LENGTH_LEN + part.message.len;
    } else {
      part.base = at;
      part.message = span_part(from->payload, at, SIZE_MAX);
      add_malformed(&part, "a message is not as long as its length says", 0);
      at = from->payload.len;
    }
    add_oddities(canonical, part.event, from);
    cover_fields(canonical, part.event, from->sources, from->source_count);
  }
}

void dns_bind(struct build *build, size_t flow_index, const struct trace_event *from, bool stream) {
  struct span message = from->payload;
  if (!stream) {
    bind_query(build, flow_index, message);
    return;
  }
  for (size_t at = 0; message_at(from->payload, at, &message);) {
    bind_query(build, flow_index, message);
    at += DNS_TCP_LENGTH_LEN + message.len;
  }
}
