/* The words of checks, read from the value of a case file's key. */
#include "fixture/script_fields.h"
#include "run/catalogue/check_operand.h"
#include "subject/pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, NEAR_MAX = 4 };

struct check_reading {
  const struct script_place *place;
  const struct check_word *word;
  const char *rest; /* of the value */
  struct arena *arena;
  struct check *check;
  struct err *err;
};

static enum err_code refuse(const struct check_reading *reading, const char *why) {
  struct text usage = TEXT_INIT(ERR_TEXT_MAX);
  check_words_usage(reading->word, &usage);
  enum err_code code =
      usage.len > 0
          ? script_refuse(reading->place, reading->err, "check = %s %s: %s", reading->word->name,
                          text_chars(&usage), why)
          : script_refuse(reading->place, reading->err, "check = %s: %s", reading->word->name, why);
  text_free(&usage);
  return code;
}

/* The next word of the value; NULL: there is none, or it does not fit. */
static const char *next_word(struct check_reading *reading, char word[static WORD_MAX]) {
  const char *from = reading->rest + strspn(reading->rest, " \t");
  size_t len = strcspn(from, " \t");
  reading->rest = from + len;
  if (len == 0 || len >= WORD_MAX) return NULL;
  memcpy(word, from, len);
  word[len] = '\0';
  return word;
}

static bool parse_number(const char *word, int64_t *number) {
  bool negative = word[0] == '-';
  const char *digits = negative ? word + 1 : word;
  bool hex = strncmp(digits, "0x", 2) == 0;
  char *end = NULL;
  if (digits[0] < '0' || digits[0] > '9') return false;
  errno = 0;
  long long value = strtoll(hex ? digits + 2 : digits, &end, hex ? 16 : 10);
  if (errno != 0 || *end != '\0' || end == digits || (hex && end == digits + 2)) return false;
  if (value < 0) return false; /* a sign behind 0x */
  *number = negative ? -value : value;
  return true;
}

static enum err_code keep(struct check_reading *reading, const char *chars, const char **kept) {
  *kept = arena_text(reading->arena, chars);
  return *kept != NULL ? ERR_OK : refuse(reading, "the file is too large");
}

static enum err_code read_number(struct check_reading *reading, enum check_operand operand,
                                 const char *word) {
  struct check *check = reading->check;
  int64_t number = 0;
  if (!parse_number(word, &number)) {
    return refuse(reading, "give a whole number, as 12, -5 or 0x7f");
  }
  if (operand == OPERAND_LOW_LESS_1) {
    if (number < 1 || number > UINT16_MAX) return refuse(reading, "they are counted from 1");
    check->low = number + 1;
  }
  if (operand == OPERAND_NUMBER) {
    if (number < 1 || number > UINT16_MAX) return refuse(reading, "they are counted from 1");
    check->index = (unsigned)number;
  }
  if (operand == OPERAND_LOW || operand == OPERAND_VALUE) check->low = number;
  if (operand == OPERAND_HIGH || operand == OPERAND_VALUE) check->high = number;
  return ERR_OK;
}

static enum err_code read_field(struct check_reading *reading, const char *word) {
  struct text names = TEXT_INIT(ERR_TEXT_MAX);
  for (enum ntp_field field = 0; field < NTP_FIELD_COUNT; field++) {
    const char *name = ntp_field_place(field)->name;
    text_appendf(&names, "%s%s", field == 0 ? "a field is one of " : ", ", name);
    if (strcmp(word, name) != 0) continue;
    reading->check->field = field;
    text_free(&names);
    return ERR_OK;
  }
  enum err_code code = refuse(reading, text_chars(&names));
  text_free(&names);
  return code;
}

static enum err_code read_choice(struct check_reading *reading, enum check_operand operand,
                                 const char *word) {
  const struct operand_choice choice = check_operand_choice(operand);
  size_t index = 0;
  enum err_code code = script_word(reading->place, reading->word->name, word, choice.words,
                                   choice.count, &index, reading->err);
  if (code != ERR_OK) return code;
  struct check *check = reading->check;
  if (operand == OPERAND_BUFFER) check->index = (unsigned)index;
  if (operand == OPERAND_KIND || operand == OPERAND_ENDPOINT) check->text = choice.words[index];
  if (operand == OPERAND_NAMED) check->name = choice.words[index];
  if (operand == OPERAND_ASKED) check->name = index == 0 ? NULL : choice.words[index];
  return ERR_OK;
}

