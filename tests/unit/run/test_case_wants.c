/* What a case needs of a target: what it says, and what follows from the rest of it. Whatever is
 * not seen here is asked of a system that cannot give it, and judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "run/play/case_wants.h"

static const struct recipe_def recipe = {.name = "echo-server", .role = ROLE_SERVER};
static const struct fixture_class name_server = {.application = APPLICATION_DNS};
static const struct fixture_class echo = {.application = APPLICATION_PLAIN};
static bool interrupts(const void *script) {
  return strcmp(script, "stop") == 0;
}
static const struct fixture_class scripted = {.application = APPLICATION_PLAIN,
                                              .interrupts = interrupts};
static const struct sandbox_file services[] = {{"services", "echo 7/tcp\n"}, {NULL, NULL}};
static const struct sandbox_file hosts[] = {{"hosts", "{peer} a\n"}, {NULL, NULL}};
static const struct sandbox_file own_hosts[] = {{"hosts", "{subject2} a\n"}, {NULL, NULL}};

static unsigned wants_of(const struct recipe_def *of, const struct case_def *def,
                         enum ip_family family) {
  const struct instance instance = {.recipe = of, .def = def, .family = family};
  return case_wants(&instance);
}

static void what_a_case_says_and_what_follows(void **state) {
  (void)state;
  const struct {
    struct case_def def;
    unsigned wants;
  } rows[] = {
      {{.name = "plain"}, 0},
      {{.name = "figures", .host = "{peer}", .fixtures = {{&echo, NULL}}}, 0},
      {{.name = "said", .wants = CAN_SENDFILE | CAN_REVERSE}, CAN_SENDFILE | CAN_REVERSE},
      {{.name = "ends", .checks = {CHECK_SUCCEEDED, CHECK_ENDS_CLEANLY}}, CAN_STOP_SIGNALS},
      {{.name = "ended", .stop_signal = SIGINT}, CAN_STOP_SIGNALS},
      {{.name = "input", .input = ""}, CAN_STDIN},
      {{.name = "file", .files = {{.name = "a"}}}, CAN_FILES},
      {{.name = "named", .host_name = "a"}, CAN_HOST_NAME},
      {{.name = "names", .may_set_host_name = true}, CAN_HOST_NAME},
      {{.name = "off", .ipv6_off = true}, CAN_IPV6 | CAN_IPV6_OFF},
      {{.name = "services", .etc = services}, CAN_SERVICES | CAN_NETDB},
      {{.name = "hosts", .etc = hosts}, CAN_NETDB},
      {{.name = "own-hosts", .etc = own_hosts}, CAN_NETDB | CAN_SECOND_ADDRESS},
      {{.name = "host", .host = "a.example"}, CAN_NETDB},
      {{.name = "value", .values = {{"name", "a.test"}}}, CAN_NETDB},
      {{.name = "asks", .fixtures = {{&echo, NULL}, {&name_server, NULL}}}, CAN_RESOLVE},
      {{.name = "no-stop", .fixtures = {{&echo, "stop"}, {&scripted, "go"}, {&scripted, NULL}}}, 0},
      {{.name = "stops", .fixtures = {{&echo, NULL}, {&scripted, "stop"}}}, CAN_SIGNALS},
      {{.name = "second", .values = {{"source", "{subject2}"}}}, CAN_SECOND_ADDRESS},
      {{.name = "second-host", .host = "{subject2}"}, CAN_SECOND_ADDRESS},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (wants_of(&recipe, &rows[i].def, IP_V4) == rows[i].wants) continue;
    fail_msg("the case %s wants %x", rows[i].def.name, wants_of(&recipe, &rows[i].def, IP_V4));
  }
}

static void what_its_recipe_says_and_its_family(void **state) {
  (void)state;
  const struct recipe_def local = {.name = "unix-echo", .wants = CAN_AF_UNIX};
  const struct case_def def = {.name = "plain", .wants = CAN_SIGNALS};
  assert_int_equal(wants_of(&local, &def, IP_V4), CAN_AF_UNIX | CAN_SIGNALS);
  assert_int_equal(wants_of(&local, &def, IP_V6), CAN_AF_UNIX | CAN_SIGNALS | CAN_IPV6);
}

static void a_target_lacks_it_and_says_what(void **state) {
  (void)state;
  struct arena *arena = arena_create(4096);
  assert_non_null(arena);
  const struct case_def def = {.name = "ends", .checks = {CHECK_ENDS_CLEANLY}};
  const struct instance instance = {.recipe = &recipe, .def = &def, .family = IP_V4};
  const struct target has_all = {.name = "libc"},
                      lacks = {.name = "board", .lacks = CAN_STOP_SIGNALS},
                      lacks_others = {.name = "stack", .lacks = ~(unsigned)CAN_STOP_SIGNALS};
  assert_null(case_target_lacks(NULL, &instance, arena));
  assert_null(case_target_lacks(&has_all, &instance, arena));
  assert_null(case_target_lacks(&lacks_others, &instance, arena));
  assert_string_equal(case_target_lacks(&lacks, &instance, arena),
                      "the target board lacks stop-signals, which this case needs");
  arena_destroy(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_case_says_and_what_follows),
      cmocka_unit_test(what_its_recipe_says_and_its_family),
      cmocka_unit_test(a_target_lacks_it_and_says_what),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
