/* Profiles: what is read, and how what is wrong in one is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "subject/profile.h"

static const char file_name[] = "profile-test.ini";

static enum err_code load(const char *contents, struct arena *arena, const struct profile **profile,
                          struct err *err) {
  FILE *file = fopen(file_name, "we");
  assert_non_null(file);
  (void)fputs(contents, file);
  (void)fclose(file);
  const enum err_code code = profile_load(file_name, arena, profile, err);
  (void)unlink(file_name);
  return code;
}

static void assert_refused(const char *contents, const char *words) {
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  assert_int_equal(load(contents, arena, &profile, &err), ERR_USAGE);
  assert_null(profile);
  if (!strstr(err.text, words)) print_error("'%s' lacks '%s'\n", err.text, words);
  assert_non_null(strstr(err.text, words));
  assert_non_null(strstr(err.text, file_name));
  arena_destroy(arena);
}

static void test_whole(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  assert_int_equal(load("; a comment\n"
                        "[subject]\n"
                        "name = it\n"
                        "version = it --version | head -1\n"
                        "goldens = no/such/folder\n"
                        "[sntp-client]\n"
                        "command = it {host}\n"
                        "  --port {port}\n"
                        "command.udp = it -u\n"
                        "observe.time.format = unix\n"
                        "observe.time = ^t=(.*)$\n"
                        "observe.why.stream = stderr\n"
                        "observe.why = ^(.*)$\n"
                        "observe.out = (o)\n"
                        "observe.out.stream = stdout\n"
                        "success = ok\n"
                        "env.A_B = c d\n"
                        "memory-mib = 0\n"
                        "[echo-client]\n"
                        "command = other ; a comment\n",
                        arena, &profile, &err),
                   ERR_OK);
  assert_string_equal(profile->name, "it");
  assert_string_equal(profile->version_command, "it --version | head -1");
  assert_int_equal(profile->dir[0], '/');
  assert_int_equal(profile->goldens_dir[0], '/');
  assert_non_null(strstr(profile->goldens_dir, "/no/such/folder"));
  assert_int_equal(profile->entry_count, 2);
  const struct profile_entry *entry = profile_entry_find(profile, "sntp-client");
  assert_string_equal(profile_command_find(entry, NULL)->line, "it {host}\n--port {port}");
  assert_string_equal(profile_command_find(entry, "udp")->line, "it -u");
  assert_null(profile_command_find(entry, "tcp"));
  assert_int_equal(entry->observation_count, 3);
  assert_string_equal(entry->observations[0].pattern, "^t=(.*)$");
  assert_string_equal(entry->observations[0].format, "unix");
  assert_false(entry->observations[0].on_stderr);
  assert_true(entry->observations[1].on_stderr);
  assert_false(entry->observations[2].on_stderr);
  assert_string_equal(entry->success, "ok");
  assert_string_equal(entry->env[0], "A_B=c d");
  assert_int_equal(entry->memory_mib, 0);
  entry = profile_entry_find(profile, "echo-client");
  assert_string_equal(entry->commands[0].line, "other");
  assert_int_equal(entry->memory_mib, -1);
  assert_null(profile_entry_find(profile, "echo"));
  arena_destroy(arena);
}

#define HEAD "[subject]\nname = it\n[echo-client]\ncommand = c\n"

static void test_wrong_profiles(void **state) {
  (void)state;
  assert_refused("", "no name");
  assert_refused("[subject]\nnome = it\n", ":2: there is no key 'nome'");
  assert_refused("[subject]\nnome = it\n", "name, version, about, goldens");
  assert_refused("[subject]\nname =\n", ":2: name: it has no value");
  assert_refused("name = it\n", ":1: 'name' stands in no section");
  assert_refused("[subject]\nname = it\n[a b]\nx = 1\n", ":4: 'x' stands in no section");
  assert_refused("[subject]\nname = it\nwhat is this\n", ":3: it is neither");
  assert_refused(HEAD "comand = d\n", ":5: there is no key 'comand' in [echo-client]");
  assert_refused(HEAD "observe.a.b = d\n", ":5: there is no key 'observe.a.b'");
  assert_refused(HEAD "command = d\n", ":5: 'command' stands in line 4 already");
  assert_refused(HEAD "command.x = 'd\n", ":5: command.x: a ' is not closed");
  assert_refused(HEAD "command.a/b = d\n", ":5: command.a/b: a variant is");
  assert_refused(HEAD "timeout = 0\n", ":5: timeout: a whole number of seconds");
  assert_refused(HEAD "timeout = 5 s\n", ":5: timeout: a whole number of seconds");
  assert_refused(HEAD "timeout = 61\n", "from 1 to 60");
  assert_refused(HEAD "daemon = true\n", ":5: daemon: allowed are yes and no");
  assert_refused(HEAD "sets-clock =\n", ":5: sets-clock: allowed are yes and no");
  assert_refused(HEAD "root = 0\n", ":5: root: allowed are yes and no");
  assert_refused(HEAD "file.a/b = x\n", ":5: file.a/b: a file's name is");
  assert_refused(HEAD "file... = x\n", ":5: file...: a file's name is");
  assert_refused(HEAD "file. = x\n", ":5: file.: a file's name is");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.format = %Y-%Q\n",
                 ":6: observe.a.format: '%Q' in '%Y-%Q' is no conversion");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.format = %H%\n", "is no conversion");
  assert_refused(HEAD "tiemout = 5\n", "timeout, daemon, sets-clock, root, env.NAME, file.NAME");
  assert_refused(HEAD "families = 4\n", ":5: families: allowed are ipv4, ipv6 and both");
  assert_refused(HEAD "observe.a = (x\n", ":5: observe.a: the pattern is wrong at offset 2");
  assert_refused(HEAD "observe.a = x\n", ":5: observe.a: the pattern has no group");
  assert_refused(HEAD "observe.a.format = unix\n", "observe.a.format or .stream and no observe.a");
  assert_refused(HEAD "observe.a.stream = stderr\n",
                 "observe.a.format or .stream and no observe.a");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.stream = stdlog\n",
                 ":6: observe.a.stream: it is stdout or stderr");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.streams = stderr\n", ":6: there is no key");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.format = posix\n",
                 ":6: observe.a.format: 'posix'");
  assert_refused(HEAD "observe.a = (x)\nobserve.a.format = %s\n", ":6: observe.a.format: for %s");
  assert_refused(HEAD "success = [\n", ":5: success: the pattern is wrong");
  assert_refused(HEAD "memory-mib = lots\n", ":5: memory-mib: a number");
  assert_refused(HEAD "env.A-B = x\n", ":5: env.A-B: a variable");
  assert_refused("[subject]\nname = it\n[echo-client]\nsuccess = x\n",
                 "[echo-client] has no command");
  char contents[400];
  (void)snprintf(contents, sizeof contents, HEAD "success = %0250d\n", 0);
  assert_refused(contents, ":5: the line is longer than");
}

/* The one of subjects/README.md, to the letter. */
static const char sample[] =
    "[subject]\n"
    "name    = ntplib (Python)\n"
    "version = python3 -c \"import importlib.metadata as m; print(m.version('ntplib'))\"\n"
    "about   = https://example.org/\n"
    "\n"
    "[ntp-time]                                   ; a recipe that it implements\n"
    "command = python3 {dir}/ntplib_client.py {host} {port}\n"
    "timeout = 5                                  ; how long it needs at most to give up by "
    "itself\n"
    "observe.time   = NTP time: (.+)              ; PCRE2; the first group, or (?<value>...)\n"
    "observe.time.format = %Y-%m-%d %H:%M:%S      ; strptime, or: unix, ntp, iso8601\n"
    "observe.offset = offset (-?[0-9.]+)\n"
    "success = ^NTP time                          ; for programs whose exit status says nothing\n"
    "daemon  = no                                 ; yes: never ends by itself; judged by what it "
    "printed and sent, then stopped\n"
    "sets-clock = no                              ; yes: its result is the time to which it sets "
    "the clock: recorded, answered with success, never done\n"
    "env.LANG = C\n"
    "\n"
    "[echo-server]\n"
    "command = socat TCP-LISTEN:{port},reuseaddr,fork EXEC:cat\n";

