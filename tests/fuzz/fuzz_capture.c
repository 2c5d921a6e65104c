/* Capture files of both formats: octets that are the file's own, and each packet found again. */
#include "fuzz.h"
#include "fuzz_file.h"
#include "trace/capture_file.h"

#include <string.h>

enum { AGAIN_MAX = 64 };

/* What was read once, to be read again. */
struct seen {
  struct captured list[AGAIN_MAX];
  uint64_t sums[AGAIN_MAX];
  size_t count;
};

static uint64_t sum_of(const struct captured *captured) {
  uint64_t sum = (uint64_t)captured->packet.time_ns ^ captured->packet.wire_len;
  for (size_t i = 0; i < captured->packet.bytes.len; i++)
    sum = sum * 31 + captured->packet.bytes.bytes[i];
  return sum * 31 + (uint64_t)captured->link_type;
}

static enum err_code read_all(struct capture_file *file, size_t len, struct seen *seen,
                              struct err *err) {
  for (bool more = true;;) {
    struct captured captured;
    enum err_code code = capture_file_next(file, &captured, &more, err);
    if (code != ERR_OK || !more) return code;
    REQUIRE(captured.packet.bytes.len <= CAPTURED_LEN_MAX);
    REQUIRE(captured.offset + captured.packet.bytes.len <= len);
    if (seen->count == AGAIN_MAX) continue;
    seen->sums[seen->count] = sum_of(&captured);
    seen->list[seen->count++] = captured;
  }
}

static void read_again(struct capture_file *file, const struct seen *seen) {
  for (size_t i = seen->count; i-- > 0;) {
    struct captured captured;
    struct err err;
    bool more = false;
    REQUIRE(capture_file_seek(file, seen->list[i].offset, &err) == ERR_OK);
    REQUIRE(capture_file_next(file, &captured, &more, &err) == ERR_OK && more);
    REQUIRE(captured.offset == seen->list[i].offset && sum_of(&captured) == seen->sums[i]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  static struct seen seen;
  seen.count = 0;
  const char *path = fuzz_file(bytes, len);
  struct capture_file *file = NULL;
  struct err err = {0};
  enum err_code code = capture_file_open(path, &file, &err);
  if (code == ERR_OK) code = read_all(file, len, &seen, &err);
  if (code != ERR_OK) REQUIRE(strstr(err.text, path) != NULL);
  if (code == ERR_INPUT) REQUIRE(strstr(err.text, "offset ") != NULL);
  if (file != NULL && capture_file_is_seekable(file)) read_again(file, &seen);
  capture_file_close(file);
  return 0;
}
