#include "run/evidence/timeline.h"

#include "proto/link.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#include <stdlib.h>

enum { LINES_MAX = 20000, SHOWN_MAX = 32 };

struct line {
  int64_t time_ns;
  size_t order; /* as it was captured or noted: among those of one time this decides */
  const struct journal_entry *entry; /* NULL: it is packet `index` */
  size_t index;
};

static int by_time(const void *left, const void *right) {
  const struct line *a = left, *b = right;
  if (a->time_ns != b->time_ns) return a->time_ns < b->time_ns ? -1 : 1;
  return a->order < b->order ? -1 : 1;
}

static void append_endpoint(const struct timeline *timeline, const struct endpoint *endpoint,
                            struct text *out) {
  for (size_t i = 0; i < timeline->endpoint_count; i++) {
    const struct named_endpoint *named = &timeline->endpoints[i];
    if (!endpoint_equal(&named->at, endpoint)) continue;
    text_appendf(out, "%s:%u", named->name, (unsigned)named->at.port);
    return;
  }
  char address[IP_ADDRESS_TEXT_MAX];
  bool is_v6 = endpoint->address.family == IP_V6;
  text_appendf(out, "%s%s%s:%u", is_v6 ? "[" : "", ip_address_text(&endpoint->address, address),
               is_v6 ? "]" : "", (unsigned)endpoint->port);
}

static void append_pair(const struct timeline *timeline, const struct endpoint *from,
                        const struct endpoint *to, struct text *out) {
  append_endpoint(timeline, from, out);
  text_append(out, " > ");
  append_endpoint(timeline, to, out);
  text_append(out, "  ");
}

/* --- packets ---------------------------------------------------------------------------------- */

static const char *octets_word(size_t len) {
  return len == 1 ? "octet" : "octets";
}

