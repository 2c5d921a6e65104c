/* Observations: the values that a profile takes from a subject's output, held against what the case
 * says. */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"
#include "sandbox/sandbox_addresses.h"

#include <string.h>

enum { EXPECTED_MAX = 64 * 1024 };

/* Addresses stand in it by name, as in all texts of a case. */
static void fill_expected(const struct check *check, const struct judged_case *judged,
                          struct text *expected) {
  const struct sandbox_places *places = judged->places;
  sandbox_fill_addresses(places == NULL ? &sandbox_on_loopback : places, check->text, expected);
}

void check_observed_text(const struct check *check, const struct judged_case *judged,
                         struct finding *finding) {
  struct text filled = TEXT_INIT(EXPECTED_MAX);
  fill_expected(check, judged, &filled);
  const char *expected = text_chars(&filled);
  finding_expect(finding, "`%s` is `%s`", check->name, expected);
  if (check_each_observation(check, judged, other_than_text, expected, finding))
    finding_holds(finding, "`%s` is `%s`", check->name, expected);
  text_free(&filled);
}

struct bounds {
  double low, high;
};

/* A bound is a decimal number, and so is what was printed: neither is exact in binary. */
static double decimal_slack(double number) {
  return 1e-9 * (1.0 + (number < 0 ? -number : number));
}

static const char *other_than_between(const struct observation *seen, const void *wanted) {
  const struct bounds *bounds = wanted;
  double slack = decimal_slack(bounds->low) + decimal_slack(bounds->high);
  bool is_between = seen->is_number && seen->number >= bounds->low - slack &&
                    seen->number <= bounds->high + slack;
  return is_between ? NULL : seen->text;
}

void check_observed_number(const struct check *check, const struct judged_case *judged,
                           struct finding *finding) {
  const struct bounds bounds = {(double)check->low / 1000.0, (double)check->high / 1000.0};
  finding_expect(finding, "`%s` is a number from %.3f to %.3f", check->name, bounds.low,
                 bounds.high);
  if (check_each_observation(check, judged, other_than_between, &bounds, finding))
    finding_holds(finding, "`%s` lies between", check->name);
}

void check_waited(const struct check *check, const struct judged_case *judged,
                  struct finding *finding) {
  const struct bounds bounds = {(double)(check->low - (int64_t)judged->early_ms) / 1000.0,
                                (double)check->high / 1000.0};
  finding_expect(finding, "`%s` is a wait of %.3f to %.3f s", check->name, bounds.low, bounds.high);
  if (check_each_observation(check, judged, other_than_between, &bounds, finding))
    finding_holds(finding, "`%s` lies between", check->name);
}

static const char *other_than_address(const struct observation *seen, const void *wanted) {
  struct ip_address printed;
  bool same = ip_address_parse(seen->text, &printed) && ip_address_equal(&printed, wanted);
  return same ? NULL : seen->text;
}

void check_observed_address(const struct check *check, const struct judged_case *judged,
                            struct finding *finding) {
  const struct named_endpoint *endpoint = check_endpoint_by_name(judged, check->text);
  if (endpoint == NULL) {
    finding_expect(finding, "`%s` is the address of %s", check->name, check->text);
    finding_unjudgeable(finding, "no fixture of the case is named `%s`", check->text);
    return;
  }
  char address[IP_ADDRESS_TEXT_MAX];
  ip_address_text(&endpoint->at.address, address);
  finding_expect(finding, "`%s` is %s", check->name, address);
  if (check_each_observation(check, judged, other_than_address, &endpoint->at.address, finding))
    finding_holds(finding, "`%s` is %s", check->name, address);
}

static unsigned match_count(const struct run_record *run, const char *name) {
  const struct observation *seen = observation_find(&run->observed, name);
  return seen == NULL ? 0 : run->observed.matches[seen - run->observed.list];
}

void check_printed_once(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  finding_expect(finding, "`%s` is printed exactly once", check->name);
  char label[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    if (check_observation(judged, i, check->name, finding) == NULL) return;
    unsigned count = match_count(&judged->runs[i], check->name);
    if (count == 1) continue;
    finding_fails(finding, "%s`%s` is printed %u times", words_of_run(judged, i, label),
                  check->name, count);
    return;
  }
  finding_holds(finding, "`%s` is printed once", check->name);
}

/* --- several matches: lines of a text ----------------------------------------------------------
 */

/* Lines have a newline between two, so that a text that ends with one has an empty last line. */
struct lines {
  struct span rest;
  bool done;
};

static struct lines lines_of(const char *text) {
  return (struct lines){.rest = span_of_text(text)};
}

static bool next_line(struct lines *lines, struct span *line) {
  if (lines->done) return false;
  struct span rest = lines->rest;
  size_t len = 0;
  while (len < rest.len && rest.bytes[len] != '\n')
    len++;
  *line = span_part(rest, 0, len);
  lines->done = len == rest.len;
  lines->rest = span_part(rest, len + 1, rest.len);
  return true;
}

