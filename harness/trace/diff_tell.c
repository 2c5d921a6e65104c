/* Where a field that differs stands, and its two values, so that a person sees what changed: a long
 * text from shortly before that octet on, and of a payload that is compared by its digest the
 * octets themselves. */
#include "trace/datagram.h"
#include "trace/diff_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
  VALUE_TEXT_MAX = 1024 * 1024,
  BEFORE = 16, /* octets that are shown in front of the first one that differs */
  BEHIND = 32,
  SHOWN_WHOLE = 72 /* octets that a text may have and be shown from its beginning on */
};

void copy_cut(char *into, size_t size, const char *text) {
  int len = snprintf(into, size, "%s", text);
  if (len >= 0 && (size_t)len >= size) memcpy(into + size - 4, "...", 4);
}

void value_text(const struct canonical *canonical, const struct canonical_value *value, char *into,
                size_t size) {
  struct text text = TEXT_INIT(VALUE_TEXT_MAX);
  print_value(canonical, value, NULL, &text);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* --- octets ----------------------------------------------------------------------------------- */

bool has_octets(const struct diff_sides *sides) {
  return sides->expected_trace != NULL && sides->actual_trace != NULL;
}

/* Where the octet `step` of the field was captured: it may have come in a later packet than the
 * first. */
static void find_octet(const struct canonical_field *field, size_t step, size_t *packet,
                       size_t *octet) {
  *packet = field->packet_index;
  *octet = field->octet_offset + (field->source_count == 0 ? step : 0);
  size_t at = field->bit_offset / 8 + step;
  size_t low = 0, high = field->source_count; /* sources are in the order of their octets */
  while (low < high) {
    size_t middle = (low + high) / 2;
    const struct octet_source *source = &field->sources[middle];
    if (at < source->payload_offset) {
      high = middle;
    } else if (at - source->payload_offset >= source->len) {
      low = middle + 1;
    } else {
      *packet = source->packet_index;
      *octet = source->octet_offset + (at - source->payload_offset);
      return;
    }
  }
}

static size_t octets_of(const struct canonical_field *field) {
  return field->packet_index == SIZE_MAX ? 0 : field->bit_len / 8;
}

/* False: it is not there, as where a capture was cut short. */
static bool octet_at(const struct trace *trace, const struct canonical_field *field, size_t step,
                     uint8_t *value) {
  size_t packet, octet;
  if (step >= octets_of(field)) return false;
  find_octet(field, step, &packet, &octet);
  if (packet >= trace_count(trace)) return false;
  struct span bytes = trace_packet(trace, packet)->bytes;
  if (octet >= bytes.len) return false;
  *value = bytes.bytes[octet];
  return true;
}

/* The first octet in which the two differ, or that one of them has not. */
static size_t first_other_octet(const struct diff_sides *sides, const struct canonical_field *x,
                                const struct canonical_field *y) {
  for (size_t step = 0;; step++) {
    uint8_t one = 0, other = 0;
    bool there = octet_at(sides->expected_trace, x, step, &one);
    bool other_there = octet_at(sides->actual_trace, y, step, &other);
    if (!there || !other_there || one != other) return step;
  }
}

static void show_octets(const struct trace *trace, const struct canonical_field *field, size_t at,
                        char *into, size_t size) {
  size_t from = at > BEFORE && octets_of(field) > SHOWN_WHOLE ? at - BEFORE : 0;
  struct text text = TEXT_INIT(VALUE_TEXT_MAX);
  text_append(&text, from > 0 ? "...\"" : "\"");
  uint8_t octet = 0;
  size_t step = from;
  for (; step < from + BEFORE + BEHIND && octet_at(trace, field, step, &octet); step++) {
    if (octet == '"') text_append(&text, "\\");
    text_append_escaped(&text, span_of(&octet, 1));
  }
  text_append(&text, step < octets_of(field) ? "\"..." : "\"");
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* --- texts ------------------------------------------------------------------------------------ */

/* Characters of the escaped octet at the front. */
static size_t unit_len(const char *text) {
  return text[0] != '\\' ? 1 : text[1] == 'x' ? 4 : 2;
}

/* How many octets two quoted texts have in common at their start. */
static size_t common_octets(const char *x, const char *y) {
  size_t octets = 0;
  for (size_t i = 1; x[i] != '\0' && x[i] != '"';) {
    size_t len = unit_len(x + i);
    if (strncmp(x + i, y + i, len) != 0) break;
    i += len;
    octets++;
  }
  return octets;
}

/* Behind so many octets of a quoted text that begins with one, or at its end. */
static const char *skip_octets(const char *text, size_t count) {
  for (; count > 0 && text[0] != '\0' && text[0] != '"'; count--)
    text += unit_len(text);
  return text;
}

/* A quoted text; where it is long, from shortly before octet `at` on. */
static void show_text(const char *quoted, size_t at, char *into, size_t size) {
  if (at <= SHOWN_WHOLE) {
    copy_cut(into, size, quoted);
    return;
  }
  const char *from = skip_octets(quoted + 1, at - BEFORE);
  const char *to = skip_octets(from, BEFORE + BEHIND);
  struct text text = TEXT_INIT(VALUE_TEXT_MAX);
  text_append(&text, "...\"");
  text_append_span(&text, span_of(from, (size_t)(to - from)));
  text_append(&text, to[0] == '"' ? "\"" : "\"...");
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool is_quoted(const struct canonical_field *field) {
  return field->value.variable == NO_VARIABLE && field->value.rest[0] == '"';
}

static bool is_digest(const struct canonical_field *field) {
  return strcmp(field->name, "xxh3") == 0 || strstr(field->value.rest, ":xxh3:") != NULL;
}

/* At one octet of each; where a field ends before it, at its last one. */
static void point_at(const struct canonical_field *x, size_t x_step,
                     const struct canonical_field *y, size_t y_step,
                     struct difference *difference) {
  size_t x_count = octets_of(x), y_count = octets_of(y), octet;
  if (x_count > 0) {
    find_octet(x, x_step < x_count ? x_step : x_count - 1, &difference->expected_packet, &octet);
  }
  if (y_count == 0) return;
  find_octet(y, y_step < y_count ? y_step : y_count - 1, &difference->packet_index,
             &difference->octet_offset);
}

static bool tell_octets(const struct diff_sides *sides, const struct canonical_field *x,
                        const struct canonical_field *y, struct difference *difference) {
  if (!has_octets(sides) || (!is_digest(x) && !is_digest(y))) return false;
  size_t at = first_other_octet(sides, x, y);
  uint8_t octet;
  bool differs = octet_at(sides->expected_trace, x, at, &octet) ||
                 octet_at(sides->actual_trace, y, at, &octet);
  if (!differs) return false;
  bool is_payload = strcmp(x->name, "xxh3") == 0 || strcmp(y->name, "xxh3") == 0;
  copy_cut(difference->field, sizeof difference->field, is_payload ? "payload" : y->name);
  show_octets(sides->expected_trace, x, at, difference->expected, sizeof difference->expected);
  show_octets(sides->actual_trace, y, at, difference->actual, sizeof difference->actual);
  point_at(x, at, y, at, difference);
  return true;
}

/* Whether an HTTP field is told by its line, with its name in front: see canonical_http.c. */
static bool is_line(const struct canonical_field *field) {
  const char *text = field->value.rest + 1;
  size_t name_len = strcspn(field->name, ".");
  for (size_t i = 0; i < name_len; i++) {
    bool known = isalnum((unsigned char)text[i]) != 0;
    if (text[i] == '\0' || (known ? tolower((unsigned char)text[i]) : '_') != field->name[i])
      return false;
  }
  return text[name_len] == ':';
}

static void tell_texts(const struct canonical_field *x, const struct canonical_field *y,
                       struct difference *difference) {
  size_t common = common_octets(x->value.rest, y->value.rest);
  show_text(x->value.rest, common, difference->expected, sizeof difference->expected);
  show_text(y->value.rest, common, difference->actual, sizeof difference->actual);
  if (is_line(x) != is_line(y) || y->text_at == SIZE_MAX) {
    point_at(x, 0, y, 0, difference);
  } else {
    size_t x_at = x->text_at == SIZE_MAX ? 0 : x->text_at + common;
    point_at(x, x_at, y, y->text_at + common, difference);
  }
}

void tell_field(const struct diff_sides *sides, const struct canonical_field *x,
                const struct canonical_field *y, const struct canonical_event *event,
                struct difference *difference) {
  if (x != NULL) copy_cut(difference->field, sizeof difference->field, x->name);
  if (y != NULL) copy_cut(difference->field, sizeof difference->field, y->name);
  difference->packet_index = event->packet_index;
  if (y != NULL && y->packet_index != SIZE_MAX) {
    difference->packet_index = y->packet_index;
    difference->octet_offset = y->octet_offset;
  }
  if (x != NULL && x->packet_index != SIZE_MAX) difference->expected_packet = x->packet_index;
  if (x != NULL && y != NULL && tell_octets(sides, x, y, difference)) return;
  if (x != NULL && y != NULL && is_quoted(x) && is_quoted(y)) {
    tell_texts(x, y, difference);
    return;
  }
  if (x != NULL) {
    value_text(sides->expected, &x->value, difference->expected, sizeof difference->expected);
  }
  if (y != NULL) {
    value_text(sides->actual, &y->value, difference->actual, sizeof difference->actual);
  }
}

/* --- flows ------------------------------------------------------------------------------------ */

static void append_end(struct text *out, const struct ip_address *address, struct span segment,
                       size_t port_at) {
  char name[IP_ADDRESS_TEXT_MAX];
  ip_address_text(address, name);
  bool is_v6 = address->family == IP_V6;
  bool has_port = segment.len >= port_at + 2;
  if (!has_port) {
    text_append(out, name);
    return;
  }
  unsigned port = (unsigned)segment.bytes[port_at] << 8 | segment.bytes[port_at + 1];
  text_appendf(out, is_v6 ? "[%s]:%u" : "%s:%u", name, port);
}

/* The first event that one side said tells who that is; else the opening, which is the
 * initiator's. */
static const struct canonical_event *event_of_side(const struct canonical_flow *flow) {
  for (size_t i = 0; i < flow->count; i++) {
    if (flow->events[i].direction != 0) return &flow->events[i];
  }
  return flow->count > 0 ? &flow->events[0] : NULL;
}

void tell_ends(const struct canonical *canonical, const struct canonical_flow *flow,
               const struct trace *trace, char *into, size_t size) {
  into[0] = '\0';
  const struct canonical_event *event = event_of_side(flow);
  bool known = trace != NULL && event != NULL && event->packet_index < trace_count(trace) &&
               canonical->head.level != LEVEL_PACKET;
  if (!known) return;
  struct ip_datagram datagram;
  datagram_of(trace, event->packet_index, &datagram);
  if (datagram.ip.version == IP_NONE) return;
  bool has_ports = strcmp(flow->transport, "tcp") == 0 || strcmp(flow->transport, "udp") == 0;
  bool is_segment = datagram.ip.protocol == IP_PROTO_TCP || datagram.ip.protocol == IP_PROTO_UDP;
  if (has_ports && (!is_segment || datagram.ip.fragment_offset_bytes > 0)) return;
  struct span segment = has_ports ? datagram.payload : (struct span){0};
  bool forth = event->direction != '<';
  struct text text = TEXT_INIT(VALUE_TEXT_MAX);
  append_end(&text, forth ? &datagram.ip.source : &datagram.ip.destination, segment, forth ? 0 : 2);
  text_append(&text, " > ");
  append_end(&text, forth ? &datagram.ip.destination : &datagram.ip.source, segment, forth ? 2 : 0);
  copy_cut(into, size, text_chars(&text));
  text_free(&text);
}
