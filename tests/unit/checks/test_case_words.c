/* Every built-in case can be said in a case file: printed and read again it is the same case. */
#include "cases/catalogue.h"
#include "fixtures/catalogue.h"
#include "run/catalogue/case_file.h"
#include "run/catalogue/case_words.h"
#include "run/catalogue/check_words.h"

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

static void assert_same_text(const char *one, const char *other) {
  assert_int_equal(one == NULL, other == NULL);
  if (one != NULL) assert_string_equal(one, other);
}

static void assert_same_numbers(const struct case_def *a, const struct case_def *b) {
  assert_int_equal(a->families, b->families);
  assert_int_equal(a->role, b->role);
  assert_int_equal(a->needs, b->needs);
  assert_int_equal(a->wants, b->wants);
  assert_int_equal(a->listens, b->listens);
  assert_int_equal(a->port, b->port);
  assert_int_equal(a->timeout_s, b->timeout_s);
  assert_int_equal(a->input_stays_open, b->input_stays_open);
  assert_int_equal(a->ipv6_off, b->ipv6_off);
  assert_int_equal(a->may_set_host_name, b->may_set_host_name);
  assert_int_equal(a->runs, b->runs);
  assert_int_equal(a->limit_ms, b->limit_ms);
  assert_int_equal(a->stop_signal, b->stop_signal);
  assert_int_equal(a->flood, b->flood);
  assert_int_equal(a->any_server, b->any_server);
  assert_int_equal(a->quiet, b->quiet);
}

static void assert_same_texts(const struct case_def *a, const struct case_def *b) {
  assert_same_text(a->name, b->name);
  assert_same_text(a->requirement, b->requirement);
  assert_same_text(a->about, b->about);
  assert_same_text(a->variant, b->variant);
  assert_same_text(a->host, b->host);
  assert_same_text(a->port_text, b->port_text);
  assert_same_text(a->input, b->input);
  assert_same_text(a->host_name, b->host_name);
  assert_string_equal(b->no_golden,
                      a->no_golden == NULL ? "its case file names none" : a->no_golden);
  for (size_t i = 0; i < CASE_VALUES_MAX; i++) {
    assert_same_text(a->values[i].name, b->values[i].name);
    assert_same_text(a->values[i].value, b->values[i].value);
  }
}

static void assert_same_files(const struct case_def *a, const struct case_def *b) {
  for (size_t i = 0; i < CASE_FILES_MAX; i++) {
    const struct case_file *one = &a->files[i], *other = &b->files[i];
    assert_same_text(one->name, other->name);
    assert_same_text(one->text, other->text);
    assert_int_equal(one->sparse_octets, other->sparse_octets);
    assert_int_equal(one->pattern_len, other->pattern_len);
    assert_int_equal(one->directory, other->directory);
    assert_int_equal(one->unreadable, other->unreadable);
  }
  assert_int_equal(a->etc == NULL, b->etc == NULL);
  for (size_t i = 0; a->etc != NULL && (i == 0 || a->etc[i - 1].name != NULL); i++) {
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): asserted above */
    assert_same_text(a->etc[i].name, b->etc[i].name);
    if (a->etc[i].name != NULL) assert_same_text(a->etc[i].contents, b->etc[i].contents);
  }
}

static void assert_same_judgement(const struct case_def *a, const struct case_def *b) {
  for (size_t i = 0; i < CASE_CHECKS_MAX; i++) {
    const struct check *one = &a->checks[i], *other = &b->checks[i];
    assert_true(one->judge == other->judge);
    assert_same_text(one->name, other->name);
    assert_same_text(one->text, other->text);
    assert_int_equal(one->field, other->field);
    assert_true(one->low == other->low && one->high == other->high);
    assert_int_equal(one->index, other->index);
  }
  for (size_t i = 0; i < CASE_RULES_MAX; i++) {
    assert_same_text(a->rules[i].field, b->rules[i].field);
    assert_same_text(a->rules[i].policy, b->rules[i].policy);
    assert_same_text(a->rules[i].relative_to, b->rules[i].relative_to);
    assert_same_text(a->rules[i].reason, b->rules[i].reason);
  }
}

/* Of scripts it is told by what is printed; and by goldens, where a printed case is run. */
static void assert_same(const struct case_def *a, const struct case_def *b) {
  assert_same_numbers(a, b);
  assert_same_texts(a, b);
  assert_same_files(a, b);
  assert_same_judgement(a, b);
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    assert_ptr_equal(a->fixtures[i].class, b->fixtures[i].class);
    assert_int_equal(a->fixtures[i].script == NULL, b->fixtures[i].script == NULL);
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
  assert_same(instance->def, copy.def);
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
  FILE *file = fopen(SOCKPROOF_SOURCE_DIR "/harness/run/check/check.h", "r");
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

/* The page for people has each word with what it takes, and what it means. */
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
    text_append(&row, "` | ");
    text_clear(&usage);
    check_words_meaning(&words[i], &usage);
    for (const char *at = text_chars(&usage); *at != '\0'; at++)
      text_appendf(&row, *at == '|' ? "\\%c" : "%c", *at);
    text_append(&row, " |\n");
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
