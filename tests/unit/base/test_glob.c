/* The patterns of CASE-GLOB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"

struct glob_case {
  const char *chars, *glob;
  bool matches;
};

static void test_globs(void **state) {
  (void)state;
  static const struct glob_case CASES[] = {
      {"", "", true},
      {"", "*", true},
      {"", "?", false},
      {"a", "", false},
      {"a", "?", true},
      {"ab", "?", false},
      {"sntp-client/li-3", "sntp-client/*", true},
      {"sntp-client/li-3", "*", true},
      {"sntp-client/li-3", "*li-?", true},
      {"sntp-client/li-3", "*/*", true},
      {"sntp-client/li-3", "echo*", false},
      {"sntp-client/li-3", "sntp-client", false},
      {"sntp-client/li-3", "*li", false},
      {"udp-echo-server/x", "echo-server/*", false},
      {"abcabd", "*abd", true},
      {"aaab", "*a?b", true},
      {"abc", "a*b*c*", true},
      {"abc", "***", true},
      {"a[b]", "a[b]", true},
      {"ab", "a[b]", false},
      {"a\\b", "a\\b", true},
      {"*", "*", true},
  };
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    if (text_matches_glob(CASES[i].chars, CASES[i].glob) != CASES[i].matches) {
      fail_msg("'%s' against '%s'", CASES[i].chars, CASES[i].glob);
    }
  }
}

/* A matcher that recurses at each '*' would not end in this life. */
static void test_many_stars_are_quick(void **state) {
  (void)state;
  char chars[4096];
  memset(chars, 'a', sizeof chars - 1);
  chars[sizeof chars - 1] = '\0';
  assert_false(text_matches_glob(chars, "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_globs),
      cmocka_unit_test(test_many_stars_are_quick),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
