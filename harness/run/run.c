#include "run/run.h"

#include "report/console.h"
#include "report/junit.h"
#include "report/results_file.h"
#include "run/golden.h"
#include "run/mutant_view.h"
#include "run/pool.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_PROBLEM = 2, EXIT_BROKEN = 3, EXIT_INTERRUPTED = 130 };

struct run {
  const struct run_options *options;
  struct session session;
  struct console *console;
  struct results *results;   /* in memory, for junit.xml */
  struct results_file *file; /* results.json */
  struct coverage coverage;
  struct clock clock;
  int64_t started_ns; /* by `clock` */
  struct err failure;
};

static double elapsed_ms(const struct run *run) {
  return (double)(clock_now_ns(&run->clock) - run->started_ns) / 1e6;
}

static bool requirement_words(void *context, const char *id, struct requirement_text *text) {
  const struct run *run = context;
  const struct requirement *requirement = ledger_find(&run->session.ledger, id);
  if (requirement == NULL) return false;
  *text = (struct requirement_text){requirement->clause, requirement->text};
  return true;
}

static void tell_mutant(void *context, const struct result *result, FILE *out) {
  const struct run *run = context;
  mutant_view_print(&run->session, result, out);
}

/* A case that the mistake gets by. */
static void tell_survivals(const struct run *run, FILE *out) {
  if (!mutant_view_wanted(&run->session)) return;
  for (size_t i = 0; i < run->results->case_count; i++) {
    const struct result *result = run->results->cases[i];
    if (result->verdict != VERDICT_PASS) continue;
    fprintf(out, "\n%s does not find the mistake\n", result->id);
    mutant_view_print(&run->session, result, out);
  }
}

static void note_failure(struct run *run, enum err_code code, const struct err *err) {
  if (code != ERR_OK && run->failure.code == ERR_OK) run->failure = *err;
}

static bool on_result(void *context, struct result *result) {
  struct run *run = context;
  if (run->options->strict) result_make_strict(result);
  struct err err = {0};
  note_failure(run, results_file_add(run->file, result, elapsed_ms(run), &err), &err);
  console_case(run->console, result);
  bool failed = summary_is_failure(result) || result->verdict == VERDICT_BROKEN;
  struct result *kept = result_copy(result);
  if (kept == NULL || !results_add(run->results, kept)) {
    note_failure(run, err_set(&err, ERR_LIMIT, "no memory for the results"), &err);
  }
  return run->failure.code == ERR_OK && !(run->options->until_fail && failed);
}

static void describe(struct run *run, struct run_info *info) {
  const struct session *session = &run->session;
  struct clock realtime = clock_realtime();
  *info = (struct run_info){.tier = session->settings.plan.tier,
                            .seed = run->options->seed,
                            .not_implemented_cases = session->not_implemented_cases};
  run_info_of_system(info, clock_now_ns(&realtime));
  snprintf(info->subject, sizeof info->subject, "%s", session->settings.profile->name);
  snprintf(info->target, sizeof info->target, "%s",
           session->settings.target == NULL ? "native" : session->settings.target->name);
  snprintf(info->command, sizeof info->command, "%s%s", session->settings.rerun_prefix,
           session->settings.rerun_suffix);
  /* A mutant is another program than the reference, and to be told apart. */
  if (run->options->mutant != NULL)
    snprintf(info->subject_version, sizeof info->subject_version, "mutant %s",
             run->options->mutant);
  else
    snprintf(info->subject_version, sizeof info->subject_version, "%s", session->version);
  size_t count = session->not_implemented_count;
  if (count > RESULTS_NOT_IMPLEMENTED_MAX) count = RESULTS_NOT_IMPLEMENTED_MAX;
  for (size_t i = 0; i < count; i++) {
    snprintf(info->not_implemented[i], sizeof info->not_implemented[i], "%s",
             session->not_implemented[i]);
  }
  info->not_implemented_count = count;
}

static enum err_code open_reports(struct run *run, FILE *out, struct err *err) {
  struct run_info info;
  describe(run, &info);
  struct console_options console = console_options_of(out);
  console.verbose = run->options->verbose;
  console.reports_dir = run->session.reports;
  console.requirement = requirement_words;
  if (mutant_view_wanted(&run->session)) console.story = tell_mutant;
  console.context = run;
  run->console = console_create(&console, run->session.chosen.count * (size_t)run->options->repeat);
  run->results = results_create(&info);
  if (run->console == NULL || run->results == NULL) {
    return err_set(err, ERR_LIMIT, "no memory for the reports");
  }
  char path[1024];
  snprintf(path, sizeof path, "%s/results.json", run->session.reports);
  return results_file_create(path, &info, &run->file, err);
}

static void close_reports(struct run *run) {
  results_file_close(run->file);
  results_destroy(run->results);
  console_destroy(run->console);
  session_close(&run->session);
}

