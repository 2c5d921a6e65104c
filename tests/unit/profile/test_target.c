/* Target files: what is read, how what is wrong in one is told, and what is started in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/utsname.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "subject/target.h"

static const char file_name[] = "target-test.ini";

static enum err_code load(const char *contents, struct arena *arena, const struct target **target,
                          struct err *err) {
  FILE *file = fopen(file_name, "we");
  assert_non_null(file);
  (void)fputs(contents, file);
  (void)fclose(file);
  const enum err_code code = target_load(file_name, arena, target, err);
  (void)unlink(file_name);
  return code;
}

static void assert_refused(const char *contents, const char *words) {
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load(contents, arena, &target, &err), ERR_USAGE);
  assert_null(target);
  if (!strstr(err.text, words)) print_error("'%s' lacks '%s'\n", err.text, words);
  assert_non_null(strstr(err.text, words));
  assert_non_null(strstr(err.text, file_name));
  arena_destroy(arena);
}

static const char whole[] =
    "; a comment\n"
    "[target]\n"
    "about = a board\n"
    "differs = stack kernel\n"
    "machine = m68k\n"
    "byte-order = big\n"
    "lacks = ipv6 af-unix\n"
    "programs = sh true\n"
    "files = /dev/null libc.so\n"
    "packages = dash coreutils\n"
    "[build]\n"
    "compiler = cc\n"
    "flags = -O2 -DONE\n"
    "[run]\n"
    "launcher = emulator --at {dir} {program} -- {args...}\n"
    "network = tap\n"
    "slowness = 7\n"
    "early-ms = 20\n"
    "memory-mib = 0\n"
    "file-mib = 0\n"
    "maps-ids = yes\n"
    "env.ONE = two\n"
    "[without]\n"
    "unix-echo = it has no AF_UNIX\n";

static void test_whole(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load(whole, arena, &target, &err), ERR_OK);
  assert_string_equal(target->name, "target-test");
  assert_string_equal(target->about, "a board");
  assert_true(target_is_big_endian(target));
  assert_int_equal(target->lacks, CAN_IPV6 | CAN_AF_UNIX);
  assert_int_equal(target->network, TARGET_TAP);
  assert_int_equal(target->slowness, 7);
  assert_int_equal(target_early_ms(target), 20);
  assert_int_equal(target->memory_mib, 0);
  assert_int_equal(target->file_mib, 0);
  assert_true(target->maps_ids);
  assert_string_equal(target->env[0], "ONE=two");
  assert_string_equal(target_is_without(target, "unix-echo"), "it has no AF_UNIX");
  assert_null(target_is_without(target, "echo-client"));
  assert_int_equal(target_check_needs(target, arena, &err), ERR_OK);
  arena_destroy(arena);
}

/* Whose sockets they are decides what is held against this host's. */
static void test_whose_sockets(void **state) {
  (void)state;
  struct utsname host;
  assert_int_equal(uname(&host), 0);
  const struct target libc = {.differs = "libc word-size"}, other = {.system = "Windows"},
                      stack = {.differs = "API stack"}, kernel = {.differs = "kernel"},
                      tap = {.network = TARGET_TAP}, board = {.network = TARGET_REMOTE},
                      wire = {.network = TARGET_VETH};
  const struct target *const own[] = {&other, &stack, &kernel, &tap, &board};
  const struct target *const hosts[] = {NULL, &libc, &wire};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    assert_true(target_has_own_sockets(own[i]));
    assert_false(target_has_sockets_of(own[i], host.sysname));
  }
  const struct target machine = {.system = "Linux", .differs = "kernel stack"};
  assert_true(target_has_own_sockets(&machine));
  assert_true(target_has_sockets_of(&machine, "Linux"));
  assert_false(target_has_sockets_of(&machine, "Windows"));
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    assert_false(target_has_own_sockets(hosts[i]));
    assert_true(target_has_sockets_of(hosts[i], host.sysname));
    assert_false(target_has_sockets_of(hosts[i], "RSX"));
  }
}

