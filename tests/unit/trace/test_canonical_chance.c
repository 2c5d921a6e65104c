/* Two sockets that had one port, and what is none of that. */
#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ELSEWHERE at("127.0.0.1", 40001)
#define TEXT(text) span_of(text, sizeof(text) - 1)

/* What one socket says to the echo peer, and hears, `count` times. */
static void converse(struct packets *packets, struct endpoint from, size_t count) {
  for (size_t i = 0; i < count; i++) {
    packets_udp(packets, from, ECHO_PEER, TEXT("hello"));
    packets_udp(packets, ECHO_PEER, from, TEXT("hello"));
  }
}

static struct canonical *form_of_both(struct endpoint first, size_t first_count,
                                      struct endpoint second, size_t second_count) {
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  converse(&packets, first, first_count);
  converse(&packets, second, second_count);
  struct canonical *form = form_of(packets.trace, &head);
  packets_destroy(&packets);
  return form;
}

static void assert_drawn(struct canonical *golden, struct canonical *actual, bool twice) {
  assert_int_equal(canonical_drew_a_port_twice(golden, actual), twice);
  canonical_destroy(golden);
  canonical_destroy(actual);
}

static void two_sockets_with_one_port(void **state) {
  (void)state;
  assert_drawn(form_of_both(SUBJECT, 1, ELSEWHERE, 2), form_of_both(SUBJECT, 1, SUBJECT, 2), true);
}

static void what_chance_cannot_do(void **state) {
  (void)state;
  /* The same; two from one that were never two; one that said less, or more. */
  assert_drawn(form_of_both(SUBJECT, 1, ELSEWHERE, 2), form_of_both(SUBJECT, 1, ELSEWHERE, 2),
               false);
  assert_drawn(form_of_both(SUBJECT, 1, SUBJECT, 2), form_of_both(SUBJECT, 1, ELSEWHERE, 2), false);
  assert_drawn(form_of_both(SUBJECT, 1, ELSEWHERE, 2), form_of_both(SUBJECT, 1, SUBJECT, 1), false);
  assert_drawn(form_of_both(SUBJECT, 1, ELSEWHERE, 2), form_of_both(SUBJECT, 2, SUBJECT, 2), false);
}

/* Two sockets that ask two servers are two flows, whatever their ports. */
static void two_servers(void **state) {
  (void)state;
  struct canonical_head head = head_of_case();
  struct packets packets = packets_create();
  converse(&packets, SUBJECT, 1);
  packets_udp(&packets, SUBJECT, NTP_PEER, TEXT("hello"));
  packets_udp(&packets, NTP_PEER, SUBJECT, TEXT("hello"));
  struct canonical *golden = form_of(packets.trace, &head);
  packets_destroy(&packets);
  assert_drawn(golden, form_of_both(SUBJECT, 1, SUBJECT, 1), false);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_sockets_with_one_port),
      cmocka_unit_test(what_chance_cannot_do),
      cmocka_unit_test(two_servers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
