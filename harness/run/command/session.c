#include "run/command/session.h"

#include "capture/capture.h"
#include "run/catalogue/case_folder.h"
#include "run/catalogue/variants.h"
#include "run/command/mutant_view.h"
#include "run/command/profile_check.h"
#include "run/command/reports_folder.h"
#include "run/command/rerun.h"
#include "run/command/subject_version.h"
#include "run/command/trial.h"
#include "run/evidence/debugger.h"
#include "run/play/case_command.h"
#include "run/play/case_peer.h"
#include "run/programs/target_build.h"
#include "subject/pattern.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum {
  SESSION_ARENA_BYTES = 64 * 1024 * 1024,
  VALGRIND_SLOWNESS = 4,
  VALGRIND_EXIT = 99, /* no recipe's contract uses it */
};

static const char *const VALGRIND[] = {
    "valgrind", "--quiet", "--vgdb=no", "--leak-check=full", "--error-exitcode=99", NULL};

enum err_code session_check_requirements(const struct instance_list *all,
                                         const struct ledger *ledger, struct err *err) {
  for (size_t i = 0; i < all->count; i++) {
    const struct instance *instance = &all->items[i];
    const char *id = instance->def->requirement;
    const struct requirement *row = id == NULL ? NULL : ledger_find(ledger, id);
    if (row == NULL) {
      return err_set(err, ERR_INPUT, "the case %s names the requirement %s, which no ledger has",
                     instance->id, id == NULL ? "(none)" : id);
    }
    if (ledger_binds(row, instance->recipe->name)) continue;
    return err_set(err, ERR_INPUT,
                   "the case %s names the requirement %s, whose row does not name the recipe %s",
                   instance->id, id, instance->recipe->name);
  }
  return ERR_OK;
}

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for the run");
}

/* The profile's path with another ending: subjects/ntpdig.ini foresees in subjects/ntpdig.expect.
 */
static const char *expectations_path(const char *profile_path, struct arena *arena) {
  size_t len = strlen(profile_path);
  if (len > 4 && strcmp(profile_path + len - 4, ".ini") == 0) len -= 4;
  return arena_format(arena, "%.*s.expect", (int)len, profile_path);
}

static enum err_code load_subject(const struct catalogue *catalogue,
                                  const struct run_options *options, struct session *session,
                                  struct err *err) {
  struct arena *arena = session->arena;
  const char *reference = arena_format(arena, "%s/subjects/recipes.ini", catalogue->root);
  if (reference == NULL) return no_memory(err);
  const char *path = options->subject == NULL ? reference : options->subject;
  struct settings *settings = &session->settings;
  enum err_code code = profile_load(path, arena, &settings->profile, err);
  if (code == ERR_OK) code = profile_check(catalogue, settings->profile, err);
  if (code != ERR_OK) return code;
  if (options->command != NULL) {
    const struct profile *defaults = settings->profile;
    return profile_of_command(options->command, defaults, arena, &settings->profile, err);
  }
  const char *expectations = expectations_path(path, arena);
  if (expectations == NULL) return no_memory(err);
  return expectation_load(expectations, arena, &session->expectations, err);
}

static enum err_code load_target(const struct catalogue *catalogue,
                                 const struct run_options *options, struct session *session,
                                 struct err *err) {
  struct arena *arena = session->arena;
  if (options->target == NULL) return ERR_OK;
  const char *folder = arena_format(arena, "%s/subjects/targets", catalogue->root);
  if (folder == NULL) return no_memory(err);
  const struct target *target = NULL;
  enum err_code code = target_find(folder, options->target, arena, &target, err);
  if (code == ERR_OK) code = profile_check_target(catalogue, target, err);
  if (code == ERR_OK) code = target_check_needs(target, arena, err);
  if (code != ERR_OK) return code;
  session->settings.target = target;
  const char *expectations = target->expectations;
  if (expectations == NULL) expectations = expectations_path(target->path, arena);
  if (expectations == NULL) return no_memory(err);
  return expectation_load(expectations, arena, &session->target_expectations, err);
}

