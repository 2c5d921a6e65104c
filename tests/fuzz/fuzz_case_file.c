/* A case file: what is read of it is printed so that it is read again as the same; a mistake in it
 * is told with the file's name. */
#include "fixtures/catalogue.h"
#include "fuzz.h"
#include "run/catalogue/case_file.h"
#include "run/catalogue/case_words.h"

#include <string.h>

enum { ARENA_BYTES = 1 << 26 };

static const struct recipe_def CLIENT = {.name = "echo-client", .role = ROLE_CLIENT, .port = 7};
static const struct recipe_def SERVER = {.name = "echo-server", .role = ROLE_SERVER, .port = 7};
static const struct recipe_def *const RECIPES[] = {&CLIENT, &SERVER};
static const char NAME[] = "the-case-file";

/* What fits is read as it was printed; a case may become longer than a file may be. */
static void read_again(const struct own_case *one, const struct catalogue *catalogue,
                       struct arena *arena) {
  const struct case_file_source source = {NAME, NULL};
  const struct instance instance = {.recipe = one->recipe, .def = &one->def};
  struct text printed = TEXT_INIT(CASE_FILE_MAX), again = TEXT_INIT(CASE_FILE_MAX);
  struct own_cases read = {0};
  struct err err = {0};
  if (case_words_print(&instance, &printed, &err) == ERR_OK) {
    enum err_code code =
        case_file_parse(&source, text_chars(&printed), catalogue, arena, &read, &err);
    REQUIRE(code == ERR_OK && read.count == 1);
    const struct instance copy = {.recipe = read.first->recipe, .def = &read.first->def};
    REQUIRE(case_words_print(&copy, &again, &err) == ERR_OK);
    REQUIRE(strcmp(text_chars(&printed), text_chars(&again)) == 0);
  } else {
    REQUIRE(err.code == ERR_LIMIT);
  }
  text_free(&printed);
  text_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  const struct case_file_source source = {NAME, NULL};
  struct catalogue catalogue = {.recipes = RECIPES, .recipe_count = 2};
  catalogue.fixtures = fixture_catalogue(&catalogue.fixture_count);
  if (len > CASE_FILE_MAX || memchr(bytes, '\0', len) != NULL) return 0;
  char *text = malloc(len + 1);
  struct arena *arena = arena_create(ARENA_BYTES);
  REQUIRE(text != NULL && arena != NULL);
  if (len > 0) memcpy(text, bytes, len);
  text[len] = '\0';
  struct own_cases own = {0};
  struct err err = {0};
  if (case_file_parse(&source, text, &catalogue, arena, &own, &err) == ERR_OK) {
    for (const struct own_case *one = own.first; one != NULL; one = one->next)
      read_again(one, &catalogue, arena);
  } else {
    REQUIRE(strstr(err.text, NAME) != NULL || strstr(err.text, "cannot open") != NULL);
  }
  arena_destroy(arena);
  free(text);
  return 0;
}
