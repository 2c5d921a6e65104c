#include "run/command/explain.h"

#include "run/command/explain_lacks.h"
#include "run/play/pool.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_PROBLEM = 2, EXIT_INTERRUPTED = 130, LACKS_SHOWN = 6, EXPLAIN_ARENA_BYTES = 64 << 20 };

struct explaining {
  struct session session;
  struct instance_list plain;                  /* one case a recipe */
  struct result *results[PROFILE_ENTRIES_MAX]; /* of these, in their order */
  const struct profile *reference;             /* how the recipes themselves are called */
  FILE *out;
  const char *subject; /* as the person named it; NULL: a command */
  bool failed;         /* no memory for a result */
};

static bool speaks(const struct explaining *explaining, const struct instance *instance) {
  const struct profile_entry *entry =
      profile_entry_find(explaining->session.settings.profile, instance->recipe->name);
  const bool ipv6 = instance->family == IP_V6;
  return entry == NULL || entry->families != (ipv6 ? PROFILE_FAMILIES_IPV4 : PROFILE_FAMILIES_IPV6);
}

/* The case that is the recipe's plainest of a family that the subject speaks, or where it was not
 * chosen, the first that was. */
static unsigned plainness(const struct explaining *explaining, const struct instance *instance) {
  const bool plain = strcmp(instance->def->name, recipe_plain_case(instance->recipe)) == 0;
  return (speaks(explaining, instance) ? 2U : 0U) + (plain ? 1U : 0U);
}

static enum err_code choose_plain(struct explaining *explaining, struct err *err) {
  const struct instance_list *chosen = &explaining->session.chosen;
  struct instance_list *plain = &explaining->plain;
  plain->items = arena_alloc(explaining->session.arena, PROFILE_ENTRIES_MAX * sizeof *plain->items);
  if (plain->items == NULL) return err_set(err, ERR_LIMIT, "no memory for the cases");
  for (size_t i = 0; i < chosen->count; i++) {
    const struct instance *instance = &chosen->items[i];
    size_t at = 0;
    while (at < plain->count && plain->items[at].recipe != instance->recipe)
      at++;
    if (at == PROFILE_ENTRIES_MAX) continue;
    if (at == plain->count) {
      plain->items[plain->count++] = *instance;
    } else if (plainness(explaining, instance) > plainness(explaining, &plain->items[at])) {
      plain->items[at] = *instance;
    }
  }
  return ERR_OK;
}

static bool keep_result(void *context, struct result *result) {
  struct explaining *explaining = context;
  for (size_t i = 0; i < explaining->plain.count; i++) {
    if (strcmp(explaining->plain.items[i].id, result->id) != 0) continue;
    explaining->results[i] = result_copy(result);
    explaining->failed = explaining->failed || explaining->results[i] == NULL;
  }
  return !explaining->failed;
}

static enum err_code run_plain(struct explaining *explaining, bool *interrupted, struct err *err) {
  int32_t schedule[PROFILE_ENTRIES_MAX];
  for (size_t i = 0; i < explaining->plain.count; i++)
    schedule[i] = (int32_t)i;
  struct pool_plan plan = {.settings = &explaining->session.settings,
                           .instances = &explaining->plain,
                           .schedule = schedule,
                           .schedule_count = explaining->plain.count,
                           .jobs = pool_default_jobs(),
                           .result = keep_result,
                           .context = explaining};
  if (plan.jobs > plan.schedule_count) plan.jobs = (unsigned)plan.schedule_count;
  enum err_code code = pool_run(&plan, interrupted, err);
  if (code == ERR_OK && explaining->failed)
    code = err_set(err, ERR_LIMIT, "no memory for the results");
  return code;
}

