/* The canonical form of a trace: what two correct runs have in common, as text that a review reads.
 *
 * At the level `stream`, the default, TCP is its octets between turns; at `transport` each segment
 * is told, with flags and sequence numbers relative to the initial ones, but not what its stack
 * chose (window, options); at `packet` this and the IP header's fields too (time to live, type of
 * service, don't-fragment), and all packets in the one order in which they were captured.
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
 *   flow tcp ipv4 subject:$port1 > peer:7
 *   open
 *   > data "hello"
 *   < data "hello"
 *   close fin+fin
 *
 * and at the level `transport`
 *
 *   flow tcp ipv4 subject:$port1 > peer:7
 *   > segment S seq=$isn1
 *   < segment SA seq=$isn2 ack=$isn1+1
 *   > segment PA seq=$isn1+1 ack=$isn2+1 payload="hello"
 *
 * Ports that have no name are variables of their flow: that two flows have the same ephemeral port
 * is chance, and not told, but a flow towards a port that had begun another names the same
 * variable. Timestamps that are equal in two messages are the same variable; a timestamp told
 * relative to another of its message is "$ntp.rec1-16.000000000" (seconds; exact, see
 * canonical_ntp.c) or "$ntp.rec1+0x0000000000000001" (units of 2^-32 s, modulo 2^64). An ignored
 * field is "field=~". Payload up to 64 octets is text, a longer one its length and XXH3 digest of
 * 128 bits.
 *
 * A DNS datagram, and each message of a stream of them, is an event `dns`. The id of a query is a
 * variable that its reply repeats ($dns.id1; $dns.id1^0001: all but one bit of it), and so does the
 * same question over TCP. A name that ends with a pointer is told with the pointer's offset. A
 * message that makes no sense is its id, the reason, and its octets:
 *
 *   > dns id=$dns.id1 qr=query opcode=query flags=rd rcode=noerror counts=1/0/0/0
 *     question="host.sockproof.test. A IN" length=37 checksum=valid       (one line)
 *   < dns id=$dns.id1 qr=response ... answer="host.sockproof.test.@12 A IN 60 127.0.0.1" ...
 *
 * What a time server (RFC 868) sends is an event `time`, where it is 4 octets, in a datagram or
 * between two turns of a stream: "< time seconds=2208988800". Else it is data, and why it is no
 * time: `< data "" malformed="a time is 4 octets"`. A client's octets are data.
 *
 * An HTTP/1 message is an event `http`, told at the turn of its stream in which it begins: the
 * words of its start line, its header fields in their order, each under its name in small letters
 * ("-" is "_", another of the same name has a number), and its body: as text up to 64 octets, a
 * longer one as LENGTH:xxh3:DIGEST. A header field that is not written "Content-Length: 10" but,
 * say, "content-length:10", is told by its whole line. Of a body in chunks the lines of their sizes
 * are told, and what they are put together to. What is no message is data, and why it is none:
 *
 *   > http method=GET target="/file.txt" version=1.0 host="127.0.0.1"
 *   < http version=1.0 status=200 reason="OK" content_length="5" body="It wo"
 *   < data "rks." malformed="a head without an end"
 *
 * A stream of lines is an event `line` for each, with its end: crlf, lf, or none, as what a turn
 * ends with may be a prompt: `< line "Sat Mar 14 15:09:26 2026" end=crlf`.
 *
 * Rules: ntp.<field> (the names of ntp_field_place), ntp.trailer, ntp.length, dns.id,
 * dns.flags, dns.question, dns.answer, dns.authority, dns.additional, dns.length, time.seconds,
 * http.<field> (the names in events: http.date, http.body), line.text, udp.payload, udp.length (of
 * a payload that is ignored), udp.checksum, tcp.payload, tcp.close, ip.hop_limit. Where no endpoint
 * has a name, what says the time is not held against what another run said: http.date is verified
 * to be a date (date=valid), time.seconds to be within a day of the packet's own time
 * (seconds=now), and RFC 867's text is ignored, however long: `Sunday` is shorter than `Saturday`.
 * `ntp.transmit exact|bind|ignore` is about replies: a request's is always bound. tcp.turns and
 * udp.turns ignored: all of the initiator's data first, then the responder's, for exchanges whose
 * interleaving is luck. tcp.half_close exact: tells whose FIN came while the other side still sent.
 *
 * Every line's fields can be traced back to the octets of the capture that they came from. */
#ifndef SOCKPROOF_TRACE_CANONICAL_H
#define SOCKPROOF_TRACE_CANONICAL_H