static void test_sample(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  const enum err_code code = load(sample, arena, &profile, &err);
  if (code) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  assert_string_equal(profile->version_command,
                      "python3 -c \"import importlib.metadata as m; print(m.version('ntplib'))\"");
  const struct profile_entry *entry = profile_entry_find(profile, "ntp-time");
  assert_int_equal(entry->timeout_s, 5);
  assert_false(entry->daemon);
  assert_false(entry->sets_clock);
  assert_false(entry->root);
  assert_string_equal(entry->observations[0].pattern, "NTP time: (.+)");
  assert_string_equal(entry->observations[0].format, "%Y-%m-%d %H:%M:%S");
  assert_string_equal(entry->success, "^NTP time");
  assert_string_equal(entry->env[0], "LANG=C");
  assert_int_equal(profile_entry_find(profile, "echo-server")->timeout_s, 0);
  arena_destroy(arena);
}

static void test_families(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  assert_int_equal(load("[sntp-client]\ncommand = it\n[ntp-time]\ncommand = it\nfamilies = both\n"
                        "[subject]\nname = it\nfamilies = ipv4\n",
                        arena, &profile, &err),
                   ERR_OK);
  assert_int_equal(profile_entry_find(profile, "sntp-client")->families, PROFILE_FAMILIES_IPV4);
  assert_int_equal(profile_entry_find(profile, "ntp-time")->families, PROFILE_FAMILIES_BOTH);
  assert_int_equal(load("[subject]\nname = it\n[sntp-client]\ncommand = it\nfamilies = ipv6\n"
                        "[ntp-time]\ncommand = it\n",
                        arena, &profile, &err),
                   ERR_OK);
  assert_int_equal(profile_entry_find(profile, "sntp-client")->families, PROFILE_FAMILIES_IPV6);
  assert_int_equal(profile_entry_find(profile, "ntp-time")->families, PROFILE_FAMILIES_UNSAID);
  arena_destroy(arena);
}

