#include "run/command/run_status.h"

#include "base/text.h"
#include "run/verdict/golden.h"

enum { EXIT_PROBLEM = 2, EXIT_BROKEN = 3 };

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
static int status_of_orphans(const struct session *session, FILE *out, struct err *err) {
  const struct settings *settings = &session->settings;
  if (!session->whole || !settings->compare_goldens) return 0;
  struct orphans orphans = {.out = out};
  if (golden_orphans(settings->profile->goldens_dir, &session->all, tell_orphan, &orphans, err) !=
      ERR_OK) {
    return EXIT_PROBLEM;
  }
  return orphans.count > 0 ? 1 : 0;
}

size_t run_status_judged(const struct results *results, const struct run_floor *floor) {
  size_t judged = 0;
  for (size_t i = 0; i < results->case_count; i++) {
    const struct result *result = results->cases[i];
    judged += text_matches_glob(result->recipe, floor->recipe) && result->verdict <= VERDICT_FAIL;
  }
  return judged;
}

static int status_of_floors(const struct run_options *options, const struct results *results,
                            FILE *out) {
  int status = 0;
  for (size_t f = 0; f < options->floor_count; f++) {
    const struct run_floor *floor = &options->floors[f];
    const size_t judged = run_status_judged(results, floor);
    if (judged >= floor->judged) continue;
    fprintf(out, "--require %s:%u: only %zu case%s of it %s judged\n", floor->recipe, floor->judged,
            judged, judged == 1 ? "" : "s", judged == 1 ? "was" : "were");
    status = 1;
  }
  return status;
}

/* A part of a run can be without a case that is judged; the report of all parts tells it then. */
static bool judged_nothing(const struct run_options *options, const struct results *results,
                           FILE *out) {
  if (options->floor_count > 0 || options->shards > 0) return false;
  if (!summary_judged_nothing(&results->summary)) return false;
  struct text line = TEXT_INIT(256);
  summary_tell_nothing(&results->summary, &line);
  fprintf(out, "%s (--require RECIPE:0 says that this is enough)\n", text_chars(&line));
  text_free(&line);
  return true;
}

/* The porter has chosen what a target is without, and sees it again beside its figures. */
static void tell_not_built(const struct session *session, FILE *out) {
  for (size_t i = 0; i < session->not_implemented_count; i++) {
    const char *recipe = session->not_implemented[i];
    const char *why = session_why_not_built(session, recipe);
    if (why == NULL) continue;
    fprintf(out, "Not built for %s: %s (%s)\n", session->settings.target->name, recipe, why);
  }
}

void run_status_tell_left_out(const struct session *session, FILE *out) {
  enum { NAMES_TOLD_MAX = 8 };
  size_t count = 0;
  for (size_t i = 0; i < session->not_implemented_count; i++) {
    if (session_why_not_built(session, session->not_implemented[i]) != NULL) continue;
    if (count++ < NAMES_TOLD_MAX)
      fprintf(out, "%s %s", count == 1 ? "Not implemented:" : ",", session->not_implemented[i]);
  }
  if (count > NAMES_TOLD_MAX) fprintf(out, " and %zu recipes more", count - NAMES_TOLD_MAX);
  if (count > 0) fputc('\n', out);
  tell_not_built(session, out);
}

void run_status_tell_surprises(const struct session *session, const struct run_options *options,
                               const struct results *results, FILE *out) {
  const size_t count = results->summary.surprises;
  if (count == 0 || options->write_expectations) return;
  const bool of_target = options->target != NULL && !session->expectations.exists;
  const char *path = of_target ? session->target_expectations.path : session->expectations.path;
  fprintf(out, "What is a surprise is otherwise than %s says: mend the program", path);
  if (options->subject == NULL || options->target != NULL || options->peer != NULL) {
    fputs(", or those lines\n", out);
  } else {
    fprintf(out, ", or those lines (sockproof run --subject '%s' --write-expectations does)\n",
            options->subject);
  }
}

int run_status_of(const struct session *session, const struct run_options *options,
                  const struct results *results, FILE *out, struct err *err) {
  int status = summary_exit_status(&results->summary);
  /* What was seen has just been written down as foreseen. */
  if (options->write_expectations && status != EXIT_BROKEN) status = 0;
  int orphans = status_of_orphans(session, out, err);
  int floors = status_of_floors(options, results, out);
  if (judged_nothing(options, results, out)) return EXIT_BROKEN;
  if (status == EXIT_BROKEN || orphans == EXIT_PROBLEM) return status == 0 ? orphans : status;
  return status != 0 || orphans != 0 || floors != 0 ? 1 : 0;
}