#include "base/text.h"
#include "trace/conversation.h"

enum field_policy { POLICY_EXACT, POLICY_VERIFY, POLICY_BIND, POLICY_IGNORE };

enum { CANONICAL_ENDPOINTS_MAX = 8, CANONICAL_POLICIES_MAX = 32, CANONICAL_HOSTS_MAX = 4 };

struct policy_rule {
  char field[48]; /* "ntp.receive", "tcp.turns", "tcp.close", "udp.payload" */
  enum field_policy policy;
  char relative_to[48]; /* bind: the field of the same message that it is an offset from; "" for
                           none */
  char reason[120];     /* ignore: why; never empty */
};

enum canonical_level { LEVEL_STREAM, LEVEL_TRANSPORT, LEVEL_PACKET };
const char *canonical_level_name(enum canonical_level level); /* "stream", ... */
bool canonical_level_parse(const char *name, enum canonical_level *level) MUST_USE;

struct canonical_head {
  enum canonical_level level;
  char case_id[128]; /* "" for a capture that is not a case's */
  struct named_endpoint endpoints[CANONICAL_ENDPOINTS_MAX];
  size_t endpoint_count;
  char others[16]; /* the name of every endpoint that has none; "" gives bound addresses, $addr1 ...
                    */
  struct policy_rule rules[CANONICAL_POLICIES_MAX]; /* over the defaults; a later rule wins */
  size_t rule_count;
  /* Addresses in figures that a Host field or an address record names, and how they are told: where
   * a golden was
   * made on another network. The first empty one ends the list. */
  struct {
    char seen[IP_ADDRESS_TEXT_MAX], told[IP_ADDRESS_TEXT_MAX];
  } hosts[CANONICAL_HOSTS_MAX];
};

struct canonical; /* owns all that it holds */

enum err_code canonical_of(const struct trace *trace, const struct canonical_head *head,
                           struct canonical **canonical, struct err *err) MUST_USE;
void canonical_destroy(struct canonical *canonical); /* NULL is fine */

void canonical_print(const struct canonical *canonical, struct text *out);

/* The same for scripts: {"schema": 1, "case", "level", "flows": [{"transport", "family",
 * "initiator":
 * {"host", "port"}, "responder", "events": [{"kind", "by", "packet", "fields": {NAME: TEXT}}]}]};
 * texts as the canonical text has them. */
void canonical_json(const struct canonical *canonical, struct text *out);

/* Reads what canonical_print wrote; ERR_INPUT names `source_name`, the line and what is allowed
 * there. */
enum err_code canonical_parse(const char *source_name, struct span text,
                              struct canonical **canonical, struct err *err) MUST_USE;

const struct canonical_head *canonical_head_of(const struct canonical *canonical);
size_t canonical_flow_count(const struct canonical *canonical);

/* Two UDP flows of the golden, alike but for the initiator's port, are one here: the system may
 * have drawn the same port for two sockets, as it does once in some 28,000 times, or the initiator
 * has one socket for both. False also where memory is short. */
bool canonical_drew_a_port_twice(const struct canonical *golden, const struct canonical *actual);

/* How octet `octet` of packet `packet_index` (both from 0, as captured) is compared.
 *
 * Counted, because at level `stream` it is the stack's own business and differs from run to run or
 * from system to system: addresses of the link layer; IPv6 traffic class, flow label and hop limit
 * (but 0 is told); initial sequence numbers, acknowledgement numbers, windows, options, urgent
 * pointers, and the sequence numbers of segments that bring nothing new (pure ACKs,
 * retransmissions, keep-alives); what lies behind the end of the IP packet. Verified are all octets
 * under a checksum that was made in full: any change of them is told as a wrong checksum. That is
 * all of an IPv4 header, so that even its identification is verified although its value is not
 * compared. */
enum octet_cover {
  OCTET_EXACT,
  OCTET_VERIFIED,
  OCTET_BOUND,   /* part of a variable that is used again */
  OCTET_COUNTED, /* seen, but not compared */
  OCTET_IGNORED, /* a rule ignores it, or its variable is used only once */
};
enum octet_cover canonical_octet_cover(const struct canonical *canonical, size_t packet_index,
                                       size_t octet);
/* The bits of that octet of which every change must be told: 0 where it is counted or ignored. */
uint8_t canonical_octet_bits(const struct canonical *canonical, size_t packet_index, size_t octet);

/* How much is compared: for the report of a golden's strength. */
struct canonical_strength {
  size_t fields, ignored_fields, variables_used_once;
};
struct canonical_strength canonical_strength(const struct canonical *canonical);

#endif
