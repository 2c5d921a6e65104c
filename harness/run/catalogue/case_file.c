#include "run/catalogue/case_file.h"

#include "run/catalogue/case_words.h"
#include "run/catalogue/check_words.h"
#include "trace/policies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX_LEN = 64, ETC_MAX = 8, PATH_LEN_MAX = 1024 };

#define COUNT_OF(list) (sizeof(list) / sizeof(list)[0])

/* What the keys at hand belong to. */
enum part { IN_NOTHING, IN_CASE, IN_FILE, IN_ETC, IN_FIXTURE, IN_REQUIREMENT, IN_SCRIPT };

struct case_reading {
  const struct case_file_source *source;
  const char *text;
  const struct catalogue *catalogue;
  struct arena *arena;
  struct own_cases *own;
  enum part part;
  struct script_place part_place; /* of the section's line */
  struct script_place case_place;
  struct own_case *entry; /* the case at hand, which is not in the list yet; or NULL */
  struct own_requirement *requirement;
  struct case_etc_words etc;
  struct sandbox_file *etc_files; /* of the case; NULL: none yet */
  size_t check_count, rule_count, value_count, file_count, etc_count, fixture_count;
  const char *script_path;
  uint64_t seen;        /* keys of the section at hand, by their place in its table */
  unsigned script_line; /* the first section of a script that stands in the file itself; 0: none */
};

