#include "run/catalogue/case_digest.h"

#include "base/digest.h"
#include "run/catalogue/case_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = CASE_FILE_OCTETS_MAX };

/* The case as a file would say it, without what no subject notices: name, description, golden. */
static enum err_code add_case(const struct instance *instance, struct text *words,
                              struct err *err) {
  struct case_def judged = *instance->def;
  judged.name = "case";
  judged.about = "";
  judged.families = ON_IPV4; /* this instance has one, which is added below */
  judged.no_golden = judged.golden = judged.origin = NULL;
  judged.flood = judged.any_server = false;
  memset(judged.rules, 0, sizeof judged.rules);
  struct instance copy = *instance;
  copy.def = &judged;
  return case_words_print(&copy, words, err);
}

/* What a case has from its recipe, and from the ledger. */
static void add_rest(const struct instance *instance, const struct requirement *requirement,
                     struct text *words) {
  const struct recipe_def *recipe = instance->recipe;
  text_appendf(words, "\nlevel=%s family=%d role=%d port=%u wants=%x\n",
               level_name(requirement->level), instance->family == IP_V6 ? 6 : 4,
               (int)instance_role(instance), (unsigned)recipe->port, recipe->wants);
  for (size_t i = 0; i < CASE_VALUES_MAX && recipe->values[i].name != NULL; i++)
    text_appendf(words, "%s=%s\n", recipe->values[i].name, recipe->values[i].value);
}

enum err_code case_digest(const struct instance *instance, const struct requirement *requirement,
                          char digest[static CASE_DIGEST_SIZE], struct err *err) {
  struct text words = TEXT_INIT(WORDS_MAX);
  enum err_code code = add_case(instance, &words, err);
  add_rest(instance, requirement, &words);
  if (code == ERR_OK && words.truncated)
    code = err_set(err, ERR_LIMIT, "%s: it is too long for a digest", instance->id);
  (void)snprintf(digest, CASE_DIGEST_SIZE, "%016" PRIx64, digest_of(text_chars(&words)));
  text_free(&words);
  return code;
}
