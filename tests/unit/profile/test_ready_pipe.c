/* What a stack of the subject's own says of its listening. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "subject/ready_pipe.h"

struct heard {
  char words[200];
};

static void note(void *context, const struct subject_socket *socket) {
  struct heard *heard = context;
  const size_t len = strlen(heard->words);
  (void)snprintf(heard->words + len, sizeof heard->words - len, "%s %u;",
                 socket->tcp ? "tcp" : "udp", (unsigned)socket->at.port);
}

static void note_start(void *context) {
  struct heard *heard = context;
  const size_t len = strlen(heard->words);
  (void)snprintf(heard->words + len, sizeof heard->words - len, "started;");
}

static void say(struct ready_pipe *pipe, const char *words) {
  assert_int_equal(write(ready_pipe_writer(pipe), words, strlen(words)), strlen(words));
}

static void test_lines(void **state) {
  (void)state;
  uv_loop_t loop;
  struct heard heard = {""};
  const struct ready_pipe_events events = {.started = note_start, .ready = note, .context = &heard};
  struct ready_pipe *pipe = NULL;
  struct err err = {0};
  assert_int_equal(uv_loop_init(&loop), 0);
  assert_int_equal(ready_pipe_open(&loop, &events, &pipe, &err), ERR_OK);
  say(pipe, "start\nstarted\ntcp 7\nudp 37\nud");
  uv_run(&loop, UV_RUN_ONCE);
  assert_string_equal(heard.words, "started;tcp 7;udp 37;");
  say(pipe,
      "p 13\ntcp 0\ntcp 65536\ntcp\nsctp 9\n\ntcp 1 and more than is of use in any line\ntcp 80\n");
  uv_run(&loop, UV_RUN_ONCE);
  assert_string_equal(heard.words, "started;tcp 7;udp 37;udp 13;tcp 80;");
  ready_pipe_close(pipe);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