static bool is_slug(const char *name) {
  size_t len = strlen(name);
  return len > 0 && len <= NAME_MAX_LEN && name[0] != '-' &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static enum err_code too_large(const struct script_place *place, struct err *err) {
  return script_refuse(place, err, "the files of cases are too large");
}

static const char *text_where(struct case_reading *reading, const struct script_place *place) {
  return arena_format(reading->arena, "%s:%u", place->source_name, place->line);
}

/* A file beside this one. NULL: no memory. */
static const char *path_beside(const struct case_reading *reading, const char *name) {
  const char *slash = strrchr(reading->source->path, '/');
  if (name[0] == '/' || slash == NULL) return arena_text(reading->arena, name);
  int len = (int)(slash - reading->source->path);
  return arena_format(reading->arena, "%.*s/%s", len, reading->source->path, name);
}

/* --- the end of a part ------------------------------------------------------------------------ */

/* The lines of the script as a text of their own; empty lines stand for all before it, so that a
 * mistake in it is told by the line of this file. */
static char *cut_out(const struct case_reading *reading, unsigned end_line) {
  const char *from = reading->text;
  unsigned line = 1;
  for (; line < reading->script_line; line++)
    from += strcspn(from, "\n") + 1;
  const char *to = from;
  for (; *to != '\0' && line < end_line; line++) {
    to += strcspn(to, "\n");
    to += *to == '\n' ? 1 : 0;
  }
  size_t before = reading->script_line - 1, len = (size_t)(to - from);
  char *text = malloc(before + len + 1);
  if (text == NULL) return NULL;
  memset(text, '\n', before);
  memcpy(text + before, from, len);
  text[before + len] = '\0';
  return text;
}

/* Not every mistake is one of a line: a script that cannot be played as a whole has none. */
static enum err_code tell_where(const struct case_reading *reading, const char *source_name,
                                enum err_code code, struct err *err) {
  size_t len = strlen(source_name);
  if (err == NULL || (strncmp(err->text, source_name, len) == 0 && err->text[len] == ':')) {
    return code;
  }
  struct err whole = *err;
  return script_refuse(&reading->part_place, err, "%s", whole.text);
}

static enum err_code parse_script(const struct case_reading *reading, struct fixture_use *use,
                                  unsigned end_line, struct err *err) {
  const char *name = reading->source->path;
  const char *loaded = NULL;
  char *inside = NULL;
  enum err_code code = ERR_OK;
  if (reading->script_path != NULL) {
    name = reading->script_path;
    code = script_load(name, CASE_FILE_MAX, reading->arena, &loaded, err);
  } else if (reading->script_line > 0) {
    inside = cut_out(reading, end_line);
    if (inside == NULL) return too_large(&reading->part_place, err);
  } else {
    return ERR_OK; /* the plain script */
  }
  const char *text = inside != NULL ? inside : loaded;
  if (code == ERR_OK) {
    code = use->class->parse(name, text, reading->arena, &use->script, err);
  }
  free(inside);
  return code == ERR_OK ? ERR_OK : tell_where(reading, name, code, err);
}

static enum err_code close_etc(struct case_reading *reading, struct err *err) {
  if (reading->etc.absent == (reading->etc.contents != NULL)) {
    return script_refuse(&reading->part_place, err,
                         "[etc %s] takes either contents or absent = yes",
                         reading->etc_files[reading->etc_count - 1].name);
  }
  reading->etc_files[reading->etc_count - 1].contents = reading->etc.contents;
  return ERR_OK;
}

static enum err_code close_requirement(const struct case_reading *reading, struct err *err) {
  const struct requirement *row = &reading->requirement->row;
  if (reading->requirement->origin != NULL && row->clause != NULL && row->text != NULL) {
    return ERR_OK;
  }
  return script_refuse(&reading->part_place, err, "[requirement %s] needs level, clause and text",
                       row->id);
}

/* Ends what the section before `end_line` opened. */
static enum err_code close_part(struct case_reading *reading, unsigned end_line, struct err *err) {
  enum part part = reading->part;
  reading->part = IN_CASE;
  if (part == IN_ETC) return close_etc(reading, err);
  if (part == IN_REQUIREMENT) {
    reading->part = IN_NOTHING;
    return close_requirement(reading, err);
  }
  if (part != IN_FIXTURE && part != IN_SCRIPT) return ERR_OK;
  struct fixture_use *use = &reading->entry->def.fixtures[reading->fixture_count - 1];
  return parse_script(reading, use, end_line, err);
}

static enum recipe_role role_of(const struct own_case *entry) {
  return entry->def.role != ROLE_OF_RECIPE ? entry->def.role : entry->recipe->role;
}

/* What the tables of the built-in cases are held to as well. */
static const char *objection(const struct own_case *entry) {
  const struct case_def *def = &entry->def;
  const size_t list_room = sizeof((struct observation){0}.all);
  if (entry->recipe == NULL) return "it needs a recipe ('sockproof list' begins each id with one)";
  if (def->requirement == NULL) return "it needs a requirement: the id of one";
  if (def->about == NULL || def->about[0] == '\0') return "it needs an about: what must happen";
  if (def->checks[0].judge == NULL) return "it needs a check: nothing is observed";
  enum recipe_role role = role_of(entry);
  bool alone = def->quiet || role == ROLE_LOCAL || def->etc != NULL || def->host != NULL;
  if (def->fixtures[0].class == NULL && !alone) {
    return "it needs a [fixture]: there is nobody to talk to, and it is not quiet";
  }
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    if (def->fixtures[i].class->drives && role != ROLE_SERVER) {
      return "its fixture plays a client, and the subject is no server";
    }
  }
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    const struct check *check = &def->checks[i];
    bool whole = check->judge == check_observed_list || check->judge == check_observed_set;
    if (whole && strlen(check->text) >= list_room) return "it has a list that is too long to keep";
  }
  return NULL;
}

static enum err_code close_case(struct case_reading *reading, struct err *err) {
  struct own_case *entry = reading->entry;
  if (entry == NULL) return ERR_OK;
  if (entry->recipe == NULL) entry->recipe = reading->source->recipe;
  const char *reason = objection(entry);
  if (reason != NULL) {
    return script_refuse(&reading->case_place, err, "[case %s]: %s", entry->def.name, reason);
  }
  if (entry->def.golden == NULL && entry->def.no_golden == NULL) {
    entry->def.no_golden = "its case file names none";
  }
  struct own_cases *own = reading->own;
  *(own->last == NULL ? &own->first : &own->last->next) = entry;
  own->last = entry;
  own->count++;
  reading->entry = NULL;
  return ERR_OK;
}

/* --- sections --------------------------------------------------------------------------------- */

static const char *stem_of(struct case_reading *reading) {
  const char *slash = strrchr(reading->source->path, '/');
  const char *from = slash == NULL ? reading->source->path : slash + 1;
  const char *dot = strrchr(from, '.');
  return arena_format(reading->arena, "%.*s", dot == NULL ? (int)strlen(from) : (int)(dot - from),
                      from);
}

