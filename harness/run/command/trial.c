#include "run/command/trial.h"

#include "run/play/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* As trial.c has them. */
enum { EXIT_OF_TRIAL = 3, TRIAL_LIMIT_MS = 5000 };

static const struct case_def TRIAL_CASE = {
    .name = "trial",
    .requirement = "",
    .about = "The launcher starts a program, hands its arguments over and brings its output back.",
    .limit_ms = TRIAL_LIMIT_MS,
    .no_golden = "it sends nothing",
    .checks = {CHECK_EXIT_CODE(EXIT_OF_TRIAL), CHECK_OBSERVED_LIST("argument", "one\ntwo words"),
               CHECK_OBSERVED("end", "of the output")},
};

static const struct recipe_def TRIAL_RECIPE = {
    .name = "launcher", .protocol = "", .role = ROLE_LOCAL, .cases = &TRIAL_CASE, .case_count = 1};

static const struct profile TRIAL_PROFILE = {
    .name = "trial",
    .path = "trial",
    .dir = "/",
    .entries = {{.recipe = "launcher",
                 .commands = {{.line = "{bin}/trial one 'two words'"}},
                 .command_count = 1,
                 .observations = {{.name = "argument", .pattern = "^argument (.*)$"},
                                  {.name = "end", .pattern = "^end (.*)$"},
                                  {.name = "complaint", .pattern = "^(.+)$", .on_stderr = true}},
                 .observation_count = 3,
                 .memory_mib = -1}},
    .entry_count = 1,
};

struct trial {
  const struct target *target;
  bool ended;
  struct err failure; /* ERR_OK: it did as it should */
};

static const char *complaint_of(const struct result *result) {
  for (size_t i = 0; i < result->observed_count; i++) {
    if (strcmp(result->observed[i].name, "complaint") == 0) return result->observed[i].value;
  }
  return "nothing";
}

static bool on_trial(void *context, struct result *result) {
  struct trial *trial = context;
  trial->ended = true;
  if (result->verdict == VERDICT_PASS) return true;
  if (result->verdict == VERDICT_BROKEN && trial->target->broken_exit >= 0) return true;
  /* What could not be judged has no operands, but a reason. */
  const bool has_operands = result->actual_text[0] != '\0';
  (void)err_set(
      &trial->failure, ERR_USAGE,
      "the launcher of the target %.60s does not start programs as it should: of {bin}/"
      "trial, which prints its arguments and exits 3, came: %.150s (standard error: %.120s)",
      trial->target->name, has_operands ? result->actual_text : result->reason,
      complaint_of(result));
  return true;
}

static enum err_code run_in_pool(const struct settings *settings, struct trial *trial,
                                 struct err *err) {
  struct instance instance = {
      .recipe = &TRIAL_RECIPE, .def = &TRIAL_CASE, .family = IP_V4, .id = "launcher/trial"};
  const struct instance_list instances = {.items = &instance, .count = 1};
  const int32_t schedule[] = {0};
  const struct pool_plan plan = {.settings = settings,
                                 .instances = &instances,
                                 .schedule = schedule,
                                 .schedule_count = 1,
                                 .jobs = 1,
                                 .result = on_trial,
                                 .context = trial};
  bool interrupted = false;
  enum err_code code = pool_run(&plan, &interrupted, err);
  if (code != ERR_OK) return code;
  if (interrupted || !trial->ended)
    return err_set(err, ERR_SYSTEM, "interrupted before the first case");
  if (trial->failure.code != ERR_OK) *err = trial->failure;
  return trial->failure.code;
}

enum err_code trial_run(const struct settings *settings, struct err *err) {
  if (settings->target == NULL || settings->target->launcher == NULL) return ERR_OK;
  struct settings own = *settings;
  own.profile = &TRIAL_PROFILE;
  own.peer = NULL;
  own.wrapper = NULL;
  own.compare_goldens = own.compare_own_goldens = false;
  own.keep_evidence = false;
  own.reports_fd = open("/dev/null", O_RDONLY | O_CLOEXEC); /* workers keep it, and write nothing */
  if (own.reports_fd < 0) return err_set_errno(err, errno, "cannot open /dev/null");
  struct trial trial = {.target = settings->target};
  enum err_code code = run_in_pool(&own, &trial, err);
  close(own.reports_fd);
  return code;
}
