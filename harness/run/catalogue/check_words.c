/* The words of checks, printed and told. */
#include "fixture/script_fields.h"
#include "run/catalogue/check_operand.h"

#include <inttypes.h>
#include <string.h>

/* What is no choice of words has a name. */
static const char *const OPERAND_NAMES[OPERAND_PATTERN + 1] = {
    [OPERAND_OBSERVATION] = "OBSERVATION",
    [OPERAND_OTHER] = "OBSERVATION",
    [OPERAND_FILE] = "FILE",
    [OPERAND_FIELD] = "FIELD",
    [OPERAND_LOW] = "NUMBER",
    [OPERAND_LOW_LESS_1] = "N",
    [OPERAND_HIGH] = "NUMBER",
    [OPERAND_VALUE] = "NUMBER",
    [OPERAND_NUMBER] = "N",
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

static const struct operand_choice CHOICES[OPERAND_PATTERN + 1] = {
    [OPERAND_ENDPOINT] = {NAMED, COUNT(NAMED)},   [OPERAND_ASKED] = {ASKED, COUNT(ASKED)},
    [OPERAND_NAMED] = {NAMED, COUNT(NAMED)},      [OPERAND_KIND] = {KINDS, COUNT(KINDS)},
    [OPERAND_BUFFER] = {BUFFERS, COUNT(BUFFERS)},
};

struct operand_choice check_operand_choice(enum check_operand operand) {
  return CHOICES[operand];
}

/* "TEXT", or "to-send|to-receive". */
static void append_name(enum check_operand operand, struct text *out) {
  const struct operand_choice *choice = &CHOICES[operand];
  if (choice->count == 0) text_append(out, OPERAND_NAMES[operand]);
  for (size_t i = 0; i < choice->count; i++) {
    text_appendf(out, "%s%s", i > 0 ? "|" : "", choice->words[i]);
  }
}

void check_words_usage(const struct check_word *word, struct text *usage) {
  for (size_t i = 0; i < CHECK_OPERANDS_MAX && word->operands[i] != OPERAND_END; i++) {
    if (i > 0) text_append(usage, " ");
    append_name(word->operands[i], usage);
  }
}

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
      append_name(operand, out);
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
