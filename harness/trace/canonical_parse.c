/* Reads what canonical_print.c writes. */
#include "trace/golden_reader.h"

#include <string.h>

enum { VARIABLE_NUMBER_MAX = 1000000000 };

struct known_kind {
  const char *kind;
  const char *positional; /* what its value without a name is called; NULL: it has none */
  bool directed;
};

static const struct known_kind KINDS[] = {
    {"segment", "flags", true}, {"ntp", NULL, true},       {"dns", NULL, true},
    {"time", NULL, true},       {"http", NULL, true},      {"line", "payload", true},
    {"data", "payload", true},  {"icmp", "message", true}, {"opaque", "why", true},
    {"open", NULL, false},      {"refused", NULL, false},  {"unanswered", NULL, false},
    {"close", "how", false},
};
enum { KIND_COUNT = sizeof KINDS / sizeof KINDS[0] };

static bool is_between(uint8_t octet, char from, char to) {
  return octet >= (uint8_t)from && octet <= (uint8_t)to;
}

static bool is_name(uint8_t octet) {
  return is_between(octet, 'a', 'z') || is_between(octet, '0', '9') || octet == '_' || octet == '.';
}

/* --- values ----------------------------------------------------------------------------------- */

static size_t find_variable(struct canonical *canonical, struct span class, long number) {
  for (size_t i = 0; i < canonical->variable_count; i++) {
    const struct canonical_variable *variable = &canonical->variables[i];
    if (variable->number == (unsigned)number && span_is(class, variable->class)) return i;
  }
  size_t index = canonical_add_variable(canonical, canonical_copy(canonical, class));
  if (index != NO_VARIABLE) canonical->variables[index].number = (unsigned)number;
  return index;
}

/* $ntp.xmt1^0000000000000001: the class ends where the number begins. */
static enum err_code read_variable(struct golden_reader *reader, struct span text,
                                   struct canonical_value *value) {
  size_t digits = 1;
  while (digits < text.len && (is_between(text.bytes[digits], 'a', 'z') ||
                               text.bytes[digits] == '.' || text.bytes[digits] == '_')) {
    digits++;
  }
  size_t end = digits;
  while (end < text.len && is_between(text.bytes[end], '0', '9')) {
    end++;
  }
  long number;
  struct span rest = span_part(text, end, SIZE_MAX);
  bool good =
      digits > 1 &&
      span_to_long(span_part(text, digits, end - digits), 1, VARIABLE_NUMBER_MAX, &number) &&
      text.bytes[digits] != '0' && (rest.len == 0 || strchr("^+-", rest.bytes[0]) != NULL);
  if (!good) {
    return golden_refuse(reader,
                         "'%.*s' is not a variable: $NAME and a number from 1, then nothing, or "
                         "^BITS, +OFFSET or -OFFSET",
                         span_width(text), (const char *)text.bytes);
  }
  size_t variable = find_variable(reader->canonical, span_part(text, 1, digits - 1), number);
  *value = value_variable(variable, canonical_copy(reader->canonical, rest));
  return ERR_OK;
}

static enum err_code read_value(struct golden_reader *reader, struct span text,
                                struct canonical_value *value) {
  if (text.len > 0 && text.bytes[0] == '$') return read_variable(reader, text, value);
  *value = value_literal(canonical_copy(reader->canonical, text));
  return ERR_OK;
}

/* --- flow lines ------------------------------------------------------------------------------- */

static enum err_code read_end(struct golden_reader *reader, struct span word,
                              struct canonical_end *end) {
  size_t colon = 0;
  while (colon < word.len && word.bytes[colon] != ':') {
    colon++;
  }
  enum err_code code = read_value(reader, span_part(word, 0, colon), &end->host);
  end->has_port = colon < word.len;
  if (code != ERR_OK || !end->has_port) return code;
  struct span port = span_part(word, colon + 1, SIZE_MAX);
  long number;
  if (port.len == 0 || (port.bytes[0] != '$' && !span_to_long(port, 0, UINT16_MAX, &number))) {
    return golden_refuse(reader, "'%.*s' does not end with a port: 0 to 65535, or a variable",
                         span_width(word), (const char *)word.bytes);
  }
  return read_value(reader, port, &end->port);
}

