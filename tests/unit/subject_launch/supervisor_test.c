/* What the supervisor of system calls sees and does. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "stage.h"
#include "subject/supervisor.h"

static const struct subject_limits plain = {.wall_ms = 20000};

static bool is_ready_once(const struct stage *stage, bool tcp, enum ip_family family,
                          uint16_t port) {
  const struct subject_socket *socket = &stage->sockets[0];
  return stage->ready == 1 && socket->tcp == tcp && socket->at.address.family == family &&
         socket->at.port == port;
}

static const char *servers_tell_when_they_are_ready(struct stage *stage) {
  static const struct {
    const char *act;
    enum ip_family family;
    uint16_t port;
    bool tcp;
  } servers[] = {
      {"udp", IP_V4, 123, false},
      {"udp6", IP_V6, 123, false},
      {"tcp", IP_V4, 7, true},
      {"tcp-thread", IP_V4, 7, true},
  };
  for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
    stage->signal_on_ready = SIGTERM;
    if (stage_run(stage, servers[i].act, &plain) != ERR_OK) return servers[i].act;
    if (stage->outcome->signal != SIGTERM) return servers[i].act;
    if (!is_ready_once(stage, servers[i].tcp, servers[i].family, servers[i].port))
      return servers[i].act;
    stage_clear(stage);
  }
  return NULL;
}

static const char *ephemeral_port_is_told(struct stage *stage) {
  if (stage_run(stage, "udp-any-port", &plain) != ERR_OK) return "start";
  return stage->ready == 1 && stage->sockets[0].at.port >= 1024 ? NULL : "the port";
}

static const char *errors_are_the_kernels(struct stage *stage) {
  if (stage_run(stage, "refused-calls", &plain) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 0) return "a call";
  return stage->ready == 0 ? NULL : "a ready event";
}

static const char *a_local_server_tells_its_path(struct stage *stage) {
  if (stage_run(stage, "local", &plain) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 0) return "a call";
  return stage->ready == 1 && !stage->sockets[0].tcp &&
                 strcmp(stage->sockets[0].path, "socket") == 0
             ? NULL
             : "the path";
}

static bool is_attempt(const struct stage *stage, size_t index, const char *call,
                       enum clock_change change, int64_t value_ns, bool success) {
  const struct clock_attempt *attempt = &stage->outcome->clock_attempts[index];
  return strcmp(attempt->call, call) == 0 && attempt->change == change &&
         attempt->value_ns == value_ns && attempt->at_ns > 0 &&
         attempt->answered_success == success;
}

static const char *look_at_attempts(const struct stage *stage, bool success) {
  enum { CALLS = 4 };
  if (stage->outcome->exit_code != (success ? CALLS : 0)) return "the answers";
  if (stage->outcome->clock_attempt_count != CALLS) return "the number of attempts";
  if (!is_attempt(stage, 0, "clock_settime", CLOCK_CHANGE_SET, 1000000000007, success))
    return "clock_settime";
  if (!is_attempt(stage, 1, "settimeofday", CLOCK_CHANGE_SET, 2000000003000, success))
    return "settimeofday";
  if (!is_attempt(stage, 2, "adjtimex", CLOCK_CHANGE_SHIFT, -5000, success)) return "adjtimex";
  if (!is_attempt(stage, 3, "clock_adjtime", CLOCK_CHANGE_SHIFT, 4000006000, success))
    return "clock_adjtime";
  return NULL;
}

static const char *clock_is_not_set(struct stage *stage) {
  if (stage_run(stage, "set-clock", &plain) != ERR_OK) return "start";
  const char *complaint = look_at_attempts(stage, false);
  if (complaint != NULL) return complaint;
  stage_clear(stage);
  const struct subject_limits allowing = {.wall_ms = 20000, .allow_set_clock = true};
  if (stage_run(stage, "set-clock", &allowing) != ERR_OK) return "start";
  return look_at_attempts(stage, true);
}

static const struct subject_limits renaming = {.wall_ms = 20000, .allow_set_host_name = true};

static bool is_name_attempt(const struct stage *stage, size_t index, const char *name,
                            int64_t len_octets, int answered_errno) {
  const struct host_name_attempt *attempt = &stage->outcome->host_name_attempts[index];
  return strcmp(attempt->name, name) == 0 && attempt->len_octets == len_octets &&
         attempt->answered_errno == answered_errno;
}

static const char *look_at_names(const struct stage *stage, bool allowed) {
  if (stage->outcome->exit_code != allowed) return "the answers";
  if (stage->outcome->host_name_attempt_count != 4) return "the number of attempts";
  if (!is_name_attempt(stage, 0, "renamed", 7, allowed ? 0 : EPERM)) return "the name";
  if (!is_name_attempt(stage, 1, "", 65, allowed ? EINVAL : EPERM)) return "65 octets";
  if (!is_name_attempt(stage, 2, "", -1, allowed ? EINVAL : EPERM)) return "-1 octets";
  return is_name_attempt(stage, 3, "", 4, allowed ? EFAULT : EPERM) ? NULL : "a wild pointer";
}

static const char *host_name_is_refused(struct stage *stage) {
  if (stage_run(stage, "set-host-name", &plain) != ERR_OK) return "start";
  return look_at_names(stage, false);
}

/* Without names of its own a sandbox has none to give: the host's is not the subject's. */
static const char *host_name_is_nobodys(struct stage *stage) {
  if (stage_run(stage, "set-host-name", &renaming) != ERR_OK) return "start";
  return look_at_names(stage, false);
}

