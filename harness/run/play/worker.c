#include "run/play/worker.h"

#include "report/result_json.h"
#include "run/play/case_result.h"
#include "run/play/case_run.h"
#include "subject/process.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKER_LINE_MAX = 2 * 1024 * 1024 };

/* What a worker inherits and does not keep is the pool's: its loop, and its ends of other workers'
 * sockets. */
static void close_between(int low, int high) {
  if (high - low > 1) process_close_range(low + 1, high - 1);
}

static int by_number(const void *one, const void *other) {
  return *(const int *)one - *(const int *)other;
}

/* 0 among the kept is none. */
static void close_what_is_the_pools(int *kept, size_t count) {
  int low = STDERR_FILENO;
  qsort(kept, count, sizeof *kept, by_number);
  for (size_t i = 0; i < count; i++) {
    if (kept[i] <= low) continue;
    close_between(low, kept[i]);
    low = kept[i];
  }
  process_close_range(low + 1, INT_MAX);
}

static bool await_order(int socket, struct worker_order *order) {
  ssize_t got;
  do {
    got = recv(socket, order, sizeof *order, MSG_WAITALL);
  } while (got < 0 && errno == EINTR);
  return got == (ssize_t)sizeof *order;
}

static bool send_line(int socket, const struct text *line) {
  struct span rest = span_of(text_chars(line), line->len);
  while (rest.len > 0) {
    ssize_t sent = send(socket, rest.bytes, rest.len, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    rest = span_part(rest, (size_t)sent, rest.len);
  }
  return true;
}

static int send_result(int socket, const struct result *result) {
  struct text line = TEXT_INIT(WORKER_LINE_MAX);
  struct err err = {0};
  bool sent = false;
  if (result_to_line(result, &line, &err) == ERR_OK) {
    text_append(&line, "\n");
    sent = !line.truncated && send_line(socket, &line);
  }
  text_free(&line);
  return sent ? 0 : 1;
}

int worker_main(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  const struct worker_context *worker = context;
  int kept[] = {worker->socket, worker->settings->reports_fd, sandbox == NULL ? 0 : sandbox->tap_fd,
                sandbox == NULL ? 0 : sandbox->far_network};
  close_what_is_the_pools(kept, sizeof kept / sizeof kept[0]);
  signal(SIGPIPE, SIG_IGN);
  struct err err = {0};
  struct case_run *run = NULL;
  enum err_code prepared = ERR_SYSTEM;
  if (sandbox == NULL) {
    err = *setup_error;
  } else {
    prepared = case_run_prepare(worker->settings, sandbox, &run, &err);
  }
  struct worker_order order;
  if (!await_order(worker->socket, &order)) return 0; /* the pool needs no more workers */
  if (order.index < 0 || (size_t)order.index >= worker->instances->count) return 1;
  const struct instance *instance = &worker->instances->items[order.index];
  struct result *result = case_result_create(worker->settings, instance);
  if (result == NULL) return 1;
  struct clock clock = clock_monotonic();
  int64_t started_ns = clock_now_ns(&clock);
  if (prepared != ERR_OK) {
    judge_broken(result, "sandbox", err.text);
  } else {
    case_run_execute(run, instance, order.again != 0, result);
  }
  result->duration_ms = (double)(clock_now_ns(&clock) - started_ns) / 1e6;
  /* The sandbox and all in it go with this process; giving back each part first would only take
   * time. */
  return send_result(worker->socket, result);
}