static enum err_code place_recipes(const struct catalogue *catalogue,
                                   const struct run_options *options, struct session *session,
                                   struct err *err) {
  struct arena *arena = session->arena;
  const struct target *target = session->settings.target;
  struct target_place place = {.root = catalogue->root, .build_dir = catalogue->build_dir};
  if (options->mutant == NULL) {
    if (target != NULL)
      return target_build(target, &place, arena, &session->settings.recipes_dir, err);
    session->settings.recipes_dir = arena_format(arena, "%s/recipes", catalogue->build_dir);
    return session->settings.recipes_dir == NULL ? no_memory(err) : ERR_OK;
  }
  const char *recipe = session->chosen.items[0].recipe->name;
  for (size_t i = 1; i < session->chosen.count; i++) {
    if (strcmp(session->chosen.items[i].recipe->name, recipe) == 0) continue;
    return err_set(
        err, ERR_USAGE,
        "--mutant %s: the cases chosen are of several recipes; a mutant is of one, as in: "
        "sockproof run '%s/*' --mutant %s",
        options->mutant, recipe, options->mutant);
  }
  struct mutant_list mutants;
  enum err_code code = mutant_list_load(catalogue->root, recipe, arena, &mutants, err);
  if (code == ERR_OK) code = mutant_find(&mutants, recipe, options->mutant, &session->mutant, err);
  if (code != ERR_OK) return code;
  place.recipe = recipe;
  place.mutant = options->mutant;
  if (target != NULL)
    return target_build(target, &place, arena, &session->settings.recipes_dir, err);
  return mutant_build(catalogue->build_dir, recipe, options->mutant, arena,
                      &session->settings.recipes_dir, err);
}

static enum err_code place_wrapper(const struct run_options *options, struct session *session,
                                   struct err *err) {
  struct settings *settings = &session->settings;
  settings->slowness = 1;
  settings->tool_error_exit = -1;
  settings->unbounded_memory = getenv("ASAN_OPTIONS") != NULL;
  if (settings->target != NULL) settings->slowness *= settings->target->slowness;
  if (options->valgrind) {
    const struct target *target = settings->target;
    if (target != NULL && target->launcher != NULL)
      return err_set(
          err, ERR_USAGE,
          "--valgrind would look at the launcher of the target %s, and not at the program",
          target->name);
    settings->wrapper = VALGRIND;
    settings->slowness *= VALGRIND_SLOWNESS;
    settings->tool_error_exit = VALGRIND_EXIT;
    settings->unbounded_memory = true;
    return ERR_OK;
  }
  if (options->gdb) return debugger_place(session, err);
  if (options->wrapper == NULL) return ERR_OK;
  struct profile_command words = {.line = options->wrapper};
  settings->slowness *= VALGRIND_SLOWNESS;
  settings->unbounded_memory = true;
  return profile_expand(&words, NULL, 0, session->arena, &settings->wrapper, err);
}

const char *session_why_not_built(const struct session *session, const char *recipe) {
  const struct settings *settings = &session->settings;
  if (settings->target == NULL || profile_entry_find(settings->profile, recipe) == NULL)
    return NULL;
  return target_is_without(settings->target, recipe);
}

static bool is_implemented(const struct session *session, const char *recipe) {
  return profile_entry_find(session->settings.profile, recipe) != NULL &&
         session_why_not_built(session, recipe) == NULL;
}

static void leave_out_not_implemented(struct session *session) {
  size_t kept = 0;
  const struct recipe_def *last_missing = NULL;
  for (size_t i = 0; i < session->chosen.count; i++) {
    const struct instance *instance = &session->chosen.items[i];
    if (is_implemented(session, instance->recipe->name)) {
      session->chosen.items[kept++] = *instance;
      continue;
    }
    session->not_implemented_cases++;
    if (instance->recipe == last_missing) continue;
    last_missing = instance->recipe;
    if (session->not_implemented_count < PROFILE_ENTRIES_MAX) {
      session->not_implemented[session->not_implemented_count++] = instance->recipe->name;
    }
  }
  session->chosen.count = kept;
}

/* All cases chosen were left out. */
static enum err_code tell_not_implemented(const struct session *session, struct err *err) {
  for (size_t i = 0; i < session->not_implemented_count; i++) {
    const char *recipe = session->not_implemented[i];
    const char *why = session_why_not_built(session, recipe);
    if (why == NULL) continue;
    return err_set(err, ERR_USAGE,
                   "no case chosen can be run: %s is not built for the target %s (%s)", recipe,
                   session->settings.target->name, why);
  }
  return err_set(err, ERR_USAGE, "the profile %s has no entry for any recipe of the cases chosen",
                 session->settings.profile->path);
}