static const char *host_name_is_set_inside(struct stage *stage) {
  const char *complaint = host_name_is_refused(stage);
  if (complaint != NULL) return complaint;
  stage_clear(stage);
  if (stage_run(stage, "set-host-name", &renaming) != ERR_OK) return "start";
  char name[80] = "";
  if (gethostname(name, sizeof name) != 0 || strcmp(name, "renamed") != 0)
    return "the sandbox's name";
  return look_at_names(stage, true);
}

static const struct subject_limits rooted = {.wall_ms = 20000, .system = {.as_root = true}};

static const char *only_root_gives_up_groups(struct stage *stage) {
  if (stage_run(stage, "give-up-groups", &plain) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 0) return "an ordinary user's groups";
  stage_clear(stage);
  if (stage_run(stage, "give-up-groups", &rooted) != ERR_OK) return "start";
  if (stage->outcome->exit_code != 1) return "root's groups";
  stage_clear(stage);
  /* Of all that is supervised nothing is left out for it. */
  if (stage_run(stage, "set-clock", &rooted) != ERR_OK) return "start";
  return look_at_attempts(stage, false);
}

static const char *there_is_no_root(struct stage *stage) {
  if (stage_run(stage, "give-up-groups", &rooted) != ERR_UNAVAILABLE) return "start";
  return strstr(stage->err.text, "root of a user namespace") != NULL ? NULL : "the reason";
}

#ifdef ACTOR32
static const char *old_programs_are_supervised(struct stage *stage) {
  const char *const argv[] = {ACTOR32, NULL};
  const char *const envp[] = {NULL};
  const struct subject_command command = {.argv = argv, .envp = envp};
  if (stage_run_command(stage, &command, &plain) != ERR_OK) {
    /* A kernel may be without 32-bit programs. */
    return strstr(stage->err.text, "in no format that this system executes") != NULL ? NULL
                                                                                     : "start";
  }
  if (stage->outcome->exit_code != 1) return "bind alone should succeed";
  if (!is_ready_once(stage, false, IP_V4, 123)) return "the ready event";
  if (stage->outcome->clock_attempt_count != 3) return "the number of attempts";
  if (!is_attempt(stage, 0, "clock_settime", CLOCK_CHANGE_SET, 1000000000007, false))
    return "clock_settime";
  if (!is_attempt(stage, 1, "clock_settime64", CLOCK_CHANGE_SET, 5000000000000000009, false))
    return "clock_settime64";
  if (!is_attempt(stage, 2, "stime", CLOCK_CHANGE_SET, 77000000000, false)) return "stime";
  if (stage->outcome->host_name_attempt_count != 1) return "the number of names";
  return is_name_attempt(stage, 0, "narrow", 6, EPERM) ? NULL : "sethostname";
}

static void a_32_bit_program_is_supervised_too(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, old_programs_are_supervised);
}
#else
static void a_32_bit_program_is_supervised_too(void **state) {
  (void)state;
  skip(); /* this compiler makes none */
}
#endif

