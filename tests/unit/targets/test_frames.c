/* When a wire takes what was on it for dealt with. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "gvisor/frames.h"

enum { ANSWER_LIMIT_MS = 2000, FRAME_LEN = 60 };

static long now_ms = 1000;

long wire_now_ms(void) {
  return now_ms;
}

void wire_give_up(const char *format, ...) {
  fail_msg("%s", format);
  abort();
}

/* A wire of descriptors that keep datagrams apart, and its other ends. */
struct ends {
  struct frames frames;
  int peer, gvisor;
};

static void make_ends(struct ends *ends) {
  int wire[2], interface[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, wire), 0);
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, interface), 0);
  *ends = (struct ends){.frames = {.wire = wire[0], .interface = interface[0]},
                        .peer = wire[1],
                        .gvisor = interface[1]};
  ends->frames.flows = flows_new();
  assert_non_null(ends->frames.flows);
  frames_join(&ends->frames);
}

static void drop_ends(struct ends *ends) {
  close(ends->frames.wire);
  close(ends->frames.interface);
  close(ends->peer);
  close(ends->gvisor);
  free(ends->frames.flows);
}

static void send_one(const struct ends *ends) {
  const unsigned char frame[FRAME_LEN] = {0};
  assert_int_equal(write(ends->peer, frame, sizeof frame), sizeof frame);
}

/* What gVisor has got: the frame, and the question whether it has dealt with it. */
static void expect_frame_and_question(const struct ends *ends) {
  unsigned char frame[128];
  assert_int_equal(read(ends->gvisor, frame, sizeof frame), FRAME_LEN);
  assert_int_equal(read(ends->gvisor, frame, sizeof frame), 42);
  assert_memory_equal(frame + 12, "\x08\x06", 2);
  assert_true(read(ends->gvisor, frame, sizeof frame) < 0);
}

static void an_idle_wire_is_settled(void **state) {
  (void)state;
  struct ends ends;
  make_ends(&ends);
  assert_true(frames_are_settled(&ends.frames));
  assert_int_equal(frames_overdue_in_ms(&ends.frames), -1);
  drop_ends(&ends);
}

static void an_answer_settles_a_wire(void **state) {
  (void)state;
  const unsigned char answer[FRAME_LEN] = {0x02, 0, 0, 0, 0, 0xfe};
  struct ends ends;
  make_ends(&ends);
  send_one(&ends);
  assert_false(frames_are_settled(&ends.frames));
  expect_frame_and_question(&ends);
  assert_false(frames_are_settled(&ends.frames));
  assert_int_equal(write(ends.gvisor, answer, sizeof answer), sizeof answer);
  frames_carry_out(&ends.frames);
  assert_true(frames_are_settled(&ends.frames));
  drop_ends(&ends);
}

/* Whoever awaits the answer is woken when it is given up: nothing else may come to wake it. */
static void a_missing_answer_is_given_up(void **state) {
  (void)state;
  struct ends ends;
  make_ends(&ends);
  send_one(&ends);
  assert_false(frames_are_settled(&ends.frames));
  assert_int_equal(frames_overdue_in_ms(&ends.frames), ANSWER_LIMIT_MS);
  now_ms += ANSWER_LIMIT_MS;
  assert_int_equal(frames_overdue_in_ms(&ends.frames), 0);
  assert_true(frames_are_settled(&ends.frames));
  assert_int_equal(frames_overdue_in_ms(&ends.frames), -1);
  drop_ends(&ends);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_idle_wire_is_settled),
      cmocka_unit_test(an_answer_settles_a_wire),
      cmocka_unit_test(a_missing_answer_is_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
