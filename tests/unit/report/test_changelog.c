/* cases/CHANGES: read, asked, and refused with file and line where it is wrong. */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/changelog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 4 * 1024 * 1024 };

struct fixture {
  char *folder, *path;
  struct arena *arena;
  struct changelog changelog;
};

static enum err_code load(struct fixture *fixture, const char *chars, struct err *err) {
  *fixture = (struct fixture){.folder = sample_folder(), .arena = arena_create(ARENA_BYTES)};
  fixture->path = sample_path(fixture->folder, "CHANGES");
  FILE *file = fopen(fixture->path, "we");
  assert_non_null(file);
  assert_true(fputs(chars, file) >= 0);
  assert_int_equal(fclose(file), 0);
  return changelog_load(fixture->path, fixture->arena, &fixture->changelog, err);
}

static void unload(struct fixture *fixture) {
  arena_destroy(fixture->arena);
  free(fixture->path);
  sample_folder_remove(fixture->folder);
}

#define FIRST "1.0\t2026-11-21\tfirst\t*\tas it was\n"

static void test_versions(void **state) {
  (void)state;
  struct fixture fixture;
  struct err err = {0};
  assert_int_equal(load(&fixture,
                        "# notes\n" FIRST "\n"
                        "1.1\t2026-12-01\tadded\ta/new*\twhy not\n"
                        "1.1\t2026-12-01\tchanged\ta/old\tsaid too little\n"
                        "2\t2027-01-01\tremoved\ta/new-one\tsaid too much\n"
                        "3\t2027-02-01\tadded\ta/new-one\tmissed\n",
                        &err),
                   ERR_OK);
  const struct changelog *changelog = &fixture.changelog;
  assert_int_equal(changelog->version_count, 4);
  assert_string_equal(changelog_newest(changelog), "3");
  assert_string_equal(changelog->versions[1].date, "2026-12-01");
  assert_int_equal(changelog_since(changelog, "a/old"), 0);
  assert_int_equal(changelog_since(changelog, "a/new-two"), 1);
  assert_int_equal(changelog_since(changelog, "a/new-one"), 3);
  const struct change *change = changelog_change(changelog, "a/old", CHANGE_CHANGED, 0, 3);
  assert_non_null(change);
  assert_string_equal(change->why, "said too little");
  assert_null(changelog_change(changelog, "a/old", CHANGE_CHANGED, 1, 3));
  assert_null(changelog_change(changelog, "a/old", CHANGE_REMOVED, 0, 3));
  assert_non_null(changelog_change(changelog, "a/new-one", CHANGE_REMOVED, 1, 2));
  assert_null(changelog_change(changelog, "a/new-one", CHANGE_REMOVED, 0, 1));
  size_t version = 9;
  assert_int_equal(changelog_find(changelog, "2", &version, &err), ERR_OK);
  assert_int_equal(version, 2);
  assert_int_equal(changelog_find(changelog, "1.2", &version, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "'1.2'"));
  assert_non_null(strstr(err.text, "1.0, 1.1, 2, 3"));
  unload(&fixture);
}

static void test_mistakes(void **state) {
  (void)state;
  static const struct {
    const char *chars, *told;
  } mistakes[] = {
      {"", "no version"},
      {"# only notes\n", "no version"},
      {"1.0\t2026-11-21\tfirst\t*\n", ":1: version, date"},
      {"1.0\t2026-11-21\tfirst\t\tx\n", ":1: version, date"},
      {FIRST "1.1\tx\tadded\ta\tb\tc\n", ":2: version, date"},
      {FIRST "1.1\tx\tmoved\ta\tb\n", ":2: 'moved'"},
      {FIRST "1.1\tx\tfirst\ta\tb\n", ":2: 'first'"},
      {"1.0\tx\tadded\ta\tb\n", ":1: 'first'"},
      {FIRST "1.1\tx\tadded\ta\tb\n1.0\tx\tadded\tc\td\n", ":3: the lines of version 1.0"},
      {FIRST "a name of a version that is too long\tx\tadded\ta\tb\n", ":2: more than"},
  };
  for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
    struct fixture fixture;
    struct err err = {0};
    assert_int_not_equal(load(&fixture, mistakes[i].chars, &err), ERR_OK);
    assert_non_null(strstr(err.text, "CHANGES"));
    if (!strstr(err.text, mistakes[i].told)) fail_msg("%s: %s", mistakes[i].told, err.text);
    unload(&fixture);
  }
}

static void test_files(void **state) {
  (void)state;
  struct fixture fixture;
  struct err err = {0};
  char long_line[2000];
  memset(long_line, 'x', sizeof long_line - 1);
  long_line[sizeof long_line - 1] = '\0';
  assert_int_equal(load(&fixture, long_line, &err), ERR_LIMIT);
  assert_non_null(strstr(err.text, ":1: more than"));
  assert_int_equal(changelog_load("no/such", fixture.arena, &fixture.changelog, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "no/such"));
  unload(&fixture);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_versions),
      cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
