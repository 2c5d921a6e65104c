/* Assertions, as data: each looks at what a run left (output, exit, conversation) and finds whether
 * it holds.
 *
 * An assertion judges every subject, so it rests on the contract and the wire, never on the
 * reference's own habits. */
#ifndef SOCKPROOF_RUN_CHECK_H
#define SOCKPROOF_RUN_CHECK_H

#include "fixture/fixture.h"
#include "proto/ntp.h"
#include "subject/observe.h"
#include "subject/profile.h"
#include "subject/subject.h"
#include "trace/conversation.h"

/* One run of the subject within a case. */
struct run_record {
  const struct subject_outcome *outcome;
  struct observations observed;
  bool success; /* by the profile's `success`, else by exit code 0; of a daemon by what it set */
  bool stopped; /* a daemon, ended by the harness when it was done: its exit says nothing */
  bool ignored_stop; /* the signal to end did not end it, so that it was killed */
  bool ready;        /* a server subject came to listen */
  /* Of which families it has sockets at the case's port; neither, where that is not told. */
  bool has_ipv4, has_ipv6;
};

struct peer_clock;

struct judged_case {
  const struct network *network;
  const struct sandbox_places *places; /* its addresses, for texts; NULL: the loopback's */
  const struct profile_entry *entry; /* how the profile maps the subject: what it can observe. NULL:
                                        unknown; it observes what was found */
  const struct named_endpoint *endpoints; /* of fixtures and server subject */
  size_t endpoint_count;
  const struct conversation *conversation;
  const struct run_record *runs;
  size_t run_count;
  const char *unmet;   /* a driver's first unmet expectation; NULL: all were met */
  const char *message; /* {message}, where the case has one; or NULL */
  const char *scratch; /* the subject's folder, as it left it; NULL: there is none */
  const struct peer_clock *peer_clock; /* of the fixtures; NULL: this host's */
  unsigned timeout_s;                  /* of the case: {timeout_s} */
  unsigned patience_s;  /* that the subject, which cannot be told it, has by itself; 0: it can */
  bool big_endian;      /* the subject's processor keeps the highest octet of a number first */
  bool has_own_sockets; /* what the system decides of the subject's sockets is not this host's */
  bool on_linux;        /* what the system decides of them is Linux's */
  bool tells_ready;     /* that it listens is seen by nobody: it, or its launcher, tells it */
  unsigned slowness;    /* 1; more where the subject runs under a tool that slows it down: bounds of
                           time are multiplied */
  unsigned early_ms;    /* by how much a wait may end before its time on the subject's system */
};

enum { FINDING_TEXT_MAX = 400 };
struct finding {
  bool holds;
  bool unjudgeable;  /* harness or host left too little to judge by: broken; `actual` says what is
                        missing */
  bool unobservable; /* the subject's profile gives no observation of that name: unsupported;
                        `actual` says which */
  char expected[FINDING_TEXT_MAX], actual[FINDING_TEXT_MAX];
};

struct check;
typedef void (*check_function)(const struct check *check, const struct judged_case *judged,
                               struct finding *finding);

struct check {
  check_function judge;
  const char *name; /* an observation, or an endpoint's name */
  const char *text;
  enum ntp_field field;
  int64_t low, high; /* bounds, both included */
  double number;
  unsigned index; /* which reply or run, from 1 */
  const char
      *requirement; /* the one that is broken where the check does not hold; NULL: the case's */
};

/* --- output and exit: check_output.c */
void check_succeeded(const struct check *, const struct judged_case *, struct finding *);
void check_failed(const struct check *, const struct judged_case *, struct finding *);
void check_observed_text(const struct check *, const struct judged_case *, struct finding *);
void check_observed_number(const struct check *, const struct judged_case *, struct finding *);
void check_waited(const struct check *, const struct judged_case *, struct finding *);
void check_observed_address(const struct check *, const struct judged_case *, struct finding *);
void check_printed_once(const struct check *, const struct judged_case *, struct finding *);
void check_told_on_stderr(const struct check *, const struct judged_case *, struct finding *);
void check_told_in_one_line(const struct check *, const struct judged_case *, struct finding *);
void check_exit_code(const struct check *, const struct judged_case *, struct finding *);
void check_printable(const struct check *, const struct judged_case *, struct finding *);
void check_message_received(const struct check *, const struct judged_case *, struct finding *);
void check_message_not_claimed(const struct check *, const struct judged_case *, struct finding *);

