#include "run/catalogue/case_words.h"

#include "run/catalogue/check_words.h"
#include "run/catalogue/ledger.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const FAMILIES[] = {[ON_IPV4] = "ipv4", [ON_IPV6] = "ipv6", [ON_BOTH] = "both"};
static const char *const ROLES[] = {[ROLE_OF_RECIPE] = "of-recipe",
                                    [ROLE_CLIENT] = "client",
                                    [ROLE_SERVER] = "server",
                                    [ROLE_LOCAL] = "local"};
static const char *const LISTENS[] = {[LISTENS_AT_ALL] = "at-all",
                                      [LISTENS_TCP] = "tcp",
                                      [LISTENS_UDP] = "udp",
                                      [LISTENS_BOTH] = "both"};

enum { TIMEOUT_S_MAX = 600 };

static const struct script_field CASE_FIELDS[] = {
    {.key = "recipe", .kind = SCRIPT_ELSEWHERE},
    SCRIPT_FIELD("requirement", SCRIPT_NAME, struct case_def, requirement),
    SCRIPT_FIELD("about", SCRIPT_TEXT, struct case_def, about),
    SCRIPT_FIELD_WORD("families", struct case_def, families, FAMILIES),
    SCRIPT_FIELD_WORD_FROM("role", struct case_def, role, ROLES, 1),
    {.key = "needs", .kind = SCRIPT_ELSEWHERE},
    {.key = "wants", .kind = SCRIPT_ELSEWHERE},
    SCRIPT_FIELD_WORD("listens", struct case_def, listens, LISTENS),
    SCRIPT_FIELD("variant", SCRIPT_NAME, struct case_def, variant),
    SCRIPT_FIELD("host", SCRIPT_TEXT, struct case_def, host),
    SCRIPT_FIELD_NUMBER("port", struct case_def, port, UINT16_MAX),
    SCRIPT_FIELD("port_text", SCRIPT_TEXT, struct case_def, port_text),
    SCRIPT_FIELD_NUMBER("timeout_s", struct case_def, timeout_s, TIMEOUT_S_MAX),
    {.key = "value.NAME", .kind = SCRIPT_ELSEWHERE},
    SCRIPT_FIELD("input", SCRIPT_TEXT, struct case_def, input),
    SCRIPT_FIELD("input_stays_open", SCRIPT_YES_NO, struct case_def, input_stays_open),
    SCRIPT_FIELD("host_name", SCRIPT_TEXT, struct case_def, host_name),
    SCRIPT_FIELD("ipv6_off", SCRIPT_YES_NO, struct case_def, ipv6_off),
    SCRIPT_FIELD("may_set_host_name", SCRIPT_YES_NO, struct case_def, may_set_host_name),
    SCRIPT_FIELD_NUMBER("runs", struct case_def, runs, CASE_RUNS_AT_MOST),
    SCRIPT_FIELD_NUMBER("limit_ms", struct case_def, limit_ms, CASE_LIMIT_MS_MAX),
    SCRIPT_FIELD("stop_signal", SCRIPT_SIGNAL, struct case_def, stop_signal),
    SCRIPT_FIELD("flood", SCRIPT_YES_NO, struct case_def, flood),
    SCRIPT_FIELD("any_server", SCRIPT_YES_NO, struct case_def, any_server),
    SCRIPT_FIELD("quiet", SCRIPT_YES_NO, struct case_def, quiet),
    SCRIPT_FIELD("no_golden", SCRIPT_TEXT, struct case_def, no_golden),
    {.key = "golden", .kind = SCRIPT_ELSEWHERE},
    {.key = "check", .kind = SCRIPT_ELSEWHERE},
    {.key = "rule", .kind = SCRIPT_ELSEWHERE},
};
const struct script_section CASE_SECTION = {"case", CASE_FIELDS, COUNT(CASE_FIELDS)};

static const struct script_field FILE_FIELDS[] = {
    SCRIPT_FIELD_NUMBER("sparse_octets", struct case_file, sparse_octets, INT64_MAX),
    SCRIPT_FIELD("text", SCRIPT_TEXT, struct case_file, text),
    SCRIPT_FIELD_NUMBER("pattern_len", struct case_file, pattern_len, CASE_FILE_OCTETS_MAX),
    SCRIPT_FIELD("directory", SCRIPT_YES_NO, struct case_file, directory),
    SCRIPT_FIELD("unreadable", SCRIPT_YES_NO, struct case_file, unreadable),
};
const struct script_section CASE_FILE_SECTION = {"file", FILE_FIELDS, COUNT(FILE_FIELDS)};

static const struct script_field ETC_FIELDS[] = {
    SCRIPT_FIELD("contents", SCRIPT_TEXT, struct case_etc_words, contents),
    SCRIPT_FIELD("absent", SCRIPT_YES_NO, struct case_etc_words, absent),
};
const struct script_section CASE_ETC_SECTION = {"etc", ETC_FIELDS, COUNT(ETC_FIELDS)};

static const struct script_field FIXTURE_FIELDS[] = {
    {.key = "script", .kind = SCRIPT_ELSEWHERE},
};
const struct script_section CASE_FIXTURE_SECTION = {"fixture", FIXTURE_FIELDS,
                                                    COUNT(FIXTURE_FIELDS)};