/* Words with blanks and quotes reach the program as they are. */
static void test_launcher(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load(whole, arena, &target, &err), ERR_OK);
  const char *const words[] = {"/x/echo-client", "it's two", "", "{port}", NULL};
  const char *const *argv = words;
  assert_int_equal(target_launch(target, "/bin", arena, &argv, &err), ERR_OK);
  assert_string_equal(argv[0], "emulator");
  assert_string_equal(argv[1], "--at");
  assert_string_equal(argv[2], target->dir);
  assert_string_equal(argv[3], "/x/echo-client");
  assert_string_equal(argv[4], "--");
  assert_string_equal(argv[5], "it's two");
  assert_string_equal(argv[6], "");
  assert_string_equal(argv[7], "{port}");
  assert_null(argv[8]);
  arena_destroy(arena);
}

static void test_little_is_enough(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load("[target]\nabout = it\n", arena, &target, &err), ERR_OK);
  assert_int_equal(target->lacks, 0);
  assert_int_equal(target->network, TARGET_LOOPBACK);
  assert_int_equal(target->slowness, 1);
  assert_int_equal(target_early_ms(target), 0);
  assert_int_equal(target_early_ms(NULL), 0);
  assert_int_equal(target->memory_mib, -1);
  assert_int_equal(target->file_mib, TARGET_FILE_MIB);
  assert_false(target->maps_ids);
  assert_int_equal(target_is_big_endian(target), target_is_big_endian(NULL));
  const char *const words[] = {"/x/echo-client", "a", NULL};
  const char *const *argv = words;
  assert_int_equal(target_launch(target, "/bin", arena, &argv, &err), ERR_OK);
  assert_ptr_equal(argv, words);
  arena_destroy(arena);
}

/* The launcher of an agent passes signals on, but cannot catch SIGSTOP: cases that stop a program
 * would pass there and have tested nothing. */
static void test_behind_an_agent(void **state) {
  (void)state;
  static const char *const names[] = {"remote", "gvisor", "linux-s390x-system"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    const struct target *target = NULL;
    struct err err = {0};
    assert_int_equal(target_find(SUBJECTS_DIR "/targets", names[i], arena, &target, &err), ERR_OK);
    if ((target->lacks & CAN_SIGNALS) == 0) fail_msg("%s is to lack signals", names[i]);
    arena_destroy(arena);
  }
}

/* What the harness cannot give a board is lacking, whatever else the file says. */
static void test_board(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load("[target]\nabout = a board\nlacks = sendfile\n"
                        "[run]\nlauncher = launch {program} {args...}\nnetwork = remote\n"
                        "interface = eth1\naddress = 192.0.2.10\npeer = 192.0.2.1\n",
                        arena, &target, &err),
                   ERR_OK);
  assert_int_equal(target->lacks, TARGET_REMOTE_LACKS | CAN_SENDFILE);
  assert_true((target->lacks & CAN_SIGNALS) != 0); /* no launcher passes SIGSTOP on */
  const struct sandbox_remote *remote = target_remote(target);
  assert_non_null(remote);
  assert_string_equal(remote->interface, "eth1");
  assert_string_equal(target_places(target)->subject, "192.0.2.10");
  assert_string_equal(target_places(target)->peer, "192.0.2.1");
  assert_null(target_places(target)->peer2);
  assert_int_equal(load(whole, arena, &target, &err), ERR_OK);
  assert_null(target_remote(target));
  assert_null(target_remote(NULL));
  assert_ptr_equal(target_places(target), &sandbox_on_wire);
  assert_ptr_equal(target_places(NULL), &sandbox_on_loopback);
  arena_destroy(arena);
}

/* A target's file can name each, and no two are the same. */
static void test_names_of_capabilities(void **state) {
  (void)state;
  for (unsigned bit = 1; bit <= CAN_CLOSED_WINDOW; bit <<= 1) {
    unsigned parsed = 0;
    assert_non_null(capability_name(bit));
    assert_true(capability_parse(capability_name(bit), &parsed));
    assert_int_equal(parsed, bit);
  }
  assert_null(capability_name(CAN_CLOSED_WINDOW << 1));
}