static size_t count_line(const char *text, struct span wanted) {
  size_t count = 0;
  struct span line;
  for (struct lines lines = lines_of(text); next_line(&lines, &line);) {
    count += span_equal(line, wanted);
  }
  return count;
}

/* Texts of one length, and every line of one as often in the other: then no line is left over. */
static bool have_same_lines(const char *one, const char *other) {
  if (strlen(one) != strlen(other)) return false;
  struct span line;
  for (struct lines lines = lines_of(one); next_line(&lines, &line);) {
    if (count_line(one, line) != count_line(other, line)) return false;
  }
  return true;
}

/* What was cut would be held against a part: it is longer than any text that a case may ask for. */
static const char *other_than_list(const struct observation *seen, const void *wanted) {
  return !seen->all_cut && strcmp(seen->all, wanted) == 0 ? NULL : seen->all;
}

static const char *other_than_set(const struct observation *seen, const void *wanted) {
  return !seen->all_cut && have_same_lines(seen->all, wanted) ? NULL : seen->all;
}

static const char *other_than_one_of(const struct observation *seen, const void *wanted) {
  return count_line(wanted, span_of_text(seen->text)) > 0 ? NULL : seen->text;
}

static void judge_lines(const struct check *check, const struct judged_case *judged,
                        const char *relation, observation_other other, struct finding *finding) {
  char words[WORDS_MAX];
  finding_expect(finding, "`%s` is%s %s", check->name, relation,
                 words_of_octets(span_of_text(check->text), words));
  if (check_each_observation(check, judged, other, check->text, finding))
    finding_holds(finding, "`%s` is so", check->name);
}

void check_observed_list(const struct check *check, const struct judged_case *judged,
                         struct finding *finding) {
  judge_lines(check, judged, ", one after the other,", other_than_list, finding);
}

void check_observed_set(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  judge_lines(check, judged, ", in any order,", other_than_set, finding);
}

void check_observed_one_of(const struct check *check, const struct judged_case *judged,
                           struct finding *finding) {
  judge_lines(check, judged, " one of", other_than_one_of, finding);
}

/* The first so many lines of a text. */
static struct span first_lines(const char *text, int64_t count) {
  struct lines lines = lines_of(text);
  struct span line;
  size_t len = 0;
  for (int64_t i = 0; i < count && next_line(&lines, &line); i++)
    len = strlen(text) - lines.rest.len - (lines.done ? 0 : 1); /* without the newline behind it */
  return span_of(text, len);
}

static const char *other_than_lines(const struct observation *seen, const void *wanted) {
  struct span line;
  for (struct lines lines = {.rest = *(const struct span *)wanted}; next_line(&lines, &line);) {
    if (span_equal(line, span_of_text(seen->text))) return NULL;
  }
  return seen->text;
}

void check_observed_by_system(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  if (!judged->on_linux) {
    check_observed_one_of(check, judged, finding);
    return;
  }
  char words[WORDS_MAX];
  const struct span permitted = first_lines(check->text, check->low);
  finding_expect(finding, "`%s` is%s, as Linux has it, %s", check->name,
                 check->low > 1 ? " one of" : "", words_of_octets(permitted, words));
  if (check_each_observation(check, judged, other_than_lines, &permitted, finding))
    finding_holds(finding, "`%s` is so", check->name);
}

void check_not_observed(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  finding_expect(finding, "no `%s` is printed", check->name);
  if (!check_can_observe(judged, check->name) && judged->entry != NULL) {
    finding_unobservable(finding, "the profile observes no `%s`", check->name);
    return;
  }
  char label[WORDS_MAX];
  char words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct observation *seen = observation_find(&judged->runs[i].observed, check->name);
    if (seen == NULL) continue;
    finding_fails(finding, "%s`%s` is %s", words_of_run(judged, i, label), check->name,
                  words_of_octets(span_of_text(seen->text), words));
    return;
  }
  finding_holds(finding, "no `%s`", check->name);
}

void check_observed_or_refused(const struct check *check, const struct judged_case *judged,
                               struct finding *finding) {
  finding_expect(finding, "`%s` is `%s`, or it does not succeed", check->name, check->text);
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  char words[WORDS_MAX];
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    const struct observation *seen = observation_find(&run->observed, check->name);
    bool is_refused = seen == NULL && !run->success && run->outcome->signal == 0;
    if (is_refused && check_can_observe(judged, check->name)) continue;
    if (seen == NULL) seen = check_observation(judged, i, check->name, finding);
    if (seen == NULL) return;
    if (run->success && strcmp(seen->text, check->text) == 0) continue;
    finding_fails(finding, "%s`%s` is %s, %s", words_of_run(judged, i, label), check->name,
                  words_of_octets(span_of_text(seen->text), words), words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "`%s` is `%s`, or it was refused", check->name, check->text);
}
