/* Every golden's text is what its capture gives under the text's own head, octet for octet:
 * consistency FOLDER */
#include "golden_set.h"
#include "trace/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const struct golden *golden, const char *what,
                      const struct canonical *canonical, const struct text *expected) {
  struct text printed = TEXT_INIT(GOLDEN_TEXT_MAX);
  canonical_print(canonical, &printed);
  bool same = printed.len == expected->len &&
              memcmp(text_chars(&printed), text_chars(expected), expected->len) == 0;
  if (!same) {
    printf("%s: %s is printed as another text than %s:\n%s\n", golden->id, what, golden->text_path,
           text_chars(&printed));
  }
  text_free(&printed);
  return same;
}

static bool same_conversation(const struct golden *golden, const struct opened *opened,
                              const struct canonical *actual) {
  struct diff_result result = {0};
  struct err err = {0};
  bool good = diff_canonical(opened->expected, actual, &result, &err) == ERR_OK;
  if (!good) {
    printf("%s: %s\n", golden->id, err.text);
  } else if (result.count > 0) {
    struct text shown = TEXT_INIT(GOLDEN_TEXT_MAX);
    diff_print(&result, opened->expected, actual, NULL, &shown);
    printf("%s: the text is not what its capture gives:\n%s\n", golden->id, text_chars(&shown));
    text_free(&shown);
    good = false;
  }
  diff_free(&result);
  return good;
}

static bool check_actual(const struct golden *golden, const struct opened *opened) {
  const struct canonical_head *head = canonical_head_of(opened->expected);
  struct canonical *actual = NULL;
  struct err err = {0};
  if (canonical_of(opened->trace, head, &actual, &err) != ERR_OK) {
    printf("%s: its capture has no canonical form: %s\n", golden->id, err.text);
    return false;
  }
  bool good = same_conversation(golden, opened, actual) &&
              same_text(golden, "its capture", actual, &opened->text);
  canonical_destroy(actual);
  return good;
}

static bool check(void *context, const struct golden *golden) {
  size_t *count = context;
  struct opened opened;
  bool good = golden_open(golden, &opened);
  if (good && strcmp(canonical_head_of(opened.expected)->case_id, golden->id) != 0) {
    printf("%s: its head says that it is the golden of '%s'\n", golden->id,
           canonical_head_of(opened.expected)->case_id);
    good = false;
  }
  good = good && same_text(golden, "what was read of its text", opened.expected, &opened.text) &&
         check_actual(golden, &opened);
  golden_close(&opened);
  if (good) ++*count;
  return good;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  size_t consistent = 0;
  bool good = goldens_visit(arguments[1], check, &consistent);
  printf("%zu goldens are what their captures give\n", consistent);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
