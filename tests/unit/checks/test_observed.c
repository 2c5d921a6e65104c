/* Checks on observations of which a subject prints several, or one of some. */
#include "rig.h"

#include "sandbox/sandbox_addresses.h"

static void list_is_in_order(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_LIST("address", "one\ntwo")));
  rig_observes(rig, "address");
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("address", "one\ntwo")), "no `address` (.)");
  rig_prints_lines(rig, 0, "address", "one\ntwo");
  rig_holds(rig, CHECK(CHECK_OBSERVED_LIST("address", "one\ntwo")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("address", "two\none")), "`one\\ntwo`");
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("address", "one")), "`one\\ntwo`");
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("address", "one\ntwo\nthree")), "`one\\ntwo`");
}

/* The subject's own second address is another on a wire than on the loopback. */
static void an_address_stands_by_name(void **state) {
  struct rig *rig = *state;
  rig->judged.places = &sandbox_on_loopback;
  rig_prints(rig, 0, "from", "127.0.0.2");
  rig_holds(rig, CHECK(CHECK_OBSERVED("from", "{subject2}")));
  rig->judged.places = &sandbox_on_wire;
  rig_fails(rig, CHECK(CHECK_OBSERVED("from", "{subject2}")), "`from` is `127.0.0.2`");
  rig_prints(rig, 0, "address", "203.0.113.4");
  rig_holds(rig, CHECK(CHECK_OBSERVED("address", "{subject2}")));
}

static void every_run_counts(void **state) {
  struct rig *rig = *state;
  rig_set_runs(rig, 2);
  rig_prints_lines(rig, 0, "address", "one\ntwo");
  rig_prints_lines(rig, 1, "address", "two\none");
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("address", "one\ntwo")), "in run 2: ");
  rig_holds(rig, CHECK(CHECK_OBSERVED_SET("address", "one\ntwo")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_ONE_OF("address", "one\nthree")),
            "in run 2: `address` is `two`");
}

static void set_is_in_any_order(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb")));
  rig_prints_lines(rig, 0, "alias", "b\na\nb");
  rig_holds(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb\nb")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\na\nb")),
            "`b\\na\\nb`"); /* how often counts */
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb")), "`b\\na\\nb`");
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb\nb\nc")), "`b\\na\\nb`");
}

/* A value may be empty: then its line is, also where it is the last. */
static void empty_lines_are_lines(void **state) {
  struct rig *rig = *state;
  rig_prints_lines(rig, 0, "alias", "a\n\nb");
  rig_holds(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb\n")));
  rig_holds(rig, CHECK(CHECK_OBSERVED_SET("alias", "\na\nb")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("alias", "ab\n\n")), "alias");
  rig_prints_lines(rig, 0, "name", "c\nd\n");
  rig_holds(rig, CHECK(CHECK_OBSERVED_SET("name", "c\n\nd")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("name", "c\nd")), "name");
}

static void what_was_cut_is_not_compared(void **state) {
  struct rig *rig = *state;
  rig_prints_lines(rig, 0, "alias", "a\nb");
  rig->runs[0].observed.list[0].all_cut = true;
  rig_fails(rig, CHECK(CHECK_OBSERVED_LIST("alias", "a\nb")), "alias");
  rig_fails(rig, CHECK(CHECK_OBSERVED_SET("alias", "a\nb")), "alias");
  rig_holds(rig, CHECK(CHECK_OBSERVED_ONE_OF("alias", "a\nb")));
}

static void one_of_looks_at_the_first(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_ONE_OF("error", "EBADF")));
  rig_prints_lines(rig, 0, "error", "EBADF\nEINVAL");
  rig_holds(rig, CHECK(CHECK_OBSERVED_ONE_OF("error", "EBADF")));
  rig_holds(rig, CHECK(CHECK_OBSERVED_ONE_OF("error", "ENOTSOCK\nEBADF\nEPIPE")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_ONE_OF("error", "ENOTSOCK\nEPIPE")), "is `EBADF` (5 octets)");
  rig_fails(rig, CHECK(CHECK_OBSERVED_ONE_OF("error", "EBAD\nEBADFD")),
            "`EBADF`"); /* whole lines */
}

static void by_system_is_stricter_on_linux(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 1, "blocking\nnon-blocking")));
  rig_prints_lines(rig, 0, "mode", "non-blocking\nblocking");
  rig_holds(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 1, "blocking\nnon-blocking")));
  rig_fails(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 1, "blocking\nblock")), "non-blocking");
  rig->judged.on_linux = true;
  rig_fails(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 1, "blocking\nnon-blocking")),
            "is `non-blocking`");
  rig_holds(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 2, "blocking\nnon-blocking\nnone")));
  rig_holds(rig, CHECK(CHECK_OBSERVED_BY_SYSTEM("mode", 1, "non-blocking\nblocking")));
}

static void not_observed(void **state) {
  struct rig *rig = *state;
  rig_unobservable(rig, CHECK(CHECK_NOT_OBSERVED("time")));
  rig_observes(rig, "time");
  rig_holds(rig, CHECK(CHECK_NOT_OBSERVED("time")));
  rig_set_runs(rig, 2);
  rig_prints(rig, 1, "time", "noon");
  rig_fails(rig, CHECK(CHECK_NOT_OBSERVED("time")), "in run 2: `time` is `noon`");
}

/* Without a profile nobody can say what is observed: what was found is. */
static void not_observed_without_a_profile(void **state) {
  struct rig *rig = *state;
  rig->judged.entry = NULL;
  rig_holds(rig, CHECK(CHECK_NOT_OBSERVED("time")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      RIG_TEST(list_is_in_order),
      RIG_TEST(an_address_stands_by_name),
      RIG_TEST(every_run_counts),
      RIG_TEST(set_is_in_any_order),
      RIG_TEST(empty_lines_are_lines),
      RIG_TEST(what_was_cut_is_not_compared),
      RIG_TEST(one_of_looks_at_the_first),
      RIG_TEST(by_system_is_stricter_on_linux),
      RIG_TEST(not_observed),
      RIG_TEST(not_observed_without_a_profile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
