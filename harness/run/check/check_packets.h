/* The datagrams of client and peer, picked from the conversation.
 *
 * A client's own socket has no name, the endpoints that it asks have one. So what goes to a named
 * endpoint is a request of the subject; what goes to a socket that made such a request is a
 * fixture's answer, from wherever; and all else is the subject talking to somebody whom it should
 * not know. */
#ifndef SOCKPROOF_RUN_CHECK_PACKETS_H
#define SOCKPROOF_RUN_CHECK_PACKETS_H

#include "run/check/check.h"

enum sent_side {
  SENT_TO_KNOWN,   /* by the subject, or the driver, to an endpoint that the case names */
  SENT_BY_FIXTURE, /* in answer, maybe from an address or port that was not asked */
  SENT_TO_UNKNOWN, /* by the subject to somebody whom the case does not name */
  SENT_BY_UNKNOWN, /* the answer to that */
  /* Where names are asked for is no peer: a look-up is no request of the protocol at hand. */
  SENT_TO_NAME_SERVER,
  SENT_BY_NAME_SERVER,
};
enum sent_side check_side(const struct judged_case *judged, const struct trace_flow *flow,
                          const struct trace_event *event);
/* What counts as a request: a datagram, or the opening of a connection. */
bool check_is_request(const struct trace_event *event);
/* Where the event went. */
const struct endpoint *check_destination(const struct trace_flow *flow,
                                         const struct trace_event *event);

const struct named_endpoint *check_named_endpoint(const struct judged_case *judged,
                                                  const struct endpoint *at); /* or NULL */
/* The same, but NULL for a name server: whom the subject's own protocol asks. */
const struct named_endpoint *check_named_peer(const struct judged_case *judged,
                                              const struct endpoint *at);
const struct named_endpoint *check_endpoint_by_name(const struct judged_case *judged,
                                                    const char *name); /* or NULL */

enum walk_kind {
  WALK_REQUESTS, /* datagrams of the subject to named endpoints */
  WALK_REPLIES,  /* datagrams of the fixtures to the subject */
};
struct walked {
  const struct trace_flow *flow;
  const struct trace_event *event;
  size_t run; /* index of the run that it belongs to, by time */
};
/* A subject that sends without end must not make its judge run without end: the first so many are
 * looked at. */
enum { WALK_MAX = 512 };
struct walk {
  struct walked list[WALK_MAX]; /* in the order of capture */
  size_t count;
};
void check_walk(const struct judged_case *judged, enum walk_kind kind, struct walk *walk);

/* When the subject sent what the reply answers, as captured (CLOCK_REALTIME); the reply's own time
 * where the capture does not tell. */
int64_t check_asked_ns(const struct judged_case *judged, const struct walked *reply);

#endif
