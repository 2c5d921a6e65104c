#include "run/command/report_results.h"

#include "report/console.h"
#include "report/junit.h"
#include "report/matrix.h"
#include "report/merge.h"
#include "report/results_file.h"
#include "report/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { EXIT_PROBLEM = 2, EXIT_BROKEN = 3, TOLD_MAX = 1024 * 1024, MATRIX_MAX = 64 * 1024 * 1024 };

struct report {
  const struct report_options *options;
  const struct coverage *coverage;
  FILE *out;
};

static enum err_code make_folder(const char *reports_dir, struct err *err) {
  if (mkdir(reports_dir, 0777) == 0 || errno == EEXIST) return ERR_OK;
  return err_set_errno(err, errno, "cannot make the reports folder %s", reports_dir);
}

static enum err_code write_both(const struct results *merged, const struct report *report,
                                struct err *err) {
  const char *reports_dir = report->options->reports_dir;
  enum err_code code = make_folder(reports_dir, err);
  if (code != ERR_OK) return code;
  char path[1024];
  snprintf(path, sizeof path, "%s/results.json", reports_dir);
  json_t *requirements = coverage_to_json(report->coverage, merged, true);
  code = results_write(path, merged, requirements, err);
  if (code != ERR_OK) return code;
  struct junit_options junit = {
      .profile = report->options->junit_strict ? JUNIT_STRICT : JUNIT_RICH,
      .reports_dir = reports_dir};
  snprintf(path, sizeof path, "%s/junit.xml", reports_dir);
  return junit_write(path, merged, &junit, err);
}

static int tell(const struct results *merged, const struct report *report, struct err *err) {
  struct console_options shown = console_options_of(report->out);
  shown.progress = false;
  shown.reports_dir = report->options->reports_dir;
  struct console *console = console_create(&shown, merged->case_count);
  if (console == NULL) {
    (void)err_set(err, ERR_LIMIT, "no memory for the report");
    return EXIT_PROBLEM;
  }
  coverage_print(report->coverage, merged, true, report->out);
  for (size_t i = 0; i < merged->case_count; i++)
    console_case(console, merged->cases[i]);
  struct console_end end = {.summary = &merged->summary,
                            .target = merged->run.target,
                            .target_version = merged->run.target_version,
                            .tier = merged->run.tier,
                            .duration_ms = merged->run.duration_ms};
  bool written = console_finish(console, &end);
  console_destroy(console);
  if (written && summary_judged_nothing(&merged->summary)) {
    struct text line = TEXT_INIT(TOLD_MAX);
    summary_tell_nothing(&merged->summary, &line);
    fprintf(report->out, "%s\n", text_chars(&line));
    text_free(&line);
    return EXIT_BROKEN;
  }
  if (written) return summary_exit_status(&merged->summary);
  (void)err_set(err, ERR_SYSTEM, "the output could not be written");
  return EXIT_PROBLEM;
}

static int merge_all(const struct results *const *sets, const struct report *report,
                     struct err *err) {
  const char *reports_dir = report->options->reports_dir;
  struct results *merged = NULL;
  struct text told = TEXT_INIT(TOLD_MAX);
  int status = EXIT_PROBLEM;
  if (merge_results(sets, report->options->path_count, reports_dir == NULL ? "." : reports_dir,
                    &merged, &told, err) == ERR_OK &&
      (reports_dir == NULL || write_both(merged, report, err) == ERR_OK)) {
    fputs(text_chars(&told), report->out);
    status = tell(merged, report, err);
  }
  results_destroy(merged);
  text_free(&told);
  return status;
}

static enum err_code append_json(const struct matrix *matrix, const struct text *told,
                                 struct text *out, struct err *err) {
  json_t *json = matrix_to_json(matrix, told);
  char *chars = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1));
  json_decref(json);
  if (chars == NULL) return err_set(err, ERR_LIMIT, "no memory for the matrix");
  text_append(out, chars);
  text_append(out, "\n");
  free(chars);
  return ERR_OK;
}

