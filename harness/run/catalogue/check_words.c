#include "run/catalogue/check_words.h"

#include "fixture/script_fields.h"
#include "subject/pattern.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, NEAR_MAX = 4 };

static const char *const OPERAND_NAMES[] = {
    [OPERAND_OBSERVATION] = "OBSERVATION",
    [OPERAND_OTHER] = "OBSERVATION",
    [OPERAND_ENDPOINT] = "peer|peer2|dns",
    [OPERAND_ASKED] = "anywhere|peer|peer2|dns",
    [OPERAND_NAMED] = "peer|peer2|dns",
    [OPERAND_FILE] = "FILE",
    [OPERAND_KIND] = "nothing|file|socket|folder",
    [OPERAND_FIELD] = "FIELD",
    [OPERAND_LOW] = "NUMBER",
    [OPERAND_LOW_LESS_1] = "N",
    [OPERAND_HIGH] = "NUMBER",
    [OPERAND_VALUE] = "NUMBER",
    [OPERAND_NUMBER] = "N",
    [OPERAND_BUFFER] = "to-send|to-receive",
    [OPERAND_REQUIREMENT] = "REQUIREMENT",
    [OPERAND_TEXT] = "TEXT",
    [OPERAND_PATTERN] = "PATTERN",
};
static const char *const BUFFERS[] = {
    [BUFFER_TO_SEND] = "to-send", [BUFFER_TO_RECEIVE] = "to-receive"};
static const char *const KINDS[] = {"nothing", "file", "socket", "folder"};
static const char *const ASKED[] = {"anywhere", "peer", "peer2", "dns"};
static const char *const NAMED[] = {"peer", "peer2", "dns"};
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const struct operand_choice {
  const char *const *words;
  size_t count;
} CHOICES[] = {
    [OPERAND_ENDPOINT] = {NAMED, COUNT(NAMED)},   [OPERAND_ASKED] = {ASKED, COUNT(ASKED)},
    [OPERAND_NAMED] = {NAMED, COUNT(NAMED)},      [OPERAND_KIND] = {KINDS, COUNT(KINDS)},
    [OPERAND_BUFFER] = {BUFFERS, COUNT(BUFFERS)},
};

void check_words_usage(const struct check_word *word, struct text *usage) {
  bool any = false;
  for (size_t i = 0; i < CHECK_OPERANDS_MAX && word->operands[i] != OPERAND_END; i++) {
    text_appendf(usage, "%s%s", any ? " " : "", OPERAND_NAMES[word->operands[i]]);
    any = true;
  }
}

/* --- reading ---------------------------------------------------------------------------------- */

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
  const struct operand_choice *choice = &CHOICES[operand];
  size_t index = 0;
  enum err_code code = script_word(reading->place, reading->word->name, word, choice->words,
                                   choice->count, &index, reading->err);
  if (code != ERR_OK) return code;
  struct check *check = reading->check;
  if (operand == OPERAND_BUFFER) check->index = (unsigned)index;
  if (operand == OPERAND_KIND || operand == OPERAND_ENDPOINT) check->text = choice->words[index];
  if (operand == OPERAND_NAMED) check->name = choice->words[index];
  if (operand == OPERAND_ASKED) check->name = index == 0 ? NULL : choice->words[index];
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

/* --- printing --------------------------------------------------------------------------------- */

static bool takes(const struct check_word *word, enum check_operand operand) {
  for (size_t i = 0; i < CHECK_OPERANDS_MAX; i++) {
    if (word->operands[i] == operand) return true;
  }
  return false;
}

/* What no operand gives is as the word has it; what one gives can be written by it. */
static bool says(const struct check_word *word, const struct check *check) {
  const struct check *plain = &word->check;
  bool value = takes(word, OPERAND_VALUE);
  if (check->judge != plain->judge || (value && check->low != check->high)) return false;
  if (takes(word, OPERAND_LOW_LESS_1)) return check->low > 1 && check->index == plain->index;
  if (!value && !takes(word, OPERAND_LOW) && check->low != plain->low) return false;
  if (!value && !takes(word, OPERAND_HIGH) && check->high != plain->high) return false;
  if (takes(word, OPERAND_NUMBER)) return check->index > 0;
  return takes(word, OPERAND_BUFFER) || check->index == plain->index;
}