static void tell_lacks(const struct explaining *explaining, const struct lacks *lacks) {
  for (size_t i = 0; i < lacks->count && i < LACKS_SHOWN; i++) {
    const struct lack *lack = &lacks->list[i];
    fprintf(explaining->out, "  %-10s %u case%s unsupported: %s\n", i == 0 ? "lacking" : "",
            lack->cases, lack->cases == 1 ? " is" : "s are", lack->words);
    if (lack->hint != NULL) fprintf(explaining->out, "  %-10s   (%s)\n", "", lack->hint);
  }
  if (lacks->count > LACKS_SHOWN)
    fprintf(explaining->out, "  %-10s and %zu more\n", "", lacks->count - LACKS_SHOWN);
}

static void tell_next(const struct explaining *explaining, const struct result *result,
                      const struct lacks *lacks) {
  const char *subject = explaining->subject;
  fprintf(explaining->out, "  %-10s ", "next");
  if (result->reason[0] != '\0') {
    fprintf(explaining->out, "%s, and ask again\n", result->reason);
  } else if (result->verdict != VERDICT_PASS) {
    fprintf(explaining->out, "look at the verdict: the profile recognised what there was\n");
  } else {
    fprintf(explaining->out, "all was recognised: sockproof run%s%s '%s/*'\n",
            subject == NULL ? "" : " --subject ", subject == NULL ? "" : subject, result->recipe);
    if (lacks->count > 0)
      fprintf(explaining->out, "  %-10s what is lacking would let more cases be judged\n", "");
  }
  fputc('\n', explaining->out);
}

/* False: not all was recognised. */
static bool tell_recipe(struct explaining *explaining, size_t index, struct arena *arena,
                        struct err *err) {
  const struct instance *instance = &explaining->plain.items[index];
  const struct result *result = explaining->results[index];
  struct lacks lacks;
  if (result == NULL) return false;
  fprintf(explaining->out, "[%s] by %s: %s\n", instance->recipe->name, instance->id,
          instance->def->about);
  if (result->details[0] == '\0') {
    fprintf(explaining->out, "  %-10s %s: %s\n", "verdict", verdict_name(result->verdict),
            result->reason);
  } else {
    fputs(result->details, explaining->out);
  }
  if (lacks_find(&explaining->session.settings, &explaining->session.all, explaining->reference,
                 instance->recipe, arena, &lacks, err) != ERR_OK)
    return false;
  tell_lacks(explaining, &lacks);
  tell_next(explaining, result, &lacks);
  return result->verdict == VERDICT_PASS;
}

static int tell_all(struct explaining *explaining, struct err *err) {
  int status = 0;
  for (size_t i = 0; i < explaining->plain.count; i++) {
    struct arena *arena = arena_create(EXPLAIN_ARENA_BYTES);
    if (arena == NULL) {
      (void)err_set(err, ERR_LIMIT, "no memory for what a profile lacks");
      return EXIT_PROBLEM;
    }
    const bool recognised = tell_recipe(explaining, i, arena, err);
    arena_destroy(arena);
    if (err->code != ERR_OK) return EXIT_PROBLEM;
    if (!recognised) status = 1;
  }
  return status;
}

static enum err_code load_reference(const struct catalogue *catalogue,
                                    struct explaining *explaining, struct err *err) {
  struct arena *arena = explaining->session.arena;
  const char *path = arena_format(arena, "%s/subjects/recipes.ini", catalogue->root);
  if (path == NULL) return err_set(err, ERR_LIMIT, "no memory for the reference profile");
  return profile_load(path, arena, &explaining->reference, err);
}

int explain_recipes(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
                    struct err *err) {
  struct explaining explaining = {.out = out, .subject = options->subject};
  bool interrupted = false;
  if (session_open(catalogue, options, &explaining.session, err) != ERR_OK) return EXIT_PROBLEM;
  int status = EXIT_PROBLEM;
  if (load_reference(catalogue, &explaining, err) == ERR_OK &&
      choose_plain(&explaining, err) == ERR_OK &&
      run_plain(&explaining, &interrupted, err) == ERR_OK)
    status = interrupted ? EXIT_INTERRUPTED : tell_all(&explaining, err);
  for (size_t i = 0; i < explaining.plain.count; i++)
    result_destroy(explaining.results[i]);
  session_close(&explaining.session);
  return status;
}
