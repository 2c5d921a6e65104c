/* The tables of cases hold what the harness counts on: said once here, so that a slip in one of
 * some two hundred initialisers does not wait for its run to be found. */
#include "cases/catalogue.h"
#include "run/play/case_surroundings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void (*visitor)(const struct recipe_def *recipe, const struct case_def *def);

static void each_case(visitor visit) {
  size_t count;
  const struct recipe_def *const *recipes = catalogue_recipes(&count);
  assert_true(count > 0);
  for (size_t r = 0; r < count; r++) {
    assert_true(recipe_case_count(recipes[r]) > 0);
    for (size_t i = 0; i < recipe_case_count(recipes[r]); i++) {
      visit(recipes[r], recipe_case(recipes[r], i));
    }
  }
}

static bool is_slug(const char *name) {
  return name != NULL && name[0] != '\0' &&
         name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static void says_what_it_is(const struct recipe_def *recipe, const struct case_def *def) {
  if (!is_slug(def->name)) fail_msg("%s: a case without a good name", recipe->name);
  if (def->requirement == NULL) fail_msg("%s/%s: no requirement", recipe->name, def->name);
  if (def->checks[0].judge == NULL) fail_msg("%s/%s: nothing is checked", recipe->name, def->name);
  size_t len = def->about == NULL ? 0 : strlen(def->about);
  bool in_brackets = len > 1 && strcmp(def->about + len - 2, ".)") == 0;
  if (len == 0 || (def->about[len - 1] != '.' && !in_brackets)) {
    fail_msg("%s/%s: `about` is no sentence", recipe->name, def->name);
  }
}

static void every_case_says_what_it_is(void **state) {
  (void)state;
  each_case(says_what_it_is);
}

/* Names of cases, with "-ipv6" where a family of its own is made of one that runs on both. */
static void names_of(const struct case_def *def, char first[128], char second[128]) {
  (void)snprintf(first, 128, "%s", def->name);
  (void)snprintf(second, 128, "%s%s", def->name, def->families == ON_BOTH ? "-ipv6" : "");
}

static void is_unique(const struct recipe_def *recipe, const struct case_def *def) {
  char own[2][128], other[2][128];
  names_of(def, own[0], own[1]);
  for (size_t i = 0; i < recipe_case_count(recipe); i++) {
    if (recipe_case(recipe, i) == def) continue;
    names_of(recipe_case(recipe, i), other[0], other[1]);
    for (size_t k = 0; k < 4; k++) {
      if (strcmp(own[k / 2], other[k % 2]) == 0) fail_msg("%s/%s twice", recipe->name, own[k / 2]);
    }
  }
}

static void no_two_cases_have_one_name(void **state) {
  (void)state;
  each_case(is_unique);
}

static enum recipe_role role_of(const struct recipe_def *recipe, const struct case_def *def) {
  return def->role != ROLE_OF_RECIPE ? def->role : recipe->role;
}

static void has_its_peers(const struct recipe_def *recipe, const struct case_def *def) {
  bool has_any = def->fixtures[0].class != NULL;
  /* For names there is the sandbox's own name server, or one that an /etc of the case's names. */
  bool alone =
      def->quiet || role_of(recipe, def) == ROLE_LOCAL || def->etc != NULL || def->host != NULL;
  if (!has_any && !alone) fail_msg("%s/%s: nobody to talk to", recipe->name, def->name);
  for (size_t i = 0; i < CASE_FIXTURES_MAX; i++) {
    const struct fixture_class *class = def->fixtures[i].class;
    if (class != NULL && class->drives && role_of(recipe, def) != ROLE_SERVER) {
      fail_msg("%s/%s: a driver for a client", recipe->name, def->name);
    }
  }
}

static void every_case_has_its_peers(void **state) {
  (void)state;
  each_case(has_its_peers);
}

/* What another tier cannot give: ports below 1024, names, and IPv6 addresses beside ::1. */
static void needs_what_it_uses(const struct recipe_def *recipe, const struct case_def *def) {
  const struct instance instance = {.recipe = recipe, .def = def};
  bool is_private = case_needs(&instance) == TIER_CAPTURE_PRIVATE;
  if (is_private || role_of(recipe, def) == ROLE_LOCAL) return;
  /* Figures need nobody to be looked up, and who must not send anything asks for no name. */
  struct ip_address figures;
  if (def->host != NULL && !def->quiet && !ip_address_parse(def->host, &figures)) {
    fail_msg("%s/%s: its name is known in a sandbox alone", recipe->name, def->name);
  }
  if (def->port != 0) {
    fail_msg("%s/%s: its port is free in a sandbox alone", recipe->name, def->name);
  }
}

static void every_case_needs_what_it_uses(void **state) {
  (void)state;
  each_case(needs_what_it_uses);
}

static void ignores_with_a_reason(const struct recipe_def *recipe, const struct case_def *def) {
  for (size_t i = 0; i < CASE_RULES_MAX; i++) {
    const struct fixture_rule *rule = &def->rules[i];
    if (rule->field == NULL || strcmp(rule->policy, "ignore") != 0) continue;
    const char *reason = rule->reason == NULL ? "" : rule->reason;
    if (reason[0] == '\0') {
      fail_msg("%s/%s: %s is ignored without a reason", recipe->name, def->name, rule->field);
    }
    if (strlen(reason) >= 120) {
      fail_msg("%s/%s: the reason for %s is too long for a golden", recipe->name, def->name,
               rule->field);
    }
  }
}

static void nothing_is_ignored_without_a_reason(void **state) {
  (void)state;
  each_case(ignores_with_a_reason);
}

/* What an observation keeps of all its matches is bounded: a longer text could never be met. */
static void asks_for_what_can_be_kept(const struct recipe_def *recipe, const struct case_def *def) {
  const size_t room = sizeof((struct observation){0}.all);
  for (size_t i = 0; i < CASE_CHECKS_MAX; i++) {
    const struct check *check = &def->checks[i];
    bool whole = check->judge == check_observed_list || check->judge == check_observed_set;
    if (whole && strlen(check->text) >= room) {
      fail_msg("%s/%s: the list for `%s` is too long", recipe->name, def->name, check->name);
    }
  }
}

static void every_list_can_be_met(void **state) {
  (void)state;
  each_case(asks_for_what_can_be_kept);
}

/* It would choose another port in each run, and the case can mean one alone. A server on a local
 * socket has no port, and its case is quiet. */
static void runs_a_chooser_once(const struct recipe_def *recipe, const struct case_def *def) {
  bool chooses =
      role_of(recipe, def) == ROLE_SERVER && recipe->port == 0 && def->port == 0 && !def->quiet;
  if (chooses && def->runs > 1) {
    fail_msg("%s/%s: a server that chooses its port is run %u times", recipe->name, def->name,
             def->runs);
  }
}

static void a_server_that_chooses_its_port_is_run_once(void **state) {
  (void)state;
  each_case(runs_a_chooser_once);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_case_says_what_it_is),
      cmocka_unit_test(no_two_cases_have_one_name),
      cmocka_unit_test(every_case_has_its_peers),
      cmocka_unit_test(every_case_needs_what_it_uses),
      cmocka_unit_test(nothing_is_ignored_without_a_reason),
      cmocka_unit_test(every_list_can_be_met),
      cmocka_unit_test(a_server_that_chooses_its_port_is_run_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
