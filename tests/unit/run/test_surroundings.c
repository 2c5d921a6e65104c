/* What a case asks for beside its peers: the files that it brings, and the tier that it needs. */
#include "files.h"
#include "fixture/bytes.h"
#include "run/play/case_surroundings.h"

#include <errno.h>
#include <sys/stat.h>

struct place {
  struct sandbox sandbox;
  char folder[FILES_PATH_MAX];
};

static int make_place(void **state) {
  struct place *place = calloc(1, sizeof *place);
  assert_non_null(place);
  files_make_folder(place->folder);
  assert_true(strlen(place->folder) < sizeof place->sandbox.scratch);
  memcpy(place->sandbox.scratch, place->folder, strlen(place->folder) + 1);
  *state = place;
  return 0;
}

static int leave_place(void **state) {
  struct place *place = *state;
  int left = rmdir(place->folder);
  free(place);
  return left;
}

static enum err_code make(const struct place *place, const struct case_def *def, struct err *err) {
  static const struct recipe_def RECIPE = {.name = "r", .role = ROLE_CLIENT, .port = 7};
  struct instance instance = {.recipe = &RECIPE, .def = def};
  struct network network = {.family = IP_V4};
  assert_true(ip_address_parse("127.0.0.1", &network.peer));
  network.subject = network.peer2 = network.peer;
  return case_surroundings_make(&instance, &place->sandbox, &network, err);
}