static const char *one_of(struct span word, const char *const *names, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (span_is(word, names[i])) return names[i];
  }
  return NULL;
}

static enum err_code read_flow(struct golden_reader *reader, struct span rest) {
  static const char *const TRANSPORTS[] = {"udp", "tcp", "icmp", "other", "packets"};
  static const char *const FAMILIES[] = {"ipv4", "ipv6", "none"};
  const char *transport = one_of(golden_word(&rest), TRANSPORTS, 5);
  const char *family = one_of(golden_word(&rest), FAMILIES, 3);
  struct span initiator = golden_word(&rest);
  bool arrow = span_is(golden_word(&rest), ">");
  struct span responder = golden_word(&rest);
  if (transport == NULL || family == NULL || !arrow || responder.len == 0 ||
      golden_word(&rest).len > 0) {
    return golden_refuse(
        reader,
        "this is not 'flow udp|tcp|icmp|other|packets ipv4|ipv6|none HOST[:PORT] > "
        "HOST[:PORT]'");
  }
  struct canonical_flow *flow = canonical_add_flow(reader->canonical);
  flow->transport = transport;
  flow->family = family;
  enum err_code code = read_end(reader, initiator, &flow->ends[0]);
  return code != ERR_OK ? code : read_end(reader, responder, &flow->ends[1]);
}

/* --- event lines ------------------------------------------------------------------------------ */

/* A value: up to the next blank, or quoted up to the quote that is not escaped. False: no end. */
static bool take_value(struct span *rest, struct span *value) {
  bool quoted = rest->len > 0 && rest->bytes[0] == '"';
  size_t end = quoted ? 1 : 0;
  for (; end < rest->len; end++) {
    if (!quoted && rest->bytes[end] == ' ') break;
    if (quoted && rest->bytes[end] == '"') break;
    if (quoted && rest->bytes[end] == '\\') end++;
  }
  if (quoted && end >= rest->len) return false;
  if (quoted) end++;
  *value = span_part(*rest, 0, end);
  *rest = span_part(*rest, end, SIZE_MAX);
  return value->len > 0 && (rest->len == 0 || rest->bytes[0] == ' ');
}

static enum field_policy policy_of(const char *name, struct span value) {
  if (span_is(value, "~")) return POLICY_IGNORE;
  if (value.len > 0 && value.bytes[0] == '$') return POLICY_BIND;
  bool verified = strcmp(name, "checksum") == 0 || strcmp(name, "hop_limit") == 0;
  return verified ? POLICY_VERIFY : POLICY_EXACT;
}

static enum err_code add_field(struct golden_reader *reader, struct canonical_event *event,
                               const char *name, bool positional, struct span text) {
  struct canonical_field *field =
      canonical_add_field(reader->canonical, event, name, policy_of(name, text));
  field->positional = positional;
  return read_value(reader, text, &field->value);
}

/* "fin by >": a value of words, up to the first field with a name. */
static struct span take_words(struct span *rest) {
  size_t end = 0;
  for (struct span ahead = *rest; ahead.len > 0;) {
    struct span word = golden_word(&ahead);
    if (word.len == 0 || memchr(word.bytes, '=', word.len) != NULL) break;
    end = rest->len - ahead.len;
  }
  struct span words = span_part(*rest, 0, end);
  *rest = span_part(*rest, end, SIZE_MAX);
  return words;
}

static enum err_code read_positional(struct golden_reader *reader, struct canonical_event *event,
                                     const struct known_kind *kind, struct span *rest) {
  bool there = rest->len > 1 && kind->positional != NULL;
  if (!there) return ERR_OK;
  struct span after = span_part(*rest, 1, SIZE_MAX);
  size_t name = 0;
  while (name < after.len && is_name(after.bytes[name])) {
    name++;
  }
  if (name > 0 && name < after.len && after.bytes[name] == '=') return ERR_OK; /* none is there */
  struct span value;
  if (strcmp(kind->kind, "close") == 0) {
    value = take_words(&after);
  } else if (!take_value(&after, &value)) {
    return golden_refuse(reader, "the quoted text has no end, or something follows it at once");
  }
  *rest = after;
  return add_field(reader, event, kind->positional, true, value);
}

