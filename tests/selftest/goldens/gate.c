#include "gate.h"

#include "golden_set.h"
#include "octet_name.h"
#include "repair.h"
#include "right_field.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 60, RIGHT_CHECKSUMS_MAX = 3 };

struct gate {
  struct gate_totals *totals;
  const struct gate_subject *subject;
  struct canonical *actual; /* what the unchanged capture gives, which knows the covers */
  struct conversation *conversation;
  bool *lone; /* by packet: the only one of its flow */
  struct sample sample;
};

/* --- one change ------------------------------------------------------------------------------- */

/* One change of one octet. */
struct change {
  size_t packet_index, octet;
  uint8_t bits;
  bool repaired; /* with all checksums made right again */
};

static struct trace *with_change(const struct trace *trace, const struct change *change) {
  struct trace *changed = trace_create(trace_link_type(trace));
  struct err err = {0};
  for (size_t i = 0; changed != NULL && i < trace_count(trace); i++) {
    struct packet packet = *trace_packet(trace, i);
    uint8_t *octets = NULL;
    if (i == change->packet_index) {
      octets = malloc(packet.bytes.len);
      if (octets == NULL) abort();
      memcpy(octets, packet.bytes.bytes, packet.bytes.len);
      octets[change->octet] ^= change->bits;
      if (change->repaired) {
        (void)repair_checksums(trace_packet_link_type(trace, i), octets, packet.bytes.len);
      }
      packet.bytes.bytes = octets;
    }
    enum link_type link_type = trace_packet_link_type(trace, i);
    if (trace_add_of(changed, link_type, &packet, &err) != ERR_OK) abort();
    free(octets);
  }
  if (changed == NULL) abort();
  return changed;
}

static void tell(const struct gate *gate, size_t packet_index, size_t octet, const char *what) {
  if (gate->totals->shown++ == SHOWN_MAX) printf("there are more octets like these\n");
  if (gate->totals->shown > SHOWN_MAX) return;
  char name[OCTET_NAME_MAX];
  octet_name(gate->subject->trace, canonical_head_of(gate->actual), packet_index, octet, name);
  printf("%s: packet %zu octet %zu (%s): %s\n", gate->subject->id, packet_index + 1, octet, name,
         what);
}

static bool is_told(struct gate *gate, const struct change *change) {
  struct trace *changed = with_change(gate->subject->trace, change);
  bool told = golden_differs(gate->subject->expected, changed);
  trace_destroy(changed);
  gate->totals->changes++;
  return told;
}

/* The same, at the field that the octet is of. */
static bool is_told_rightly(struct gate *gate, const struct change *change) {
  const struct canonical_head *head = canonical_head_of(gate->subject->expected);
  struct trace *changed = with_change(gate->subject->trace, change);
  struct canonical *actual = NULL;
  struct diff_result result = {0};
  struct err err = {0};
  bool told = canonical_of(changed, head, &actual, &err) != ERR_OK ||
              diff_canonical(gate->subject->expected, actual, &result, &err) != ERR_OK;
  if (!told) {
    char name[OCTET_NAME_MAX];
    octet_name(gate->subject->trace, head, change->packet_index, change->octet, name);
    told = result.count > 0 && right_field(name, change->packet_index, change->octet, &result);
  }
  diff_free(&result);
  canonical_destroy(actual);
  trace_destroy(changed);
  gate->totals->changes++;
  return told;
}

/* A checksum has a few values that are right (in full, partial, none): where two of them differ in
 * one octet, that octet may be changed into the other, but into nothing else. */
static void try_ambiguous(struct gate *gate, size_t packet_index, size_t octet) {
  size_t untold = 0;
  struct change change = {.packet_index = packet_index, .octet = octet};
  for (unsigned bits = 1; bits <= UINT8_MAX; bits++) {
    change.bits = (uint8_t)bits;
    if (!is_told(gate, &change)) untold++;
  }
  if (untold <= RIGHT_CHECKSUMS_MAX) return;
  gate->totals->undetected++;
  char what[64];
  snprintf(what, sizeof what, "%zu other values of it are not told", untold);
  tell(gate, packet_index, octet, what);
}

/* Changes each of the bits in turn. */
static void try_bits(struct gate *gate, struct change change, uint8_t bits) {
  uint8_t untold = 0;
  for (unsigned bit = 0; bit < 8; bit++) {
    change.bits = (uint8_t)(bits & 1U << bit);
    if (change.bits == 0) continue;
    bool rightly = change.repaired && gate->subject->at_the_field;
    if (rightly ? is_told_rightly(gate, &change) : is_told(gate, &change)) continue;
    gate->totals->undetected++;
    untold |= change.bits;
  }
  if (untold == 0) return;
  char what[128];
  snprintf(what, sizeof what,
           "is said to be compared, but changes of its bits 0x%02x are not told%s", untold,
           change.repaired ? " where the checksums are right" : "");
  tell(gate, change.packet_index, change.octet, what);
}

