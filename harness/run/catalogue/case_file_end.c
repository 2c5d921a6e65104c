#include "run/catalogue/case_reading.h"
#include "sandbox/sandbox_addresses.h"

#include <stdlib.h>
#include <string.h>

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
    if (inside == NULL) return case_reading_too_large(&reading->part_place, err);
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
enum err_code case_reading_end_part(struct case_reading *reading, unsigned end_line,
                                    struct err *err) {
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

/* Else the program would be asked for a host of that very name, and blamed for not finding it. */
static bool names_no_address(const char *host) {
  struct text filled = TEXT_INIT(CASE_FILE_MAX);
  if (host != NULL) sandbox_fill_addresses(&sandbox_on_loopback, host, &filled);
  const bool left = strchr(text_chars(&filled), '{') != NULL;
  text_free(&filled);
  return left;
}

/* What the tables of the built-in cases are held to as well. */
static const char *objection(const struct own_case *entry) {
  const struct case_def *def = &entry->def;
  const size_t list_room = sizeof((struct observation){0}.all);
  if (entry->recipe == NULL) return "it needs a recipe ('sockproof list' begins each id with one)";
  if (def->requirement == NULL) return "it needs a requirement: the id of one";
  if (def->about == NULL || def->about[0] == '\0') return "it needs an about: what must happen";
  if (def->checks[0].judge == NULL) return "it needs a check: nothing is observed";
  if (names_no_address(def->host)) {
    return "its host has a brace that begins no address: there are {peer}, {peer2}, {peer6}, "
           "{peer2_6}, {subject}, {subject2}, {subject6} and {subject2_6}";
  }
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

enum err_code case_reading_end_case(struct case_reading *reading, struct err *err) {
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
