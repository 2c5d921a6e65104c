/* Commands cut into words, and their placeholders filled in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "subject/profile.h"
#include "subject/words.h"

/* Words joined by '\n'. */
static void assert_words(const char *line, const char *expected) {
  struct arena *arena = arena_create(1 << 20);
  const char *const *words = NULL;
  size_t count = 0;
  struct err err = {0};
  assert_int_equal(words_split(line, arena, &words, &count, &err), ERR_OK);
  struct text joined = TEXT_INIT(4096);
  for (size_t i = 0; i < count; i++)
    text_appendf(&joined, "%s%s", i > 0 ? "\n" : "", words[i]);
  assert_string_equal(text_chars(&joined), expected);
  assert_null(words[count]);
  text_free(&joined);
  arena_destroy(arena);
}

static void assert_no_words(const char *line, const char *why) {
  struct arena *arena = arena_create(1 << 20);
  const char *const *words = NULL;
  size_t count = 0;
  struct err err = {0};
  assert_int_equal(words_split(line, arena, &words, &count, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, why));
  arena_destroy(arena);
}

static void test_split(void **state) {
  (void)state;
  assert_words("a", "a");
  assert_words("  a\tb\n c  ", "a\nb\nc");
  assert_words("a 'b c' \"d e\" f\\ g", "a\nb c\nd e\nf g");
  assert_words("''", "");
  assert_words("a\"b\"'c'd", "abcd");
  assert_words("'\\n' \"\\n\" \"\\\\ \\\" \\$ \\`\"", "\\n\n\\n\n\\ \" $ `");
  assert_words("a\\\nb", "ab");
  assert_words("\"a\\\nb\\\\\n\"", "ab\\\n");
  assert_words("'|' \\; TCP-LISTEN:7,fork", "|\n;\nTCP-LISTEN:7,fork");
}

static void test_wrong_lines(void **state) {
  (void)state;
  assert_no_words("", "empty");
  assert_no_words(" \t", "empty");
  assert_no_words("a 'b", "' is not closed");
  assert_no_words("a \"b", "\" is not closed");
  assert_no_words("a \"b\\", "\" is not closed");
  assert_no_words("a \\", "backslash");
  assert_no_words("a | b", "'|'");
  assert_no_words("a; b", "';'");
  assert_no_words("a $HOME", "'$'");
}

static void test_quoting_comes_back(void **state) {
  (void)state;
  const char *const hostile[] = {"", " ", "it's", "a\"b\\c", "$x;|&<>`", "'", "''"};
  for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
    struct text line = TEXT_INIT(256);
    words_append_quoted(&line, hostile[i]);
    assert_words(text_chars(&line), hostile[i]);
    text_free(&line);
  }
}

static const struct placeholder given[] = {{"host", "::1"}, {"port", "7"}, {"message", "a 'b"}};

static enum err_code expand(const char *line, struct arena *arena, const char *const **argv,
                            struct err *err) {
  const struct profile_command command = {.line = line};
  return profile_expand(&command, given, 3, arena, argv, err);
}

static void test_expand(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const char *const *argv = NULL;
  assert_int_equal(
      expand("c [{host}]:{port} {message} '{print $1}' {{host} {}", arena, &argv, NULL), ERR_OK);
  assert_string_equal(argv[0], "c");
  assert_string_equal(argv[1], "[::1]:7");
  assert_string_equal(argv[2], "a 'b");
  assert_string_equal(argv[3], "{print $1}");
  assert_string_equal(argv[4], "{host}");
  assert_string_equal(argv[5], "{}");
  assert_null(argv[6]);
  struct err err = {0};
  assert_int_equal(expand("c {hots}", arena, &argv, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "{hots}; there are {host} {port} {message}"));
  assert_int_equal(expand("c 'x", arena, &argv, &err), ERR_USAGE);
  arena_destroy(arena);
}

static void test_uses(void **state) {
  (void)state;
  const struct profile_command command = {.line = "c {host} {{port} {ports}"};
  assert_true(profile_uses(&command, "host"));
  assert_true(profile_uses(&command, "ports"));
  assert_false(profile_uses(&command, "port"));
  assert_false(profile_uses(&command, "hos"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_split),
      cmocka_unit_test(test_wrong_lines),
      cmocka_unit_test(test_quoting_comes_back),
      cmocka_unit_test(test_expand),
      cmocka_unit_test(test_uses),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