/* Whether the value itself is compared, apart from any checksum that is over it. An address is one
 * where the port beside it is; but whose a lone packet is, a head that calls all clients the same
 * does not tell. */
static bool stands_alone(const struct gate *gate, const char *name, size_t packet_index,
                         size_t octet) {
  static const char *const ADDRESSES[2][2] = {{"ip.src", "ip.dst"}, {"ipv6.src", "ipv6.dst"}};
  size_t transport = 0;
  bool has_ports = octet_transport(gate->subject->trace, packet_index, &transport);
  for (size_t side = 0; side < 2 && has_ports; side++) {
    if (strcmp(name, ADDRESSES[0][side]) != 0 && strcmp(name, ADDRESSES[1][side]) != 0) continue;
    bool told = canonical_octet_bits(gate->actual, packet_index, transport + 2 * side) != 0;
    return told && !gate->lone[packet_index];
  }
  if (strcmp(name, "icmp.type") == 0 || strcmp(name, "icmp.code") == 0) return true;
  enum octet_cover cover = canonical_octet_cover(gate->actual, packet_index, octet);
  return cover == OCTET_EXACT || cover == OCTET_BOUND;
}

/* Of an octet that is compared in part, each bit that is. */
static void try_octet(struct gate *gate, size_t packet_index, size_t octet) {
  struct change change = {.packet_index = packet_index, .octet = octet};
  uint8_t compared = canonical_octet_bits(gate->actual, packet_index, octet);
  uint8_t bits = compared == 0xff ? sample_bits(&gate->sample, octet) : compared;
  char name[OCTET_NAME_MAX];
  octet_name(gate->subject->trace, canonical_head_of(gate->actual), packet_index, octet, name);
  if (compared == 0) {
    bool checksum = strcmp(name, "udp.checksum") == 0 || strcmp(name, "tcp.checksum") == 0;
    if (checksum) try_ambiguous(gate, packet_index, octet);
    return;
  }
  try_bits(gate, change, bits);
  if (gate->sample.all && stands_alone(gate, name, packet_index, octet)) {
    change.repaired = true;
    try_bits(gate, change, bits);
  }
}

/* --- one capture ------------------------------------------------------------------------------ */

/* What is the stack's own business: the only octets that may be counted and not compared. What of
 * TCP's payload and of ICMP is, the conversation knows (look_at_payload); what of a checksum is,
 * try_ambiguous tells. */
static bool may_be_counted(const char *name) {
  static const char *const PREFIXES[] = {"eth.dst",
                                         "eth.src",
                                         "eth.vlan",
                                         "link header",
                                         "ipv6.class and flow",
                                         "ipv6.flow",
                                         "ipv6.hop_limit",
                                         "ipv6.extension",
                                         "tcp.seq",
                                         "tcp.ack",
                                         "tcp.offset",
                                         "tcp.flags",
                                         "tcp.window",
                                         "tcp.urgent",
                                         "tcp.options",
                                         "tcp.payload+",
                                         "behind the IP packet",
                                         "icmp.",
                                         "udp.checksum",
                                         "tcp.checksum"};
  for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++) {
    if (strncmp(name, PREFIXES[i], strlen(PREFIXES[i])) == 0) return true;
  }
  return false;
}

static void count_octet(struct gate *gate, size_t packet_index, size_t octet) {
  enum octet_cover cover = canonical_octet_cover(gate->actual, packet_index, octet);
  gate->totals->octets++;
  gate->totals->covers[cover]++;
  if (cover != OCTET_COUNTED) return;
  char name[OCTET_NAME_MAX];
  octet_name(gate->subject->trace, canonical_head_of(gate->actual), packet_index, octet, name);
  if (may_be_counted(name)) return;
  gate->totals->uncompared++;
  tell(gate, packet_index, octet, "is not compared, though no rule says so");
}

static void count_covers(struct gate *gate) {
  for (size_t p = 0; p < trace_count(gate->subject->trace); p++) {
    size_t len = trace_packet(gate->subject->trace, p)->bytes.len;
    for (size_t octet = 0; octet < len; octet++) {
      count_octet(gate, p, octet);
    }
  }
}

