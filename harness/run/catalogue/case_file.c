#include "run/catalogue/case_file.h"

#include "run/catalogue/case_reading.h"

#include <string.h>

enum { ETC_MAX = 8 };

#define COUNT_OF(list) (sizeof(list) / sizeof(list)[0])

enum err_code case_reading_too_large(const struct script_place *place, struct err *err) {
  return script_refuse(place, err, "the files of cases are too large");
}

const char *case_reading_where(struct case_reading *reading, const struct script_place *place) {
  return arena_format(reading->arena, "%s:%u", place->source_name, place->line);
}

static bool is_slug(const char *name) {
  size_t len = strlen(name);
  return len > 0 && len <= CASE_NAME_MAX_LEN && name[0] != '-' &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}
static const char *stem_of(struct case_reading *reading) {
  const char *slash = strrchr(reading->source->path, '/');
  const char *from = slash == NULL ? reading->source->path : slash + 1;
  const char *dot = strrchr(from, '.');
  return arena_format(reading->arena, "%.*s", dot == NULL ? (int)strlen(from) : (int)(dot - from),
                      from);
}

static enum err_code open_case(struct case_reading *reading, const struct script_place *place,
                               const char *name, struct err *err) {
  enum err_code code = case_reading_end_case(reading, err);
  if (code != ERR_OK) return code;
  struct own_case *entry = arena_alloc(reading->arena, sizeof *entry);
  if (entry == NULL) return case_reading_too_large(place, err);
  entry->def.name = *name == '\0' ? stem_of(reading) : arena_text(reading->arena, name);
  entry->def.origin = case_reading_where(reading, place);
  if (entry->def.name == NULL || entry->def.origin == NULL)
    return case_reading_too_large(place, err);
  if (!is_slug(entry->def.name)) {
    return script_refuse(place, err,
                         "[case %.80s]: a name has small letters, digits and '-', at most %d",
                         entry->def.name, CASE_NAME_MAX_LEN);
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
  enum err_code code = case_reading_end_case(reading, err);
  if (code != ERR_OK) return code;
  if (!script_is_name(id)) {
    return script_refuse(place, err,
                         "[requirement %.40s]: an id has letters, digits, '.', '_' and '-'", id);
  }
  struct own_requirement *made = arena_alloc(reading->arena, sizeof *made);
  if (made == NULL) return case_reading_too_large(place, err);
  made->row = (struct requirement){
      .id = arena_text(reading->arena, id), .who = "both", .recipes = "", .unobserved = ""};
  if (made->row.id == NULL) return case_reading_too_large(place, err);
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
  if (kept == NULL || (etc && reading->etc_files == NULL))
    return case_reading_too_large(place, err);
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
  if (part == IN_NOTHING && in_fixture) {
    return script_refuse(place, err,
                         "[%.40s]: the script of this fixture is another file (script = FILE); "
                         "its sections stand there, or here and without that key",
                         section);
  }
  if (part == IN_NOTHING) {
    return script_refuse(place, err,
                         "[%.40s]: a section is [case NAME], [fixture NAME] and those of its "
                         "script, [file NAME], [etc NAME] or [requirement ID]",
                         section);
  }
  enum err_code code = case_reading_end_part(reading, place->line, err);
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

enum err_code case_file_parse(const struct case_file_source *source, const char *text,
                              const struct catalogue *catalogue, struct arena *arena,
                              struct own_cases *own, struct err *err) {
  static const struct script_grammar grammar = {on_section, case_reading_key};
  struct case_reading reading = {
      .source = source, .text = text, .catalogue = catalogue, .arena = arena, .own = own};
  enum err_code code = script_read(source->path, text, &grammar, &reading, err);
  if (code == ERR_OK) code = case_reading_end_part(&reading, UINT32_MAX, err);
  return code == ERR_OK ? case_reading_end_case(&reading, err) : code;
}

enum err_code case_file_read(const struct case_file_source *source,
                             const struct catalogue *catalogue, struct arena *arena,
                             struct own_cases *own, struct err *err) {
  const char *text = NULL;
  enum err_code code = script_load(source->path, CASE_FILE_MAX, arena, &text, err);
  return code == ERR_OK ? case_file_parse(source, text, catalogue, arena, own, err) : code;
}
