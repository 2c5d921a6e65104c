/* The verbs that run cases: `sockproof` hands them over to this program, so that `sockproof diff`
 * loads none of its libraries. This file alone knows the catalogue of cases and the fixtures. */
#include "base/program_path.h"
#include "cases/catalogue.h"
#include "fixtures/catalogue.h"
#include "fixtures/serve.h"
#include "run/command/bless.h"
#include "run/command/explain.h"
#include "run/command/list.h"
#include "run/command/report_results.h"
#include "run/command/run.h"

#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, LEDGER_ARENA_BYTES = 4 * 1024 * 1024 };

static int complain(const struct err *err) {
  fprintf(stderr, "sockproof: %s\n", err->text);
  return EXIT_USAGE;
}

/* recipes/ and mutants/ lie beside the folder of this program. */
static bool find_build_dir(const char *called, char build_dir[static PATH_MAX]) {
  char path[PATH_MAX];
  if (!program_path(called, path)) return false;
  snprintf(build_dir, PATH_MAX, "%s", dirname(dirname(path)));
  return true;
}

static uint64_t fresh_seed(void) {
  struct clock clock = clock_realtime();
  return (uint64_t)clock_now_ns(&clock) & INT64_MAX;
}

static int verb_run(const struct catalogue *catalogue, int argc, char **argv) {
  struct run_options options;
  struct err err = {0};
  if (run_options_parse(argc, argv, &options, &err) != ERR_OK) return complain(&err);
  if (options.help) {
    fputs(RUN_USAGE, stdout);
    return 0;
  }
  if (!options.seed_given) options.seed = fresh_seed();
  int status = options.explain ? explain_recipes(catalogue, &options, stdout, &err)
                               : run_cases(catalogue, &options, stdout, &err);
  if (err.code != ERR_OK) (void)complain(&err);
  return status;
}

static int verb_bless(const struct catalogue *catalogue, int argc, char **argv) {
  struct run_options options;
  struct err err = {0};
  if (run_options_parse(argc, argv, &options, &err) != ERR_OK) return complain(&err);
  if (!options.seed_given) options.seed = fresh_seed();
  int status = bless_case(catalogue, &options, stdout, &err);
  if (err.code != ERR_OK) (void)complain(&err);
  return status;
}

/* Takes `--cases DIR` out of the words; what is left keeps its order. NULL: it is not there. */
static const char *take_cases(int *argc, char **argv) {
  for (int i = 1; i + 1 < *argc; i++) {
    if (strcmp(argv[i], "--cases") != 0) continue;
    const char *folder = argv[i + 1];
    memmove(&argv[i], &argv[i + 2], (size_t)(*argc - i - 2) * sizeof *argv);
    *argc -= 2;
    return folder;
  }
  return NULL;
}

static int verb_list(const struct catalogue *catalogue, int argc, char **argv) {
  struct err err = {0};
  enum err_code code;
  size_t uncovered = 0;
  const char *cases = take_cases(&argc, argv);
  bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
  int first = json ? 2 : 1;
  struct instance_choice choice = {.globs = (const char *const *)argv + first,
                                   .glob_count = (size_t)(argc - first)};
  if (argc >= 2 && cases == NULL && strcmp(argv[1], "--requirements") == 0) {
    code = list_requirements(catalogue, (const char *const *)argv + 2, (size_t)(argc - 2), stdout,
                             &uncovered, &err);
  } else if (first < argc && argv[first][0] == '-') {
    code = err_set(&err, ERR_USAGE,
                   "usage: sockproof list [--cases DIR] [--json] [CASE-GLOB...] | --requirements "
                   "[GLOB...]");
  } else if (json) {
    code = list_cases_json(catalogue, cases, &choice, stdout, &err);
  } else {
    code = list_cases(catalogue, cases, &choice, stdout, &err);
  }
  if (code != ERR_OK) return complain(&err);
  return uncovered == 0 ? 0 : 1;
}

static int verb_show(const struct catalogue *catalogue, int argc, char **argv) {
  struct err err = {0};
  const char *cases = take_cases(&argc, argv);
  const char *id = NULL;
  bool as_ini = false, usable = true;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--ini") == 0) {
      as_ini = true;
    } else {
      usable = usable && id == NULL && argv[i][0] != '-';
      id = argv[i];
    }
  }
  if (!usable || id == NULL) {
    (void)err_set(&err, ERR_USAGE, "usage: sockproof show [--cases DIR] [--ini] CASE | CAPTURE");
    return complain(&err);
  }
  return list_story(catalogue, cases, id, as_ini, stdout, &err) == ERR_OK ? 0 : complain(&err);
}