static void test_files(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  assert_int_equal(load("[subject]\nname = it\n[sntp-client]\ncommand = it -f {scratch}/a.conf\n"
                        "file.a.conf =\n  server {host} {\n    port = {port}\n  }\n"
                        "file.b = one line\nenv.CONF = {scratch}/{odd}\n"
                        "daemon = yes\nsets-clock = yes\nroot = yes\n",
                        arena, &profile, &err),
                   ERR_OK);
  const struct profile_entry *entry = profile_entry_find(profile, "sntp-client");
  assert_true(entry->daemon);
  assert_true(entry->sets_clock);
  assert_true(entry->root);
  assert_int_equal(entry->file_count, 2);
  assert_string_equal(entry->files[0].name, "a.conf");
  assert_string_equal(entry->files[1].text, "one line\n");
  assert_false(profile_uses(&entry->commands[0], "port"));
  assert_true(profile_entry_uses(entry, &entry->commands[0], "port"));
  assert_true(profile_entry_uses(entry, &entry->commands[0], "odd"));
  const struct placeholder values[] = {{"host", "::1"}, {"port", "123"}};
  const char *filled = NULL;
  assert_int_equal(profile_fill(entry->files[0].text, values, 2, arena, &filled, &err), ERR_OK);
  assert_string_equal(filled, "server ::1 {\nport = 123\n}\n");
  assert_int_equal(profile_fill(entry->env[0], values, 2, arena, &filled, &err), ERR_USAGE);
  assert_non_null(strstr(err.text, "{scratch}"));
  arena_destroy(arena);
}

static void test_missing_file(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *profile = NULL;
  struct err err = {0};
  assert_int_equal(profile_load("no-such.ini", arena, &profile, &err), ERR_SYSTEM);
  assert_non_null(strstr(err.text, "no-such.ini: No such file"));
  assert_int_equal(profile_load(".", arena, &profile, &err), ERR_SYSTEM);
  arena_destroy(arena);
}

static void test_small_arena(void **state) {
  (void)state;
  for (size_t bytes = 0; bytes < 400000; bytes += 1999) {
    struct arena *arena = arena_create(bytes);
    const struct profile *profile = NULL;
    struct err err = {0};
    const enum err_code code = load(HEAD "observe.a = (x)\nenv.A = b\n", arena, &profile, &err);
    assert_true(code == ERR_OK || code == ERR_LIMIT);
    arena_destroy(arena);
  }
}

static void test_of_command(void **state) {
  (void)state;
  struct arena *arena = arena_create(1 << 20);
  const struct profile *defaults = NULL, *profile = NULL;
  struct err err = {0};
  assert_int_equal(
      load(HEAD "observe.a = (x)\nenv.A = b\ncommand.udp = u\n", arena, &defaults, &err), ERR_OK);
  FILE *file = fopen("profile-test.py", "we");
  (void)fclose(file);
  const char *const argv[] = {"python3", "profile-test.py", "{host}", "it's", NULL};
  assert_int_equal(profile_of_command(argv, defaults, arena, &profile, &err), ERR_OK);
  (void)unlink("profile-test.py");
  assert_string_equal(profile->name, "python3 profile-test.py {host} it's");
  assert_null(profile->goldens_dir);
  const struct profile_entry *entry = profile_entry_find(profile, "echo-client");
  assert_int_equal(entry->observation_count, 1);
  assert_int_equal(entry->command_count, 1);
  assert_int_equal(entry->env_count, 0);
  const struct placeholder host = {"host", "127.0.0.1"};
  const char *const *expanded = NULL;
  assert_int_equal(profile_expand(&entry->commands[0], &host, 1, arena, &expanded, &err), ERR_OK);
  assert_string_equal(expanded[0], "python3");
  assert_int_equal(expanded[1][0], '/');
  assert_string_equal(strrchr(expanded[1], '/'), "/profile-test.py");
  assert_string_equal(expanded[2], "127.0.0.1");
  assert_string_equal(expanded[3], "it's");
  const char *const nothing[] = {NULL};
  assert_int_equal(profile_of_command(nothing, defaults, arena, &profile, &err), ERR_USAGE);
  arena_destroy(arena);
}