static enum err_code make_form(const struct matrix *matrix, enum report_form form, bool cases,
                               const struct text *told, struct text *out, struct err *err) {
  enum err_code code = ERR_OK;
  if (form == REPORT_JSON) {
    code = append_json(matrix, told, out, err);
  } else if (form == REPORT_MARKDOWN) {
    matrix_to_markdown(matrix, cases, out);
  } else {
    matrix_to_text(matrix, cases, out);
  }
  if (code == ERR_OK && out->truncated)
    code = err_set(err, ERR_LIMIT, "the matrix is longer than %d MiB", MATRIX_MAX / 1024 / 1024);
  return code;
}

/* matrix.json and matrix.md. */
static enum err_code write_matrix(const struct matrix *matrix, const struct report *report,
                                  const struct text *told, struct err *err) {
  static const struct {
    enum report_form form;
    const char *name;
  } files[] = {{REPORT_JSON, "matrix.json"}, {REPORT_MARKDOWN, "matrix.md"}};
  enum err_code code = make_folder(report->options->reports_dir, err);
  for (size_t i = 0; code == ERR_OK && i < sizeof files / sizeof files[0]; i++) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", report->options->reports_dir, files[i].name);
    struct text text = TEXT_INIT(MATRIX_MAX);
    code = make_form(matrix, files[i].form, report->options->cases, told, &text, err);
    if (code == ERR_OK) code = whole_file_write(path, span_of(text_chars(&text), text.len), err);
    text_free(&text);
  }
  return code;
}

static enum err_code print_matrix(const struct matrix *matrix, const struct report *report,
                                  const struct text *told, struct err *err) {
  const struct report_options *options = report->options;
  struct text text = TEXT_INIT(MATRIX_MAX);
  enum err_code code = make_form(matrix, options->form, options->cases, told, &text, err);
  /* What is told would spoil a table or JSON that goes into a file. */
  if (code == ERR_OK) {
    fputs(text_chars(told), options->form == REPORT_TEXT ? report->out : stderr);
    if (fputs(text_chars(&text), report->out) == EOF || fflush(report->out) != 0)
      code = err_set(err, ERR_SYSTEM, "the output could not be written");
  }
  text_free(&text);
  return code;
}

static int show_matrix(const struct results *const *sets, const struct report *report,
                       struct err *err) {
  struct matrix *matrix = NULL;
  struct text told = TEXT_INIT(TOLD_MAX);
  enum err_code code =
      matrix_create(sets, report->options->path_count, report->coverage, &matrix, &told, err);
  if (code == ERR_OK && report->options->reports_dir != NULL)
    code = write_matrix(matrix, report, &told, err);
  if (code == ERR_OK) code = print_matrix(matrix, report, &told, err);
  matrix_destroy(matrix);
  text_free(&told);
  return code == ERR_OK ? 0 : EXIT_PROBLEM;
}

static int report_sets(const struct results *const *sets, const struct report *report,
                       struct err *err) {
  const struct report_options *options = report->options;
  const bool plain = options->form == REPORT_TEXT && !options->cases;
  if (plain && merge_is_one_subject(sets, options->path_count)) return merge_all(sets, report, err);
  return show_matrix(sets, report, err);
}

int report_results(const struct report_options *options, const struct coverage *coverage, FILE *out,
                   struct err *err) {
  const struct report report = {options, coverage, out};
  const size_t count = options->path_count;
  struct results **sets = calloc(count + 1, sizeof(struct results *));
  int status = EXIT_PROBLEM;
  enum err_code code = sets == NULL ? err_set(err, ERR_LIMIT, "no memory for the report") : ERR_OK;
  for (size_t i = 0; code == ERR_OK && i < count; i++)
    code = results_read(options->paths[i], &sets[i], err);
  if (code == ERR_OK) status = report_sets((const struct results *const *)sets, &report, err);
  for (size_t i = 0; sets != NULL && i < count; i++)
    results_destroy(sets[i]);
  free(sets);
  return status;
}