const char *check_words_observation(const struct check *check) {
  size_t count;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count; i++) {
    if (check->judge == words[i].check.judge) {
      return takes(&words[i], OPERAND_OBSERVATION) ? check->name : NULL;
    }
  }
  return NULL;
}

/* PCRE2 has escapes of its own for what a line cannot hold. */
static void print_pattern(const char *pattern, struct text *value) {
  size_t len = strlen(pattern);
  for (size_t i = 0; i < len; i++) {
    unsigned char octet = (unsigned char)pattern[i];
    bool lonely = octet == ' ' && (i == 0 || i + 1 == len || pattern[i - 1] == ' ');
    bool comment = octet == ';' && i > 0 && pattern[i - 1] == ' ';
    if (octet < ' ' || octet >= 0x7f || lonely || comment) {
      text_appendf(value, "\\x%02x", octet);
    } else {
      text_appendf(value, "%c", octet);
    }
  }
}

static void print_operand(const struct check *check, enum check_operand operand,
                          struct text *value) {
  switch (operand) {
    case OPERAND_OBSERVATION:
    case OPERAND_NAMED:
    case OPERAND_FILE:
      text_append(value, check->name);
      break;
    case OPERAND_ASKED:
      text_append(value, check->name == NULL ? ASKED[0] : check->name);
      break;
    case OPERAND_REQUIREMENT:
      text_append(value, check->requirement);
      break;
    case OPERAND_OTHER:
    case OPERAND_ENDPOINT:
    case OPERAND_KIND:
      text_append(value, check->text);
      break;
    case OPERAND_FIELD:
      text_append(value, ntp_field_place(check->field)->name);
      break;
    case OPERAND_LOW:
    case OPERAND_VALUE:
      text_appendf(value, "%" PRId64, check->low);
      break;
    case OPERAND_LOW_LESS_1:
      text_appendf(value, "%" PRId64, check->low - 1);
      break;
    case OPERAND_HIGH:
      text_appendf(value, "%" PRId64, check->high);
      break;
    case OPERAND_NUMBER:
      text_appendf(value, "%u", check->index);
      break;
    case OPERAND_BUFFER:
      text_append(value, BUFFERS[check->index]);
      break;
    case OPERAND_TEXT:
      script_escape(value, span_of_text(check->text));
      break;
    case OPERAND_PATTERN:
      print_pattern(check->text, value);
      break;
    case OPERAND_END:
      break;
  }
}

/* NULL: the check has no word. */
static const struct check_word *word_of(const struct check *check) {
  size_t count;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count; i++) {
    if (says(&words[i], check)) return &words[i];
  }
  return NULL;
}

bool check_words_print(const struct check *check, struct text *value) {
  const struct check_word *word = word_of(check);
  if (word == NULL) return false;
  text_append(value, word->name);
  for (size_t i = 0; i < CHECK_OPERANDS_MAX && word->operands[i] != OPERAND_END; i++) {
    text_append(value, " ");
    print_operand(check, word->operands[i], value);
  }
  return true;
}

/* `check` is NULL where the operands themselves are meant, by their names. */
static void print_meaning(const struct check_word *word, const struct check *check,
                          struct text *out) {
  for (const char *at = word->meaning; *at != '\0';) {
    const size_t plain = strcspn(at, "{");
    text_append_span(out, span_of(at, plain));
    at += plain;
    if (*at == '\0') return;
    const enum check_operand operand = word->operands[at[1] - '1'];
    if (check == NULL) {
      text_append(out, OPERAND_NAMES[operand]);
    } else {
      print_operand(check, operand, out);
    }
    at += strlen("{1}");
  }
}

bool check_words_tell(const struct check *check, struct text *out) {
  const struct check_word *word = word_of(check);
  if (word != NULL) print_meaning(word, check, out);
  return word != NULL;
}

void check_words_meaning(const struct check_word *word, struct text *out) {
  print_meaning(word, NULL, out);
}