static void look_at_source(struct gate *gate, const struct octet_source *source) {
  for (size_t i = 0; i < source->len; i++) {
    size_t octet = source->octet_offset + i;
    enum octet_cover cover = canonical_octet_cover(gate->actual, source->packet_index, octet);
    if (cover != OCTET_COUNTED) continue;
    gate->totals->uncompared++;
    tell(gate, source->packet_index, octet,
         "an application sent it, and it is not compared, though no rule says so");
  }
}

/* What nobody may leave to the stack. */
static void look_at_payload(struct gate *gate) {
  for (size_t f = 0; f < conversation_flow_count(gate->conversation); f++) {
    const struct trace_flow *flow = conversation_flow(gate->conversation, f);
    for (size_t e = 0; e < flow->event_count; e++) {
      const struct trace_event *event = &flow->events[e];
      for (size_t s = 0; s < event->source_count; s++) {
        look_at_source(gate, &event->sources[s]);
      }
    }
  }
}

static void find_lone_packets(struct gate *gate) {
  for (size_t f = 0; f < conversation_flow_count(gate->conversation); f++) {
    const struct trace_flow *flow = conversation_flow(gate->conversation, f);
    if (flow->counters.packets == 1 && flow->event_count > 0) {
      gate->lone[flow->events[0].packet_index] = true;
    }
  }
}

static void change_all(struct gate *gate) {
  const struct trace *trace = gate->subject->trace;
  gate->sample = sample_of(trace);
  if (gate->subject->sparing) gate->sample.sparing = true;
  for (size_t p = 0; p < trace_count(trace); p++) {
    if (!sample_has_packet(&gate->sample, p)) continue;
    size_t len = trace_packet(trace, p)->bytes.len;
    for (size_t octet = 0; octet < len; octet++) {
      if (sample_has_octet(&gate->sample, octet, len)) try_octet(gate, p, octet);
    }
  }
  if (gate->sample.all) return;
  gate->totals->sampled_subjects++;
  printf(
      "%s: large, so one bit of some octets was changed: in %zu of its %zu packets (the first and "
      "last three, and those between whose number is a multiple of %zu) of the first 134 octets, "
      "the last 8 and every 97th\n",
      gate->subject->id, gate->sample.packets, gate->sample.packet_count, gate->sample.packet_step);
}

static bool prepare(struct gate *gate) {
  struct err err = {0};
  const struct canonical_head *head = canonical_head_of(gate->subject->expected);
  if (canonical_of(gate->subject->trace, head, &gate->actual, &err) != ERR_OK) {
    printf("%s: %s\n", gate->subject->id, err.text);
    return false;
  }
  if (golden_differs_from(gate->subject->expected, gate->actual)) {
    printf("%s: the text is not what its capture gives; see goldens/consistency\n",
           gate->subject->id);
    return false;
  }
  if (conversation_of(gate->subject->trace, &gate->conversation, &err) != ERR_OK) abort();
  gate->lone = calloc(trace_count(gate->subject->trace) + 1, sizeof *gate->lone);
  if (gate->lone == NULL) abort();
  find_lone_packets(gate);
  return true;
}

bool gate_pass(const struct gate_subject *subject, struct gate_totals *totals) {
  struct gate gate = {.totals = totals, .subject = subject};
  size_t before = totals->undetected + totals->uncompared;
  bool good = prepare(&gate);
  if (good) {
    totals->subjects++;
    count_covers(&gate);
    look_at_payload(&gate);
    change_all(&gate);
    good = totals->undetected + totals->uncompared == before;
  }
  free(gate.lone);
  conversation_destroy(gate.conversation);
  canonical_destroy(gate.actual);
  return good;
}

void gate_print(const struct gate_totals *totals) {
  static const char *const NAMES[GATE_COVERS] = {
      [OCTET_EXACT] = "compared exactly",
      [OCTET_VERIFIED] = "verified",
      [OCTET_BOUND] = "bound to a variable that is used again",
      [OCTET_COUNTED] = "the stack's own business, counted",
      [OCTET_IGNORED] = "ignored by a rule, or a variable used once",
  };
  printf("%10zu octets in %zu captures\n", totals->octets, totals->subjects);
  for (size_t i = 0; i < GATE_COVERS; i++) {
    printf("%10zu %s\n", totals->covers[i], NAMES[i]);
  }
  printf("%10zu changes tried (%zu captures sampled)\n", totals->changes, totals->sampled_subjects);
  printf("%10zu changes not told\n", totals->undetected);
  printf("%10zu octets not compared without a rule that says so\n", totals->uncompared);
}