static void append_flags(uint8_t flags, struct text *out) {
  static const struct {
    uint8_t flag;
    const char *name;
  } names[] = {{TCP_SYN, " SYN"}, {TCP_FIN, " FIN"}, {TCP_RST, " RST"},
               {TCP_PSH, " PSH"}, {TCP_ACK, " ACK"}, {TCP_URG, " URG"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if ((flags & names[i].flag) != 0) text_append(out, names[i].name);
  }
}

static void append_tcp(const struct timeline *timeline, const struct ip_header *ip,
                       struct reader *reader, struct text *out) {
  struct tcp_header tcp;
  if (!tcp_decode(reader, &tcp)) {
    text_append(out, "TCP, malformed");
    return;
  }
  append_pair(timeline, &(struct endpoint){ip->source, tcp.source_port},
              &(struct endpoint){ip->destination, tcp.destination_port}, out);
  text_append(out, "TCP");
  append_flags(tcp.flags, out);
  text_appendf(out, " seq %lu ack %lu", (unsigned long)tcp.sequence,
               (unsigned long)tcp.acknowledgement);
  size_t len = reader_left(reader);
  if (len > 0) text_appendf(out, ", %zu %s", len, octets_word(len));
}

static void append_udp(const struct timeline *timeline, const struct ip_header *ip,
                       struct reader *reader, struct text *out) {
  struct udp_header udp;
  if (!udp_decode(reader, &udp)) {
    text_append(out, "UDP, malformed");
    return;
  }
  append_pair(timeline, &(struct endpoint){ip->source, udp.source_port},
              &(struct endpoint){ip->destination, udp.destination_port}, out);
  size_t len = (size_t)udp.len_bytes - UDP_HEADER_LEN;
  text_appendf(out, "UDP, %zu %s", len, octets_word(len));
}

static void append_packet(const struct timeline *timeline, size_t index, struct text *out) {
  const struct packet *packet = trace_packet(timeline->trace, index);
  struct reader reader = reader_over(packet->bytes);
  struct link_header link;
  struct ip_header ip;
  if (!link_decode(&reader, trace_packet_link_type(timeline->trace, index), &link) ||
      link.version == IP_NONE || ip_decode(&reader, &ip) == IP_MALFORMED) {
    text_appendf(out, "no IP packet, %lu octets", (unsigned long)packet->wire_len);
    return;
  }
  char source[IP_ADDRESS_TEXT_MAX], destination[IP_ADDRESS_TEXT_MAX];
  if (!ip.fragmented && ip.protocol == IP_PROTO_TCP) {
    append_tcp(timeline, &ip, &reader, out);
  } else if (!ip.fragmented && ip.protocol == IP_PROTO_UDP) {
    append_udp(timeline, &ip, &reader, out);
  } else {
    text_appendf(out, "%s > %s  IP protocol %u%s, %lu octets", ip_address_text(&ip.source, source),
                 ip_address_text(&ip.destination, destination), (unsigned)ip.protocol,
                 ip.fragmented ? ", a fragment" : "", (unsigned long)packet->wire_len);
  }
}

/* --- what was noted ----------------------------------------------------------------------------
 */

static void append_entry(const struct timeline *timeline, const struct journal_entry *entry,
                         struct text *out) {
  if (entry->at_endpoints) {
    append_endpoint(timeline, &entry->local, out);
    text_append(out, " ");
  }
  text_append(out, entry->words);
  if (entry->has_len) text_appendf(out, " %zu %s", entry->len, octets_word(entry->len));
  if (entry->at_endpoints) {
    text_append(out, !entry->has_len ? ", other end " : entry->sent ? " to " : " from ");
    append_endpoint(timeline, &entry->remote, out);
  }
  if (entry->octets.len == 0) return;
  text_append(out, "  ");
  text_append_hex(out, span_part(entry->octets, 0, SHOWN_MAX));
  if (entry->octets.len > SHOWN_MAX) text_append(out, "...");
}

static const char *source_word(const struct timeline *timeline, const struct line *line) {
  static const char *const words[] = {
      [JOURNAL_PEER] = "peer", [JOURNAL_PROCESS] = "process", [JOURNAL_HARNESS] = "harness"};
  if (line->entry != NULL) return words[line->entry->source];
  return timeline->made_up ? "made up" : "packet";
}

static size_t gather(const struct timeline *timeline, struct line *lines) {
  size_t count = 0;
  size_t packets = timeline->trace == NULL ? 0 : trace_count(timeline->trace);
  for (size_t i = 0; i < packets; i++, count++) {
    lines[count] = (struct line){
        .time_ns = trace_packet(timeline->trace, i)->time_ns, .order = count, .index = i};
  }
  for (size_t i = 0; i < timeline->journal->count; i++, count++) {
    const struct journal_entry *entry = &timeline->journal->list[i];
    lines[count] = (struct line){.time_ns = entry->time_ns, .order = count, .entry = entry};
  }
  qsort(lines, count, sizeof *lines, by_time);
  return count;
}

enum err_code timeline_print(const struct timeline *timeline, struct text *out, struct err *err) {
  size_t packets = timeline->trace == NULL ? 0 : trace_count(timeline->trace);
  struct line *lines = calloc(packets + timeline->journal->count + 1, sizeof *lines);
  if (lines == NULL) return err_set(err, ERR_LIMIT, "no memory for a timeline");
  size_t count = gather(timeline, lines);
  size_t told = 0;
  for (; told < count && told < LINES_MAX && !out->truncated; told++) {
    const struct line *line = &lines[told];
    text_appendf(out, "%10.3f  %-8s ", (double)(line->time_ns - lines[0].time_ns) / 1e6,
                 source_word(timeline, line));
    if (line->entry != NULL) {
      append_entry(timeline, line->entry, out);
    } else {
      append_packet(timeline, line->index, out);
    }
    text_append(out, "\n");
  }
  size_t left_out = count - told + timeline->journal->left_out;
  if (left_out > 0) text_appendf(out, "and %zu more\n", left_out);
  free(lines);
  return ERR_OK;
}
