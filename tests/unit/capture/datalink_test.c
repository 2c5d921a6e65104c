/* Link headers by libpcap's names of them, on whatever system this is compiled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pcap.h>

#include "capture/datalink.h"

static void test_those_that_are_read(void **state) {
  (void)state;
  static const struct {
    int datalink;
    enum link_type type;
  } CASES[] = {{DLT_NULL, LINK_NULL},
               {DLT_LOOP, LINK_LOOP},
               {DLT_EN10MB, LINK_ETHERNET},
               {DLT_RAW, LINK_RAW},
               {DLT_LINUX_SLL2, LINK_LINUX_SLL2}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    enum link_type type = LINK_IPV4;
    assert_true(datalink_to_link_type(CASES[i].datalink, &type));
    assert_int_equal(type, CASES[i].type);
  }
}

static void test_others(void **state) {
  (void)state;
  enum link_type type = LINK_IPV4;
  assert_false(datalink_to_link_type(DLT_IEEE802_11, &type));
  assert_false(datalink_to_link_type(PCAP_ERROR_NOT_ACTIVATED, &type));
  assert_false(datalink_to_link_type(LINK_RAW, &type)); /* a capture file's number, not libpcap's */
  assert_int_equal(type, LINK_IPV4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_those_that_are_read),
      cmocka_unit_test(test_others),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
