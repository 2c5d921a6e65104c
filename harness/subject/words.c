#include "subject/words.h"

#include <string.h>

enum { WORDS_MAX = 256 };

static const char blanks[] = " \t\r\n";
static const char no_shell[] = "|&;<>$`";

struct splitter {
  const char *at;
  char *to; /* where the next octet of a word goes */
  struct err *err;
};

static enum err_code take_single_quoted(struct splitter *splitter) {
  const char *end = strchr(++splitter->at, '\'');
  if (!end) return err_set(splitter->err, ERR_USAGE, "a ' is not closed");
  const size_t len = (size_t)(end - splitter->at);
  memcpy(splitter->to, splitter->at, len);
  splitter->to += len;
  splitter->at = end + 1;
  return ERR_OK;
}

static enum err_code take_double_quoted(struct splitter *splitter) {
  for (splitter->at++; *splitter->at != '"'; splitter->at++) {
    /* Between double quotes a backslash escapes these alone (XCU 2.2.3). */
    const char next = *splitter->at == '\\' ? splitter->at[1] : '\0';
    const bool escapes = next != '\0' && strchr("$`\"\\\n", next) != NULL;
    if (escapes) splitter->at++;
    if (*splitter->at == '\0') return err_set(splitter->err, ERR_USAGE, "a \" is not closed");
    if (!escapes || next != '\n') *splitter->to++ = *splitter->at; /* else: the line goes on */
  }
  splitter->at++;
  return ERR_OK;
}

static enum err_code take_backslash(struct splitter *splitter) {
  if (*++splitter->at == '\0')
    return err_set(splitter->err, ERR_USAGE, "it ends with a backslash that escapes nothing");
  if (*splitter->at != '\n') *splitter->to++ = *splitter->at; /* else: the line goes on */
  splitter->at++;
  return ERR_OK;
}

static enum err_code take_word(struct splitter *splitter) {
  enum err_code code = ERR_OK;
  while (!code && *splitter->at != '\0' && !strchr(blanks, *splitter->at)) {
    const char octet = *splitter->at;
    if (octet == '\'') {
      code = take_single_quoted(splitter);
    } else if (octet == '"') {
      code = take_double_quoted(splitter);
    } else if (octet == '\\') {
      code = take_backslash(splitter);
    } else if (strchr(no_shell, octet)) {
      code = err_set(splitter->err, ERR_USAGE,
                     "'%c' has no meaning here, as no shell runs the command: quote it, or write "
                     "sh -c '...'",
                     octet);
    } else {
      *splitter->to++ = octet;
      splitter->at++;
    }
  }
  *splitter->to++ = '\0';
  return code;
}

enum err_code words_split(const char *line, struct arena *arena, const char *const **words,
                          size_t *count, struct err *err) {
  /* Every word but the last has a blank behind it, which makes room for its NUL. */
  char *octets = arena_alloc(arena, strlen(line) + 2);
  const char **list = arena_alloc(arena, (WORDS_MAX + 1) * sizeof *list);
  if (!octets || !list) return err_set(err, ERR_LIMIT, "no memory for the words of a command");
  struct splitter splitter = {.at = line, .to = octets, .err = err};
  size_t found = 0;
  for (;;) {
    splitter.at += strspn(splitter.at, blanks);
    if (*splitter.at == '\0') break;
    if (found == WORDS_MAX) return err_set(err, ERR_LIMIT, "it has more than %d words", WORDS_MAX);
    list[found++] = splitter.to;
    const enum err_code code = take_word(&splitter);
    if (code) return code;
  }
  if (found == 0) return err_set(err, ERR_USAGE, "it is empty");
  *words = list;
  *count = found;
  return ERR_OK;
}

void words_append_quoted(struct text *line, const char *word) {
  text_append(line, "'");
  for (const char *quote; (quote = strchr(word, '\'')) != NULL; word = quote + 1) {
    text_append_span(line, span_of(word, (size_t)(quote - word)));
    text_append(line, "'\\''");
  }
  text_append(line, word);
  text_append(line, "'");
}
