/* Two forms beside each other, held against the text that was agreed on. */
#include "forms.h"
#include "trace/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_columns(const struct packets *x, const struct packets *y, size_t width,
                           const char *expected) {
  struct canonical_head head = head_of_case();
  struct canonical *forms[2] = {form_of(x->trace, &head), form_of(y->trace, &head)};
  const struct columns_options options = {"right", "wrong", width};
  struct diff_result result;
  struct err err = {0};
  struct text text = TEXT_INIT(1 << 20);
  assert_int_equal(diff_canonical(forms[0], forms[1], &result, &err), ERR_OK);
  assert_int_equal(columns_print(&result, forms[0], forms[1], &options, &text, &err), ERR_OK);
  assert_string_equal(text_chars(&text), expected);
  text_free(&text);
  diff_free(&result);
  canonical_destroy(forms[0]);
  canonical_destroy(forms[1]);
}

static void two_packets(void **state, struct packets *x, struct packets *y) {
  (void)state;
  *x = packets_create();
  *y = packets_create();
}

static void destroy(struct packets *x, struct packets *y) {
  packets_destroy(x);
  packets_destroy(y);
}

static void a_field_that_differs(void **state) {
  struct packets x, y;
  two_packets(state, &x, &y);
  packets_text(&x, SUBJECT, ECHO_PEER, "one");
  packets_text(&y, SUBJECT, ECHO_PEER, "two");
  assert_columns(
      &x, &y, 100,
      "right                                              wrong\n"
      "flow udp ipv4 subject:$port1 > echo:7              flow udp ipv4 subject:$port1 > "
      "echo:7\n"
      "> data                                             > data\n"
      "    \"one\"                                        !     \"two\"\n"
      "    checksum=valid                                     checksum=valid\n");
  assert_columns(&x, &y, 99,
                 "  right\n"
                 "  flow udp ipv4 subject:$port1 > echo:7\n"
                 "  > data\n"
                 "!     \"one\"\n"
                 "      checksum=valid\n"
                 "  wrong\n"
                 "  flow udp ipv4 subject:$port1 > echo:7\n"
                 "  > data\n"
                 "!     \"two\"\n"
                 "      checksum=valid\n");
  destroy(&x, &y);
}

static void an_event_too_much(void **state) {
  struct packets x, y;
  two_packets(state, &x, &y);
  packets_text(&x, SUBJECT, ECHO_PEER, "one");
  packets_text(&y, SUBJECT, ECHO_PEER, "one");
  packets_text(&y, SUBJECT, ECHO_PEER, "more");
  const char *both =
      "flow udp ipv4 subject:$port1 > echo:7              flow udp ipv4 "
      "subject:$port1 > echo:7\n"
      "> data \"one\" checksum=valid                        > data \"one\" "
      "checksum=valid\n";
  char expected[1024];
  (void)snprintf(expected, sizeof expected,
                 "%-48s   wrong\n%s%-48s + > data \"more\" checksum=valid\n", "right", both, "");
  assert_columns(&x, &y, 100, expected);
  (void)snprintf(expected, sizeof expected, "%-48s   wrong\n%s%-48s -\n", "right", both,
                 "> data \"more\" checksum=valid");
  assert_columns(&y, &x, 100, expected);
  assert_columns(&x, &y, 80,
                 "  right\n"
                 "  flow udp ipv4 subject:$port1 > echo:7\n"
                 "  > data \"one\" checksum=valid\n"
                 "  wrong\n"
                 "  flow udp ipv4 subject:$port1 > echo:7\n"
                 "  > data \"one\" checksum=valid\n"
                 "+ > data \"more\" checksum=valid\n");
  destroy(&x, &y);
}

static void a_flow_of_one_side(void **state) {
  struct packets x, y;
  two_packets(state, &x, &y);
  packets_text(&x, SUBJECT, ECHO_PEER, "one");
  assert_columns(&x, &y, 80,
                 "  right\n"
                 "- flow udp ipv4 subject:$port1 > echo:7\n"
                 "- > data \"one\" checksum=valid\n"
                 "  wrong\n"
                 "  (not one packet)\n");
  assert_columns(&y, &x, 80,
                 "  right\n"
                 "  (not one packet)\n"
                 "  wrong\n"
                 "+ flow udp ipv4 subject:$port1 > echo:7\n"
                 "+ > data \"one\" checksum=valid\n");
  destroy(&x, &y);
}

/* Nothing is wider than it may be, not even one long word. */
static void lines_keep_within_their_width(void **state) {
  struct packets x, y;
  two_packets(state, &x, &y);
  packets_text(&x, SUBJECT, ECHO_PEER,
               "\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4");
  packets_text(&y, SUBJECT, ECHO_PEER, "short");
  struct canonical_head head = head_of_case();
  struct canonical *forms[2] = {form_of(x.trace, &head), form_of(y.trace, &head)};
  struct diff_result result;
  struct err err = {0};
  assert_int_equal(diff_canonical(forms[0], forms[1], &result, &err), ERR_OK);
  for (size_t width = 0; width < 240; width++) {
    const struct columns_options options = {"right", "wrong", width};
    struct text text = TEXT_INIT(1 << 20);
    assert_int_equal(columns_print(&result, forms[0], forms[1], &options, &text, &err), ERR_OK);
    for (const char *line = text_chars(&text); *line != '\0'; line += strcspn(line, "\n") + 1) {
      assert_true(strcspn(line, "\n") <= (width < 40 ? 40 : width));
    }
    text_free(&text);
  }
  diff_free(&result);
  canonical_destroy(forms[0]);
  canonical_destroy(forms[1]);
  destroy(&x, &y);
}

static void very_long_forms_are_cut(void **state) {
  struct packets x, y;
  two_packets(state, &x, &y);
  for (unsigned i = 0; i < 500; i++)
    packets_text(&x, SUBJECT, ECHO_PEER, "one");
  struct canonical_head head = head_of_case();
  struct canonical *forms[2] = {form_of(x.trace, &head), form_of(y.trace, &head)};
  const struct columns_options options = {"right", "wrong", 80};
  struct diff_result result;
  struct err err = {0};
  struct text text = TEXT_INIT(1 << 20);
  assert_int_equal(diff_canonical(forms[0], forms[1], &result, &err), ERR_OK);
  assert_int_equal(columns_print(&result, forms[0], forms[1], &options, &text, &err), ERR_OK);
  assert_non_null(strstr(text_chars(&text), "  ... and 101 more lines\n"));
  text_free(&text);
  diff_free(&result);
  canonical_destroy(forms[0]);
  canonical_destroy(forms[1]);
  destroy(&x, &y);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_field_that_differs),    cmocka_unit_test(an_event_too_much),
      cmocka_unit_test(a_flow_of_one_side),      cmocka_unit_test(lines_keep_within_their_width),
      cmocka_unit_test(very_long_forms_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