static void test_mistakes(void **state) {
  (void)state;
  assert_refused("[target]\ndiffers = libc\n", "has no about");
  assert_refused("[target]\nabout = it\nexpectations = no-such\n",
                 ":3: expectations: there is no such file");
  assert_refused("[target]\nabout = it\nlacks = ipv6 ipx\n",
                 ":3: lacks: there is no capability 'ipx'");
  assert_refused("[target]\nabout = it\ndiffers = lib\n", "'lib' is none of");
  assert_refused("[target]\nabout = it\nbyte-order = middle\n", "little and big");
  assert_refused("[target]\nabout = it\ncolour = red\n", "no such key in [target]");
  assert_refused("[target]\nabout =\n", "no value");
  assert_refused("[target]\nabout = it\n[run]\nlauncher = qemu {program}\n", "{args...}");
  assert_refused("[target]\nabout = it\n[run]\nlauncher = 'qemu {program} {args...}\n", "launcher");
  assert_refused("[target]\nabout = it\n[run]\nnetwork = token-ring\n",
                 "loopback, tap, veth and remote");
  assert_refused("[target]\nabout = it\n[run]\nfar-side = agent\n", "network is not veth");
  assert_refused("[target]\nabout = it\n[run]\npeer = 192.0.2.1\n", "network is not remote");
  assert_refused("[target]\nabout = it\n[run]\nnetwork = remote\npeer = 192.0.2.1\n",
                 "needs interface (of this host), address");
  assert_refused(
      "[target]\nabout = it\n[run]\nnetwork = remote\ninterface = eth1\n"
      "address = 192.0.2.10\npeer = 192.0.2.1\n",
      "but no launcher");
  assert_refused("[target]\nabout = it\n[run]\naddress = board.example\n", "address: an IPv4");
  assert_refused("[target]\nabout = it\n[run]\npeer = fd00::1\n", "peer: an IPv4 address");
  assert_refused("[target]\nabout = it\n[run]\ninterface =\n", "no value");
  assert_refused("[target]\nabout = it\n[run]\nline-port = 22\n", "no far-side that listens");
  assert_refused("[target]\nabout = it\n[run]\nline-port = 0\n", "from 1 to 65535");
  assert_refused("[target]\nabout = it\n[run]\nbroken-exit = 256\n", "from 1 to 255");
  assert_refused("[target]\nabout = it\n[run]\nbroken-says = ^(qemu\n", ":4: broken-says: ");
  assert_refused("[target]\nabout = it\n[run]\nslowness = 0\n", "from 1 to");
  assert_refused("[target]\nabout = it\n[run]\nearly-ms = 2000\n", "from 0 to");
  assert_refused("[target]\nabout = it\n[run]\nmaps-ids = 1\n", "maps-ids: allowed are yes and no");
  assert_refused("[target]\nabout = it\n[run]\nfile-mib = all\n", "file-mib: ");
  assert_refused("[target]\nabout = it\n[run]\nspeed = 0\n", "no such key in [run]");
  assert_refused("[target]\nabout = it\n[run]\nenv. = 0\n", "a variable has a name");
  assert_refused("[target]\nabout = it\n[build]\nruntime = no-such-folder\n",
                 "/no-such-folder/CMakeLists.txt; a runtime is a folder beside");
  assert_refused("[target]\nabout = it\n[build]\nlinker = ld\n", "no such key in [build]");
  assert_refused("[target]\nabout = it\n[tests]\nx = y\n", "no section [tests]");
}

/* A launcher that would mangle its arguments is told here, and no recipe is blamed for it. */
static void test_placeholders(void **state) {
  (void)state;
  assert_refused("[target]\nabout = it\n[run]\nlauncher = qemu {program} {args}\n",
                 ":4: launcher: {args} as a word of its own");
  assert_refused("[target]\nabout = it\n[run]\nlauncher = sh -c '{program} {args...}'\n",
                 ":4: launcher: {args...} is a word for each");
  assert_refused("[target]\nabout = it\n[run]\nlauncher = qemu {bogus} {program} {args...}\n",
                 ":4: launcher: there is no placeholder {bogus}; there are {program} {args} {bin}");
  assert_refused("[target]\nabout = it\n[run]\nlauncher = qemu {more...} {program} {args...}\n",
                 ":4: launcher: there is no placeholder {more...}");
  assert_refused("[target]\nabout = it\n[run]\nnetwork = veth\nfar-side = agent {program}\n",
                 ":5: far-side: there is no placeholder {program}; there are {bin} {dir}");
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(load("[target]\nabout = it\n[run]\nlauncher = sh -c '{program} {args}'\n", arena,
                        &target, &err),
                   ERR_OK);
  const char *const words[] = {"/x/echo-client", "it's two", NULL};
  const char *const *argv = words;
  assert_int_equal(target_launch(target, "/bin", arena, &argv, &err), ERR_OK);
  assert_string_equal(argv[2], "/x/echo-client 'it'\\''s two'");
  assert_null(argv[3]);
  arena_destroy(arena);
}