static enum err_code open_case(struct case_reading *reading, const struct script_place *place,
                               const char *name, struct err *err) {
  enum err_code code = close_case(reading, err);
  if (code != ERR_OK) return code;
  struct own_case *entry = arena_alloc(reading->arena, sizeof *entry);
  if (entry == NULL) return too_large(place, err);
  entry->def.name = *name == '\0' ? stem_of(reading) : arena_text(reading->arena, name);
  entry->def.origin = text_where(reading, place);
  if (entry->def.name == NULL || entry->def.origin == NULL) return too_large(place, err);
  if (!is_slug(entry->def.name)) {
    return script_refuse(place, err,
                         "[case %.80s]: a name has small letters, digits and '-', at most %d",
                         entry->def.name, NAME_MAX_LEN);
  }
  reading->entry = entry;
  reading->case_place = *place;
  reading->etc_files = NULL;
  reading->check_count = reading->rule_count = reading->value_count = 0;
  reading->file_count = reading->etc_count = reading->fixture_count = 0;
  return ERR_OK;
}

static enum err_code open_requirement(struct case_reading *reading,
                                      const struct script_place *place, const char *id,
                                      struct err *err) {
  enum err_code code = close_case(reading, err);
  if (code != ERR_OK) return code;
  if (!script_is_name(id)) {
    return script_refuse(place, err,
                         "[requirement %.40s]: an id has letters, digits, '.', '_' and '-'", id);
  }
  struct own_requirement *made = arena_alloc(reading->arena, sizeof *made);
  if (made == NULL) return too_large(place, err);
  made->row = (struct requirement){
      .id = arena_text(reading->arena, id), .who = "both", .recipes = "", .unobserved = ""};
  if (made->row.id == NULL) return too_large(place, err);
  struct own_cases *own = reading->own;
  *(own->last_requirement == NULL ? &own->first_requirement : &own->last_requirement->next) = made;
  own->last_requirement = reading->requirement = made;
  return ERR_OK;
}

static enum err_code open_fixture(struct case_reading *reading, const struct script_place *place,
                                  const char *name, struct err *err) {
  const char *names[64];
  size_t count = 0, index = 0;
  for (; count < reading->catalogue->fixture_count && count < COUNT_OF(names); count++)
    names[count] = reading->catalogue->fixtures[count]->name;
  enum err_code code = script_word(place, "[fixture]", name, names, count, &index, err);
  if (code != ERR_OK) return code;
  if (reading->fixture_count == CASE_FIXTURES_MAX) {
    return script_refuse(place, err, "a case can have %d fixtures", CASE_FIXTURES_MAX);
  }
  reading->entry->def.fixtures[reading->fixture_count++].class =
      reading->catalogue->fixtures[index];
  reading->script_path = NULL;
  reading->script_line = 0;
  return ERR_OK;
}

static enum err_code open_named_file(struct case_reading *reading, const struct script_place *place,
                                     bool etc, const char *name, struct err *err) {
  struct case_def *def = &reading->entry->def;
  size_t *count = etc ? &reading->etc_count : &reading->file_count;
  size_t max = etc ? ETC_MAX : CASE_FILES_MAX;
  const char *section = etc ? "etc" : "file";
  if (!script_is_name(name)) {
    return script_refuse(place, err, "[%s %.40s]: give the plain name of a file", section, name);
  }
  if (*count == max) {
    return script_refuse(place, err, "a case can have %zu sections [%s]", max, section);
  }
  const char *kept = arena_text(reading->arena, name);
  if (etc && reading->etc_files == NULL) {
    reading->etc_files = arena_alloc(reading->arena, (ETC_MAX + 1) * sizeof *def->etc);
    def->etc = reading->etc_files;
  }
  if (kept == NULL || (etc && reading->etc_files == NULL)) return too_large(place, err);
  if (etc) {
    reading->etc_files[*count].name = kept;
    reading->etc = (struct case_etc_words){0};
  } else {
    def->files[*count].name = kept;
  }
  ++*count;
  return ERR_OK;
}

