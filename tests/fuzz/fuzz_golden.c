/* A golden's text: what is read of it is printed so that it is read again as the same. */
#include "fuzz.h"
#include "trace/diff.h"

#include <string.h>

enum { TEXT_MAX = 1 << 24 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static const char NAME[] = "the-golden";
  struct canonical *first = NULL;
  struct err err = {0};
  if (canonical_parse(NAME, span_of(bytes, len), &first, &err) != ERR_OK) {
    REQUIRE(strstr(err.text, NAME) != NULL && first == NULL);
    return 0;
  }
  struct text printed = TEXT_INIT(TEXT_MAX), again = TEXT_INIT(TEXT_MAX);
  canonical_print(first, &printed);
  struct canonical *second = NULL;
  struct span text = span_of(text_chars(&printed), printed.len);
  REQUIRE(canonical_parse(NAME, text, &second, &err) == ERR_OK);
  canonical_print(second, &again);
  REQUIRE(strcmp(text_chars(&printed), text_chars(&again)) == 0);
  struct diff_result result = {0};
  REQUIRE(diff_canonical(first, second, &result, &err) == ERR_OK && result.count == 0);
  diff_free(&result);
  canonical_destroy(second);
  canonical_destroy(first);
  text_free(&again);
  text_free(&printed);
  return 0;
}
