/* Writes a capture of any size: TCP connections and UDP exchanges between two hosts, side by side.
 *
 *   make_capture FILE PACKETS FLOWS VOLATILE [CHANGE@PACKET...]
 *
 * What is said depends on PACKETS and FLOWS alone; ports, initial sequence numbers,
 * identifications and times come from VOLATILE, a number. CHANGE is alter (one octet of the
 * payload), drop or twice; PACKET counts from 1, and is the next one at or behind it that carries
 * payload. Every fourth flow is UDP. */
#include "proto/link.h"
#include "proto/tcp.h"
#include "proto/udp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  EXIT_USAGE = 2,
  CHANGES_MAX = 16,
  SAID_MIN = 16,
  SAID_SPREAD = 60, /* a packet is some 100 octets in the mean */
  OPENING = 3,
  BUFFER = 2048
};

enum change_kind { ALTER, DROP, TWICE };

struct change {
  enum change_kind kind;
  uint64_t packet;
};

struct flow {
  uint16_t ports[2];
  uint32_t next[2];
  uint32_t step;    /* packets of it so far */
  uint32_t said[2]; /* messages of each side */
};

struct making {
  FILE *file;
  uint64_t packets, flow_count, written, seed;
  struct flow *flows;
  struct change changes[CHANGES_MAX];
  size_t change_count;
};

/* splitmix64: a step of a generator whose numbers need to be no better than these. */
static uint64_t mix(uint64_t value) {
  value += UINT64_C(0x9e3779b97f4a7c15);
  value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
  return value ^ value >> 31;
}

static struct ip_header ip_between(size_t from, uint8_t protocol, uint16_t identification) {
  struct ip_header ip = {.version = IP_V4, .protocol = protocol, .hop_limit = 64};
  const uint8_t hosts[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
  ip.source.family = ip.destination.family = IP_V4;
  memcpy(ip.source.octets, hosts[from], 4);
  memcpy(ip.destination.octets, hosts[1 - from], 4);
  ip.identification = identification;
  return ip;
}

static bool put(struct making *making, struct span octets) {
  uint64_t time_us =
      UINT64_C(1700000000000000) + (making->seed << 32) % 1000000000 + making->written * 7;
  const uint32_t header[4] = {(uint32_t)(time_us / 1000000), (uint32_t)(time_us % 1000000),
                              (uint32_t)octets.len, (uint32_t)octets.len};
  making->written++;
  return fwrite(header, sizeof header, 1, making->file) == 1 &&
         fwrite(octets.bytes, octets.len, 1, making->file) == 1;
}

/* The change that is due at a packet with payload; taken off the list. */
static const struct change *due(struct making *making, uint64_t packet) {
  for (size_t i = 0; i < making->change_count; i++) {
    struct change *change = &making->changes[i];
    if (change->packet == 0 || change->packet > packet) continue;
    change->packet = 0;
    return change;
  }
  return NULL;
}

static size_t say(const struct making *making, size_t flow, size_t side, uint32_t message,
                  uint8_t *to) {
  uint64_t chance = mix(mix(flow * 2 + side + making->flow_count * 1000003) + message);
  size_t len = SAID_MIN + chance % SAID_SPREAD;
  for (size_t i = 0; i < len; i += sizeof chance) {
    chance = mix(chance);
    memcpy(to + i, &chance, sizeof chance);
  }
  return len;
}

struct said {
  uint8_t octets[SAID_MIN + SAID_SPREAD + 8];
  size_t len;
  uint8_t flags;
  size_t from;
};

/* What the next packet of a flow is: its opening, then one message each in turn. */
static struct said next_of(const struct making *making, size_t index, bool udp, bool last) {
  const struct flow *flow = &making->flows[index];
  struct said said = {.flags = TCP_ACK, .from = flow->step % 2};
  if (!udp && flow->step < OPENING) {
    const uint8_t flags[OPENING] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK};
    said.flags = flags[flow->step];
    return said;
  }
  if (!udp) said.from = (flow->step - OPENING) % 2;
  if (last && !udp) {
    said.flags |= TCP_FIN;
    return said;
  }
  said.flags |= TCP_PSH;
  said.len = say(making, index, said.from, flow->said[said.from], said.octets);
  return said;
}