/* A program that is not there is a mistake on the command line, not a verdict on the subject. */
static enum err_code place_peer(const struct run_options *options, struct session *session,
                                struct err *err) {
  if (options->peer == NULL) return ERR_OK;
  session->settings.peer = options->peer;
  enum err_code code = peer_check(options->peer, session->arena, err);
  if (code != ERR_OK || options->peer_ready == NULL) return code;
  struct err why = {0};
  code = pattern_compile(options->peer_ready, false, &session->peer_ready, &why);
  session->settings.peer_ready = session->peer_ready;
  return code == ERR_OK ? ERR_OK : err_set(err, code, "--peer-ready: %s", why.text);
}

/* A launcher is given the program's path, and would be blamed on the program where there is none.
 * It need not be executable here; a recipe's may have another ending there; a board has its own. */
static enum err_code check_launched(const struct settings *settings, const char *program,
                                    struct err *err) {
  const char *recipes = settings->recipes_dir;
  if (target_remote(settings->target) != NULL || strchr(program, '/') == NULL) return ERR_OK;
  if (strncmp(program, recipes, strlen(recipes)) == 0 || access(program, F_OK) == 0) return ERR_OK;
  return err_set(err, ERR_USAGE, "the program %s does not exist", program);
}

static enum err_code check_program(const struct settings *settings,
                                   const struct case_command *command, struct err *err) {
  char path[1024];
  enum err_code code = subject_find_program(command->argv[0], path, sizeof path, err);
  if (code != ERR_OK || command->program == command->argv[0]) return code;
  return check_launched(settings, command->program, err);
}

