/* `sockproof show CASE`: the story of a case, for a person or as a case file. */
#include "run/catalogue/case_file.h"
#include "run/catalogue/case_words.h"
#include "run/catalogue/check_words.h"
#include "run/command/list.h"
#include "run/command/listing.h"
#include "run/play/case_surroundings.h"
#include "run/programs/mutant.h"
#include "run/verdict/golden.h"

#include <string.h>

enum { SECTIONS_SHOWN_MAX = 24, SCRIPT_LINE_SHOWN_MAX = 110 };

static enum err_code print_golden(const struct catalogue *catalogue,
                                  const struct instance *instance, FILE *out, struct err *err) {
  char folder[GOLDEN_PATH_MAX];
  snprintf(folder, sizeof folder, "%s/pcaps", catalogue->root);
  struct canonical *golden = NULL;
  bool missing;
  enum err_code code = golden_load(instance, folder, &golden, &missing, err);
  if (code != ERR_OK) return code;
  if (missing) {
    fprintf(out, "\nno golden (sockproof bless %s)\n", instance->id);
    return ERR_OK;
  }
  struct text text = TEXT_INIT(1024 * 1024);
  canonical_print(golden, &text);
  struct canonical_strength strength = canonical_strength(golden);
  fprintf(out,
          "\ngolden, to which %s is held (%zu fields, %zu of them ignored, %zu variables used "
          "once):\n%s",
          instance->def->golden != NULL ? "every program" : "the reference recipe", strength.fields,
          strength.ignored_fields, strength.variables_used_once, text_chars(&text));
  text_free(&text);
  canonical_destroy(golden);
  return ERR_OK;
}

/* The mistakes that this case is there to find. */
static enum err_code print_mutants(const struct catalogue *catalogue, const struct listing *listing,
                                   const struct instance *instance, FILE *out, struct err *err) {
  const char *recipe = instance->recipe->name;
  struct mutant_list mutants;
  enum err_code code = mutant_list_load(catalogue->root, recipe, listing->arena, &mutants, err);
  size_t found = 0;
  for (size_t i = 0; code == ERR_OK && i < mutants.count; i++) {
    const struct mutant *mutant = &mutants.items[i];
    if (strcmp(mutant->case_name, instance->id + strlen(recipe) + 1) != 0) continue;
    if (found++ == 0) {
      fprintf(out, "\nmistakes that it finds (sockproof run '%s' --mutant NAME)\n", instance->id);
    }
    fprintf(out, "  %s: %s\n", mutant->name, mutant->why);
  }
  return code;
}

/* One line of a section: "    [reply] leap = 3, delay_ms = 50". */
static void print_section(const char *from, const char *end, FILE *out) {
  bool any = false, cut = false;
  size_t room = SCRIPT_LINE_SHOWN_MAX;
  for (const char *line = from; line < end && !cut;) {
    const char *newline = memchr(line, '\n', (size_t)(end - line));
    const char *stop = newline == NULL ? end : newline;
    const size_t blanks = strspn(line, " \t");
    const char *text = line + blanks;
    size_t len = (size_t)(stop - text);
    const char *joint = line == from || len == 0 ? "" : blanks > 0 ? " " : any ? ", " : "  ";
    any = any || line != from;
    cut = len > room;
    if (cut) len = room;
    room -= len;
    (void)fprintf(out, "%s%.*s", joint, (int)len, text);
    line = newline == NULL ? end : newline + 1;
  }
  (void)fputs(cut ? "...\n" : "\n", out);
}

/* The peer's script as a case file has it, a section a line. */
static void print_script(const struct fixture_use *use, FILE *out) {
  struct text script = TEXT_INIT(CASE_FILE_MAX);
  (void)fprintf(out, "  %s: %s\n", use->class->name, use->class->about);
  if (use->script == NULL) (void)fputs("    plain and honest\n", out);
  if (use->script != NULL) use->class->print(use->script, &script);
  size_t shown = 0, left = 0;
  for (const char *section = text_chars(&script); *section == '[';) {
    const char *next = strstr(section, "\n\n[");
    const char *end = next == NULL ? section + strlen(section) : next;
    if (shown++ < SECTIONS_SHOWN_MAX) {
      (void)fputs("    ", out);
      print_section(section, end, out);
    } else {
      left++;
    }
    section = next == NULL ? end : next + strlen("\n\n");
  }
  if (left > 0) (void)fprintf(out, "    and %zu sections more\n", left);
  text_free(&script);
}