static enum err_code run_schedule(struct run *run, bool *interrupted, struct err *err) {
  size_t count = run->session.chosen.count * (size_t)run->options->repeat;
  int32_t *schedule = calloc(count + 1, sizeof *schedule);
  if (schedule == NULL) return err_set(err, ERR_LIMIT, "no memory for %zu cases", count);
  for (size_t i = 0; i < count; i++)
    schedule[i] = (int32_t)(i % run->session.chosen.count);
  struct pool_plan plan = {
      .settings = &run->session.settings,
      .instances = &run->session.chosen,
      .schedule = schedule,
      .schedule_count = count,
      .jobs = run->options->jobs == 0 ? pool_default_jobs() : run->options->jobs,
      .result = on_result,
      .context = run};
  if (plan.jobs > count) plan.jobs = (unsigned)count;
  enum err_code code = pool_run(&plan, interrupted, err);
  free(schedule);
  if (code == ERR_OK && run->failure.code != ERR_OK) {
    *err = run->failure;
    code = run->failure.code;
  }
  return code;
}

static enum err_code write_reports(struct run *run, struct err *err) {
  struct session *session = &run->session;
  struct coverage *coverage = &run->coverage;
  enum err_code code = ledger_coverage(&session->ledger, session->arena, coverage, err);
  if (code == ERR_OK) {
    json_t *json = coverage_to_json(coverage, run->results, session->whole);
    code = results_file_cover(run->file, json, err);
  }
  if (code == ERR_OK) code = results_file_finish(run->file, elapsed_ms(run), err);
  if (code != ERR_OK) return code;
  run->results->run.duration_ms = elapsed_ms(run);
  run->results->run.finished = true;
  struct junit_options junit = {.profile = run->options->junit_strict ? JUNIT_STRICT : JUNIT_RICH,
                                .reports_dir = run->session.reports};
  char path[1024];
  snprintf(path, sizeof path, "%s/junit.xml", run->session.reports);
  return junit_write(path, run->results, &junit, err);
}

struct orphans {
  FILE *out;
  size_t count;
};

static void tell_orphan(void *context, const char *path) {
  struct orphans *orphans = context;
  orphans->count++;
  fprintf(orphans->out, "orphan golden: %s belongs to no case; remove it, or give it its case\n",
          path);
}

/* A golden that no case uses would look like coverage. */
static int status_of_orphans(const struct run *run, FILE *out, struct err *err) {
  const struct settings *settings = &run->session.settings;
  if (!run->session.whole || !settings->compare_goldens) return 0;
  struct orphans orphans = {.out = out};
  if (golden_orphans(settings->profile->goldens_dir, &run->session.all, tell_orphan, &orphans,
                     err) != ERR_OK) {
    return EXIT_PROBLEM;
  }
  return orphans.count > 0 ? 1 : 0;
}

static int status_of_floors(const struct run *run, FILE *out) {
  int status = 0;
  for (size_t f = 0; f < run->options->floor_count; f++) {
    const struct run_floor *floor = &run->options->floors[f];
    unsigned judged = 0;
    for (size_t i = 0; i < run->results->case_count; i++) {
      const struct result *result = run->results->cases[i];
      judged += strcmp(result->recipe, floor->recipe) == 0 && result->verdict <= VERDICT_FAIL;
    }
    if (judged >= floor->judged) continue;
    fprintf(out, "--require %s:%u: only %u cases of it were judged\n", floor->recipe, floor->judged,
            judged);
    status = 1;
  }
  return status;
}

static int finish(struct run *run, bool interrupted, FILE *out, struct err *err) {
  if (run->options->verbose) {
    coverage_print(&run->coverage, run->results, run->session.whole, out);
  }
  struct console_end end = {.summary = &run->results->summary,
                            .tier = run->session.settings.plan.tier,
                            .duration_ms = elapsed_ms(run)};
  if (!console_finish(run->console, &end)) {
    (void)err_set(err, ERR_SYSTEM, "the output could not be written");
    return EXIT_PROBLEM;
  }
  tell_survivals(run, out);
  if (run->session.settings.plan.tier != TIER_CAPTURE_PRIVATE) {
    fprintf(out, "%s\n", run->session.settings.plan.sentence);
  }
  if (interrupted) return EXIT_INTERRUPTED;
  int status = summary_exit_status(&run->results->summary);
  int orphans = status_of_orphans(run, out, err);
  int floors = status_of_floors(run, out);
  if (status == EXIT_BROKEN || orphans == EXIT_PROBLEM) return status == 0 ? orphans : status;
  return status != 0 || orphans != 0 || floors != 0 ? 1 : 0;
}

int run_cases(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
              struct err *err) {
  struct run run = {.options = options, .clock = clock_monotonic()};
  run.started_ns = clock_now_ns(&run.clock);
  if (session_open(catalogue, options, &run.session, err) != ERR_OK) return EXIT_PROBLEM;
  int status = EXIT_PROBLEM;
  bool interrupted = false;
  if (open_reports(&run, out, err) == ERR_OK && run_schedule(&run, &interrupted, err) == ERR_OK &&
      write_reports(&run, err) == ERR_OK) {
    status = finish(&run, interrupted, out, err);
  }
  close_reports(&run);
  return status;
}
