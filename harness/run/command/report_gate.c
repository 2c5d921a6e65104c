#include "run/command/report_results.h"

#include "report/gate.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { EXIT_WORSE = 1, EXIT_PROBLEM = 2, TOLD_MAX = 64 * 1024, TEXT_MAX = 64 * 1024 * 1024 };

/* One file that is named twice is never worse than itself: nobody wants to know that. */
static enum err_code check_paths(const struct report_options *options, struct err *err) {
  struct stat sides[2];
  for (size_t i = 0; i < 2; i++) {
    if (stat(options->paths[i], &sides[i]) != 0) return ERR_OK; /* the reader will tell */
  }
  if (sides[0].st_dev != sides[1].st_dev || sides[0].st_ino != sides[1].st_ino) return ERR_OK;
  return err_set(err, ERR_USAGE, "%.200s and %.200s are one file, compared with itself",
                 options->paths[0], options->paths[1]);
}

static enum err_code print_gate(const struct gate *gate, const struct report_options *options,
                                const struct text *told, FILE *out, struct err *err) {
  struct text text = TEXT_INIT(TEXT_MAX);
  if (options->form == REPORT_JSON) {
    json_t *json = gate_to_json(gate, told);
    char *chars = json == NULL ? NULL : json_dumps(json, JSON_INDENT(1));
    json_decref(json);
    if (chars == NULL) return err_set(err, ERR_LIMIT, "no memory for the comparison");
    text_appendf(&text, "%s\n", chars);
    free(chars);
  } else {
    gate_to_text(gate, told, options->cases, &text);
  }
  const bool written = !text.truncated && fputs(text_chars(&text), out) != EOF && fflush(out) == 0;
  text_free(&text);
  return written ? ERR_OK : err_set(err, ERR_SYSTEM, "the output could not be written");
}

int report_gate(const struct report_options *options, const struct changelog *changelog, FILE *out,
                struct err *err) {
  struct results *before = NULL, *now = NULL;
  struct gate *gate = NULL;
  struct text told = TEXT_INIT(TOLD_MAX);
  int status = EXIT_PROBLEM;
  enum err_code code = check_paths(options, err);
  if (code == ERR_OK) code = results_read(options->paths[0], &before, err);
  if (code == ERR_OK) code = results_read(options->paths[1], &now, err);
  if (code == ERR_OK) code = gate_compare(before, now, changelog, &gate, &told, err);
  if (code == ERR_OK) code = print_gate(gate, options, &told, out, err);
  if (code == ERR_OK) status = gate_is_worse(gate) ? EXIT_WORSE : 0;
  gate_destroy(gate);
  results_destroy(before);
  results_destroy(now);
  text_free(&told);
  return status;
}