static int verb_serve(int argc, char **argv) {
  size_t count;
  const struct fixture_class *const *classes = fixture_catalogue(&count);
  for (size_t i = 0; argc >= 2 && argc <= 3 && i < count; i++) {
    if (strcmp(classes[i]->name, argv[1]) != 0) continue;
    struct err err = {0};
    const char *script = argc == 3 ? argv[2] : NULL;
    return serve_fixture(classes[i], script, stdout, &err) == ERR_OK ? 0 : complain(&err);
  }
  fprintf(stderr,
          argc < 2 || argc > 3 ? "usage: sockproof serve FIXTURE [SCRIPT.ini]\n"
                               : "sockproof: there is no fixture '%s'; these there are:\n",
          argc < 2 ? "" : argv[1]);
  for (size_t i = 0; i < count; i++) {
    fprintf(stderr, "  %-12s %s\n", classes[i]->name, classes[i]->about);
  }
  return EXIT_USAGE;
}

static enum err_code load_coverage(const struct catalogue *catalogue, struct arena *arena,
                                   struct coverage *coverage, struct err *err) {
  struct ledger ledger;
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s/cases/requirements", catalogue->root);
  enum err_code code = ledger_load(folder, arena, &ledger, err);
  return code == ERR_OK ? ledger_coverage(&ledger, arena, coverage, err) : code;
}

static int run_report(const struct catalogue *catalogue, const struct report_options *options,
                      struct arena *arena, struct err *err) {
  if (options->gate) {
    struct version_choice versions = {0};
    if (version_choose(catalogue->root, NULL, arena, &versions, err) != ERR_OK) return EXIT_USAGE;
    return report_gate(options, &versions.changelog, stdout, err);
  }
  struct coverage coverage;
  if (load_coverage(catalogue, arena, &coverage, err) != ERR_OK) return EXIT_USAGE;
  return report_results(options, &coverage, stdout, err);
}

static int verb_report(const struct catalogue *catalogue, int argc, char **argv) {
  struct report_options options;
  struct err err = {0};
  if (report_options_parse(argc, argv, &options, &err) != ERR_OK) return complain(&err);
  if (options.help) {
    fputs(REPORT_USAGE, stdout);
    return 0;
  }
  struct arena *arena = arena_create(LEDGER_ARENA_BYTES);
  if (arena == NULL) {
    (void)err_set(&err, ERR_LIMIT, "no memory for the report");
    return complain(&err);
  }
  int status = run_report(catalogue, &options, arena, &err);
  arena_destroy(arena);
  if (err.code != ERR_OK) (void)complain(&err);
  return status;
}

int main(int argc, char **argv) {
  char build_dir[PATH_MAX];
  struct err err = {0};
  if (argc < 2 || !find_build_dir(argv[0], build_dir)) {
    (void)err_set(&err, ERR_USAGE, "this program is started by sockproof; call that");
    return complain(&err);
  }
  const char *root = getenv("SOCKPROOF_ROOT");
  struct catalogue catalogue = {.root = root != NULL ? root : SOCKPROOF_SOURCE_DIR,
                                .build_dir = build_dir};
  catalogue.fixtures = fixture_catalogue(&catalogue.fixture_count);
  catalogue.name_server = fixture_find("dns-server");
  catalogue.recipes = catalogue_recipes(&catalogue.recipe_count);
  const char *verb = argv[1];
  if (strcmp(verb, "run") == 0) return verb_run(&catalogue, argc - 1, argv + 1);
  if (strcmp(verb, "bless") == 0) return verb_bless(&catalogue, argc - 1, argv + 1);
  if (strcmp(verb, "list") == 0) return verb_list(&catalogue, argc - 1, argv + 1);
  if (strcmp(verb, "show") == 0) return verb_show(&catalogue, argc - 1, argv + 1);
  if (strcmp(verb, "serve") == 0) return verb_serve(argc - 1, argv + 1);
  if (strcmp(verb, "report") == 0) return verb_report(&catalogue, argc - 1, argv + 1);
  (void)err_set(&err, ERR_USAGE, "unknown verb '%s'; 'sockproof --help' lists them", verb);
  return complain(&err);
}
