/* Endpoints and the names of applications. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/endpoint.h"

static void test_equal_needs_address_family_and_port(void **state) {
  (void)state;
  struct endpoint a = {.address = {.family = IP_V4, .octets = {127, 0, 0, 1}}, .port = 123};
  struct endpoint b = a;
  assert_true(endpoint_equal(&a, &b));
  b.port = 124;
  assert_false(endpoint_equal(&a, &b));
  b = a;
  b.address.octets[3] = 2;
  assert_false(endpoint_equal(&a, &b));
  b = a;
  b.address.family = IP_V6;
  assert_false(endpoint_equal(&a, &b));
}

static void test_names_there_and_back(void **state) {
  (void)state;
  enum application application = APPLICATION_PLAIN;
  assert_true(application_parse("ntp", &application));
  assert_int_equal(application, APPLICATION_NTP);
  for (enum application each = APPLICATION_PLAIN; each <= APPLICATION_LINES; each++) {
    assert_true(application_parse(application_name(each), &application));
    assert_int_equal(application, each);
  }
  assert_string_equal(application_name(APPLICATION_NTP), "ntp");
  assert_false(application_parse("NTP", &application));
  assert_false(application_parse("", &application));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_equal_needs_address_family_and_port),
      cmocka_unit_test(test_names_there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