static enum err_code read_pattern(struct check_reading *reading, const char *chars) {
  struct pattern *pattern = NULL;
  struct err why = {0};
  if (pattern_compile(chars, false, &pattern, &why) != ERR_OK) return refuse(reading, why.text);
  pattern_destroy(pattern);
  return keep(reading, chars, &reading->check->text);
}

static enum err_code read_rest(struct check_reading *reading, enum check_operand operand) {
  const char *rest = reading->rest + strspn(reading->rest, " \t");
  reading->rest = rest + strlen(rest);
  if (operand == OPERAND_PATTERN) {
    return *rest == '\0' ? refuse(reading, "it needs a pattern") : read_pattern(reading, rest);
  }
  return script_form(reading->place, reading->word->name, rest, reading->arena,
                     &reading->check->text, reading->err);
}

static enum err_code read_operand(struct check_reading *reading, enum check_operand operand) {
  char chars[WORD_MAX];
  if (operand == OPERAND_TEXT || operand == OPERAND_PATTERN) return read_rest(reading, operand);
  const char *word = next_word(reading, chars);
  if (word == NULL) return refuse(reading, "this is what it takes");
  switch (operand) {
    case OPERAND_LOW:
    case OPERAND_LOW_LESS_1:
    case OPERAND_HIGH:
    case OPERAND_VALUE:
    case OPERAND_NUMBER:
      return read_number(reading, operand, word);
    case OPERAND_FIELD:
      return read_field(reading, word);
    case OPERAND_OTHER:
      return keep(reading, word, &reading->check->text);
    case OPERAND_FILE:
      if (!script_is_name(word)) return refuse(reading, "a file has a plain name, without folders");
      return keep(reading, word, &reading->check->name);
    case OPERAND_OBSERVATION:
      return keep(reading, word, &reading->check->name);
    case OPERAND_REQUIREMENT:
      return keep(reading, word, &reading->check->requirement);
    default:
      return read_choice(reading, operand, word);
  }
}

static size_t common_start(const char *a, const char *b) {
  size_t len = 0;
  while (a[len] != '\0' && a[len] == b[len])
    len++;
  return len;
}

/* All words are too many for a sentence: those that share the longest start. */
static enum err_code refuse_word(const struct script_place *place, const char *word,
                                 struct err *err) {
  struct text near = TEXT_INIT(ERR_TEXT_MAX);
  size_t longest = 0, told = 0, count;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count; i++) {
    size_t len = common_start(word, words[i].name);
    if (len > longest) longest = len;
  }
  for (size_t i = 0; i < count && told < NEAR_MAX; i++) {
    if (common_start(word, words[i].name) < longest) continue;
    text_appendf(&near, "%s%s", told++ == 0 ? "" : ", ", words[i].name);
  }
  enum err_code code = script_refuse(place, err,
                                     "check = %.40s: there is no such check; near is %s "
                                     "(cases/OWN-CASES.md has them all)",
                                     word, text_chars(&near));
  text_free(&near);
  return code;
}

enum err_code check_words_read(const struct script_place *place, const char *value,
                               struct arena *arena, struct check *check, struct err *err) {
  struct check_reading reading = {.place = place, .rest = value, .arena = arena, .err = err};
  char chars[WORD_MAX];
  const char *name = next_word(&reading, chars);
  if (name == NULL) return refuse_word(place, "", err);
  size_t count;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count && reading.word == NULL; i++) {
    if (strcmp(name, words[i].name) == 0) reading.word = &words[i];
  }
  if (reading.word == NULL) return refuse_word(place, name, err);
  *check = reading.word->check;
  reading.check = check;
  enum err_code code = ERR_OK;
  for (size_t i = 0; i < CHECK_OPERANDS_MAX && code == ERR_OK; i++) {
    if (reading.word->operands[i] == OPERAND_END) break;
    code = read_operand(&reading, reading.word->operands[i]);
  }
  if (code == ERR_OK && reading.rest[strspn(reading.rest, " \t")] != '\0') {
    return refuse(&reading, "there is more on the line than it takes");
  }
  return code;
}
