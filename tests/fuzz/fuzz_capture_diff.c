/* A capture file is no other conversation than itself, as large captures are compared. */
#include "fuzz.h"
#include "fuzz_file.h"
#include "trace/capture_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  const char *path = fuzz_file(bytes, len);
  struct capture_file *files[2] = {NULL, NULL};
  struct capture_diff_outcome outcome;
  struct capture_diff_hooks hooks = {.context = NULL};
  struct err err = {0};
  enum err_code code = capture_file_open(path, &files[0], &err);
  if (code == ERR_OK) code = capture_file_open(path, &files[1], &err);
  if (code == ERR_OK) code = capture_diff(files[0], files[1], &hooks, &outcome, &err);
  if (code == ERR_OK)
    REQUIRE(outcome.totals.count == 0 && outcome.packets[0] == outcome.packets[1]);
  for (size_t i = 0; i < 2; i++)
    capture_file_close(files[i]);
  return 0;
}