static const struct script_field REQUIREMENT_FIELDS[] = {
    {.key = "level", .kind = SCRIPT_ELSEWHERE},
    SCRIPT_FIELD("clause", SCRIPT_TEXT, struct requirement, clause),
    SCRIPT_FIELD("text", SCRIPT_TEXT, struct requirement, text),
};
const struct script_section CASE_REQUIREMENT_SECTION = {"requirement", REQUIREMENT_FIELDS,
                                                        COUNT(REQUIREMENT_FIELDS)};

/* --- printing --------------------------------------------------------------------------------- */

enum { PRINTED_MAX = 1 << 20 };

static void print_head(const struct instance *instance, struct text *out) {
  const struct case_def *def = instance->def;
  text_appendf(out, "[case %s]\nrecipe = %s\n", def->name, instance->recipe->name);
  script_section_print(&CASE_SECTION, def, out);
  if (def->needs != TIER_FIXTURE_LOG) {
    script_print_entry(out, "needs", tier_name(def->needs));
  }
  struct text wants = TEXT_INIT(PRINTED_MAX);
  for (unsigned bit = 1; bit != 0; bit <<= 1) {
    if ((def->wants & bit) == 0) continue;
    text_appendf(&wants, "%s%s", wants.len > 0 ? " " : "", capability_name(bit));
  }
  if (wants.len > 0) script_print_entry(out, "wants", text_chars(&wants));
  text_free(&wants);
}

static void print_values(const struct case_def *def, struct text *out) {
  struct text key = TEXT_INIT(PRINTED_MAX), value = TEXT_INIT(PRINTED_MAX);
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++) {
    text_clear(&key);
    text_clear(&value);
    text_appendf(&key, "value.%s", def->values[i].name);
    script_escape(&value, span_of_text(def->values[i].value));
    script_print_entry(out, text_chars(&key), text_chars(&value));
  }
  text_free(&key);
  text_free(&value);
}

static enum err_code print_checks(const struct instance *instance, struct text *out,
                                  struct err *err) {
  struct text value = TEXT_INIT(PRINTED_MAX);
  enum err_code code = ERR_OK;
  const struct check *checks = instance->def->checks;
  for (size_t i = 0; i < CASE_CHECKS_MAX && checks[i].judge != NULL && code == ERR_OK; i++) {
    text_clear(&value);
    if (check_words_print(&checks[i], &value)) {
      script_print_entry(out, "check", text_chars(&value));
    } else {
      code = err_set(err, ERR_INPUT, "%s: its check %zu has no word in case files", instance->id,
                     i + 1);
    }
  }
  text_free(&value);
  return code;
}

static void print_rules(const struct case_def *def, struct text *out) {
  struct text value = TEXT_INIT(PRINTED_MAX);
  for (size_t i = 0; i < CASE_RULES_MAX && def->rules[i].field != NULL; i++) {
    const struct fixture_rule *rule = &def->rules[i];
    text_clear(&value);
    text_appendf(&value, "%s %s", rule->field, rule->policy);
    if (rule->relative_to != NULL) text_appendf(&value, " %s", rule->relative_to);
    if (rule->reason != NULL) text_appendf(&value, " -- %s", rule->reason);
    script_print_entry(out, "rule", text_chars(&value));
  }
  text_free(&value);
}

static void print_surroundings(const struct case_def *def, struct text *out) {
  for (size_t i = 0; i < CASE_FILES_MAX && def->files[i].name != NULL; i++) {
    text_appendf(out, "\n[file %s]\n", def->files[i].name);
    script_section_print(&CASE_FILE_SECTION, &def->files[i], out);
  }
  for (const struct sandbox_file *file = def->etc; file != NULL && file->name != NULL; file++) {
    const struct case_etc_words words = {file->contents, file->contents == NULL};
    text_appendf(out, "\n[etc %s]\n", file->name);
    script_section_print(&CASE_ETC_SECTION, &words, out);
  }
}

/* A value is printed in several lines, but where it leaves no place to go on at. */
static size_t longest_line(const char *text) {
  size_t longest = 0;
  for (const char *at = text; *at != '\0';) {
    size_t len = strcspn(at, "\n");
    if (len > longest) longest = len;
    at += len + (at[len] == '\n' ? 1 : 0);
  }
  return longest;
}

enum err_code case_words_print(const struct instance *instance, struct text *out, struct err *err) {
  const struct case_def *def = instance->def;
  print_head(instance, out);
  print_values(def, out);
  enum err_code code = print_checks(instance, out, err);
  if (code != ERR_OK) return code;
  print_rules(def, out);
  print_surroundings(def, out);
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    const struct fixture_use *use = &def->fixtures[i];
    text_appendf(out, "\n[fixture %s]\n", use->class->name);
    if (use->script != NULL) use->class->print(use->script, out);
  }
  if (longest_line(text_chars(out)) > SCRIPT_LINE_MAX) {
    return err_set(err, ERR_LIMIT, "%s has a value that does not fit in the lines of a case file",
                   instance->id);
  }
  if (out->truncated) {
    return err_set(err, ERR_LIMIT, "%s is too long for a case file, of at most %zu octets",
                   instance->id, out->max);
  }
  return ERR_OK;
}