static bool write_next(struct making *making, uint64_t packet, size_t index, bool last) {
  struct flow *flow = &making->flows[index];
  bool udp = index % 4 == 3;
  struct said said = next_of(making, index, udp, last);
  const struct change *change = said.len > 0 ? due(making, packet) : NULL;
  if (change != NULL && change->kind == ALTER) said.octets[said.len / 2] ^= 1;
  struct ip_header ip = ip_between(said.from, udp ? IP_PROTO_UDP : IP_PROTO_TCP,
                                   (uint16_t)mix(making->seed + packet));
  uint8_t buffer[BUFFER];
  uint8_t segment[BUFFER];
  struct writer body = writer_over(segment, sizeof segment);
  struct span payload = span_of(said.octets, said.len);
  uint16_t from = flow->ports[said.from], to = flow->ports[1 - said.from];
  if (udp) {
    udp_encode(&body, &ip, from, to, payload);
  } else {
    struct tcp_header tcp = {
        .source_port = from,
        .destination_port = to,
        .sequence = flow->next[said.from],
        .acknowledgement = (said.flags & TCP_ACK) != 0 ? flow->next[1 - said.from] : 0,
        .flags = said.flags,
        .window = (uint16_t)mix(making->seed ^ packet)};
    tcp_encode(&body, &ip, &tcp, payload);
  }
  flow->next[said.from] += (uint32_t)said.len + ((said.flags & (TCP_SYN | TCP_FIN)) != 0 ? 1 : 0);
  if (said.len > 0) flow->said[said.from]++;
  flow->step++;
  struct writer whole = writer_over(buffer, sizeof buffer);
  link_encode_ethernet(&whole, LINK_ETHERTYPE_IPV4);
  ip_encode(&whole, &ip, body.len);
  writer_span(&whole, writer_written(&body));
  if (change != NULL && change->kind == DROP) return true;
  bool written = put(making, writer_written(&whole));
  if (change != NULL && change->kind == TWICE)
    written = written && put(making, writer_written(&whole));
  return written;
}

static bool write_all(struct making *making) {
  const uint32_t header[6] = {UINT32_C(0xa1b2c3d4), 4U << 16 | 2, 0, 0, 262144, LINK_ETHERNET};
  bool good = fwrite(header, sizeof header, 1, making->file) == 1;
  for (size_t i = 0; i < making->flow_count; i++) {
    uint64_t chance = mix(making->seed * 7919 + i);
    making->flows[i].ports[0] = (uint16_t)(1024 + (i * 31 + making->seed * 101) % 60000);
    making->flows[i].ports[1] = (uint16_t)(7 + i / 60000);
    making->flows[i].next[0] = (uint32_t)chance;
    making->flows[i].next[1] = (uint32_t)(chance >> 32);
  }
  for (uint64_t packet = 0; good && packet < making->packets; packet++) {
    /* Flows live one after the other in groups, as on a real host. */
    size_t group = making->flow_count < 64 ? making->flow_count : 64;
    uint64_t of_group = making->packets / (making->flow_count / group);
    size_t first = (size_t)(packet / of_group) * group;
    if (first + group > making->flow_count) first = making->flow_count - group;
    bool last = packet % of_group >= of_group - 2 * group;
    good = write_next(making, packet + 1, first + packet % group, last);
  }
  return good;
}

static bool read_change(const char *word, struct change *change) {
  static const char *const KINDS[] = {"alter", "drop", "twice"};
  for (size_t i = 0; i < 3; i++) {
    size_t len = strlen(KINDS[i]);
    if (strncmp(word, KINDS[i], len) != 0 || word[len] != '@') continue;
    *change = (struct change){(enum change_kind)i, strtoull(word + len + 1, NULL, 10)};
    return change->packet > 0;
  }
  return false;
}

int main(int argc, char **argv) {
  struct making making = {.packets = argc > 2 ? strtoull(argv[2], NULL, 10) : 0,
                          .flow_count = argc > 3 ? strtoull(argv[3], NULL, 10) : 0,
                          .seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 0};
  bool usable = argc > 4 && argc - 5 <= CHANGES_MAX && making.packets > 0 && making.flow_count > 0;
  for (int i = 5; usable && i < argc; i++) {
    usable = read_change(argv[i], &making.changes[making.change_count++]);
  }
  if (!usable) {
    fputs("usage: make_capture FILE PACKETS FLOWS VOLATILE [alter|drop|twice@PACKET...]\n", stderr);
    return EXIT_USAGE;
  }
  making.flows = calloc(making.flow_count, sizeof *making.flows);
  making.file = fopen(argv[1], "wb");
  bool good = making.flows != NULL && making.file != NULL && write_all(&making);
  if (making.file != NULL && fclose(making.file) != 0) good = false;
  if (!good) perror(argv[1]);
  free(making.flows);
  return good ? 0 : 1;
}