/* It got what it asked for (the profile's `success`, or exit 0). */
#define CHECK_SUCCEEDED \
  { .judge = check_succeeded }
/* It did not get it, and says so by its exit: in every run, or in the n-th. */
#define CHECK_FAILED_IN_RUN(n) \
  { .judge = check_failed, .index = (n) }
#define CHECK_FAILED CHECK_FAILED_IN_RUN(0)
/* The observation is there, and its text is exactly this. */
#define CHECK_OBSERVED(observation, value) \
  { .judge = check_observed_text, .name = (observation), .text = (value) }
/* The observation is a number within these bounds, both included (in thousandths: 1500 is 1.5). */
#define CHECK_OBSERVED_MILLI(observation, low_, high_) \
  { .judge = check_observed_number, .name = (observation), .low = (low_), .high = (high_) }
/* The observation is how many seconds it waited: within these bounds in milliseconds, both
 * included, of which the target's clock may fall short of the lower (its `early-ms`). */
#define CHECK_WAITED_MS(observation, low_, high_) \
  { .judge = check_waited, .name = (observation), .low = (low_), .high = (high_) }
/* The observation is the address of the named endpoint ("peer", "peer2"), in any numeric form. */
#define CHECK_OBSERVED_ADDRESS(observation, endpoint_) \
  { .judge = check_observed_address, .name = (observation), .text = (endpoint_) }
/* The observation's pattern matches exactly once: one result, not two. */
#define CHECK_PRINTED_ONCE(observation) \
  { .judge = check_printed_once, .name = (observation) }
/* Standard error is not empty: a person is told. */
#define CHECK_TOLD_ON_STDERR \
  { .judge = check_told_on_stderr }
/* Standard error is exactly one line, without control octets or anything beyond ASCII: in every
 * run, or in the n-th. */
#define CHECK_TOLD_IN_ONE_LINE_IN_RUN(n) \
  { .judge = check_told_in_one_line, .index = (n) }
#define CHECK_TOLD_IN_ONE_LINE CHECK_TOLD_IN_ONE_LINE_IN_RUN(0)
/* Each run exits with exactly this code. */
#define CHECK_EXIT_CODE(code) \
  { .judge = check_exit_code, .low = (code) }
/* Standard output holds no control octets but newline and tab, and nothing beyond ASCII. */
#define CHECK_PRINTABLE \
  { .judge = check_printable }
/* `received` is the case's message, and it succeeded. / It does not claim success for an echo that
 * is not the message. */
#define CHECK_MESSAGE_RECEIVED \
  { .judge = check_message_received }
#define CHECK_MESSAGE_NOT_CLAIMED \
  { .judge = check_message_not_claimed }

/* --- observations of which a subject prints several, or one of some: check_observed.c. Each text
 * is lines, with a newline between two. */
void check_observed_list(const struct check *, const struct judged_case *, struct finding *);
void check_observed_set(const struct check *, const struct judged_case *, struct finding *);
void check_observed_one_of(const struct check *, const struct judged_case *, struct finding *);
void check_observed_by_system(const struct check *, const struct judged_case *, struct finding *);
void check_not_observed(const struct check *, const struct judged_case *, struct finding *);
void check_observed_or_refused(const struct check *, const struct judged_case *, struct finding *);

/* Every match of the observation's pattern, in order; or in any order. */
#define CHECK_OBSERVED_LIST(observation, lines) \
  { .judge = check_observed_list, .name = (observation), .text = (lines) }
