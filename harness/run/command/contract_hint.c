#include "run/command/contract_hint.h"

#include "run/check/check_wants.h"
#include "run/verdict/judge.h"

#include <string.h>

static const char *pattern_of(const struct profile_entry *entry, const char *name) {
  for (size_t i = 0; entry != NULL && i < entry->observation_count; i++) {
    if (strcmp(entry->observations[i].name, name) == 0) return entry->observations[i].pattern;
  }
  return NULL;
}

static bool has_observed(const struct result *result, const char *name) {
  for (size_t i = 0; i < result->observed_count; i++) {
    if (strcmp(result->observed[i].name, name) == 0) return true;
  }
  return false;
}

/* It printed something in `*printed` cases of the recipe; false: what is named was there once. */
static bool was_never_seen(const struct results *results, const char *recipe, const char *name,
                           size_t *printed) {
  *printed = 0;
  for (size_t i = 0; i < results->case_count; i++) {
    const struct result *result = results->cases[i];
    if (strcmp(result->recipe, recipe) != 0) continue;
    /* Of a pass no output is kept: it printed what was due. */
    if (result->verdict == VERDICT_PASS && result->observed_count > 0) return false;
    if (has_observed(result, name)) return false;
    if (judge_told_output(result)) (*printed)++;
  }
  return *printed > 0;
}

static void tell(const char *recipe, const struct profile_entry *entry, const char *name,
                 bool of_command, size_t printed, FILE *out) {
  const char *pattern = pattern_of(entry, name);
  fprintf(out,
          "\n`%s` was recognised in none of the cases of %s in which it printed something (%zu):\n",
          name, recipe, printed);
  if (pattern == NULL) {
    fprintf(out,
            "the profile has no observe.%s = PATTERN, which says where it stands; --explain shows "
            "what is printed\n",
            name);
  } else if (of_command) {
    fprintf(out,
            "no line fits %s, as its contract wants (cases/%s/README.md); where it tells it "
            "otherwise,\na profile with observe.%s = PATTERN says how (subjects/README.md)\n",
            pattern, recipe, name);
  } else {
    fprintf(out, "no line fits the profile's observe.%s = %s; --explain shows what is printed\n",
            name, pattern);
  }
}

static const struct instance *plain_case(const struct session *session,
                                         const struct recipe_def *recipe) {
  for (size_t i = 0; i < session->all.count; i++) {
    const struct instance *instance = &session->all.items[i];
    if (instance->recipe == recipe && strcmp(instance->def->name, recipe_plain_case(recipe)) == 0)
      return instance;
  }
  return NULL;
}

static void tell_of_recipe(const struct session *session, const struct recipe_def *recipe,
                           bool of_command, const struct results *results, FILE *out) {
  const struct instance *plain = plain_case(session, recipe);
  const struct profile_entry *entry = profile_entry_find(session->settings.profile, recipe->name);
  if (plain == NULL || entry == NULL || entry->sets_clock) return;
  for (size_t c = 0; c < CASE_CHECKS_MAX && plain->def->checks[c].judge != NULL; c++) {
    const char *names[CHECK_WANTS_MAX];
    const size_t count = check_wants(&plain->def->checks[c], names);
    for (size_t n = 0; n < count; n++) {
      size_t printed;
      if (!was_never_seen(results, recipe->name, names[n], &printed)) continue;
      tell(recipe->name, entry, names[n], of_command, printed, out);
      return; /* the first is the one to begin with */
    }
  }
}

void contract_hint_tell(const struct session *session, const struct run_options *options,
                        const struct results *results, FILE *out) {
  const struct recipe_def *last = NULL;
  if (options->command == NULL && options->subject == NULL) return;
  for (size_t i = 0; i < session->chosen.count; i++) {
    const struct recipe_def *recipe = session->chosen.items[i].recipe;
    if (recipe == last) continue; /* the cases of a recipe stand together */
    last = recipe;
    tell_of_recipe(session, recipe, options->command != NULL, results, out);
  }
}
