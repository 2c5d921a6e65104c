#include "run/verdict/condition.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum fact { FACT_VERSION, FACT_SYSTEM, FACT_MACHINE, FACT_TARGET, FACT_COUNT };
enum relation { BELOW_OR_EQUAL, ABOVE_OR_EQUAL, UNEQUAL, BELOW, ABOVE, EQUAL, RELATION_COUNT };

static const char *const fact_names[FACT_COUNT] = {"version", "system", "machine", "target"};
/* The longer ones first, as "<" begins "<=" too. */
static const char *const relation_names[RELATION_COUNT] = {"<=", ">=", "!=", "<", ">", "="};

struct term {
  enum fact fact;
  enum relation relation;
  const char *value; /* not ended by a NUL */
  size_t len;
};

static bool take_fact(const char **at, enum fact *fact) {
  for (unsigned i = 0; i < FACT_COUNT; i++) {
    const size_t len = strlen(fact_names[i]);
    if (strncmp(*at, fact_names[i], len) != 0 || isalnum((unsigned char)(*at)[len])) continue;
    *fact = (enum fact)i;
    *at += len;
    return true;
  }
  return false;
}

static bool take_relation(const char **at, enum relation *relation) {
  *at += strspn(*at, " \t");
  for (unsigned i = 0; i < RELATION_COUNT; i++) {
    const size_t len = strlen(relation_names[i]);
    if (strncmp(*at, relation_names[i], len) != 0) continue;
    *relation = (enum relation)i;
    *at += len;
    return true;
  }
  return false;
}

static bool is_version(const char *chars, size_t len) {
  for (size_t i = 0; i < len; i++) {
    const bool digit = isdigit((unsigned char)chars[i]) != 0;
    const bool point = chars[i] == '.' && i > 0 && i + 1 < len && chars[i - 1] != '.';
    if (!digit && !point) return false;
  }
  return true;
}

/* Takes the next term; *at then stands behind it and its comma. */
static enum err_code take_term(const char **at, struct term *term, struct err *err) {
  *at += strspn(*at, " \t");
  const int shown = (int)strcspn(*at, ",");
  const char *start = *at;
  if (!take_fact(at, &term->fact) || !take_relation(at, &term->relation)) {
    return err_set(err, ERR_INPUT,
                   "'%.*s' in a condition; allowed are version (with = != < <= > >= and a number "
                   "like 4.6), system, machine and target (with = and != and a name)",
                   shown, start);
  }
  if (term->fact != FACT_VERSION && term->relation != EQUAL && term->relation != UNEQUAL) {
    return err_set(err, ERR_INPUT, "'%.*s' in a condition; %s is compared with = and !=", shown,
                   start, fact_names[term->fact]);
  }
  *at += strspn(*at, " \t");
  term->value = *at;
  *at += strcspn(*at, ",");
  term->len = (size_t)(*at - term->value);
  while (term->len > 0 && isspace((unsigned char)term->value[term->len - 1]))
    term->len--;
  if (**at == ',') (*at)++;
  if (term->len == 0) {
    return err_set(err, ERR_INPUT, "'%.*s' in a condition has no value", shown, start);
  }
  if (term->fact == FACT_VERSION && !is_version(term->value, term->len)) {
    return err_set(err, ERR_INPUT, "'%.*s' in a condition; a version is numbers and points, as 4.6",
                   shown, start);
  }
  return ERR_OK;
}

enum err_code condition_check(const char *condition, struct err *err) {
  const char *at = condition;
  struct term term;
  enum err_code code;
  /* An empty condition, and a comma at its end, are a term that is missing. */
  do {
    code = take_term(&at, &term, err);
  } while (code == ERR_OK && (*at != '\0' || at[-1] == ','));
  return code;
}

/* --- versions --------------------------------------------------------------------------------- */

/* Where the number stands in what a program says of its version: the first with a point in it
 * ("python3-ntplib 0.4.0"), else the first of all; NULL: there is none. */
static const char *find_number(const char *said) {
  const char *first = NULL;
  for (const char *at = said; (at = strpbrk(at, "0123456789")) != NULL;) {
    if (first == NULL) first = at;
    const size_t len = strspn(at, "0123456789");
    if (at[len] == '.' && isdigit((unsigned char)at[len + 1])) return at;
    at += len;
  }
  return first;
}

/* Cuts the next part off, without its leading zeros; a part that is missing is as good as 0. */
static size_t take_part(const char **at, const char *end, const char **part) {
  while (*at < end && **at == '0')
    (*at)++;
  *part = *at;
  while (*at < end && isdigit((unsigned char)**at))
    (*at)++;
  const size_t len = (size_t)(*at - *part);
  const bool more = *at + 1 < end && **at == '.' && isdigit((unsigned char)(*at)[1]);
  *at = more ? *at + 1 : end;
  return len;
}

/* Below, at or above 0, as `mine` is below, at or above `other`; parts of any length. */
static int compare_versions(const char *mine, const char *other, size_t other_len) {
  const char *mine_end = mine + strlen(mine), *other_end = other + other_len;
  while (mine < mine_end || other < other_end) {
    const char *left, *right;
    const size_t left_len = take_part(&mine, mine_end, &left);
    const size_t right_len = take_part(&other, other_end, &right);
    if (left_len != right_len) return left_len < right_len ? -1 : 1;
    const int order = strncmp(left, right, left_len);
    if (order != 0) return order;
  }
  return 0;
}

static bool relation_holds(enum relation relation, int order) {
  switch (relation) {
    case BELOW_OR_EQUAL:
      return order <= 0;
    case ABOVE_OR_EQUAL:
      return order >= 0;
    case UNEQUAL:
      return order != 0;
    case BELOW:
      return order < 0;
    case ABOVE:
      return order > 0;
    case EQUAL:
    case RELATION_COUNT:
      break;
  }
  return order == 0;
}

static enum err_code term_holds(const struct term *term, const struct condition_facts *facts,
                                bool *holds, struct err *err) {
  if (term->fact == FACT_VERSION) {
    const char *number = find_number(facts->version);
    if (number == NULL) {
      return err_set(err, ERR_INPUT,
                     "a condition asks for the version, and the subject tells none ('%.60s'); the "
                     "profile's key 'version' says how it is asked",
                     facts->version);
    }
    *holds = relation_holds(term->relation, compare_versions(number, term->value, term->len));
    return ERR_OK;
  }
  const char *mine = term->fact == FACT_SYSTEM    ? facts->system
                     : term->fact == FACT_MACHINE ? facts->machine
                                                  : facts->target;
  const bool same = strlen(mine) == term->len && strncmp(mine, term->value, term->len) == 0;
  *holds = same == (term->relation == EQUAL);
  return ERR_OK;
}

enum err_code condition_holds(const char *condition, const struct condition_facts *facts,
                              bool *holds, struct err *err) {
  *holds = true;
  for (const char *at = condition; *at != '\0' && *holds;) {
    struct term term;
    enum err_code code = take_term(&at, &term, err);
    if (code == ERR_OK) code = term_holds(&term, facts, holds, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}
