#include "trace/canonical_build.h"

#include "trace/policies.h"

#include <xxhash.h>

const char *digest_text(struct canonical *canonical, struct span octets) {
  XXH128_hash_t digest =
      XXH3_128bits(octets.len > 0 ? octets.bytes : (const uint8_t *)"", octets.len);
  return canonical_text(canonical, "%016llx%016llx", (unsigned long long)digest.high64,
                        (unsigned long long)digest.low64);
}

const char *quoted_text(struct canonical *canonical, struct span octets) {
  struct text text = TEXT_INIT(4 * octets.len + 2);
  text_append(&text, "\"");
  for (size_t i = 0; i < octets.len; i++) {
    if (octets.bytes[i] == '"') {
      text_append(&text, "\\\"");
    } else {
      text_append_escaped(&text, span_part(octets, i, 1));
    }
  }
  text_append(&text, "\"");
  const char *copy = canonical_copy(canonical, span_of(text_chars(&text), text.len));
  text_free(&text);
  return copy;
}

static void add_length(struct canonical *canonical, struct canonical_event *event, size_t len,
                       enum field_policy policy) {
  struct canonical_field *octets = canonical_add_field(canonical, event, "octets", policy);
  if (policy != POLICY_IGNORE) octets->value = value_literal(canonical_text(canonical, "%zu", len));
}

void add_payload(struct canonical *canonical, struct canonical_event *event, struct span payload,
                 enum field_policy policy) {
  bool ignored = policy == POLICY_IGNORE;
  if (ignored || payload.len <= TEXT_SHOWN_MAX) {
    struct canonical_field *field = canonical_add_field(canonical, event, "payload", policy);
    field->positional = true;
    field->bit_len = payload.len * 8;
    if (ignored) return;
    field->value = value_literal(quoted_text(canonical, payload));
    field->text_at = 0;
    return;
  }
  add_length(canonical, event, payload.len, POLICY_EXACT);
  struct canonical_field *digest = canonical_add_field(canonical, event, "xxh3", POLICY_EXACT);
  digest->value = value_literal(digest_text(canonical, payload));
  digest->bit_len = payload.len * 8;
}

void add_packet_payload(struct canonical *canonical, struct canonical_event *event,
                        struct span payload, enum field_policy policy, enum field_policy length) {
  add_payload(canonical, event, payload, policy);
  if (policy == POLICY_IGNORE) add_length(canonical, event, payload.len, length);
}

void add_checksum(struct canonical *canonical, struct canonical_event *event,
                  const struct trace_event *from) {
  enum field_policy policy = policy_for(&canonical->head, "udp.checksum", POLICY_VERIFY);
  struct canonical_field *field = canonical_add_field(canonical, event, "checksum", policy);
  if (policy == POLICY_IGNORE) return;
  field->value = value_literal(from->checksum == IP_CHECKSUM_WRONG ? "wrong" : "valid");
}

void add_note(struct canonical *canonical, struct canonical_event *event, const char *name,
              const char *note) {
  if (note == NULL) return;
  struct canonical_field *field = canonical_add_field(canonical, event, name, POLICY_EXACT);
  field->value = value_literal(canonical_text(canonical, "\"%s\"", note));
}

void add_oddities(struct canonical *canonical, struct canonical_event *event,
                  const struct trace_event *from) {
  event->packet_index = from->packet_index;
  enum field_policy hop_limit = policy_for(&canonical->head, "ip.hop_limit", POLICY_VERIFY);
  if (from->hop_limit == 0 && hop_limit != POLICY_IGNORE && from->kind != EVENT_OPAQUE) {
    struct canonical_field *field =
        canonical_add_field(canonical, event, "hop_limit", POLICY_VERIFY);
    field->value = value_literal("0");
  }
  add_note(canonical, event, "note", from->note);
}
