/* Every built-in case can be said in a case file: printed and read again it is the same case. */
#include "cases/catalogue.h"
#include "fixtures/catalogue.h"
#include "run/case_digest.h"
#include "run/case_file.h"
#include "run/case_words.h"
#include "run/check_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARENA_BYTES = 64 << 20 };

static struct catalogue catalogue_of_all(void) {
  struct catalogue catalogue = {0};
  catalogue.recipes = catalogue_recipes(&catalogue.recipe_count);
  catalogue.fixtures = fixture_catalogue(&catalogue.fixture_count);
  return catalogue;
}

/* False: it is the one case that is longer than a case file may be. */
static bool print(const struct instance *instance, struct text *out) {
  struct err err = {0};
  text_clear(out);
  enum err_code code = case_words_print(instance, out, &err);
  if (code == ERR_LIMIT && strcmp(instance->id, "upper-server/slow-reader") == 0) return false;
  if (code != ERR_OK) fail_msg("%s", err.text);
  return true;
}

static void assert_same_digest(const struct instance *one, const struct instance *other) {
  const struct requirement requirement = {.id = one->def->requirement};
  char first[CASE_DIGEST_SIZE], second[CASE_DIGEST_SIZE];
  assert_true(case_digest(one, &requirement, first) && case_digest(other, &requirement, second));
  if (strcmp(first, second) != 0) fail_msg("%s: it judges something else", one->id);
}

/* What the digest leaves out. */
static void assert_same_rest(const struct instance *one, const struct instance *other) {
  const struct case_def *a = one->def, *b = other->def;
  assert_string_equal(a->about, b->about);
  assert_int_equal(a->families, b->families);
  assert_int_equal(a->flood, b->flood);
  assert_string_equal(b->no_golden,
                      a->no_golden == NULL ? "its case file names none" : a->no_golden);
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    assert_ptr_equal(a->fixtures[i].class, b->fixtures[i].class);
    assert_int_equal(a->fixtures[i].script == NULL, b->fixtures[i].script == NULL);
  }
  for (size_t i = 0; i < CASE_RULES_MAX; i++) {
    assert_int_equal(a->rules[i].field == NULL, b->rules[i].field == NULL);
    if (a->rules[i].field == NULL) continue;
    assert_string_equal(a->rules[i].field, b->rules[i].field);
    assert_string_equal(a->rules[i].policy, b->rules[i].policy);
  }
}

static void assert_read_as_it_was(const struct instance *instance, struct text *printed,
                                  struct text *again) {
  const struct catalogue catalogue = catalogue_of_all();
  const struct case_file_source source = {"printed.ini", NULL};
  if (!print(instance, printed)) return;
  struct arena *arena = arena_create(ARENA_BYTES);
  struct own_cases own = {0};
  struct err err = {0};
  if (case_file_parse(&source, text_chars(printed), &catalogue, arena, &own, &err) != ERR_OK) {
    fail_msg("%s: %s in\n%s", instance->id, err.text, text_chars(printed));
  }
  assert_int_equal(own.count, 1);
  struct instance copy = {.recipe = own.first->recipe, .def = &own.first->def};
  copy.family = instance->family;
  assert_ptr_equal(copy.recipe, instance->recipe);
  assert_same_digest(instance, &copy);
  assert_same_rest(instance, &copy);
  if (instance->def->no_golden == NULL) own.first->def.no_golden = NULL;
  assert_true(print(&copy, again));
  assert_string_equal(text_chars(printed), text_chars(again));
  arena_destroy(arena);
}

static void every_case_can_be_said(void **state) {
  (void)state;
  const struct catalogue catalogue = catalogue_of_all();
  struct arena *arena = arena_create(ARENA_BYTES);
  struct instance_list all;
  struct err err = {0};
  assert_int_equal(instance_expand(catalogue.recipes, catalogue.recipe_count, arena, &all, &err),
                   ERR_OK);
  assert_true(all.count > 1000);
  struct text printed = TEXT_INIT(CASE_FILE_MAX), again = TEXT_INIT(CASE_FILE_MAX);
  for (size_t i = 0; i < all.count; i++)
    assert_read_as_it_was(&all.items[i], &printed, &again);
  text_free(&printed);
  text_free(&again);
  arena_destroy(arena);
}

/* "CHECK_OBSERVED_ONE_OF(" is observed-one-of. */
static void word_of_macro(const char *macro, char word[64]) {
  size_t len = 0;
  for (const char *at = macro; len < 63 && (*at == '_' || (*at >= 'A' && *at <= 'Z')); at++)
    word[len++] = (char)(*at == '_' ? '-' : *at - 'A' + 'a');
  word[len] = '\0';
}

static bool is_word(const char *word) {
  size_t count = 0;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(words[i].name, word) == 0) return true;
  }
  return false;
}

static void every_check_has_a_word(void **state) {
  (void)state;
  static const char DEFINE[] = "#define CHECK_";
  FILE *file = fopen(SOCKPROOF_SOURCE_DIR "/harness/run/check.h", "r");
  assert_non_null(file);
  char line[512], word[64];
  size_t found = 0;
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, DEFINE, strlen(DEFINE)) != 0) continue;
    word_of_macro(line + strlen(DEFINE), word);
    if (!is_word(word)) fail_msg("%s has no word for case files (check_words.c)", word);
    found++;
  }
  (void)fclose(file);
  size_t count = 0;
  (void)check_words(&count);
  assert_int_equal(found, count);
}

/* The page for people has each word with what it takes. */
static void every_word_is_in_the_page(void **state) {
  (void)state;
  FILE *file = fopen(SOCKPROOF_SOURCE_DIR "/cases/OWN-CASES.md", "r");
  assert_non_null(file);
  static char page[1 << 16];
  size_t len = fread(page, 1, sizeof page - 1, file);
  page[len] = '\0';
  (void)fclose(file);
  size_t count = 0;
  const struct check_word *words = check_words(&count);
  for (size_t i = 0; i < count; i++) {
    struct text usage = TEXT_INIT(256), row = TEXT_INIT(512);
    check_words_usage(&words[i], &usage);
    text_appendf(&row, "| `%s%s", words[i].name, usage.len > 0 ? " " : "");
    for (const char *at = text_chars(&usage); *at != '\0'; at++)
      text_appendf(&row, *at == '|' ? "\\%c" : "%c", *at); /* as a table's cell has it */
    text_append(&row, "` |");
    if (strstr(page, text_chars(&row)) == NULL) fail_msg("no row %s", text_chars(&row));
    text_free(&usage);
    text_free(&row);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_case_can_be_said),
      cmocka_unit_test(every_check_has_a_word),
      cmocka_unit_test(every_word_is_in_the_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
