#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64 };

/* How many of `wanted` more characters there is room for, after growing. Anything less than all of
 * them makes the text truncated: a text that goes on behind a gap would be a lie. */
static size_t text_reserve(struct text *text, size_t wanted) {
  if (text->truncated) return 0;
  size_t room = text->max - text->len;
  size_t granted = wanted < room ? wanted : room;
  if (granted < wanted) text->truncated = true;

  size_t need = text->len + granted + 1; /* with the NUL; max is below SIZE_MAX, see below */
  if (need <= text->capacity) return granted;

  size_t capacity = text->capacity < CAPACITY_FIRST ? CAPACITY_FIRST : text->capacity;
  while (capacity < need) {
    capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
  }
  char *grown = realloc(text->chars, capacity);
  if (grown == NULL) {
    text->truncated = true;
    return 0;
  }
  text->chars = grown;
  text->capacity = capacity;
  text->chars[text->len] = '\0';
  return granted;
}

void text_append_span(struct text *text, struct span bytes) {
  size_t granted = text_reserve(text, bytes.len);
  if (granted == 0) return;
  memcpy(text->chars + text->len, bytes.bytes, granted);
  text->len += granted;
  text->chars[text->len] = '\0';
}

void text_append(struct text *text, const char *chars) {
  text_append_span(text, span_of_text(chars));
}

void text_appendf(struct text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int wanted = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (wanted < 0) {
    text->truncated = true;
    return;
  }

  size_t granted = text_reserve(text, (size_t)wanted);
  if (granted == 0) return;
  va_start(arguments, format);
  (void)vsnprintf(text->chars + text->len, granted + 1, format, arguments);
  va_end(arguments);
  text->len += granted;
}

/* An escape goes in whole or not at all: half of one would read as something else. */
static void text_append_whole(struct text *text, const char *chars, size_t len) {
  if (len > text->max - text->len) {
    text->truncated = true;
    return;
  }
  text_append_span(text, span_of(chars, len));
}

static const char HEX_DIGITS[] = "0123456789abcdef";

static size_t escape(uint8_t octet, char out[static 4]) {
  static const char LETTERS[][2] = {{'\\', '\\'}, {'\n', 'n'}, {'\r', 'r'}, {'\t', 't'}};
  for (size_t i = 0; i < sizeof LETTERS / sizeof LETTERS[0]; i++) {
    if (octet == (uint8_t)LETTERS[i][0]) {
      out[0] = '\\';
      out[1] = LETTERS[i][1];
      return 2;
    }
  }
  if (octet >= 0x20 && octet < 0x7f) {
    out[0] = (char)octet;
    return 1;
  }
  out[0] = '\\';
  out[1] = 'x';
  out[2] = HEX_DIGITS[octet >> 4];
  out[3] = HEX_DIGITS[octet & 0x0f];
  return 4;
}

void text_append_escaped(struct text *text, struct span bytes) {
  for (size_t i = 0; i < bytes.len && !text->truncated; i++) {
    char escaped[4];
    size_t len = escape(bytes.bytes[i], escaped);
    text_append_whole(text, escaped, len);
  }
}

void text_append_quoted(struct text *text, struct span bytes, size_t max) {
  text_append(text, "\"");
  text_append_escaped(text, span_part(bytes, 0, max));
  text_append(text, bytes.len > max ? "...\"" : "\"");
}

void text_append_hex(struct text *text, struct span bytes) {
  for (size_t i = 0; i < bytes.len && !text->truncated; i++) {
    uint8_t octet = bytes.bytes[i];
    text_append_whole(text, (char[]){HEX_DIGITS[octet >> 4], HEX_DIGITS[octet & 0x0f]}, 2);
  }
}

const char *text_chars(const struct text *text) {
  return text->chars == NULL ? "" : text->chars;
}

void text_clear(struct text *text) {
  text->len = 0;
  text->truncated = false;
  if (text->chars != NULL) text->chars[0] = '\0';
}

void text_free(struct text *text) {
  free(text->chars);
  *text = TEXT_INIT(text->max);
}

bool text_to_long(const char *chars, long min, long max, long *value) {
  if (chars == NULL) return false;
  bool negative = chars[0] == '-';
  const char *digits = chars + (negative ? 1 : 0);
  if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0') return false;

  int saved = errno;
  errno = 0;
  long number = strtol(chars, NULL, 10);
  bool overflow = errno == ERANGE;
  errno = saved;

  if (overflow || number < min || number > max) return false;
  if (negative && number == 0) return false; /* "-0" is no number that a person means */
  *value = number;
  return true;
}

/* Without recursion: a failed match goes back to the last '*' and lets it swallow one character
 * more, which is enough because an earlier '*' could swallow nothing that the last one cannot. */
bool text_matches_glob(const char *chars, const char *glob) {
  const char *star = NULL;
  const char *retry = NULL;
  while (*chars != '\0') {
    if (*glob == '*') {
      star = ++glob;
      retry = chars;
    } else if (*glob == '?' || *glob == *chars) {
      glob++;
      chars++;
    } else if (star != NULL) {
      glob = star;
      chars = ++retry;
    } else {
      return false;
    }
  }
  while (*glob == '*') {
    glob++;
  }
  return *glob == '\0';
}
