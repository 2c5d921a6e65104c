#include "compare.h"

#include "trace/capture_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 256 * 1024, TOLD_MAX = 16 * 1024, SIDES = 2 };

static char folder[] = "/tmp/sockproof-captures.XXXXXX";
static char paths[SIDES][sizeof folder + 16];

bool compare_begin(void) {
  if (mkdtemp(folder) == NULL) {
    perror(folder);
    return false;
  }
  for (size_t i = 0; i < SIDES; i++) {
    (void)snprintf(paths[i], sizeof paths[i], "%s/%zu", folder, i);
  }
  return true;
}

void compare_end(void) {
  for (size_t i = 0; i < SIDES; i++) {
    (void)unlink(paths[i]);
  }
  (void)rmdir(folder);
}

static bool write_capture(size_t side, enum format format, const struct trace *trace) {
  static uint8_t octets[FILE_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  format_write(&writer, format, trace);
  FILE *file = writer.failed ? NULL : fopen(paths[side], "wbe");
  bool good = file != NULL && fwrite(octets, writer.len, 1, file) == 1;
  if (file != NULL) good = fclose(file) == 0 && good;
  if (!good) perror(paths[side]);
  return good;
}

static enum err_code by_forms(const struct canonical_head *head, const struct trace *expected,
                              const struct trace *actual, struct comparison *comparison,
                              struct err *err) {
  struct canonical *forms[SIDES] = {NULL, NULL};
  struct diff_result result = {0};
  enum err_code code = canonical_of(expected, head, &forms[0], err);
  if (code == ERR_OK) code = canonical_of(actual, head, &forms[1], err);
  if (code == ERR_OK) code = diff_canonical(forms[0], forms[1], &result, err);
  if (code == ERR_OK) {
    comparison->by_forms = result.count;
    if (result.count > 0) diff_print(&result, forms[0], forms[1], NULL, &comparison->told);
    diff_free(&result);
  }
  for (size_t i = 0; i < SIDES; i++) {
    canonical_destroy(forms[i]);
  }
  return code;
}

static void note_difference(void *context, const struct difference *difference,
                            const struct diff_sides *sides) {
  diff_print_flow(difference, context);
  diff_print_one(difference, false, sides->expected, sides->actual, context);
}

static enum err_code by_outlines(struct comparison *comparison, struct err *err) {
  struct capture_file *files[SIDES] = {NULL, NULL};
  struct capture_diff_outcome outcome = {0};
  struct capture_diff_hooks hooks = {.differs = note_difference, .context = &comparison->told};
  enum err_code code = capture_file_open(paths[0], &files[0], err);
  if (code == ERR_OK) code = capture_file_open(paths[1], &files[1], err);
  if (code == ERR_OK) code = capture_diff(files[0], files[1], &hooks, &outcome, err);
  comparison->by_outlines = outcome.totals.count;
  for (size_t i = 0; i < SIDES; i++) {
    capture_file_close(files[i]);
  }
  return code;
}

bool compare_captures(const struct canonical_head *head, const struct trace *expected,
                      enum format expected_format, const struct trace *actual,
                      enum format actual_format, struct comparison *comparison) {
  *comparison = (struct comparison){.told = TEXT_INIT(TOLD_MAX)};
  struct err err = {0};
  bool good =
      write_capture(0, expected_format, expected) && write_capture(1, actual_format, actual);
  if (!good) return false;
  enum err_code code = by_forms(head, expected, actual, comparison, &err);
  if (code == ERR_OK) code = by_outlines(comparison, &err);
  if (code != ERR_OK) printf("%s\n", err.text);
  return code == ERR_OK;
}