#define CHECK_OBSERVED_SET(observation, lines) \
  { .judge = check_observed_set, .name = (observation), .text = (lines) }
/* The first match is one of these: what systems do differently, and may. */
#define CHECK_OBSERVED_ONE_OF(observation, lines) \
  { .judge = check_observed_one_of, .name = (observation), .text = (lines) }
/* The same, where one system does it one way: on Linux only the first so many lines will do. What
 * another system may print shows a mistake there. */
#define CHECK_OBSERVED_BY_SYSTEM(observation, linux_count, lines)                   \
  {                                                                                 \
    .judge = check_observed_by_system, .name = (observation), .low = (linux_count), \
    .text = (lines)                                                                 \
  }
/* It succeeds and its first match is this, or it does not succeed and nothing matches: what some
 * systems take and others refuse. */
#define CHECK_OBSERVED_OR_REFUSED(observation, value) \
  { .judge = check_observed_or_refused, .name = (observation), .text = (value) }
/* Nothing fits the observation's pattern. */
#define CHECK_NOT_OBSERVED(observation) \
  { .judge = check_not_observed, .name = (observation) }

/* --- octets on the wire, by pattern: check_stream.c */
void check_sent_pattern(const struct check *, const struct judged_case *, struct finding *);
void check_sends_nothing(const struct check *, const struct judged_case *, struct finding *);
void check_asks_once(const struct check *, const struct judged_case *, struct finding *);
void check_observed_own_end(const struct check *, const struct judged_case *, struct finding *);

/* All that the server (subject or fixture) sends on a connection, and each datagram that it sends,
 * fits the PCRE2 pattern. / The same of the client. */
#define CHECK_SERVER_SENT(pattern_) \
  { .judge = check_sent_pattern, .text = (pattern_), .low = 1 }
#define CHECK_CLIENT_SENT(pattern_) \
  { .judge = check_sent_pattern, .text = (pattern_), .low = 0 }
/* The same of the client; or it sends nothing, does not succeed, and tells a person. For what a
 * client may refuse, or send in another form. */
#define CHECK_CLIENT_SENT_OR_REFUSED(pattern_) \
  { .judge = check_sent_pattern, .text = (pattern_), .low = 0, .index = 1 }
/* Not one packet was seen. */
#define CHECK_SENDS_NOTHING \
  { .judge = check_sends_nothing }
/* No two datagrams to a server hold the same question of DNS, whatever its identification. */
#define CHECK_ASKS_ONCE \
  { .judge = check_asks_once }
/* Two observations are the address and port of the client's end of the n-th connection (1: the
 * first). */
#define CHECK_OBSERVED_CLIENT_END(address_observation, port_observation, n)                     \
  {                                                                                             \
    .judge = check_observed_own_end, .name = (address_observation), .text = (port_observation), \
    .index = (n)                                                                                \
  }

/* --- time and date of the small services (RFC 868, RFC 867): check_time.c */
void check_server_tells_time(const struct check *, const struct judged_case *, struct finding *);
void check_server_tells_daytime(const struct check *, const struct judged_case *, struct finding *);
void check_time_told(const struct check *, const struct judged_case *, struct finding *);

/* On each connection, and in each datagram, the server sends four octets: the seconds since 1900 by
 * the capture's own clock, the most significant octet first, give or take 2 s. */
#define CHECK_SERVER_TELLS_TIME \
  { .judge = check_server_tells_time }
/* The same in words: a text with the year (four digits or the last two) and the minute (":17") of
 * the moment at which it was sent, give or take 2 s. */
#define CHECK_SERVER_TELLS_DAYTIME \
  { .judge = check_server_tells_daytime }
/* The client succeeds, and the observation `time` is that of this number of RFC 868; with its
 * highest bit set it lies in 1968 to 2036, without in 2036 to 2104. / Or it does not succeed and
 * tells no time. */
#define CHECK_TIME_TOLD(number_) \
  { .judge = check_time_told, .low = (number_) }
#define CHECK_TIME_TOLD_OR_REFUSED(number_) \
  { .judge = check_time_told, .low = (number_), .high = 1 }

