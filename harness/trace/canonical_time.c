/* RFC 868's answer as an event. */
#include "trace/canonical_build.h"
#include "trace/policies.h"

#include "proto/ntp.h"
#include "proto/time.h"

enum { NOW_WITHIN_S = 24 * 60 * 60 };

/* Whether a server told the time at which its answer was captured, more or less. */
static bool is_now(uint32_t seconds, int64_t captured_ns) {
  uint32_t captured = (uint32_t)(ntp_from_unix_ns(captured_ns) >> 32); /* RFC 868 has its epoch */
  uint32_t apart = seconds - captured; /* modulo 2^32, as both wrap */
  return apart <= NOW_WITHIN_S || apart >= UINT32_MAX - NOW_WITHIN_S;
}

const char *time_add_event(struct build *build, struct canonical_flow *flow,
                           const struct trace_event *from) {
  uint32_t seconds;
  if (!time_decode(from->payload, &seconds)) return "a time is 4 octets";
  struct canonical *canonical = build->canonical;
  struct canonical_event *event = canonical_add_event(canonical, flow, direction_of(from), "time");
  struct canonical_field *field =
      canonical_add_field(canonical, event, "seconds",
                          policy_for_time(&canonical->head, "time.seconds", POLICY_VERIFY));
  field->bit_len = (size_t)TIME_LEN * 8;
  if (field->policy == POLICY_VERIFY && is_now(seconds, from->time_ns)) {
    field->value = value_literal("now");
    field->checked_only = true;
  } else if (field->policy != POLICY_IGNORE) {
    field->value = value_literal(canonical_text(canonical, "%lu", (unsigned long)seconds));
  }
  if (from->kind == EVENT_DATAGRAM) add_checksum(canonical, event, from);
  add_oddities(canonical, event, from);
  cover_fields(canonical, event, from->sources, from->source_count);
  return NULL;
}