/* The word before the blank is one of these; what stands behind it is *name. */
static enum part part_of(const char *section, const char **name) {
  static const struct {
    const char *word;
    enum part part;
  } parts[] = {{"case", IN_CASE},
               {"file", IN_FILE},
               {"etc", IN_ETC},
               {"fixture", IN_FIXTURE},
               {"requirement", IN_REQUIREMENT}};
  size_t len = strcspn(section, " \t");
  *name = section + len + strspn(section + len, " \t");
  for (size_t i = 0; i < COUNT_OF(parts); i++) {
    if (strlen(parts[i].word) == len && memcmp(parts[i].word, section, len) == 0) {
      return parts[i].part;
    }
  }
  return IN_NOTHING;
}

static enum err_code on_section(void *context, const struct script_place *place,
                                const char *section, struct err *err) {
  struct case_reading *reading = context;
  const char *name = "";
  enum part part = part_of(section, &name);
  bool in_fixture = reading->part == IN_FIXTURE || reading->part == IN_SCRIPT;
  if (part == IN_NOTHING && in_fixture && reading->script_path == NULL) {
    if (reading->script_line == 0) reading->script_line = place->line;
    reading->part = IN_SCRIPT;
    return ERR_OK;
  }
  if (part == IN_NOTHING) {
    return script_refuse(place, err,
                         "[%.40s]: a section is [case NAME], [fixture NAME] and those of its "
                         "script, [file NAME], [etc NAME] or [requirement ID]",
                         section);
  }
  enum err_code code = close_part(reading, place->line, err);
  if (code != ERR_OK) return code;
  bool opens = part == IN_CASE || part == IN_REQUIREMENT;
  if (!opens && reading->entry == NULL) {
    return script_refuse(place, err, "[%.40s] stands below the [case] that it belongs to", section);
  }
  reading->part = part;
  reading->part_place = *place;
  reading->seen = 0;
  if (part == IN_CASE) return open_case(reading, place, name, err);
  if (part == IN_REQUIREMENT) return open_requirement(reading, place, name, err);
  if (part == IN_FIXTURE) return open_fixture(reading, place, name, err);
  return open_named_file(reading, place, part == IN_ETC, name, err);
}

/* --- keys ------------------------------------------------------------------------------------- */

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
    char word[NAME_MAX_LEN] = "";
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
  if (into->name == NULL) return too_large(place, err);
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
  return kept ? ERR_OK : too_large(place, err);
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
  if (path == NULL) return too_large(place, err);
  if (path[0] != '/' && getcwd(here, sizeof here) == NULL) {
    return err_set_errno(err, errno, "cannot tell where %s is", path);
  }
  int stem_len = (int)strlen(path) - 4;
  reading->entry->def.golden =
      arena_format(reading->arena, "%s%s%.*s", here, here[0] == '\0' ? "" : "/", stem_len, path);
  return reading->entry->def.golden == NULL ? too_large(place, err) : ERR_OK;
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
  return reading->script_path == NULL ? too_large(place, err) : ERR_OK;
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
  own->origin = text_where(reading, &reading->part_place);
  return own->origin == NULL ? too_large(place, err) : ERR_OK;
}

static enum err_code on_entry(void *context, const struct script_place *place, const char *key,
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

enum err_code case_file_parse(const struct case_file_source *source, const char *text,
                              const struct catalogue *catalogue, struct arena *arena,
                              struct own_cases *own, struct err *err) {
  static const struct script_grammar grammar = {on_section, on_entry};
  struct case_reading reading = {
      .source = source, .text = text, .catalogue = catalogue, .arena = arena, .own = own};
  enum err_code code = script_read(source->path, text, &grammar, &reading, err);
  if (code == ERR_OK) code = close_part(&reading, UINT32_MAX, err);
  return code == ERR_OK ? close_case(&reading, err) : code;
}

enum err_code case_file_read(const struct case_file_source *source,
                             const struct catalogue *catalogue, struct arena *arena,
                             struct own_cases *own, struct err *err) {
  const char *text = NULL;
  enum err_code code = script_load(source->path, CASE_FILE_MAX, arena, &text, err);
  return code == ERR_OK ? case_file_parse(source, text, catalogue, arena, own, err) : code;
}
