#include "report/matrix_cell.h"

#include "report/safe.h"

#include <string.h>

void matrix_cell_append(struct text *out, const char *chars) {
  struct text safe = TEXT_INIT(4096);
  safe_append(&safe, span_of_text(chars), SAFE_LINE);
  for (const char *at = text_chars(&safe); *at != '\0'; at++) {
    if (strchr("|\\`*_<>[]&", *at)) text_append(out, "\\");
    text_append_span(out, span_of(at, 1));
  }
  text_free(&safe);
}
