/* NTP datagrams as events.
 *
 * The transmit timestamp of a request is bound whatever a rule says: it is what the origin of a
 * reply must repeat (RFC 5905 section 8), and no two requests have the same. Other timestamps that
 * a peer makes are bound by default, and can be told relative to each other, or exactly. */
#include "trace/canonical_build.h"
#include "trace/policies.h"
#include "trace/variables.h"

#include <stdio.h>
#include <string.h>

#define NS_PER_S INT64_C(1000000000)

struct stamp {
  const char *rule;  /* the name that a rule gives it */
  const char *class; /* of its variables */
};

static const struct stamp STAMPS[NTP_FIELD_COUNT] = {
    [NTP_REFERENCE] = {"ntp.reference", "ntp.ref"},
    [NTP_ORIGIN] = {"ntp.origin", "ntp.org"},
    [NTP_RECEIVE] = {"ntp.receive", "ntp.rec"},
    [NTP_TRANSMIT] = {"ntp.transmit", CLASS_TRANSMIT},
};

struct ntp_context {
  struct build *build;
  struct ntp_message message;
  size_t packet; /* which tells messages apart */
  int64_t time_ns;
};

static bool decode(struct build *build, const struct trace_event *from,
                   struct ntp_context *context) {
  context->build = build;
  context->packet = from->packet_index;
  context->time_ns = from->time_ns;
  return ntp_decode(from->payload, &context->message);
}

static bool is_request_stamp(const struct ntp_context *context, enum ntp_field field) {
  return field == NTP_TRANSMIT && context->message.mode == NTP_MODE_CLIENT;
}

static const struct policy_rule *rule_of(const struct ntp_context *context, enum ntp_field field) {
  if (is_request_stamp(context, field)) return NULL;
  return policy_rule_for(&context->build->canonical->head, STAMPS[field].rule);
}

/* Whether the field names a variable, so that later ones can equal it. */
static bool defines(const struct ntp_context *context, enum ntp_field field) {
  if (ntp_field_get(&context->message, field) == 0) return false; /* "unknown", not a time */
  if (is_request_stamp(context, field)) return true;
  const struct policy_rule *rule = rule_of(context, field);
  if (rule != NULL) return rule->policy == POLICY_BIND;
  return field != NTP_ORIGIN && context->message.mode != NTP_MODE_CLIENT;
}

/* The field that a rule tells this one relative to; NTP_FIELD_COUNT: none. */
static enum ntp_field base_of(const struct ntp_context *context, enum ntp_field field) {
  const struct policy_rule *rule = rule_of(context, field);
  if (rule == NULL || rule->policy != POLICY_BIND) return NTP_FIELD_COUNT;
  for (enum ntp_field base = NTP_REFERENCE; base <= NTP_TRANSMIT; base++) {
    if (base != field && strcmp(STAMPS[base].rule, rule->relative_to) == 0) {
      return base;
    }
  }
  return NTP_FIELD_COUNT;
}

static const struct bound *bound_of(const struct ntp_context *context, enum ntp_field field) {
  const struct variables *variables = context->build->variables;
  uint64_t value = ntp_field_get(&context->message, field);
  const struct bound *own = variables_own(variables, STAMPS[field].class, value, context->packet);
  return own != NULL ? own : variables_find(variables, value);
}

/* a - b without losing a bit. Nanoseconds where both are what a clock of nanoseconds gives, as then
 * the difference is the same whatever the time was; else whole seconds; else units of 2^-32 s. */
static const char *offset_text(struct canonical *canonical, ntp_timestamp a, ntp_timestamp b,
                               int64_t near_ns) {
  int64_t b_ns = ntp_to_unix_ns(b, near_ns);
  int64_t a_ns = ntp_to_unix_ns(a, b_ns);
  uint64_t units = a - b;
  int64_t ns = a_ns - b_ns;
  bool whole_s = (units & UINT32_MAX) == 0;
  bool whole_ns = ntp_from_unix_ns(b_ns) == b && ntp_from_unix_ns(a_ns) == a;
  if (!whole_s && !whole_ns) {
    return canonical_text(canonical, "+0x%016llx", (unsigned long long)units);
  }
  if (whole_s) ns = (int64_t)(int32_t)(uint32_t)(units >> 32) * NS_PER_S;
  uint64_t size = ns < 0 ? (uint64_t)-ns : (uint64_t)ns;
  return canonical_text(canonical, "%c%llu.%09llu", ns < 0 ? '-' : '+',
                        (unsigned long long)(size / NS_PER_S),
                        (unsigned long long)(size % NS_PER_S));
}