/* --- NTP clients: check_ntp.c. "The n-th reply" counts the datagrams that the peer's fixtures
 * sent, from 1; 0: the last. */
void check_ntp_accepted(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_reply_not_taken(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_rejected(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_accepted_or_rejected(const struct check *, const struct judged_case *,
                                    struct finding *);
void check_ntp_time_truncated(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_offset(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_delay(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_rejected_or_delay(const struct check *, const struct judged_case *,
                                 struct finding *);
void check_ntp_request_field(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_request_choice(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_request_length(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_request_trailer(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_transmit_unpredictable(const struct check *, const struct judged_case *,
                                      struct finding *);
void check_ntp_transmit_fresh(const struct check *, const struct judged_case *, struct finding *);
void check_ntp_sends_transmit(const struct check *, const struct judged_case *, struct finding *);

/* It succeeded, and the printed `time` is the transmit timestamp of the n-th reply, to the
 * resolution that it prints; with its highest bit set it lies in 1968 to 2036, without in 2036 to
 * 2104 (RFC 4330 section 3). Where the case runs the subject several times: in the run that the
 * n-th reply was sent in; with n = 0 in every run, by the last reply of each. */
#define CHECK_ACCEPTED_REPLY(n) \
  { .judge = check_ntp_accepted, .index = (n) }
#define CHECK_ACCEPTED CHECK_ACCEPTED_REPLY(0)
/* The last reply is, and in each run at least so many came: a client that believes an earlier one,
 * and ends, has not got to the one that counts. */
#define CHECK_ACCEPTED_AFTER(bad_replies) \
  { .judge = check_ntp_accepted, .low = (bad_replies) + 1 }
/* The printed `time` is not that of the n-th reply. First in the list of a case that asks for more,
 * so that a client which takes a packet that it must drop is told the clause that forbids this. */
#define CHECK_REPLY_NOT_TAKEN(n, requirement_) \
  { .judge = check_ntp_reply_not_taken, .index = (n), .requirement = (requirement_) }
/* It prints no `time`, and does not succeed: in every run, or in the n-th. */
#define CHECK_REJECTED_IN_RUN(n) \
  { .judge = check_ntp_rejected, .index = (n) }
#define CHECK_REJECTED CHECK_REJECTED_IN_RUN(0)
/* One or the other, whole: the right time and success, or no time and no success. For what the RFCs
 * leave open. */
#define CHECK_ACCEPTED_OR_REJECTED \
  { .judge = check_ntp_accepted_or_rejected }
/* The printed `time` is the transmit timestamp cut to the resolution that it prints, not rounded
 * up. */
#define CHECK_TIME_TRUNCATED \
  { .judge = check_ntp_time_truncated }
/* The printed `offset` is this (milliseconds), give or take half of the true delay as printed, or
 * as the capture bounds it. */
#define CHECK_OFFSET_MS(ms) \
  { .judge = check_ntp_offset, .low = (ms) }
/* The printed `delay` is between 0 and what the run took, less the server's hold (milliseconds). */
#define CHECK_DELAY_WITHOUT_HOLD_MS(hold) \
  { .judge = check_ntp_delay, .low = (hold) }
/* No time and no success; or else a printed `delay` between 0 and what the run took. Where no delay
 * is printed there is none to judge. */
#define CHECK_REJECTED_OR_DELAY_SANE \
  { .judge = check_ntp_rejected_or_delay }
/* In every request the field lies within the bounds (host order). */
#define CHECK_REQUEST_BETWEEN(field_, low_, high_) \
  { .judge = check_ntp_request_field, .field = (field_), .low = (low_), .high = (high_) }
#define CHECK_REQUEST_IS(field_, value) CHECK_REQUEST_BETWEEN(field_, value, value)
/* In every request the field has one of two values. */
#define CHECK_REQUEST_ONE_OF(field_, one_, other_) \
  { .judge = check_ntp_request_choice, .field = (field_), .low = (one_), .high = (other_) }
/* Every request is so many octets long. */
#define CHECK_REQUEST_LENGTH(low_, high_) \
  { .judge = check_ntp_request_length, .low = (low_), .high = (high_) }
/* What follows the header of a request, if anything, is extension fields and a MAC (RFC 7822). */
#define CHECK_REQUEST_TRAILER_WELL_FORMED \
  { .judge = check_ntp_request_trailer }
/* Over the runs of the case the low halves of the transmit timestamps cannot be foretold: no two
 * are alike, and they are not what a clock gives. */
#define CHECK_TRANSMIT_UNPREDICTABLE \
  { .judge = check_ntp_transmit_unpredictable }
/* No two requests carry the same transmit timestamp, and none carries zero. */
#define CHECK_TRANSMIT_FRESH \
  { .judge = check_ntp_transmit_fresh }
/* First in the list of a case that rests on the transmit timestamp of the requests: where a request
 * has none (RFC 4330 section 5 allows it), there is nothing to observe. */
#define CHECK_SENDS_TRANSMIT_TIMESTAMP \
  { .judge = check_ntp_sends_transmit }

/* --- datagrams and connections of a client on the wire: check_wire.c */
void check_request_count(const struct check *, const struct judged_case *, struct finding *);
void check_endpoint_asked(const struct check *, const struct judged_case *, struct finding *);
void check_request_gap(const struct check *, const struct judged_case *, struct finding *);
void check_request_port(const struct check *, const struct judged_case *, struct finding *);
void check_distinct_source_ports(const struct check *, const struct judged_case *,
                                 struct finding *);
void check_source_port_above(const struct check *, const struct judged_case *, struct finding *);
void check_request_is_message(const struct check *, const struct judged_case *, struct finding *);
void check_stream_is_message(const struct check *, const struct judged_case *, struct finding *);

/* So many datagrams (or TCP connections) went from the subject to the named endpoint ("peer",
 * "peer2", "dns" for the name server; NULL: anywhere but to the name server). */
#define CHECK_REQUEST_COUNT(endpoint_, low_, high_) \
  { .judge = check_request_count, .name = (endpoint_), .low = (low_), .high = (high_) }
/* First in the list of a case that rests on the endpoint's being asked: a client that need not ask
 * it (the second address of a name) gives nothing to observe. */
#define CHECK_ASKS(endpoint_) \
  { .judge = check_endpoint_asked, .name = (endpoint_) }
/* No two requests to one address are less than so many milliseconds apart. */
#define CHECK_REQUEST_GAP_MS(ms) \
  { .judge = check_request_gap, .low = (ms) }
/* Every request goes to this port. */
#define CHECK_REQUEST_PORT(port_) \
  { .judge = check_request_port, .low = (port_) }
/* At least so many source ports differ over the runs. */
#define CHECK_DISTINCT_SOURCE_PORTS(count_) \
  { .judge = check_distinct_source_ports, .low = (count_) }
/* No source port is below this one. */
#define CHECK_SOURCE_PORT_FROM(port_) \
  { .judge = check_source_port_above, .low = (port_) }
/* The one datagram sent, or the octets of the one connection, are exactly the case's message. */
#define CHECK_SENT_MESSAGE_UDP \
  { .judge = check_request_is_message }
#define CHECK_SENT_MESSAGE_TCP \
  { .judge = check_stream_is_message }

/* --- whom a client asks at all: check_destinations.c */
void check_only_expected_destinations(const struct check *, const struct judged_case *,
                                      struct finding *);
void check_nobody_else_asked(const struct check *, const struct judged_case *, struct finding *);

/* The subject sent nothing but to endpoints that the case knows. */
#define CHECK_ONLY_EXPECTED_DESTINATIONS \
  { .judge = check_only_expected_destinations }
/* The subject sent nothing but to its own host, and asked for no other host's name. */
#define CHECK_NOBODY_ELSE_ASKED \
  { .judge = check_nobody_else_asked }

enum { CHECK_OUTSIDE_MAX = 160 };
/* Whether the subject sent to a host outside of what the case gives, whatever the case is about;
 * `words` says to whom. */
bool check_asked_outside(const struct judged_case *judged, char words[CHECK_OUTSIDE_MAX]);

/* --- files: check_files.c */
void check_left_behind(const struct check *, const struct judged_case *, struct finding *);

/* In the end there stands under this name of the scratch folder: "nothing", a "file" (a regular
 * one), a "socket" or a "folder". */
#define CHECK_LEFT_BEHIND(name_, kind_) \
  { .judge = check_left_behind, .name = (name_), .text = (kind_) }

/* --- how soon it ends: check_duration.c */
void check_ended_within(const struct check *, const struct judged_case *, struct finding *);
void check_ended_after_icmp(const struct check *, const struct judged_case *, struct finding *);

/* Each run ends within so many milliseconds (multiplied under a slowing tool) of its program's
 * beginning. */
#define CHECK_ENDED_WITHIN_MS(ms) \
  { .judge = check_ended_within, .high = (ms) }
/* Each run ends within so many milliseconds (multiplied under a slowing tool) of the first ICMP
 * error that its host sent it. */
#define CHECK_ENDED_AFTER_ICMP_MS(ms) \
  { .judge = check_ended_after_icmp, .high = (ms) }

/* --- the name of the host, by the calls that the subject makes: check_host_name.c */
void check_host_name_set(const struct check *, const struct judged_case *, struct finding *);
void check_host_name_left_alone(const struct check *, const struct judged_case *, struct finding *);

/* It named its host so, in every run; a case that asks it has `.may_set_host_name`. */
#define CHECK_HOST_NAME_SET(name_) \
  { .judge = check_host_name_set, .text = (name_) }
/* It did not even try to. */
#define CHECK_HOST_NAME_LEFT_ALONE \
  { .judge = check_host_name_left_alone }

/* --- what this system itself makes of the same call; the subject runs on it: check_system.c */
void check_observed_buffer(const struct check *, const struct judged_case *, struct finding *);

void check_observed_in_network_order(const struct check *, const struct judged_case *,
                                     struct finding *);

enum check_buffer { BUFFER_TO_SEND, BUFFER_TO_RECEIVE };

/* The observation is the size of this buffer of a TCP socket after so many octets were wished for
 * (0: none, a new socket's), to the octet as another socket on this system has it. Where the
 * subject's sockets are another system's (has_own_sockets), any number above 0. */
#define CHECK_OBSERVED_BUFFER(observation, buffer_, octets) \
  { .judge = check_observed_buffer, .name = (observation), .index = (buffer_), .low = (octets) }
/* The observation is what htonl (4 octets) or htons (2) makes of the number on this host. */
#define CHECK_OBSERVED_IN_NETWORK_ORDER(observation, number_, octets)                  \
  {                                                                                    \
    .judge = check_observed_in_network_order, .name = (observation), .low = (number_), \
    .index = (octets)                                                                  \
  }

/* --- server subjects: check_server.c */
void check_driver_satisfied(const struct check *, const struct judged_case *, struct finding *);
void check_ends_cleanly(const struct check *, const struct judged_case *, struct finding *);
void check_listens_every_run(const struct check *, const struct judged_case *, struct finding *);

/* The server came to listen, and every expectation of the driver's script was met: in every run, or
 * in the n-th, of those in which it listened. */
#define CHECK_CLIENTS_SERVED_IN_RUN(n) \
  { .judge = check_driver_satisfied, .index = (n) }
#define CHECK_CLIENTS_SERVED CHECK_CLIENTS_SERVED_IN_RUN(0)
/* The case's signal (SIGTERM, where it names none) ends the server with exit 0, by itself. */
#define CHECK_ENDS_CLEANLY \
  { .judge = check_ends_cleanly }
/* The server came to listen in every run of the case. */
#define CHECK_LISTENS_EVERY_RUN \
  { .judge = check_listens_every_run }

#endif
