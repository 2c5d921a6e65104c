#include "run/check/uncaught.h"

#include <stdio.h>
#include <string.h>

/* Where the line stands that says what it was. */
enum telling { TELLS_ITSELF, TELLS_LAST, TELLS_ABOVE, TELLS_BELOW, TELLS_FIRST };

static const struct {
  const char *sign;
  enum telling telling;
} SIGNS[] = {
    {"Traceback (most recent call last):", TELLS_LAST}, /* Python */
    {"Exception in thread \"", TELLS_ITSELF},           /* Java, Kotlin, Scala */
    {"Unhandled exception. ", TELLS_ITSELF},            /* .NET */
    {"terminate called after throwing", TELLS_ITSELF},  /* C++ */
    {"terminating due to uncaught", TELLS_ITSELF},      /* C++ by libc++ */
    {" panicked at '", TELLS_ITSELF},                   /* Rust before 1.73 */
    {" panicked at ", TELLS_BELOW},                     /* Rust */
    {"\ngoroutine ", TELLS_FIRST},                      /* Go */
    {"PHP Fatal error:  Uncaught ", TELLS_ITSELF},      /* PHP */
    {"\n    at ", TELLS_ABOVE},                         /* JavaScript */
    {"\n    while executing", TELLS_FIRST},             /* Tcl */
    {"\nstack traceback:", TELLS_FIRST},                /* Lua */
    {":in `", TELLS_ITSELF},                            /* Ruby before 3.4 */
    {":in '", TELLS_ITSELF},                            /* Ruby */
};

/* The line in which the octet at `at` stands; a newline is the last of its line. */
static struct span line_of(struct span all, size_t at) {
  size_t from = at;
  while (from > 0 && all.bytes[from - 1] != '\n')
    from--;
  const uint8_t *end = memchr(all.bytes + from, '\n', all.len - from);
  const size_t upto = end == NULL ? all.len : (size_t)(end - all.bytes);
  return span_part(all, from, upto - from);
}

static size_t end_of_text(struct span all) {
  size_t end = all.len;
  while (end > 0 && strchr(" \t\r\n", all.bytes[end - 1]) != NULL)
    end--;
  return end;
}

static struct span telling_line(struct span all, size_t at, enum telling telling) {
  const uint8_t *newline = memchr(all.bytes + at, '\n', all.len - at);
  switch (telling) {
    case TELLS_BELOW:
      if (newline != NULL && newline + 1 < all.bytes + all.len)
        return line_of(all, (size_t)(newline + 1 - all.bytes));
      break;
    case TELLS_LAST:
      return line_of(all, end_of_text(all) - 1);
    case TELLS_FIRST:
      return line_of(all, 0);
    case TELLS_ABOVE: /* the sign begins with that line's end */
    case TELLS_ITSELF:
      break;
  }
  return line_of(all, at);
}

bool uncaught_find(const struct subject_outcome *outcome, char line[static UNCAUGHT_MAX]) {
  const struct span all = span_of(text_chars(&outcome->err.kept), outcome->err.kept.len);
  for (size_t i = 0; i < sizeof SIGNS / sizeof SIGNS[0] && end_of_text(all) > 0; i++) {
    const uint8_t *sign = memmem(all.bytes, all.len, SIGNS[i].sign, strlen(SIGNS[i].sign));
    if (sign == NULL) continue;
    const struct span told = telling_line(all, (size_t)(sign - all.bytes), SIGNS[i].telling);
    /* What is indented is where it came from: it was killed before it said what it was. */
    if (told.len == 0 || (SIGNS[i].telling != TELLS_ITSELF && told.bytes[0] == ' ')) return false;
    struct text safe = TEXT_INIT(UNCAUGHT_MAX - sizeof "...");
    text_append_escaped(&safe, told);
    (void)snprintf(line, UNCAUGHT_MAX, "%s%s", text_chars(&safe), safe.truncated ? "..." : "");
    text_free(&safe);
    return true;
  }
  return false;
}
