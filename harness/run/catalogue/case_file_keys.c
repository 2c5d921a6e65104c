#include "run/catalogue/case_reading.h"
#include "run/catalogue/check_words.h"
#include "trace/policies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LEN_MAX = 1024 };

/* A file beside this one. NULL: no memory. */
static const char *path_beside(const struct case_reading *reading, const char *name) {
  const char *slash = strrchr(reading->source->path, '/');
  if (name[0] == '/' || slash == NULL) return arena_text(reading->arena, name);
  int len = (int)(slash - reading->source->path);
  return arena_format(reading->arena, "%.*s/%s", len, reading->source->path, name);
}

static enum err_code read_recipe(struct case_reading *reading, const struct script_place *place,
                                 const char *value, struct err *err) {
  const struct catalogue *catalogue = reading->catalogue;
  struct text names = TEXT_INIT(ERR_TEXT_MAX);
  for (size_t i = 0; i < catalogue->recipe_count; i++) {
    const struct recipe_def *recipe = catalogue->recipes[i];
    text_appendf(&names, "%s%s", i == 0 ? "" : " ", recipe->name);
    if (strcmp(value, recipe->name) == 0) reading->entry->recipe = recipe;
  }
  enum err_code code = ERR_OK;
  if (reading->entry->recipe == NULL) {
    code = script_refuse(place, err, "recipe = %.40s: there are %s", value, text_chars(&names));
  } else if (reading->source->recipe != NULL && reading->source->recipe != reading->entry->recipe) {
    code = script_refuse(place, err, "recipe = %s: the file lies in the folder of %s", value,
                         reading->source->recipe->name);
  }
  text_free(&names);
  return code;
}

static enum err_code read_wants(struct case_def *def, const struct script_place *place,
                                const char *value, struct err *err) {
  for (const char *at = value + strspn(value, " "); *at != '\0'; at += strspn(at, " ")) {
    char word[CASE_NAME_MAX_LEN] = "";
    size_t len = strcspn(at, " ");
    unsigned capability = 0;
    if (len < sizeof word) memcpy(word, at, len);
    if (!capability_parse(word, &capability)) {
      struct text names = TEXT_INIT(ERR_TEXT_MAX);
      capability_append_names(&names);
      enum err_code code =
          script_refuse(place, err, "wants = %.40s: allowed are %s", value, text_chars(&names));
      text_free(&names);
      return code;
    }
    def->wants |= capability;
    at += len;
  }
  return ERR_OK;
}

static enum err_code read_value(struct case_reading *reading, const struct script_place *place,
                                const char *key, const char *value, struct err *err) {
  struct case_def *def = &reading->entry->def;
  const char *name = key + strlen("value.");
  if (!script_is_name(name)) {
    return script_refuse(place, err, "%.40s: it is value.NAME, as value.message", key);
  }
  if (reading->value_count == CASE_VALUES_MAX) {
    return script_refuse(place, err, "a case can have %d values", CASE_VALUES_MAX);
  }
  for (size_t i = 0; i < reading->value_count; i++) {
    if (strcmp(def->values[i].name, name) == 0) {
      return script_refuse(place, err, "%s stands in this section already", key);
    }
  }
  struct placeholder *into = &def->values[reading->value_count++];
  into->name = arena_text(reading->arena, name);
  if (into->name == NULL) return case_reading_too_large(place, err);
  return script_form(place, key, value, reading->arena, &into->value, err);
}

static enum err_code read_rule(struct case_reading *reading, const struct script_place *place,
                               const char *value, struct err *err) {
  struct policy_rule rule;
  struct err why = {0};
  if (reading->rule_count == CASE_RULES_MAX) {
    return script_refuse(place, err, "a case can have %d rules", CASE_RULES_MAX);
  }
  if (!policy_rule_read(span_of_text(value), &rule)) {
    return script_refuse(place, err,
                         "rule = FIELD exact|verify|bind|ignore [FIELD] [-- REASON], as in the "
                         "head of a golden");
  }
  if (policy_check(&rule, &why) != ERR_OK) return script_refuse(place, err, "%s", why.text);
  struct fixture_rule *into = &reading->entry->def.rules[reading->rule_count++];
  into->field = arena_text(reading->arena, rule.field);
  into->policy = policy_name(rule.policy);
  bool kept = into->field != NULL;
  if (rule.relative_to[0] != '\0') {
    kept = kept && (into->relative_to = arena_text(reading->arena, rule.relative_to)) != NULL;
  }
  if (rule.reason[0] != '\0') {
    kept = kept && (into->reason = arena_text(reading->arena, rule.reason)) != NULL;
  }
  return kept ? ERR_OK : case_reading_too_large(place, err);
}

static enum err_code read_golden(struct case_reading *reading, const struct script_place *place,
                                 const char *value, struct err *err) {
  size_t len = strlen(value);
  if (len < 5 || strcmp(value + len - 4, ".txt") != 0) {
    return script_refuse(place, err, "golden = %.80s: give the path of a golden's text, FILE.txt",
                         value);
  }
  /* Who judges stands in another folder, behind other mounts. */
  char here[PATH_LEN_MAX] = "";
  const char *path = path_beside(reading, value);
  if (path == NULL) return case_reading_too_large(place, err);
  if (path[0] != '/' && getcwd(here, sizeof here) == NULL) {
    return err_set_errno(err, errno, "cannot tell where %s is", path);
  }
  int stem_len = (int)strlen(path) - 4;
  reading->entry->def.golden =
      arena_format(reading->arena, "%s%s%.*s", here, here[0] == '\0' ? "" : "/", stem_len, path);
  return reading->entry->def.golden == NULL ? case_reading_too_large(place, err) : ERR_OK;
}