static void print_what_is_done(const struct instance *instance, FILE *out) {
  const struct case_def *def = instance->def;
  const unsigned runs = def->runs == 0 ? 1 : def->runs;
  (void)fputs("\nwhat is done\n", out);
  (void)fprintf(out, "  the program is run %s%s%s",
                runs == 1 ? "once" : "several times, one after the other",
                def->variant == NULL ? "" : ", by the profile's command.",
                def->variant == NULL ? "" : def->variant);
  if (runs > 1) (void)fprintf(out, " (%u runs)", runs);
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++)
    (void)fprintf(out, ", {%s} is `%s`", def->values[i].name, def->values[i].value);
  if (def->host != NULL) (void)fprintf(out, ", {host} is `%s`", def->host);
  if (def->port_text != NULL) (void)fprintf(out, ", {port} is `%s`", def->port_text);
  if (def->input != NULL) {
    struct text input = TEXT_INIT(SCRIPT_LINE_SHOWN_MAX);
    text_append_escaped(&input, span_of_text(def->input));
    (void)fprintf(out, ", `%s%s` on its standard input", text_chars(&input),
                  input.truncated ? "..." : "");
    text_free(&input);
  }
  (void)fputc('\n', out);
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++)
    print_script(&def->fixtures[i], out);
}

static void print_what_is_judged(const struct case_def *def, FILE *out) {
  (void)fputs("\nwhat is judged\n", out);
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    struct text meaning = TEXT_INIT(CASE_FILE_MAX);
    if (check_words_tell(&def->checks[i], &meaning))
      (void)fprintf(out, "  %s\n", text_chars(&meaning));
    text_free(&meaning);
  }
  (void)fputs(
      "  and in every case: it neither crashes nor hangs, and sends nothing to a host that it was "
      "not given\n",
      out);
}

static enum err_code print_story(const struct catalogue *catalogue, const struct listing *listing,
                                 const struct instance *instance, FILE *out, struct err *err) {
  const struct case_def *def = instance->def;
  const struct requirement *requirement = ledger_find(&listing->ledger, def->requirement);
  if (def->origin != NULL) fprintf(out, "%s: ", def->origin);
  fprintf(out, "%s\n  %s\n\nrequirement %s (%s, %s)\n  %s\n", instance->id, def->about,
          requirement->id, level_name(requirement->level), requirement->clause, requirement->text);
  print_what_is_done(instance, out);
  print_what_is_judged(def, out);
  fprintf(out, "\nneeds tier %s\n", tier_name(case_needs(instance)));
  if (def->origin == NULL) {
    fprintf(out, "as a case file, to make another of it: sockproof show --ini %s\n", instance->id);
  }
  enum err_code code = print_mutants(catalogue, listing, instance, out, err);
  if (code != ERR_OK) return code;
  if (def->no_golden == NULL) return print_golden(catalogue, instance, out, err);
  fprintf(out, "\nno golden: %s\n", def->no_golden);
  return ERR_OK;
}

static enum err_code print_words(const struct instance *instance, FILE *out, struct err *err) {
  struct text text = TEXT_INIT(CASE_FILE_MAX);
  enum err_code code = case_words_print(instance, &text, err);
  if (code == ERR_OK) fputs(text_chars(&text), out);
  text_free(&text);
  return code;
}

enum err_code list_story(const struct catalogue *catalogue, const char *cases, const char *id,
                         bool as_ini, FILE *out, struct err *err) {
  struct listing listing;
  enum err_code code = listing_open(catalogue, cases, &listing, err);
  if (code == ERR_OK) {
    const struct instance *instance = instance_find(&listing.all, id);
    code = instance == NULL
               ? err_set(
                     err, ERR_USAGE,
                     "'%s' is neither a case nor a capture file ('sockproof list' names the cases)",
                     id)
           : as_ini ? print_words(instance, out, err)
                    : print_story(catalogue, &listing, instance, out, err);
  }
  listing_close(&listing);
  return code;
}
