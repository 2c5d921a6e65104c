/* Which connections a wire takes for closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gvisor/flows.h"

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { FRAME_MAX = 256, SUBJECT_PORT = 80, PEER_PORT = 40000 };

static void put_16(unsigned char *at, unsigned value) {
  at[0] = (unsigned char)(value >> 8);
  at[1] = (unsigned char)value;
}

static void put_32(unsigned char *at, uint32_t value) {
  put_16(at, value >> 16);
  put_16(at + 2, value & 0xffff);
}

struct segment {
  bool from_subject, v6;
  unsigned flags, peer_port;
  uint32_t sequence, acknowledged;
  unsigned len_octets;
};

/* A frame with padding behind it, as short ones have. */
static size_t make_frame(const struct segment *segment, unsigned char frame[FRAME_MAX]) {
  const unsigned char subject = 2, peer = 1;
  const unsigned peer_port = segment->peer_port == 0 ? PEER_PORT : segment->peer_port;
  unsigned char *ip = frame + 14, *tcp = ip + (segment->v6 ? 40 : 20);
  memset(frame, 0, FRAME_MAX);
  put_16(frame + 12, segment->v6 ? 0x86dd : 0x0800);
  if (segment->v6) {
    put_16(ip + 4, 20 + segment->len_octets);
    ip[6] = 6;
    ip[8 + 15] = segment->from_subject ? subject : peer;
    ip[24 + 15] = segment->from_subject ? peer : subject;
  } else {
    ip[0] = 0x45;
    put_16(ip + 2, 40 + segment->len_octets);
    ip[9] = 6;
    ip[12 + 3] = segment->from_subject ? subject : peer;
    ip[16 + 3] = segment->from_subject ? peer : subject;
  }
  put_16(tcp, segment->from_subject ? SUBJECT_PORT : peer_port);
  put_16(tcp + 2, segment->from_subject ? peer_port : SUBJECT_PORT);
  put_32(tcp + 4, segment->sequence);
  put_32(tcp + 8, segment->acknowledged);
  tcp[12] = 5 << 4;
  tcp[13] = (unsigned char)segment->flags;
  return (size_t)(tcp - frame) + 20 + segment->len_octets + 6;
}

static void pass(struct flows *flows, struct segment segment) {
  unsigned char frame[FRAME_MAX];
  const size_t len = make_frame(&segment, frame);
  flows_note(flows, segment.from_subject, frame, len);
}

static void open_one(struct flows *flows, bool v6) {
  pass(flows, (struct segment){.v6 = v6, .flags = SYN, .sequence = 100});
  assert_false(flows_are_open(flows)); /* nobody has answered */
  pass(flows, (struct segment){.from_subject = true,
                               .v6 = v6,
                               .flags = SYN | ACK,
                               .sequence = UINT32_MAX - 10,
                               .acknowledged = 101});
  assert_true(flows_are_open(flows));
}

/* Sequence numbers go round on the way. */
static void closes_both_ways(bool v6) {
  struct flows *flows = flows_new();
  open_one(flows, v6);
  pass(flows, (struct segment){.from_subject = true,
                               .v6 = v6,
                               .flags = FIN | ACK,
                               .sequence = UINT32_MAX - 9,
                               .acknowledged = 101,
                               .len_octets = 20});
  pass(flows, (struct segment){.v6 = v6, .flags = FIN | ACK, .sequence = 101, .acknowledged = 5});
  pass(flows,
       (struct segment){
           .from_subject = true, .v6 = v6, .flags = ACK, .sequence = 11, .acknowledged = 102});
  assert_true(flows_are_open(flows)); /* the subject's last octets were not heard */
  pass(flows, (struct segment){.v6 = v6, .flags = ACK, .sequence = 102, .acknowledged = 11});
  assert_false(flows_are_open(flows));
  free(flows);
}

static void a_connection_is_open_until_both_ends_are_heard(void **state) {
  (void)state;
  closes_both_ways(false);
  closes_both_ways(true);
}

static void a_reset_closes(void **state) {
  (void)state;
  struct flows *flows = flows_new();
  open_one(flows, false);
  pass(flows, (struct segment){.flags = RST, .sequence = 101, .peer_port = PEER_PORT + 1});
  assert_true(flows_are_open(flows)); /* of another connection */
  pass(flows, (struct segment){.flags = RST, .sequence = 101});
  assert_false(flows_are_open(flows));
  open_one(flows, false); /* the same ports again */
  free(flows);
}

static void what_is_no_segment_is_passed_over(void **state) {
  (void)state;
  struct flows *flows = flows_new();
  unsigned char frame[FRAME_MAX];
  const struct segment opens = {.from_subject = true, .flags = SYN | ACK};
  const size_t whole = make_frame(&opens, frame);
  for (size_t len = 0; len < whole - 6; len++) {
    unsigned char *cut = malloc(len + 1); /* its end is the memory's, for Valgrind */
    memcpy(cut, frame, len);
    flows_note(flows, true, cut, len);
    free(cut);
  }
  frame[14 + 6] = 0x20; /* the first of some fragments */
  flows_note(flows, true, frame, whole);
  frame[14 + 6] = 0;
  frame[14 + 9] = 17; /* UDP */
  flows_note(flows, true, frame, whole);
  assert_false(flows_are_open(flows));
  frame[14 + 9] = 6;
  flows_note(flows, true, frame, whole);
  assert_true(flows_are_open(flows));
  free(flows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_connection_is_open_until_both_ends_are_heard),
      cmocka_unit_test(a_reset_closes),
      cmocka_unit_test(what_is_no_segment_is_passed_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