enum { WORDS_MAX = 4096 };

/* The words of `line`, each in brackets, where {list...} and {one} have these values; or the error.
 */
static const char *expanded(const char *line, const char *list, const char *one) {
  static char words[WORDS_MAX];
  struct arena *arena = arena_create(1 << 20);
  const struct profile_command command = {.line = line};
  const struct placeholder values[] = {{"list", list}, {"one", one}};
  const char *const *argv = NULL;
  struct err err = {0};
  words[0] = '\0';
  if (profile_expand(&command, values, 2, arena, &argv, &err) != ERR_OK)
    (void)snprintf(words, sizeof words, "%s", err.text);
  for (size_t i = 0; argv && argv[i]; i++) {
    const size_t len = strlen(words);
    (void)snprintf(words + len, sizeof words - len, "[%s]", argv[i]);
  }
  arena_destroy(arena);
  return words;
}

static void test_lists_of_words(void **state) {
  (void)state;
  assert_string_equal(expanded("it {list...} -x", "a b  c", ""), "[it][a][b][c][-x]");
  assert_string_equal(expanded("it {list...} -x", "", ""), "[it][-x]");
  assert_string_equal(expanded("it {list...} -x", " \t", ""), "[it][-x]");
  assert_string_equal(expanded("it {list...}", "'a b' \"\" c", ""), "[it][a b][][c]");
  /* A value is no line of a profile: its braces are its own. */
  assert_string_equal(expanded("it {list...}", "{one} {{", "1"), "[it][{one}][{{]");
  /* Only where it is the whole word; else it is a word like any other. */
  assert_string_equal(expanded("it --{list...}", "a b", ""), "[it][--{list...}]");
  assert_string_equal(expanded("it {list...}x", "a b", ""), "[it][{list...}x]");
  assert_string_equal(expanded("it {list} {one}", "a b", "1 2"), "[it][a b][1 2]");
  assert_non_null(strstr(expanded("it {lists...}", "a", ""), "no placeholder {lists...};"));
  assert_non_null(strstr(expanded("it {list...}", "'a", ""), "not closed"));
}

static void test_too_many_words(void **state) {
  (void)state;
  static char many[2 * 200 + 1];
  for (size_t i = 0; i < 200; i++)
    memcpy(many + 2 * i, "x ", 3);
  assert_null(strstr(expanded("it {list...} {list...}", many, ""), "more than"));
  assert_string_equal(expanded("it {list...} {list...} {list...}", many, ""),
                      "a command has more than 512 words");
}

static void test_uses(void **state) {
  (void)state;
  const struct profile_command command = {.line = "it {host} {{port} --{family} {list...} {x..}"};
  assert_true(profile_uses(&command, "host"));
  assert_true(profile_uses(&command, "family"));
  assert_true(profile_uses(&command, "list"));
  assert_false(profile_uses(&command, "port"));
  assert_false(profile_uses(&command, "hos"));
  assert_false(profile_uses(&command, "lis"));
  assert_false(profile_uses(&command, "x"));
}

static void test_profiles_of_this_project(void **state) {
  (void)state;
  const char *const names[] = {"recipes.ini", "ntpdig.ini", "socat.ini"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    struct arena *arena = arena_create(1 << 20);
    const struct profile *profile = NULL;
    struct err err = {0};
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", SUBJECTS_DIR, names[i]) > 0);
    const enum err_code code = profile_load(path, arena, &profile, &err);
    if (code) print_error("%s\n", err.text);
    assert_int_equal(code, ERR_OK);
    /* Only the reference owns goldens. */
    assert_int_equal(profile->goldens_dir != NULL, i == 0);
    free(path);
    arena_destroy(arena);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole),          cmocka_unit_test(test_wrong_profiles),
      cmocka_unit_test(test_sample),         cmocka_unit_test(test_families),
      cmocka_unit_test(test_files),          cmocka_unit_test(test_missing_file),
      cmocka_unit_test(test_small_arena),    cmocka_unit_test(test_lists_of_words),
      cmocka_unit_test(test_too_many_words), cmocka_unit_test(test_uses),
      cmocka_unit_test(test_of_command),     cmocka_unit_test(test_profiles_of_this_project),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