static void a_server_tells_when_it_is_ready(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, servers_tell_when_they_are_ready);
}

static void an_ephemeral_port_is_told(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, ephemeral_port_is_told);
  assert_act(SANDBOX_NONE, ephemeral_port_is_told);
}

static void refusals_are_those_of_the_kernel(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, errors_are_the_kernels);
}

static void a_local_server_tells_when_it_is_ready(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, a_local_server_tells_its_path);
}

static void the_clock_is_never_set(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, clock_is_not_set);
  assert_act(SANDBOX_NONE, clock_is_not_set);
}

static void the_host_name_is_set_in_the_sandbox_alone(void **state) {
  (void)state;
  char before[80] = "", after[80] = "";
  assert_int_equal(gethostname(before, sizeof before), 0);
  assert_act(SANDBOX_USER_NAMESPACE, host_name_is_set_inside);
  assert_act(SANDBOX_NONE, host_name_is_refused);
  assert_act(SANDBOX_NONE, host_name_is_nobodys);
  assert_int_equal(gethostname(after, sizeof after), 0);
  assert_string_equal(before, after);
}

static void a_root_that_has_no_rights_gives_up_groups(void **state) {
  (void)state;
  assert_act(SANDBOX_USER_NAMESPACE, only_root_gives_up_groups);
  assert_act(SANDBOX_NONE, there_is_no_root);
}

/* The descriptor by which a process is supervised that has ended. */
static int supervise_what_has_ended(const struct supervisor_filter *filter) {
  int ends[2], theirs = -1, status = 0;
  assert_int_equal(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const bool is_installed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                              supervisor_filter_install(filter, &theirs) &&
                              write(ends[1], &theirs, sizeof theirs) == sizeof theirs;
    if (is_installed) pause();
    _exit(1);
  }
  close(ends[1]);
  assert_int_equal(read(ends[0], &theirs, sizeof theirs), sizeof theirs);
  const int process = (int)syscall(SYS_pidfd_open, child, 0);
  const int ours = (int)syscall(SYS_pidfd_getfd, process, theirs, 0);
  assert_int_equal(kill(child, SIGKILL), 0);
  assert_int_equal(waitpid(child, &status, 0), child);
  close(process);
  close(ends[0]);
  return ours;
}

static void give_up_waiting(uv_timer_t *timer) {
  uv_stop(timer->loop);
}

static void a_supervisor_of_nobody_rests(void **state) {
  (void)state;
  uv_loop_t loop;
  uv_timer_t patience;
  struct supervisor *supervisor = NULL;
  const struct supervisor_rules rules = {.allow_set_clock = false};
  struct supervisor_filter *filter = NULL;
  struct err err;
  const enum err_code code = supervisor_filter_make(false, &filter, &err);
  if (code == ERR_UNAVAILABLE) skip(); /* as under Valgrind, which has no seccomp() */
  assert_int_equal(code, ERR_OK);
  assert_int_equal(uv_loop_init(&loop), 0);
  assert_int_equal(uv_timer_init(&loop, &patience), 0);
  assert_int_equal(uv_timer_start(&patience, give_up_waiting, 10000, 0), 0);
  uv_unref((uv_handle_t *)&patience);
  const int ended = supervise_what_has_ended(filter);
  assert_int_equal(supervisor_attach(&loop, ended, &rules, &supervisor, &err), ERR_OK);
  /* Nothing is awaited any more: else it would be told of the end again and again. */
  assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
  supervisor_close(supervisor);
  uv_close((uv_handle_t *)&patience, NULL);
  assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
  assert_int_equal(uv_loop_close(&loop), 0);
  supervisor_filter_free(filter);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_server_tells_when_it_is_ready),
      cmocka_unit_test(an_ephemeral_port_is_told),
      cmocka_unit_test(refusals_are_those_of_the_kernel),
      cmocka_unit_test(a_local_server_tells_when_it_is_ready),
      cmocka_unit_test(the_clock_is_never_set),
      cmocka_unit_test(the_host_name_is_set_in_the_sandbox_alone),
      cmocka_unit_test(a_root_that_has_no_rights_gives_up_groups),
      cmocka_unit_test(a_supervisor_of_nobody_rests),
      cmocka_unit_test(a_32_bit_program_is_supervised_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
