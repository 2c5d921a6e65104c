/* The whole way of a capture at every level: octets, packets, canonical form, text, and back: what
 * is read of the text is the form that it was printed of. */
#include "fuzz.h"
#include "fuzz_file.h"
#include "trace/diff.h"
#include "trace/pcap_file.h"

#include <string.h>

enum { TEXT_MAX = 1 << 24 };

static void require_same(const struct canonical *form, const struct canonical *other) {
  struct diff_result result = {0};
  struct err err = {0};
  REQUIRE(diff_canonical(form, other, &result, &err) == ERR_OK);
  REQUIRE(result.count == 0);
  diff_free(&result);
}

static void look_at(const struct trace *trace, const struct canonical_head *head) {
  struct canonical *form = NULL, *read = NULL;
  struct err err = {0};
  if (canonical_of(trace, head, &form, &err) != ERR_OK) return; /* a stated bound was met */
  struct text text = TEXT_INIT(TEXT_MAX), again = TEXT_INIT(TEXT_MAX);
  canonical_print(form, &text);
  enum err_code code = canonical_parse("text", span_of(text_chars(&text), text.len), &read, &err);
  if (code != ERR_OK) (void)fprintf(stderr, "%s\n%s\n", err.text, text_chars(&text));
  REQUIRE(code == ERR_OK);
  canonical_print(read, &again);
  REQUIRE(strcmp(text_chars(&text), text_chars(&again)) == 0);
  require_same(form, form);
  require_same(form, read);
  require_same(read, form);
  text_free(&again);
  text_free(&text);
  canonical_destroy(read);
  canonical_destroy(form);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  struct trace *trace = NULL;
  struct err err = {0};
  if (pcap_file_read(fuzz_file(bytes, len), &trace, &err) != ERR_OK) return 0;
  for (enum canonical_level level = LEVEL_STREAM; level <= LEVEL_PACKET; level++) {
    struct canonical_head head = {.level = level};
    look_at(trace, &head);
  }
  trace_destroy(trace);
  return 0;
}