/* A key stands once in its section, but those of which there may be several. */
static enum err_code note_key(struct case_reading *reading, const struct script_section *section,
                              const struct script_place *place, const char *key, struct err *err) {
  const struct script_field *field = script_field_find(section, key);
  if (field == NULL || strcmp(key, "check") == 0 || strcmp(key, "rule") == 0) return ERR_OK;
  uint64_t bit = UINT64_C(1) << (field - section->fields);
  if ((reading->seen & bit) != 0) {
    return script_refuse(place, err, "%s stands in this section already", key);
  }
  reading->seen |= bit;
  return ERR_OK;
}

static enum err_code read_case_key(struct case_reading *reading, const struct script_place *place,
                                   const char *key, const char *value, struct err *err) {
  struct case_def *def = &reading->entry->def;
  if (strcmp(key, "recipe") == 0) return read_recipe(reading, place, value, err);
  if (strcmp(key, "wants") == 0) return read_wants(def, place, value, err);
  if (strcmp(key, "rule") == 0) return read_rule(reading, place, value, err);
  if (strcmp(key, "golden") == 0) return read_golden(reading, place, value, err);
  if (strncmp(key, "value.", 6) == 0) return read_value(reading, place, key, value, err);
  if (strcmp(key, "needs") == 0) {
    if (tier_parse(value, &def->needs)) return ERR_OK;
    return script_refuse(place, err,
                         "needs = %.40s: allowed is capture-private, capture-shared or fixture-log",
                         value);
  }
  if (strcmp(key, "check") == 0) {
    if (reading->check_count == CASE_CHECKS_MAX) {
      return script_refuse(place, err, "a case can have %d checks", CASE_CHECKS_MAX);
    }
    return check_words_read(place, value, reading->arena, &def->checks[reading->check_count++],
                            err);
  }
  return script_section_read(&CASE_SECTION, def, place, key, value, reading->arena, err);
}

static enum err_code read_fixture_key(struct case_reading *reading,
                                      const struct script_place *place, const char *key,
                                      const char *value, struct err *err) {
  if (strcmp(key, "script") != 0) {
    return script_refuse(
        place, err, "%.40s: [fixture] takes script = FILE, or the sections of a script below", key);
  }
  reading->script_path = path_beside(reading, value);
  struct stat status;
  if (reading->script_path != NULL && stat(reading->script_path, &status) == 0 &&
      !S_ISREG(status.st_mode)) { /* a FIFO would keep us waiting */
    return script_refuse(place, err, "script = %.80s: this is not a regular file", value);
  }
  return reading->script_path == NULL ? case_reading_too_large(place, err) : ERR_OK;
}

static enum err_code read_requirement_key(struct case_reading *reading,
                                          const struct script_place *place, const char *key,
                                          const char *value, struct err *err) {
  struct own_requirement *own = reading->requirement;
  if (strcmp(key, "level") != 0) {
    return script_section_read(&CASE_REQUIREMENT_SECTION, &own->row, place, key, value,
                               reading->arena, err);
  }
  if (!level_parse(value, &own->row.level)) {
    return script_refuse(place, err, "level = %.40s: allowed is MUST, SHOULD, MAY or practice",
                         value);
  }
  own->origin = case_reading_where(reading, &reading->part_place);
  return own->origin == NULL ? case_reading_too_large(place, err) : ERR_OK;
}

enum err_code case_reading_key(void *context, const struct script_place *place, const char *key,
                               const char *value, struct err *err) {
  static const struct script_section *const sections[IN_SCRIPT + 1] = {
      [IN_CASE] = &CASE_SECTION,
      [IN_FILE] = &CASE_FILE_SECTION,
      [IN_ETC] = &CASE_ETC_SECTION,
      [IN_FIXTURE] = &CASE_FIXTURE_SECTION,
      [IN_REQUIREMENT] = &CASE_REQUIREMENT_SECTION,
  };
  struct case_reading *reading = context;
  struct arena *arena = reading->arena;
  const struct script_section *section = sections[reading->part];
  if (section != NULL) {
    enum err_code code = note_key(reading, section, place, key, err);
    if (code != ERR_OK) return code;
  }
  switch (reading->part) {
    case IN_CASE:
      return read_case_key(reading, place, key, value, err);
    case IN_FILE:
      return script_section_read(&CASE_FILE_SECTION,
                                 &reading->entry->def.files[reading->file_count - 1], place, key,
                                 value, arena, err);
    case IN_ETC:
      return script_section_read(&CASE_ETC_SECTION, &reading->etc, place, key, value, arena, err);
    case IN_FIXTURE:
      return read_fixture_key(reading, place, key, value, err);
    case IN_SCRIPT:
      return ERR_OK; /* the fixture's own reader reads it, when its part ends */
    case IN_REQUIREMENT:
      return read_requirement_key(reading, place, key, value, err);
    case IN_NOTHING:
      break;
  }
  return script_refuse(place, err, "%.40s: keys stand below a [case NAME]", key);
}
