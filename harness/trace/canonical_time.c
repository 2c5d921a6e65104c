/* RFC 868's answer as an event. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include "proto/time.h"

const char *time_add_event(struct build *build, struct canonical_flow *flow,
                           const struct trace_event *from) {
  uint32_t seconds;
  if (!time_decode(from->payload, &seconds)) return "a time is 4 octets";
  struct canonical *canonical = build->canonical;
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "time");
  struct canonical_field *field = canonical_add_field(
      canonical, event, "seconds", policy_for(&canonical->head, "time.seconds", POLICY_EXACT));
  field->bit_len = (size_t)TIME_LEN * 8;
  if (field->policy != POLICY_IGNORE) {
    field->value = value_literal(canonical_text(canonical, "%lu", (unsigned long)seconds));
  }
  if (from->kind == EVENT_DATAGRAM) add_checksum(canonical, event, from);
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
  return NULL;
}