static enum err_code check_programs(struct session *session, struct err *err) {
  struct network network = {.family = IP_V4};
  if (!ip_address_parse("127.0.0.1", &network.peer)) return no_memory(err);
  network.subject = network.peer;
  for (size_t i = 0; i < session->chosen.count; i++) {
    const struct instance *instance = &session->chosen.items[i];
    struct case_place place = {
        .network = &network,
        .port = case_port(profile_entry_find(session->settings.profile, instance->recipe->name),
                          instance),
        .scratch = "/",
        .programs = session->settings.recipes_dir};
    struct arena *arena = arena_create(SESSION_ARENA_BYTES);
    if (arena == NULL) return no_memory(err);
    struct case_command command = {0};
    const char *lacking = NULL;
    enum err_code code =
        case_command_make(&session->settings, instance, &place, arena, &command, &lacking, err);
    if (code == ERR_OK && lacking == NULL) code = check_program(&session->settings, &command, err);
    arena_destroy(arena);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

/* A floor under a recipe that there is not could never be met, or be met by mistake. */
static enum err_code check_floors(const struct catalogue *catalogue,
                                  const struct run_options *options, struct err *err) {
  for (size_t f = 0; f < options->floor_count; f++) {
    bool names = false;
    for (size_t r = 0; r < catalogue->recipe_count && !names; r++)
      names = text_matches_glob(catalogue->recipes[r]->name, options->floors[f].recipe);
    if (names) continue;
    return err_set(err, ERR_USAGE,
                   "--require %s:%u: '%s' names no recipe ('sockproof list' names the cases, each "
                   "as RECIPE/CASE)",
                   options->floors[f].recipe, options->floors[f].judged, options->floors[f].recipe);
  }
  return ERR_OK;
}

/* The catalogue, with the cases of --cases in it. */
static enum err_code load_cases(const struct catalogue *catalogue,
                                const struct run_options *options, struct session *session,
                                struct catalogue *extended, struct err *err) {
  struct arena *arena = session->arena;
  *extended = *catalogue;
  if (options->cases == NULL) return ERR_OK;
  enum err_code code =
      case_folder_load(options->cases, catalogue, arena, extended, &session->ledger, err);
  if (code != ERR_OK) return code;
  char absolute[PATH_MAX];
  if (realpath(options->cases, absolute) == NULL) {
    return err_set_errno(err, errno, "cannot tell the path of %s", options->cases);
  }
  session->settings.cases_path = arena_text(arena, absolute);
  if (session->settings.cases_path == NULL) return no_memory(err);
  const struct profile *reference = session->settings.profile;
  const char *path = arena_format(arena, "%s/subjects/recipes.ini", catalogue->root);
  if (path == NULL) return no_memory(err);
  if (options->subject != NULL) code = profile_load(path, arena, &reference, err);
  if (code != ERR_OK) return code;
  return case_folder_check_observations(extended, session->settings.profile, reference, err);
}

static enum err_code choose(const struct catalogue *catalogue, const struct run_options *options,
                            struct session *session, struct err *err) {
  struct catalogue extended;
  enum err_code code = load_cases(catalogue, options, session, &extended, err);
  if (code == ERR_OK) {
    code = instance_expand(extended.recipes, extended.recipe_count, session->arena, &session->all,
                           err);
  }
  if (code == ERR_OK) code = session_check_requirements(&session->all, &session->ledger, err);
  struct instance_choice choice = {.globs = options->globs,
                                   .glob_count = options->glob_count,
                                   .own_alone = options->cases != NULL,
                                   .excludes = options->excludes,
                                   .exclude_count = options->exclude_count,
                                   .shard = options->shard,
                                   .shards = options->shards};
  if (code == ERR_OK) {
    code = instance_select(&session->all, &choice, session->arena, &session->chosen, err);
  }
  if (code != ERR_OK) return code;
  session->whole = choice.glob_count == 0 && choice.exclude_count == 0 && choice.shards == 0 &&
                   !choice.own_alone;
  version_leave_out_later(&session->version_choice, &session->chosen);
  if (session->version_choice.later_cases > 0) session->whole = false;
  leave_out_not_implemented(session);
  if (session->chosen.count > 0 && options->command != NULL) {
    return variants_of_command(session->settings.profile, &session->chosen, session->arena,
                               &session->settings.profile, err);
  }
  if (session->chosen.count > 0) return ERR_OK;
  if (session->not_implemented_cases > 0) return tell_not_implemented(session, err);
  return err_set(err, ERR_USAGE, "no case is left to run after --exclude, --shard and --catalogue");
}

/* Before anything is built for a run that a mistake in them would end. */
static enum err_code check_expectations(const struct session *session, struct err *err) {
  enum err_code code = expectation_check_globs(&session->expectations, &session->all, err);
  return code != ERR_OK
             ? code
             : expectation_check_globs(&session->target_expectations, &session->all, err);
}

/* After the programs have been found: one that is not there tells no version either. */
static enum err_code suit_expectations(struct session *session, struct err *err) {
  const struct target *target = session->settings.target;
  struct utsname host;
  if (uname(&host) != 0) return err_set_errno(err, errno, "the system does not tell its name");
  const struct profile *profile = session->settings.profile;
  struct version_places places = {.dir = profile->dir, .bin = session->settings.recipes_dir};
  subject_version_read(profile->version_command, &places, session->version,
                       sizeof session->version);
  if (target != NULL) {
    places.dir = target->dir;
    subject_version_read(target->version_command, &places, session->target_version,
                         sizeof session->target_version);
  }
  struct condition_facts facts = {.version = session->version,
                                  .system = host.sysname,
                                  .machine = host.machine,
                                  .target = target == NULL ? "native" : target->name};
  if (target != NULL && target->system != NULL) facts.system = target->system;
  if (target != NULL && target->machine != NULL) facts.machine = target->machine;
  struct expectation_list *const lists[] = {&session->expectations, &session->target_expectations};
  enum err_code code = ERR_OK;
  for (size_t i = 0; i < 2 && code == ERR_OK; i++) {
    code = expectation_suit(lists[i], &facts, err);
    facts.version = session->target_version; /* in a target's own file */
  }
  return code;
}

/* Without namespaces there is nowhere to put the other end of a wire. */
static enum err_code check_wire(const struct target *target, const struct sandbox_plan *plan,
                                struct err *err) {
  if (plan->kind != SANDBOX_NONE || target == NULL) return ERR_OK;
  if (target->network != TARGET_TAP && target->network != TARGET_VETH) return ERR_OK;
  return err_set(
      err, ERR_UNAVAILABLE,
      "the target %.60s (network = %s) needs a network of its own, which this run cannot "
      "have: %s",
      target->name, target->network == TARGET_TAP ? "tap" : "veth", plan->sentence);
}

static enum err_code probe_tier(const struct run_options *options, struct session *session,
                                struct err *err) {
  struct sandbox_plan *plan = &session->settings.plan;
  const struct target *target = session->settings.target;
  const struct sandbox_remote *remote = target_remote(target);
  enum err_code code =
      remote == NULL ? sandbox_probe(plan, options->at_most, capture_permitted, err)
                     : sandbox_plan_remote(plan, remote, options->at_most, capture_permitted, err);
  if (code == ERR_OK) code = check_wire(target, plan, err);
  if (code != ERR_OK || plan->tier >= options->at_least) return code;
  return err_set(err, ERR_USAGE, "--require tier=%s: %s", tier_name(options->at_least),
                 plan->sentence);
}

static enum err_code open_reports(const struct run_options *options, struct session *session,
                                  struct err *err) {
  if (options->explain) { /* it writes nothing; a descriptor is what workers keep */
    session->settings.reports_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return session->settings.reports_fd >= 0 ? ERR_OK
                                             : err_set_errno(err, errno, "cannot open /dev/null");
  }
  session->reports = options->reports != NULL ? options->reports : "reports";
  return reports_folder_open(session->reports, &session->settings.reports_fd, err);
}

/* Whole paths, so that evidence can be played again from elsewhere. */
static enum err_code note_places(const struct run_options *options, struct session *session,
                                 struct err *err) {
  struct settings *settings = &session->settings;
  char path[PATH_MAX];
  if (getcwd(path, sizeof path) == NULL)
    return err_set_errno(err, errno, "cannot tell where this is");
  settings->folder = arena_text(session->arena, path);
  if (settings->folder == NULL) return no_memory(err);
  if (options->subject == NULL) return ERR_OK;
  if (realpath(options->subject, path) == NULL)
    return err_set_errno(err, errno, "cannot tell where %s is", options->subject);
  settings->subject_path = arena_text(session->arena, path);
  return settings->subject_path == NULL ? no_memory(err) : ERR_OK;
}

static enum err_code open_all(const struct catalogue *catalogue, const struct run_options *options,
                              struct session *session, struct err *err) {
  struct settings *settings = &session->settings;
  const char *ledgers = arena_format(session->arena, "%s/cases/requirements", catalogue->root);
  if (ledgers == NULL) return no_memory(err);
  enum err_code code = ledger_load(ledgers, session->arena, &session->ledger, err);
  if (code == ERR_OK) code = check_floors(catalogue, options, err);
  if (code == ERR_OK)
    code = version_choose(catalogue->root, options->catalogue, session->arena,
                          &session->version_choice, err);
  if (code == ERR_OK) code = load_subject(catalogue, options, session, err);
  if (code == ERR_OK) code = load_target(catalogue, options, session, err);
  if (code == ERR_OK) code = choose(catalogue, options, session, err);
  if (code == ERR_OK) code = check_expectations(session, err);
  if (code == ERR_OK) code = probe_tier(options, session, err);
  if (code == ERR_OK) code = place_recipes(catalogue, options, session, err);
  if (code == ERR_OK) code = place_wrapper(options, session, err);
  if (code == ERR_OK) code = place_peer(options, session, err);
  if (code == ERR_OK) code = check_programs(session, err);
  if (code == ERR_OK) code = suit_expectations(session, err);
  if (code == ERR_OK) code = rerun_make(options, session->arena, settings, err);
  settings->root = catalogue->root;
  settings->options = options;
  if (code == ERR_OK) code = note_places(options, session, err);
  settings->name_server = catalogue->name_server;
  settings->ledger = &session->ledger;
  settings->expectations = &session->expectations;
  settings->target_expectations = &session->target_expectations;
  settings->seed = options->seed;
  settings->explain = options->explain;
  settings->keep_evidence = options->keep_evidence || mutant_view_wanted(session);
  /* A mutant is to be found out by what it does wrong, not by the golden of what it should have
   * done. */
  settings->compare_own_goldens = options->mutant == NULL && options->peer == NULL;
  /* A golden is of the fixture's answers. */
  settings->compare_goldens = code == ERR_OK && settings->profile->goldens_dir != NULL &&
                              options->mutant == NULL && options->peer == NULL;
  if (code == ERR_OK) code = trial_run(settings, err);
  return code == ERR_OK ? open_reports(options, session, err) : code;
}

enum err_code session_open(const struct catalogue *catalogue, const struct run_options *options,
                           struct session *session, struct err *err) {
  *session = (struct session){.settings.reports_fd = -1};
  session->arena = arena_create(SESSION_ARENA_BYTES);
  if (session->arena == NULL) return no_memory(err);
  enum err_code code = open_all(catalogue, options, session, err);
  if (code != ERR_OK) session_close(session);
  return code;
}

void session_close(struct session *session) {
  if (session->settings.reports_fd >= 0) close(session->settings.reports_fd);
  session->settings.reports_fd = -1;
  pattern_destroy(session->peer_ready);
  session->peer_ready = NULL;
  session->settings.peer_ready = NULL;
  arena_destroy(session->arena);
  session->arena = NULL;
}
