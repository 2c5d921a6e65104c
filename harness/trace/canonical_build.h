/* How a conversation becomes a canonical form; for the files canonical_*.c alone. */
#ifndef SOCKPROOF_TRACE_CANONICAL_BUILD_H
#define SOCKPROOF_TRACE_CANONICAL_BUILD_H

#include "proto/ntp.h"
#include "trace/canonical_model.h"

struct variables;
struct dns_queries;
struct flow_speech;

struct build {
  struct canonical *canonical;
  const struct trace *trace;
  const struct conversation *conversation;
  struct variables *variables;  /* timestamps that are bound */
  struct dns_queries *queries;  /* and ids of DNS queries */
  struct flow_speech *speeches; /* by flow */
};

/* --- canonical_speech.c: what a flow speaks -----------------------------------------------------
 */

enum flow_side { FLOW_INITIATOR, FLOW_RESPONDER };

/* What a flow's datagrams or its stream speak, and who serves it. */
struct flow_speech {
  enum application application;
  enum flow_side server;
};

bool flow_has_ports(const struct trace_flow *flow);
const struct endpoint *flow_end(const struct trace_flow *flow, size_t side);
/* NULL: nobody gave it a name. */
const struct named_endpoint *flow_end_name(const struct canonical_head *head,
                                           const struct endpoint *endpoint, bool with_port);

/* Fills build->speeches, and has variables named for what messages have in common. */
void speech_find(struct build *build);
bool speech_is(const struct build *build, size_t flow_index, enum application application);
/* The flow speaks it, and the event is the server's. */
bool speech_is_served(const struct build *build, size_t flow_index, const struct trace_event *event,
                      enum application application);
/* The event is a datagram of a server of RFC 867, which says the time as text. */
bool speech_is_time_of_day(const struct build *build, size_t flow_index,
                           const struct trace_event *event);
/* The event is a datagram that is long enough to be one of NTP or DNS. */
bool speech_is_datagram(const struct build *build, size_t flow_index,
                        const struct trace_event *event, enum application application);

/* --- canonical_levels.c: what is told below the level `stream` ----------------------------------
 */

/* A TCP flow as segments. */
void segments_add_events(struct build *build, struct canonical_flow *flow, size_t flow_index);
/* At the level `packet`: fields of the IP header that carried the event. */
void level_add_ip_fields(struct build *build, struct canonical_event *event);
/* At the level `packet`: all events in one flow, in the order of capture. */
void level_merge_flows(struct build *build);

enum { TEXT_SHOWN_MAX = 64 }; /* longer payload is told by its length and digest */

/* --- canonical_payload.c: fields of any event --------------------------------------------------
 */

/* The payload: as text, or as its length and digest; with POLICY_IGNORE nothing: how much of a
 * stream got through before a reset is luck as well. */
void add_payload(struct canonical *canonical, struct canonical_event *event, struct span payload,
                 enum field_policy policy);
/* The payload of one packet: its length is told where it is ignored, unless that is, too. */
void add_packet_payload(struct canonical *canonical, struct canonical_event *event,
                        struct span payload, enum field_policy policy, enum field_policy length);
void add_checksum(struct canonical *canonical, struct canonical_event *event,
                  const struct trace_event *from);
/* What only an odd packet has: a note, a hop limit of 0. */
void add_oddities(struct canonical *canonical, struct canonical_event *event,
                  const struct trace_event *from);
void add_note(struct canonical *canonical, struct canonical_event *event, const char *name,
              const char *note); /* nothing where it is NULL */
const char *digest_text(struct canonical *canonical, struct span octets);
const char *quoted_text(struct canonical *canonical, struct span octets);

/* --- canonical_ntp.c ---------------------------------------------------------------------------
 */

/* First pass: which timestamps name variables. */
void ntp_bind(struct build *build, const struct trace_event *from);
/* Second pass: the event of a datagram of 48 octets and more. */
void ntp_add_event(struct build *build, struct canonical_flow *flow,
                   const struct trace_event *from);

/* --- canonical_dns.c ---------------------------------------------------------------------------
 */

struct dns_queries *dns_queries_create(void);          /* NULL: no memory */
void dns_queries_destroy(struct dns_queries *queries); /* NULL is fine */

/* First pass: the queries of a datagram, or with `stream` of a stream's octets, name variables. */
void dns_bind(struct build *build, size_t flow_index, const struct trace_event *from, bool stream);
/* Second pass: the event of a datagram of 2 octets and more; those of a stream's octets. */
void dns_add_event(struct build *build, struct canonical_flow *flow, size_t flow_index,
                   const struct trace_event *from);
void dns_add_stream(struct build *build, struct canonical_flow *flow, size_t flow_index,
                    const struct trace_event *from);

/* --- canonical_time.c --------------------------------------------------------------------------
 */

/* What a time server sent, as an event; or why it is no time: then there is none. */
const char *time_add_event(struct build *build, struct canonical_flow *flow,
                           const struct trace_event *from);

/* --- canonical_http.c --------------------------------------------------------------------------
 */

struct http_dialogue; /* both directions of a flow, and how far they are told */

struct http_dialogue *http_dialogue_of(struct build *build,
                                       size_t flow_index); /* NULL: no memory */
/* The messages that begin in this turn of the stream. The turns come in their order. */
void http_add_turn(struct http_dialogue *dialogue, struct canonical_flow *flow,
                   const struct trace_event *turn);

/* --- canonical_lines.c -------------------------------------------------------------------------
 */

/* The lines of a turn of a stream. */
void lines_add_turn(struct build *build, struct canonical_flow *flow,
                    const struct trace_event *from);

/* --- canonical_tcp.c ---------------------------------------------------------------------------
 */

void tcp_add_events(struct build *build, struct canonical_flow *flow, size_t flow_index);
/* Octets of a stream that are nothing more; `malformed` says why they are not what they ought to
 * be, NULL: they ought to be nothing. */
void tcp_add_plain(struct build *build, struct canonical_flow *flow, const struct trace_event *from,
                   const char *malformed);
/* All octets of one direction as if they were one event, with the first oddity of all as its note;
 * without sources where nothing was sent. */
void tcp_direction(struct build *build, size_t flow_index, bool from_initiator,
                   struct trace_event *whole);

/* --- canonical_flow.c --------------------------------------------------------------------------
 */

void add_flows(struct build *build);
void add_opaque_event(struct build *build, struct canonical_flow *flow,
                      const struct trace_event *from);
void add_icmp_event(struct build *build, struct canonical_flow *flow, enum ip_family family,
                    const struct trace_event *from);
char direction_of(const struct trace_event *event);

/* --- canonical_cover.c -------------------------------------------------------------------------
 */

/* Says of which octets the fields of the event were made, once all are added. `sources` are those
 * of its payload. */
void cover_fields(struct canonical *canonical, struct canonical_event *event,
                  const struct octet_source *sources, size_t source_count);
/* Says how the headers of all packets are compared. */
void cover_headers(struct build *build);
void cover_sort(struct canonical *canonical);

#endif
