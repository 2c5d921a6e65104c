/* A folder of one test's own, and files in it. */
#ifndef SOCKPROOF_TESTS_UNIT_RUN_FILES_H
#define SOCKPROOF_TESTS_UNIT_RUN_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_PATH_MAX = 256 };

static inline void files_make_folder(char folder[static FILES_PATH_MAX]) {
  const char *parent = getenv("TMPDIR");
  snprintf(folder, FILES_PATH_MAX, "%s/sockproof-unit-XXXXXX", parent == NULL ? "/tmp" : parent);
  assert_non_null(mkdtemp(folder));
}

static inline void files_write(const char *folder, const char *name, const char *contents,
                               char path[static FILES_PATH_MAX]) {
  assert_true(snprintf(path, FILES_PATH_MAX, "%s/%s", folder, name) < FILES_PATH_MAX);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(contents, 1, strlen(contents), file), strlen(contents));
  assert_int_equal(fclose(file), 0);
}

static inline void files_remove(const char *folder, const char *path) {
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0);
}

#endif
