/* The canonical form of a trace at level `stream`: what two correct runs have in common, as text
 * that a review reads.
 *
 * A form is a head and flows; a flow is a list of events; an event is a list of fields; each field
 * has one policy, the strongest that works: exact   the value itself verify  a property of the
 * value ("valid": checksum, length, hop limit), not the value bind    the first value names a
 * variable ($port1, $ntp.xmt1), later uses must equal it, or it plus an offset ignore  nothing is
 * compared; a reason is needed, and reports count it The head says everything that differs from the
 * defaults, so that nothing is hidden inside the differ:
 *
 *   sockproof-golden 1
 *   case sntp-client/origin-low-bit-flipped
 *   level stream
 *   endpoint peer 127.0.0.1:123 ntp
 *   others subject
 *   policy ntp.reference_id ignore  -- random on purpose
 *
 *   flow udp ipv4 subject:$port1 > peer:123
 *   > ntp leap=0 version=4 mode=client ... transmit=$ntp.xmt1
 *   < ntp leap=0 version=4 mode=server ... origin=$ntp.xmt1^0000000000000001 ...
 *
 * Every line's fields can be traced back to the octets of the capture that they came from. */
#ifndef SOCKPROOF_TRACE_CANONICAL_H
#define SOCKPROOF_TRACE_CANONICAL_H

#include "base/text.h"
#include "trace/conversation.h"

enum field_policy { POLICY_EXACT, POLICY_VERIFY, POLICY_BIND, POLICY_IGNORE };

enum { CANONICAL_ENDPOINTS_MAX = 8, CANONICAL_POLICIES_MAX = 32 };

struct policy_rule {
  char field[48]; /* "ntp.receive", "tcp.turns", "tcp.close", "udp.payload" */
  enum field_policy policy;
  char relative_to[48]; /* bind: the field of the same message that it is an offset from; "" for
                           none */
  char reason[120];     /* ignore: why; never empty */
};

struct canonical_head {
  char case_id[128]; /* "" for a capture that is not a case's */
  struct named_endpoint endpoints[CANONICAL_ENDPOINTS_MAX];
  size_t endpoint_count;
  char others[16]; /* the name of every endpoint that has none; "" gives bound addresses, $addr1 ...
                    */
  struct policy_rule rules[CANONICAL_POLICIES_MAX]; /* over the defaults; a later rule wins */
  size_t rule_count;
};

struct canonical; /* owns all that it holds */

enum err_code canonical_of(const struct trace *trace, const struct canonical_head *head,
                           struct canonical **canonical, struct err *err) MUST_USE;
void canonical_destroy(struct canonical *canonical); /* NULL is fine */

void canonical_print(const struct canonical *canonical, struct text *out);

/* Reads what canonical_print wrote; ERR_INPUT names `source_name`, the line and what is allowed
 * there. */
enum err_code canonical_parse(const char *source_name, struct span text,
                              struct canonical **canonical, struct err *err) MUST_USE;

const struct canonical_head *canonical_head_of(const struct canonical *canonical);

/* How much is compared: for the report of a golden's strength. */
struct canonical_strength {
  size_t fields, ignored_fields, variables_used_once;
};
struct canonical_strength canonical_strength(const struct canonical *canonical);

#endif
