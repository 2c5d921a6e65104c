#include "run/command/run.h"

#include "report/console.h"
#include "report/junit.h"
#include "report/results_file.h"
#include "report/whole_file.h"
#include "run/catalogue/variants.h"
#include "run/command/contract_hint.h"
#include "run/command/mutant_view.h"
#include "run/command/run_status.h"
#include "run/evidence/debugger.h"
#include "run/evidence/replay.h"
#include "run/play/pool.h"
#include "run/play/schedule.h"
#include "run/verdict/claims.h"
#include "run/verdict/expectation_write.h"
#include "run/verdict/judge.h"

#include <stdlib.h>
#include <string.h>

enum { EXIT_PROBLEM = 2, EXIT_INTERRUPTED = 130 };

struct run {
  const struct run_options *options;
  const struct replay *replay; /* NULL: it is none */
  struct session session;
  struct console *console;
  struct results *results;       /* in memory, for junit.xml */
  struct claims *claims;         /* exits of 77, until all is known that bears on them */
  struct expectation_seen *seen; /* for --write-expectations; else NULL */
  struct results_file *file;     /* results.json */
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

static bool report_result(struct run *run, struct result *result) {
  struct session *session = &run->session;
  struct err err = {0};
  if (run->seen != NULL) {
    note_failure(run, expectation_seen_note(run->seen, &session->all, result, session->arena, &err),
                 &err);
  }
  judge_against_expectation(&run->session.settings, result);
  if (run->options->strict) result_make_strict(result);
  note_failure(run, results_file_add(run->file, result, elapsed_ms(run), &err), &err);
  console_case(run->console, result);
  bool failed = summary_is_failure(result) || result->verdict == VERDICT_BROKEN;
  struct result *kept = result_copy(result);
  if (kept == NULL || !results_add(run->results, kept)) {
    note_failure(run, err_set(&err, ERR_LIMIT, "no memory for the results"), &err);
  }
  return run->failure.code == ERR_OK && !(run->options->until_fail && failed);
}

static bool on_result(void *context, struct result *result) {
  struct run *run = context;
  struct err err = {0};
  bool held = false;
  note_failure(run, claims_take(run->claims, result, &held, &err), &err);
  return held ? run->failure.code == ERR_OK : report_result(run, result);
}

static bool on_probe(void *context, struct result *result) {
  struct run *run = context;
  struct err err = {0};
  note_failure(run, claims_take_probe(run->claims, result, &err), &err);
  return run->failure.code == ERR_OK;
}

static void describe(struct run *run, struct run_info *info) {
  const struct session *session = &run->session;
  struct clock realtime = clock_realtime();
  *info = (struct run_info){.tier = session->settings.plan.tier,
                            .seed = run->options->seed,
                            .strict = run->options->strict,
                            .not_implemented_cases = session->not_implemented_cases};
  run_info_of_system(info, clock_now_ns(&realtime));
  snprintf(info->subject, sizeof info->subject, "%s", session->settings.profile->name);
  snprintf(info->target, sizeof info->target, "%s",
           session->settings.target == NULL ? "native" : session->settings.target->name);
  snprintf(info->target_version, sizeof info->target_version, "%s", session->target_version);
  snprintf(info->command, sizeof info->command, "%s%s", session->settings.rerun_prefix,
           session->settings.rerun_suffix);
  snprintf(info->catalogue_version, sizeof info->catalogue_version, "%s",
           changelog_newest(&session->version_choice.changelog));
  if (run->options->catalogue != NULL)
    snprintf(info->catalogue_limit, sizeof info->catalogue_limit, "%s", run->options->catalogue);
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
  if (run->options->gdb) console.progress = false;
  console.verbose = run->options->verbose;
  console.reports_dir = run->session.reports;
  console.requirement = requirement_words;
  if (mutant_view_wanted(&run->session)) console.story = tell_mutant;
  console.context = run;
  run->console = console_create(&console, run->session.chosen.count * (size_t)run->options->repeat);
  run->results = results_create(&info);
  run->claims = claims_create(&run->session.all);
  if (run->options->write_expectations) {
    run->seen = expectation_seen_create(&run->session.all, run->session.settings.profile,
                                        run->session.arena);
  }
  if (run->console == NULL || run->results == NULL || run->claims == NULL ||
      (run->options->write_expectations && run->seen == NULL)) {
    return err_set(err, ERR_LIMIT, "no memory for the reports");
  }
  char path[1024];
  snprintf(path, sizeof path, "%s/results.json", run->session.reports);
  return results_file_create(path, &info, &run->file, err);
}

static void close_reports(struct run *run) {
  results_file_close(run->file);
  results_destroy(run->results);
  claims_destroy(run->claims);
  console_destroy(run->console);
  session_close(&run->session);
}

/* Every instance, and all of them again for each repeat. */
static enum err_code run_schedule(struct run *run, const struct instance_list *instances,
                                  unsigned repeat, bool (*result)(void *, struct result *),
                                  bool *interrupted, struct err *err) {
  size_t count = instances->count * (size_t)repeat;
  int32_t *schedule = schedule_create(&run->session.settings, instances, repeat);
  if (schedule == NULL) return err_set(err, ERR_LIMIT, "no memory for %zu cases", count);
  struct pool_plan plan = {
      .settings = &run->session.settings,
      .instances = instances,
      .schedule = schedule,
      .schedule_count = count,
      .jobs = run->options->jobs == 0 ? pool_default_jobs() : run->options->jobs,
      .all_jobs = run->options->jobs != 0,
      .result = result,
      .context = run};
  if (plan.jobs > count) plan.jobs = (unsigned)count;
  if (target_remote(run->session.settings.target) != NULL) plan.jobs = 1; /* there is one board */
  enum err_code code = pool_run(&plan, interrupted, err);
  free(schedule);
  if (run->options->gdb) debugger_take_back_terminal();
  if (code == ERR_OK && run->failure.code != ERR_OK) {
    *err = run->failure;
    code = run->failure.code;
  }
  return code;
}

/* Whether a subject that exits 77 can do what it is asked: its recipe's plainest case tells, where
 * it was not among those chosen. */
static enum err_code probe_claims(struct run *run, bool *interrupted, struct err *err) {
  const struct instance *chosen[PROFILE_ENTRIES_MAX];
  struct instance probes[PROFILE_ENTRIES_MAX];
  size_t count = claims_probes(run->claims, chosen, PROFILE_ENTRIES_MAX);
  if (count == 0) return ERR_OK;
  for (size_t i = 0; i < count; i++)
    probes[i] = *chosen[i];
  const struct instance_list list = {.items = probes, .count = count};
  return run_schedule(run, &list, 1, on_probe, interrupted, err);
}

/* What was held back is reported like all else, whether the run was cut short or not. */
static enum err_code settle_claims(struct run *run, bool *interrupted, struct err *err) {
  /* What a replay plays is of the one case alone. */
  bool probing = !*interrupted && run->replay == NULL;
  enum err_code code = probing ? probe_claims(run, interrupted, err) : ERR_OK;
  if (code != ERR_OK) return code;
  claims_audit(run->claims);
  for (size_t i = 0; i < claims_count(run->claims); i++)
    (void)report_result(run, claims_item(run->claims, i));
  if (run->failure.code != ERR_OK) *err = run->failure;
  return run->failure.code;
}

static enum err_code run_all(struct run *run, bool *interrupted, struct err *err) {
  enum err_code code =
      run_schedule(run, &run->session.chosen, run->options->repeat, on_result, interrupted, err);
  return code == ERR_OK ? settle_claims(run, interrupted, err) : code;
}

/* False after an interrupt, and where --until-fail ended it: cases are missing of which nothing is
 * known. */
static bool is_finished(const struct run *run) {
  return run->results->case_count >= run->session.chosen.count * (size_t)run->options->repeat;
}

static enum err_code write_reports(struct run *run, struct err *err) {
  struct session *session = &run->session;
  struct coverage *coverage = &run->coverage;
  enum err_code code = ledger_coverage(&session->ledger, session->arena, coverage, err);
  if (code == ERR_OK) {
    json_t *json = coverage_to_json(coverage, run->results, session->whole);
    code = results_file_cover(run->file, json, err);
  }
  run->results->run.finished = is_finished(run);
  if (code == ERR_OK)
    code = results_file_finish(run->file, elapsed_ms(run), run->results->run.finished, err);
  if (code != ERR_OK) return code;
  run->results->run.duration_ms = elapsed_ms(run);
  struct junit_options junit = {.profile = run->options->junit_strict ? JUNIT_STRICT : JUNIT_RICH,
                                .reports_dir = run->session.reports};
  char path[1024];
  snprintf(path, sizeof path, "%s/junit.xml", run->session.reports);
  return junit_write(path, run->results, &junit, err);
}

static void tell_lacking_variants(const struct run *run, FILE *out) {
  const struct session *session = &run->session;
  struct err err = {0};
  if (run->options->command == NULL) return;
  if (variants_tell_lacking(session->settings.profile, &session->all, &session->chosen,
                            session->arena, out, &err) != ERR_OK) {
    fprintf(out, "%s\n", err.text);
  }
}

static enum err_code write_expectations(const struct run *run, FILE *out, struct err *err) {
  const struct expectation_list *list = &run->session.expectations;
  const struct run_info *info = &run->results->run;
  char title[300];
  snprintf(title, sizeof title, "%s%s%s", info->subject,
           info->subject_version[0] == '\0' ? "" : ", ", info->subject_version);
  struct expectation_change change;
  expectation_change_init(&change);
  enum err_code code = expectation_rewrite(list, &run->session.all, run->seen, title, &change, err);
  if (code == ERR_OK && change.dropped + change.added == 0) {
    fprintf(out, "%s %s\n", list->path,
            list->exists ? "stands as it is" : "is not written: there is nothing to foresee");
  } else if (code == ERR_OK) {
    code = whole_file_write(list->path, span_of(text_chars(&change.contents), change.contents.len),
                            err);
    if (code == ERR_OK) {
      fprintf(out, "%s: %zu of its lines gone, %zu new\n%s", list->path, change.dropped,
              change.added, text_chars(&change.told));
    }
  }
  const size_t broken = run->results->summary.broken;
  if (code == ERR_OK && broken > 0)
    fprintf(out, "what is foreseen of the %zu broken stands as it is\n", broken);
  expectation_change_free(&change);
  return code;
}

static int finish(struct run *run, bool interrupted, FILE *out, struct err *err) {
  if (run->options->verbose) {
    coverage_print(&run->coverage, run->results, run->session.whole, out);
  }
  struct console_end end = {.summary = &run->results->summary,
                            .target = run->results->run.target,
                            .target_version = run->results->run.target_version,
                            .tier = run->session.settings.plan.tier,
                            .duration_ms = elapsed_ms(run)};
  if (!console_finish(run->console, &end)) {
    (void)err_set(err, ERR_SYSTEM, "the output could not be written");
    return EXIT_PROBLEM;
  }
  tell_survivals(run, out);
  if (run->options->gdb && run->results->case_count > 0) debugger_tell(run->results->cases[0], out);
  contract_hint_tell(&run->session, run->options, run->results, out);
  run_status_tell_surprises(&run->session, run->options, run->results, out);
  run_status_tell_left_out(&run->session, out);
  tell_lacking_variants(run, out);
  if (run->options->catalogue != NULL)
    version_tell(&run->session.version_choice, &run->session.chosen, out);
  if (run->replay != NULL && run->results->case_count > 0)
    replay_tell(run->replay, &run->session, run->results->cases[0], out);
  if (run->session.settings.plan.tier != TIER_CAPTURE_PRIVATE) {
    fprintf(out, "%s\n", run->session.settings.plan.sentence);
  }
  if (interrupted) return EXIT_INTERRUPTED;
  if (run->seen != NULL && write_expectations(run, out, err) != ERR_OK) return EXIT_PROBLEM;
  return run_status_of(&run->session, run->options, run->results, out, err);
}

static int run_with(const struct catalogue *catalogue, const struct run_options *options,
                    const struct replay *replay, FILE *out, struct err *err) {
  struct run run = {.options = options, .replay = replay, .clock = clock_monotonic()};
  run.started_ns = clock_now_ns(&run.clock);
  if (options->write_expectations && getenv("CI") != NULL) {
    (void)err_set(
        err, ERR_USAGE,
        "what is expected is written by a person who has read it, never in CI (CI is set)");
    return EXIT_PROBLEM;
  }
  if (session_open(catalogue, options, &run.session, err) != ERR_OK) return EXIT_PROBLEM;
  if (replay != NULL) replay_prepare(replay, &run.session);
  int status = EXIT_PROBLEM;
  bool interrupted = false;
  if (open_reports(&run, out, err) == ERR_OK && run_all(&run, &interrupted, err) == ERR_OK &&
      write_reports(&run, err) == ERR_OK) {
    status = finish(&run, interrupted, out, err);
  }
  close_reports(&run);
  return status;
}

int run_cases(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
              struct err *err) {
  if (options->replay == NULL) return run_with(catalogue, options, NULL, out, err);
  struct replay replay;
  if (replay_open(options, catalogue, &replay, err) != ERR_OK) return EXIT_PROBLEM;
  int status = run_with(catalogue, &replay.options, &replay, out, err);
  replay_close(&replay);
  return status;
}