static void test_lookup(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(target_find(SUBJECTS_DIR "/targets", "s390x", arena, &target, &err), ERR_OK);
  assert_string_equal(target->name, "s390x");
  assert_int_equal(target_find(SUBJECTS_DIR "/targets", "s39", arena, &target, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "there is no target 's39'"));
  assert_non_null(strstr(err.text, " s390x"));
  arena_destroy(arena);
}

static void test_shared_expectations(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(target_find(SUBJECTS_DIR "/targets", "lwip-s390x", arena, &target, &err),
                   ERR_OK);
  const char *name = strrchr(target->expectations, '/');
  assert_non_null(name);
  assert_string_equal(name, "/lwip.expect");
  assert_int_equal(target_find(SUBJECTS_DIR "/targets", "lwip", arena, &target, &err), ERR_OK);
  assert_null(target->expectations);
  arena_destroy(arena);
}

static void test_missing_program(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct target *target = NULL;
  struct err err = {0};
  assert_int_equal(
      load("[target]\nabout = it\nprograms = sh no-such-emulator\npackages = one two\n", arena,
           &target, &err),
      ERR_OK);
  assert_int_equal(target_check_needs(target, arena, &err), ERR_UNAVAILABLE);
  assert_non_null(strstr(err.text, "no-such-emulator"));
  assert_non_null(strstr(err.text, "one two"));
  arena_destroy(arena);
}

/* A compiler that no line of programs names. */
static void test_missing_compiler(void **state) {
  (void)state;
  static const struct {
    const char *compiler, *words;
    bool advised;
  } rows[] = {{"no-such-cc",
               "needs no-such-cc, which is not installed; its Debian packages are one", false},
              {"sh -static", "needs sh -static, which is not installed", true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    const struct target *target = NULL;
    struct err err = {0};
    char contents[200];
    (void)snprintf(contents, sizeof contents,
                   "[target]\nabout = it\nprograms = sh\npackages = one\n[build]\ncompiler = %s\n",
                   rows[i].compiler);
    assert_int_equal(load(contents, arena, &target, &err), ERR_OK);
    assert_int_equal(target_check_needs(target, arena, &err), ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, rows[i].words));
    assert_int_equal(strstr(err.text, "stand in flags and link") != NULL, rows[i].advised);
    arena_destroy(arena);
  }
}

/* Libraries that no program tells of: a path, or a name that only a compiler can look up. */
static void test_missing_file(void **state) {
  (void)state;
  static const char *const files[] = {"/no/such/lwip.h", "libnosuch.a"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    const struct target *target = NULL;
    struct err err = {0};
    char contents[200], words[100];
    (void)snprintf(contents, sizeof contents,
                   "[target]\nabout = it\nfiles = /dev/null %s\npackages = one two\n"
                   "[build]\ncompiler = cc\n",
                   files[i]);
    (void)snprintf(words, sizeof words,
                   "needs %s, which is not installed; its Debian packages are one two", files[i]);
    assert_int_equal(load(contents, arena, &target, &err), ERR_OK);
    assert_int_equal(target_check_needs(target, arena, &err), ERR_UNAVAILABLE);
    assert_non_null(strstr(err.text, words));
    arena_destroy(arena);
  }
  assert_refused("[target]\nabout = it\nfiles = lib/libc.a\n", ":3: files: a whole path");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole),
      cmocka_unit_test(test_whose_sockets),
      cmocka_unit_test(test_launcher),
      cmocka_unit_test(test_little_is_enough),
      cmocka_unit_test(test_behind_an_agent),
      cmocka_unit_test(test_board),
      cmocka_unit_test(test_names_of_capabilities),
      cmocka_unit_test(test_mistakes),
      cmocka_unit_test(test_placeholders),
      cmocka_unit_test(test_lookup),
      cmocka_unit_test(test_shared_expectations),
      cmocka_unit_test(test_missing_program),
      cmocka_unit_test(test_missing_compiler),
      cmocka_unit_test(test_missing_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