static void bind_field(struct ntp_context *context, enum ntp_field field) {
  struct variables *variables = context->build->variables;
  uint64_t value = ntp_field_get(&context->message, field);
  enum ntp_field base = base_of(context, field);
  const struct bound *bound = NULL;
  if (base != NTP_FIELD_COUNT && defines(context, base)) {
    uint64_t base_value = ntp_field_get(&context->message, base);
    bound = variables_own(variables, STAMPS[base].class, base_value, context->packet);
    if (bound == NULL || bound->rest[0] != '\0') {
      bound = variables_find_itself(variables, base_value);
    }
  }
  if (bound == NULL) {
    variables_bind(variables, STAMPS[field].class, value, context->packet);
    return;
  }
  size_t variable = bound->variable;
  const char *rest = offset_text(context->build->canonical, value,
                                 ntp_field_get(&context->message, base), context->time_ns);
  variables_bind_relative(variables, STAMPS[field].class, value, context->packet, variable, rest);
}

void ntp_bind(struct build *build, const struct trace_event *from) {
  struct ntp_context context;
  if (!decode(build, from, &context)) return;
  /* Those that others are relative to come first. */
  for (int relative = 0; relative < 2; relative++) {
    for (enum ntp_field field = NTP_REFERENCE; field <= NTP_TRANSMIT; field++) {
      bool is_relative = base_of(&context, field) != NTP_FIELD_COUNT;
      if (defines(&context, field) && is_relative == (relative == 1)) bind_field(&context, field);
    }
  }
}

static struct canonical_value hex_value(struct canonical *canonical, uint64_t value) {
  if (value == 0) return value_literal("0");
  return value_literal(canonical_text(canonical, "%016llx", (unsigned long long)value));
}

static void fill_stamp(struct ntp_context *context, enum ntp_field field,
                       struct canonical_field *out) {
  struct canonical *canonical = context->build->canonical;
  uint64_t value = ntp_field_get(&context->message, field);
  const struct policy_rule *rule = rule_of(context, field);
  if (rule != NULL && rule->policy == POLICY_IGNORE) {
    out->policy = POLICY_IGNORE;
    return;
  }
  out->policy = POLICY_EXACT;
  out->value = hex_value(canonical, value);
  if (value == 0 || (rule != NULL && rule->policy == POLICY_EXACT)) return;

  const struct bound *bound = bound_of(context, field);
  if (bound != NULL) {
    out->policy = POLICY_BIND;
    out->value = value_variable(bound->variable, bound->rest);
    return;
  }
  if (field != NTP_ORIGIN) return;
  bound = variables_find_near(context->build->variables, CLASS_TRANSMIT, value);
  if (bound == NULL) return;
  out->policy = POLICY_BIND;
  out->value = value_variable(
      bound->variable,
      canonical_text(canonical, "^%016llx", (unsigned long long)(bound->value ^ value)));
}

