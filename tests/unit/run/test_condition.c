/* Conditions of expectations: what holds where, and what a mistake in one is told by. */
#include "files.h"
#include "run/verdict/condition.h"

static void test_each_term_is_compared(void **state) {
  (void)state;
  static const struct {
    const char *version, *condition;
    bool holds;
  } rows[] = {
      {"socat 1.7.4.4", "version=1.7.4.4", true},
      {"socat 1.7.4.4", "version=1.7.4", false},
      {"socat 1.7.4.4", "version>1.7.4", true},
      {"socat 1.7.4.4", "version<1.7.10", true},
      {"socat 1.7.4.4", "version>=1.7.10", false},
      {"4.10", "version>4.9", true},
      {"4.6", "version=4.6.0", true},
      {"4.6", "version!=4.6.0", false},
      {"4.06", "version=4.6", true},
      {"4.6.1", "version<=4.6", false},
      {"ntpsec-1.2.2", "version <= 1.2.2", true},
      {"python3-ntplib 0.4.0", "version<1", true},
      {"rdate 20200101 of the system", "version>=20200101", true},
      {"99999999999999999999999.1", "version>99999999999999999999998", true},
      {"", "system=Linux", true},
      {"", "system=linux", false},
      {"", "system!=FreeBSD", true},
      {"", "machine=s390x", false},
      {"", "machine=s390", false},
      {"", "target=native , system=Linux", true},
      {"", "target=native,system=FreeBSD", false},
      {"4.5", "version<4.6,system=Linux,machine=x86_64", true},
      {"4.7", "version<4.6,system=Linux,machine=x86_64", false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct condition_facts facts = {rows[i].version, "Linux", "x86_64", "native"};
    struct err err = {0};
    bool holds = !rows[i].holds;
    assert_int_equal(condition_check(rows[i].condition, &err), ERR_OK);
    assert_int_equal(condition_holds(rows[i].condition, &facts, &holds, &err), ERR_OK);
    if (holds != rows[i].holds) print_error("%s of '%s'\n", rows[i].condition, rows[i].version);
    assert_int_equal(holds, rows[i].holds);
  }
}

static void test_an_unknown_version_is_told(void **state) {
  (void)state;
  const struct condition_facts facts = {"no number in it", "Linux", "x86_64", "native"};
  struct err err = {0};
  bool holds;
  assert_int_equal(condition_holds("version<4", &facts, &holds, &err), ERR_INPUT);
  assert_non_null(strstr(err.text, "the subject tells none ('no number in it')"));
  assert_int_equal(condition_holds("system=BSD,version<4", &facts, &holds, &err), ERR_OK);
  assert_false(holds); /* whatever the version is */
}

static void test_mistakes_say_what_is_allowed(void **state) {
  (void)state;
  static const struct {
    const char *condition, *told;
  } mistakes[] = {
      {"", "'' in a condition; allowed are version"},
      {"libc=musl", "'libc=musl' in a condition; allowed are version"},
      {"version", "'version' in a condition; allowed are"},
      {"version~4", "'version~4' in a condition; allowed are"},
      {"versions<4", "'versions<4' in a condition; allowed are"},
      {"version<4.6,", "'' in a condition; allowed are"},
      {"version<", "'version<' in a condition has no value"},
      {"version<4.6p1", "a version is numbers and points"},
      {"version<4..6", "a version is numbers and points"},
      {"version<.6", "a version is numbers and points"},
      {"version<6.", "a version is numbers and points"},
      {"system<Linux", "system is compared with = and !="},
      {"system=Linux,machine>=s390", "'machine>=s390' in a condition; machine is compared"},
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    struct err err = {0};
    assert_int_equal(condition_check(mistakes[i].condition, &err), ERR_INPUT);
    if (strstr(err.text, mistakes[i].told) == NULL) print_error("got: %s\n", err.text);
    assert_non_null(strstr(err.text, mistakes[i].told));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_each_term_is_compared),
      cmocka_unit_test(test_an_unknown_version_is_told),
      cmocka_unit_test(test_mistakes_say_what_is_allowed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
