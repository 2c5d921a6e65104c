#include "run/report_results.h"

#include "report/console.h"
#include "report/junit.h"
#include "report/matrix.h"
#include "report/merge.h"
#include "report/results_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { EXIT_PROBLEM = 2, TOLD_MAX = 1024 * 1024, MATRIX_MAX = 8 * 1024 * 1024 };

static enum err_code write_both(const struct results *merged, const struct report_options *options,
                                struct err *err) {
  const char *reports_dir = options->reports_dir;
  if (mkdir(reports_dir, 0777) != 0 && errno != EEXIST) {
    return err_set_errno(err, errno, "cannot make the reports folder %s", reports_dir);
  }
  char path[1024];
  snprintf(path, sizeof path, "%s/results.json", reports_dir);
  json_t *requirements = coverage_to_json(&options->coverage, merged, true);
  enum err_code code = results_write(path, merged, requirements, err);
  if (code != ERR_OK) return code;
  struct junit_options junit = {.profile = options->junit_strict ? JUNIT_STRICT : JUNIT_RICH,
                                .reports_dir = reports_dir};
  snprintf(path, sizeof path, "%s/junit.xml", reports_dir);
  return junit_write(path, merged, &junit, err);
}

static int tell(const struct results *merged, const struct report_options *options, FILE *out,
                struct err *err) {
  struct console_options shown = console_options_of(out);
  shown.progress = false;
  shown.reports_dir = options->reports_dir;
  struct console *console = console_create(&shown, merged->case_count);
  if (console == NULL) {
    (void)err_set(err, ERR_LIMIT, "no memory for the report");
    return EXIT_PROBLEM;
  }
  coverage_print(&options->coverage, merged, true, out);
  for (size_t i = 0; i < merged->case_count; i++)
    console_case(console, merged->cases[i]);
  struct console_end end = {.summary = &merged->summary,
                            .tier = merged->run.tier,
                            .duration_ms = merged->run.duration_ms};
  bool written = console_finish(console, &end);
  console_destroy(console);
  if (written) return summary_exit_status(&merged->summary);
  (void)err_set(err, ERR_SYSTEM, "the output could not be written");
  return EXIT_PROBLEM;
}

static int merge_all(const struct results *const *sets, size_t count,
                     const struct report_options *options, FILE *out, struct err *err) {
  const char *reports_dir = options->reports_dir;
  struct results *merged = NULL;
  struct text told = TEXT_INIT(TOLD_MAX);
  int status = EXIT_PROBLEM;
  if (merge_results(sets, count, reports_dir == NULL ? "." : reports_dir, &merged, &told, err) ==
          ERR_OK &&
      (reports_dir == NULL || write_both(merged, options, err) == ERR_OK)) {
    fputs(text_chars(&told), out);
    status = tell(merged, options, out, err);
  }
  results_destroy(merged);
  text_free(&told);
  return status;
}

static int print_matrix(const struct results *const *sets, size_t count, FILE *out) {
  struct text matrix = TEXT_INIT(MATRIX_MAX);
  matrix_print(sets, count, false, &matrix);
  fputs(text_chars(&matrix), out);
  text_free(&matrix);
  return 0;
}

int report_results(const char *const *paths, size_t count, const struct report_options *options,
                   FILE *out, struct err *err) {
  struct results **sets = calloc(count + 1, sizeof(struct results *));
  int status = EXIT_PROBLEM;
  enum err_code code = sets == NULL ? err_set(err, ERR_LIMIT, "no memory for the report") : ERR_OK;
  for (size_t i = 0; code == ERR_OK && i < count; i++)
    code = results_read(paths[i], &sets[i], err);
  if (code == ERR_OK) {
    const struct results *const *view = (const struct results *const *)sets;
    status = merge_is_one_subject(view, count) ? merge_all(view, count, options, out, err)
                                               : print_matrix(view, count, out);
  }
  for (size_t i = 0; sets != NULL && i < count; i++)
    results_destroy(sets[i]);
  free(sets);
  return status;
}
