#include "flows.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FLOWS_MAX = 1024, ADDRESS_MAX = 16, ETHERNET_HEAD = 14, IPV6_HEAD = 40, TCP_HEAD = 20 };
enum { TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, PROTOCOL_TCP = 6 };
enum { FLAG_FIN = 1, FLAG_SYN = 2, FLAG_RST = 4, FLAG_ACK = 16 };
enum end { SUBJECT, PEER };

struct ends {
  unsigned char addresses[2][ADDRESS_MAX];
  unsigned char ports[2][2];
};

struct flow {
  struct ends ends;
  bool open;
  struct {
    bool has_closed, heard; /* its FIN was sent; and acknowledged */
    uint32_t upto;          /* the sequence number behind its FIN */
  } of[2];
};

/* The oldest makes room for one too many: what is not known is not waited for. */
struct flows {
  struct flow list[FLOWS_MAX];
  size_t next;
};

struct segment {
  struct ends ends;
  enum end from;
  unsigned flags;
  uint32_t sequence, acknowledged;
  size_t len_octets;
};

static unsigned read_16(const unsigned char *octets) {
  return (unsigned)octets[0] << 8 | octets[1];
}

static uint32_t read_32(const unsigned char *octets) {
  return (uint32_t)read_16(octets) << 16 | read_16(octets + 2);
}

struct flows *flows_new(void) {
  return calloc(1, sizeof(struct flows));
}

static void take_addresses(struct segment *segment, const unsigned char *source, size_t len) {
  memcpy(segment->ends.addresses[segment->from], source, len);
  memcpy(segment->ends.addresses[!segment->from], source + len, len);
}

/* Returns where TCP's header begins, and in *len how many octets of the packet are left; NULL: it
 * is no segment, or a fragment. */
static const unsigned char *skip_ip(struct segment *segment, const unsigned char *frame,
                                    size_t *len) {
  const unsigned char *ip = frame + ETHERNET_HEAD;
  size_t head = 0, total = 0;
  if (*len < ETHERNET_HEAD + IPV6_HEAD) return NULL; /* no segment is as short as that */
  const unsigned type = read_16(frame + 12);
  if (type == TYPE_IPV4 && ip[9] == PROTOCOL_TCP && (read_16(ip + 6) & 0x3fff) == 0) {
    head = (size_t)(ip[0] & 0xf) * 4;
    total = read_16(ip + 2);
    take_addresses(segment, ip + 12, 4);
  } else if (type == TYPE_IPV6 && ip[6] == PROTOCOL_TCP) {
    head = IPV6_HEAD;
    total = head + read_16(ip + 4);
    take_addresses(segment, ip + 8, ADDRESS_MAX);
  }
  if (head == 0 || total > *len - ETHERNET_HEAD || total < head + TCP_HEAD) return NULL;
  *len = total - head;
  return ip + head;
}

static bool read_segment(struct segment *segment, const unsigned char *frame, size_t len) {
  const unsigned char *tcp = skip_ip(segment, frame, &len);
  if (tcp == NULL) return false;
  const size_t head = (size_t)(tcp[12] >> 4) * 4;
  if (head < TCP_HEAD || head > len) return false;
  memcpy(segment->ends.ports[segment->from], tcp, 2);
  memcpy(segment->ends.ports[!segment->from], tcp + 2, 2);
  segment->sequence = read_32(tcp + 4);
  segment->acknowledged = read_32(tcp + 8);
  segment->flags = tcp[13];
  segment->len_octets = len - head;
  return true;
}

static struct flow *find(struct flows *flows, const struct ends *ends) {
  for (size_t i = 0; i < FLOWS_MAX; i++) {
    if (memcmp(&flows->list[i].ends, ends, sizeof *ends) == 0) return &flows->list[i];
  }
  return NULL;
}

static struct flow *open_flow(struct flows *flows, struct flow *flow, const struct ends *ends) {
  if (flow == NULL) {
    flow = &flows->list[flows->next];
    flows->next = (flows->next + 1) % FLOWS_MAX;
  }
  *flow = (struct flow){.ends = *ends, .open = true};
  return flow;
}

void flows_note(struct flows *flows, bool from_subject, const unsigned char *frame, size_t len) {
  struct segment segment = {.from = from_subject ? SUBJECT : PEER};
  if (!read_segment(&segment, frame, len)) return;
  const enum end other = segment.from == SUBJECT ? PEER : SUBJECT;
  struct flow *flow = find(flows, &segment.ends);
  if ((segment.flags & (FLAG_SYN | FLAG_ACK)) == (FLAG_SYN | FLAG_ACK))
    flow = open_flow(flows, flow, &segment.ends);
  if (flow == NULL) return;
  if ((segment.flags & FLAG_FIN) != 0) {
    flow->of[segment.from].has_closed = true;
    flow->of[segment.from].upto = segment.sequence + (uint32_t)segment.len_octets + 1;
  }
  if ((segment.flags & FLAG_ACK) != 0 && flow->of[other].has_closed &&
      segment.acknowledged == flow->of[other].upto)
    flow->of[other].heard = true;
  if ((segment.flags & FLAG_RST) != 0 || (flow->of[SUBJECT].heard && flow->of[PEER].heard))
    flow->open = false;
}

bool flows_are_open(const struct flows *flows) {
  for (size_t i = 0; i < FLOWS_MAX; i++) {
    if (flows->list[i].open) return true;
  }
  return false;
}