static const char *reference_id_text(struct canonical *canonical,
                                     const struct ntp_message *message) {
  uint32_t id = message->reference_id;
  uint8_t octets[4] = {(uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id};
  /* RFC 5905 section 7.3: up to stratum 1 it is four letters, a kiss code or a clock. */
  bool letters = message->stratum <= 1 && octets[0] > ' ' && octets[0] < 0x7f;
  return letters ? quoted_text(canonical, span_of(octets, sizeof octets))
                 : canonical_text(canonical, "%08x", id);
}

static const char *plain_text(struct canonical *canonical, const struct ntp_message *message,
                              enum ntp_field field) {
  static const char *const MODES[] = {"reserved", "symmetric-active", "symmetric-passive",
                                      "client",   "server",           "broadcast",
                                      "control",  "private"};
  uint64_t value = ntp_field_get(message, field);
  switch (field) {
    case NTP_MODE:
      return MODES[message->mode];
    case NTP_POLL:
    case NTP_PRECISION: /* signed: log2 seconds */
      return canonical_text(canonical, "%d", value > INT8_MAX ? (int)value - 256 : (int)value);
    case NTP_ROOT_DELAY:
    case NTP_ROOT_DISPERSION:
      return canonical_text(canonical, "%08x", (unsigned)value);
    case NTP_REFERENCE_ID:
      return reference_id_text(canonical, message);
    default:
      return canonical_text(canonical, "%u", (unsigned)value);
  }
}

static void add_header(struct ntp_context *context, struct canonical_event *event) {
  struct canonical *canonical = context->build->canonical;
  for (enum ntp_field field = 0; field < NTP_FIELD_COUNT; field++) {
    const struct ntp_field_place *place = ntp_field_place(field);
    struct canonical_field *out = canonical_add_field(canonical, event, place->name, POLICY_EXACT);
    out->bit_offset = place->bit_offset;
    out->bit_len = place->bit_width;
    if (field >= NTP_REFERENCE) {
      fill_stamp(context, field, out);
      continue;
    }
    char rule[64];
    (void)snprintf(rule, sizeof rule, "ntp.%s", place->name);
    out->policy = policy_for(&canonical->head, rule, POLICY_EXACT);
    if (out->policy == POLICY_IGNORE) continue;
    out->value = value_literal(plain_text(canonical, &context->message, field));
  }
}

static void add_octets(struct canonical *canonical, struct canonical_event *event, const char *name,
                       struct span octets, size_t offset) {
  struct canonical_field *field = canonical_add_field(canonical, event, name, POLICY_EXACT);
  field->bit_offset = offset * 8;
  field->bit_len = octets.len * 8;
  if (octets.len > TEXT_SHOWN_MAX) {
    field->value =
        value_literal(canonical_text(canonical, "xxh3:%s", digest_text(canonical, octets)));
    return;
  }
  struct text hex = TEXT_INIT(2 * TEXT_SHOWN_MAX);
  text_append_hex(&hex, octets);
  field->value = value_literal(canonical_copy(canonical, span_of(text_chars(&hex), hex.len)));
  text_free(&hex);
}

static void add_number(struct canonical *canonical, struct canonical_event *event, const char *name,
                       const char *text, size_t offset, size_t octets) {
  struct canonical_field *field = canonical_add_field(canonical, event, name, POLICY_EXACT);
  field->value = value_literal(text);
  field->bit_offset = offset * 8;
  field->bit_len = octets * 8;
}

/* Extension fields and MAC (RFC 7822 section 3). */
static void add_trailer(struct ntp_context *context, struct canonical_event *event) {
  struct canonical *canonical = context->build->canonical;
  struct span trailer = context->message.trailer;
  size_t end = NTP_HEADER_LEN + trailer.len;
  if (trailer.len == 0) return;
  if (policy_for(&canonical->head, "ntp.trailer", POLICY_EXACT) == POLICY_IGNORE) {
    struct canonical_field *field = canonical_add_field(canonical, event, "trailer", POLICY_IGNORE);
    field->bit_offset = NTP_HEADER_LEN * 8;
    field->bit_len = trailer.len * 8;
    return;
  }
  for (unsigned number = 1;; number++) {
    size_t at = end - trailer.len;
    struct ntp_trailer_element element = ntp_trailer_next(&trailer);
    switch (element.kind) {
      case NTP_TRAILER_END:
        return;
      case NTP_TRAILER_EXTENSION:
        add_number(canonical, event, canonical_text(canonical, "ext%u.type", number),
                   canonical_text(canonical, "%04x", element.type), at, 2);
        add_number(canonical, event, canonical_text(canonical, "ext%u.len", number),
                   canonical_text(canonical, "%zu", element.value.len + 4), at + 2, 2);
        add_octets(canonical, event, canonical_text(canonical, "ext%u.value", number),
                   element.value, at + 4);
        break;
      case NTP_TRAILER_MAC:
        add_number(canonical, event, "mac.key", canonical_text(canonical, "%08x", element.key_id),
                   at, 4);
        /* A crypto-NAK is a key alone (RFC 5905 section 9.2). */
        if (element.value.len > 0) {
          add_octets(canonical, event, "mac.digest", element.value, at + 4);
        }
        break;
      case NTP_TRAILER_MALFORMED:
        add_octets(canonical, event, "trailer", element.value, at);
        break;
    }
  }
}

void ntp_add_event(struct build *build, struct canonical_flow *flow,
                   const struct trace_event *from) {
  struct ntp_context context;
  if (!decode(build, from, &context)) return;
  struct canonical *canonical = build->canonical;
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "ntp");
  add_header(&context, event);
  add_trailer(&context, event);
  struct canonical_field *length = canonical_add_field(
      canonical, event, "length", policy_for(&canonical->head, "ntp.length", POLICY_EXACT));
  if (length->policy != POLICY_IGNORE) {
    length->value = value_literal(canonical_text(canonical, "%zu", from->payload.len));
  }
  add_checksum(canonical, event, from);
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
}