static void make_one(const struct place *place, struct case_file file, struct stat *status) {
  const struct case_def def = {.files = {file}};
  struct err err = {0};
  if (make(place, &def, &err) != ERR_OK) fail_msg("%s", err.text);
  char path[FILES_PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/%s", place->folder, file.name);
  assert_int_equal(lstat(path, status), 0);
}

/* The octets of the file from `offset`, which are `expected` and no more; then it is removed. */
static void assert_ends_with(const struct place *place, const char *name, off_t offset,
                             const void *expected, size_t len) {
  char path[FILES_PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/%s", place->folder, name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_int_equal(fseeko(file, offset, SEEK_SET), 0);
  char *octets = malloc(len + 2);
  assert_non_null(octets);
  assert_int_equal(fread(octets, 1, len + 1, file), len);
  assert_memory_equal(octets, expected, len);
  free(octets);
  fclose(file);
  assert_int_equal(unlink(path), 0);
}

static void test_text(void **state) {
  struct stat status;
  make_one(*state, (struct case_file){.name = "a.txt", .text = "two\nlines\n"}, &status);
  assert_int_equal(status.st_mode & 07777, 0644); /* whatever the umask: others are to read it */
  assert_ends_with(*state, "a.txt", 0, "two\nlines\n", 10);
  make_one(*state, (struct case_file){.name = "empty", .text = ""}, &status);
  assert_int_equal(status.st_size, 0);
  assert_ends_with(*state, "empty", 0, "", 0);
}

static void test_pattern(void **state) {
  enum { LEN = 10000 }; /* no multiple of a block */
  struct stat status;
  make_one(*state, (struct case_file){.name = "p", .pattern_len = LEN}, &status);
  uint8_t *expected = malloc(LEN);
  assert_non_null(expected);
  for (size_t i = 0; i < LEN; i++)
    expected[i] = fixture_pattern_octet(0, i);
  assert_ends_with(*state, "p", 0, expected, LEN);
  free(expected);
}

static void test_hole_then_text(void **state) {
  const uint64_t hole = (UINT64_C(1) << 32) + 5;
  struct stat status;
  make_one(*state, (struct case_file){.name = "big", .sparse_octets = hole, .text = "end"},
           &status);
  assert_int_equal(status.st_size, hole + 3);
  assert_true(status.st_blocks < 1024); /* of 512 octets: it takes no room */
  assert_ends_with(*state, "big", (off_t)hole - 2, "\0\0end", 5);
}

static void test_folder_and_unreadable(void **state) {
  const struct place *place = *state;
  struct stat status;
  make_one(place, (struct case_file){.name = "folder", .directory = true}, &status);
  assert_true(S_ISDIR(status.st_mode));
  assert_int_equal(status.st_mode & 07777, 0755);
  make_one(place, (struct case_file){.name = "closed", .text = "x", .unreadable = true}, &status);
  assert_int_equal(status.st_mode & 07777, 0);
  assert_int_equal(status.st_size, 1);
  make_one(place, (struct case_file){.name = "no-entry", .directory = true, .unreadable = true},
           &status);
  assert_int_equal(status.st_mode & 07777, 0);
  char path[FILES_PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/closed", place->folder);
  assert_int_equal(unlink(path), 0);
  snprintf(path, sizeof path, "%s/folder", place->folder);
  assert_int_equal(rmdir(path), 0);
  snprintf(path, sizeof path, "%s/no-entry", place->folder);
  assert_int_equal(rmdir(path), 0);
}

static void test_several_in_order(void **state) {
  const struct place *place = *state;
  const struct case_def def = {
      .files = {{.name = "d", .directory = true}, {.name = "d/f", .text = "f"}}};
  struct err err = {0};
  assert_int_equal(make(place, &def, &err), ERR_OK);
  assert_ends_with(place, "d/f", 0, "f", 1);
  char path[FILES_PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/d", place->folder);
  assert_int_equal(rmdir(path), 0);
}

static void test_what_cannot_be_made(void **state) {
  const struct place *place = *state;
  struct err err = {0};
  const struct case_def nowhere = {.files = {{.name = "no-such/f", .text = "f"}}};
  assert_int_equal(make(place, &nowhere, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "no-such/f"));
  assert_int_equal(err.errno_value, ENOENT);
  const struct case_def endless = {.files = {{.name = "f", .sparse_octets = UINT64_MAX}}};
  assert_int_equal(make(place, &endless, &err), ERR_SYSTEM);
  assert_int_equal(err.errno_value, EFBIG);
  char path[FILES_PATH_MAX * 2];
  snprintf(path, sizeof path, "%s/f", place->folder);
  assert_int_equal(unlink(path), 0);
}

static enum tier needs(struct recipe_def recipe, struct case_def def) {
  struct instance instance = {.recipe = &recipe, .def = &def};
  return case_needs(&instance);
}

static void test_what_only_a_private_sandbox_has(void **state) {
  (void)state;
  static const struct sandbox_file ETC[] = {{NULL, NULL}};
  static const struct fixture_class DNS = {.application = APPLICATION_DNS};
  static const struct fixture_class PLAIN = {.application = APPLICATION_PLAIN};
  const struct recipe_def client = {.role = ROLE_CLIENT, .port = 7};
  const struct recipe_def chooser = {.role = ROLE_SERVER, .port = 0};
  const struct recipe_def server = {.role = ROLE_SERVER, .port = 7};
  const enum tier least = (enum tier)0, most = TIER_CAPTURE_PRIVATE;
  assert_int_equal(needs(client, (struct case_def){0}), least);
  assert_int_equal(needs(client, (struct case_def){.needs = most}), most);
  assert_int_equal(needs(client, (struct case_def){.fixtures = {{&PLAIN, NULL}}}), least);
  assert_int_equal(needs(client, (struct case_def){.fixtures = {{&PLAIN, NULL}, {&DNS, NULL}}}),
                   most);
  assert_int_equal(needs(client, (struct case_def){.etc = ETC}), most);
  assert_int_equal(needs(client, (struct case_def){.host_name = "h"}), most);
  assert_int_equal(needs(client, (struct case_def){.ipv6_off = true}), most);
  assert_int_equal(needs(client, (struct case_def){.may_set_host_name = true}), most);
  assert_int_equal(needs(server, (struct case_def){0}), least);
  assert_int_equal(needs(chooser, (struct case_def){0}), most);
  assert_int_equal(needs(chooser, (struct case_def){.port = 7}), least);
  assert_int_equal(needs(chooser, (struct case_def){.role = ROLE_CLIENT}), least);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, leave_place)

int main(void) {
  const struct CMUnitTest tests[] = {
      PLACED(test_text),
      PLACED(test_pattern),
      PLACED(test_hole_then_text),
      PLACED(test_folder_and_unreadable),
      PLACED(test_several_in_order),
      PLACED(test_what_cannot_be_made),
      cmocka_unit_test(test_what_only_a_private_sandbox_has),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