/* Fields are found by their names. */
static bool has_field(const struct canonical_event *event, struct span name) {
  for (size_t i = 0; i < event->count; i++) {
    if (span_equal(span_of_text(event->fields[i].name), name)) return true;
  }
  return false;
}

static enum err_code read_fields(struct golden_reader *reader, struct canonical_event *event,
                                 struct span rest) {
  while (rest.len > 0) {
    size_t name = 1;
    while (name < rest.len && is_name(rest.bytes[name])) {
      name++;
    }
    struct span name_text = span_part(rest, 1, name - 1);
    struct span value;
    struct span after = span_part(rest, name + 1, SIZE_MAX);
    bool good = rest.bytes[0] == ' ' && name_text.len > 0 && name < rest.len &&
                rest.bytes[name] == '=' && take_value(&after, &value);
    if (!good) {
      return golden_refuse(reader, "'%.*s' is not a field: NAME=VALUE, after one blank",
                           span_width(rest), (const char *)rest.bytes);
    }
    if (has_field(event, name_text)) {
      return golden_refuse(reader, "the field '%.*s' stands there twice", span_width(name_text),
                           (const char *)name_text.bytes);
    }
    enum err_code code =
        add_field(reader, event, canonical_copy(reader->canonical, name_text), false, value);
    if (code != ERR_OK) return code;
    rest = after;
  }
  return ERR_OK;
}

static enum err_code read_event(struct golden_reader *reader) {
  struct span rest = reader->line;
  struct span word = golden_word(&rest);
  char direction = 0;
  if (span_is(word, ">") || span_is(word, "<")) {
    direction = (char)word.bytes[0];
    word = golden_word(&rest);
  }
  const struct known_kind *kind = NULL;
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if (span_is(word, KINDS[i].kind) && KINDS[i].directed == (direction != 0)) kind = &KINDS[i];
  }
  if (kind == NULL) {
    return golden_refuse(reader,
                         "'%.*s' does not begin an event; it is '>' or '<' and segment, ntp, dns, "
                         "time, http, line, data, "
                         "icmp or opaque, or one of open, refused, unanswered and close",
                         span_width(reader->line), (const char *)reader->line.bytes);
  }
  struct canonical *canonical = reader->canonical;
  if (canonical->count == 0) {
    return golden_refuse(reader, "an event before the first 'flow' line");
  }
  struct canonical_flow *flow = &canonical->flows[canonical->count - 1];
  struct canonical_event *event = canonical_add_event(canonical, flow, direction, kind->kind);
  enum err_code code = read_positional(reader, event, kind, &rest);
  return code != ERR_OK ? code : read_fields(reader, event, rest);
}

static enum err_code read_flows(struct golden_reader *reader) {
  for (;;) {
    bool end;
    enum err_code code = golden_next_line(reader, &end);
    if (code != ERR_OK || end) return code;
    if (reader->line.len == 0) continue;
    struct span rest = reader->line;
    bool is_flow = span_is(golden_word(&rest), "flow");
    code = is_flow ? read_flow(reader, rest) : read_event(reader);
    if (code != ERR_OK) return code;
  }
}

enum err_code canonical_parse(const char *source_name, struct span text,
                              struct canonical **canonical, struct err *err) {
  *canonical = NULL;
  struct golden_reader reader = {.source = source_name, .text = text, .err = err};
  reader.canonical = canonical_create();
  if (reader.canonical == NULL) {
    return err_set(err, ERR_LIMIT, "%s: no memory to read it", source_name);
  }
  enum err_code code = golden_read_head(&reader);
  if (code == ERR_OK) code = read_flows(&reader);
  if (code == ERR_OK && reader.canonical->failed) {
    code = err_set(err, ERR_LIMIT, "%s: no memory to read it", source_name);
  }
  if (code != ERR_OK) {
    canonical_destroy(reader.canonical);
    return code;
  }
  canonical_count_uses(reader.canonical);
  *canonical = reader.canonical;
  return ERR_OK;
}
