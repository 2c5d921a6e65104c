#include "run/play/pool.h"

#include "base/descriptor.h"
#include "report/result_json.h"
#include "run/play/case_limit.h"
#include "run/play/case_result.h"
#include "run/play/pace.h"
#include "run/play/worker.h"
#include "run/verdict/judge.h"
#include "subject/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum {
  JOBS_PER_CPU = 24, /* measured: a sandbox waits in the kernel for most of its life */
  LINE_MAX_BYTES = 2 * 1024 * 1024,
  NO_CASE = -1,
};

struct pool;

struct slot {
  struct pool *pool;
  bool used;
  bool answered;
  int socket;
  struct sandbox_process process;
  int32_t index;     /* NO_CASE: warm, and waiting */
  bool again;        /* it plays its case for the second time */
  uint64_t given_ms; /* when it got its case, by the loop's clock */
  uv_poll_t poll;
  uv_timer_t limit;
  unsigned handles_open;
  struct text line;
  struct worker_context worker;
};

struct pool {
  const struct pool_plan *plan;
  uv_loop_t loop;
  uv_signal_t interrupt, terminate, child;
  uv_timer_t second;
  struct pace pace;
  unsigned ended;        /* workers that were reaped */
  uint64_t second_ms;    /* when the second began, by the loop's clock */
  int64_t idle_ms;       /* of the processors, by then; -1: the system does not say */
  int64_t cpu_before_ms; /* of children of this process that were none of these */
  struct slot *slots;
  size_t slot_count;
  size_t next;           /* of the schedule */
  int32_t *second_plays; /* what chance spoiled and is not given yet; room for a case a slot */
  size_t second_play_count;
  unsigned busy; /* slots with a case */
  bool stopping, interrupted;
  struct err failure;
};

unsigned pool_default_jobs(void) {
  return process_cpus() * JOBS_PER_CPU;
}

static void fill(struct pool *pool);

/* --- results ---------------------------------------------------------------------------------- */

static struct result *lost_result(const struct slot *slot) {
  const struct pool_plan *plan = slot->pool->plan;
  struct result *result = case_result_create(plan->settings, &plan->instances->items[slot->index]);
  if (result == NULL) return NULL;
  judge_broken(result, "worker-lost", "the worker of this case ended without a result");
  return result;
}

static void hand_over(struct slot *slot, struct result *result) {
  struct pool *pool = slot->pool;
  slot->answered = true;
  pool->busy--;
  if (result == NULL) {
    (void)err_set(&pool->failure, ERR_LIMIT, "no memory for a result");
    pool->stopping = true;
    return;
  }
  if (!pool->plan->result(pool->plan->context, result)) pool->stopping = true;
  result_destroy(result);
}

/* Where the run ends, the case has no result, like those that were not begun. There is room: no
 * other case is begun before those that wait for their second play. */
static void play_again(struct slot *slot) {
  struct pool *pool = slot->pool;
  pool->second_plays[pool->second_play_count++] = slot->index;
  slot->answered = true;
  pool->busy--;
}

static void take_line(struct slot *slot) {
  struct result *result = NULL;
  struct err err = {0};
  size_t len = slot->line.len;
  if (len > 0 && slot->line.chars[len - 1] == '\n') {
    /* What cannot be read is a lost result, like none. */
    if (result_from_line(span_of(slot->line.chars, len - 1), &result, &err) != ERR_OK)
      result = NULL;
  }
  if (result != NULL && !slot->again && judge_is_by_chance(result)) {
    play_again(slot);
    result_destroy(result);
    return;
  }
  hand_over(slot, result != NULL ? result : lost_result(slot));
}

/* --- slots ------------------------------------------------------------------------------------ */

static void on_handle_closed(uv_handle_t *handle) {
  struct slot *slot = handle->data;
  if (--slot->handles_open > 0) return;
  close(slot->socket);
  if (slot->process.pidfd >= 0) close(slot->process.pidfd);
  text_free(&slot->line);
  slot->used = false;
  fill(slot->pool);
}

static void retire(struct slot *slot) {
  if (uv_is_closing((uv_handle_t *)&slot->poll)) return;
  if (slot->index != NO_CASE && !slot->answered) take_line(slot);
  uv_close((uv_handle_t *)&slot->poll, on_handle_closed);
  uv_close((uv_handle_t *)&slot->limit, on_handle_closed);
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)events;
  struct slot *slot = poll->data;
  char block[16 * 1024];
  ssize_t got = status < 0 ? 0 : recv(slot->socket, block, sizeof block, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    retire(slot);
    return;
  }
  text_append_span(&slot->line, span_of(block, (size_t)got));
  if (block[got - 1] == '\n') retire(slot); /* the worker ends by itself, in the background */
}

static void on_limit(uv_timer_t *timer) {
  struct slot *slot = timer->data;
  kill(slot->process.pid,
       slot->process.end_signal); /* its socket then ends, and the case is lost */
}

static enum err_code start_worker(struct pool *pool, struct slot *slot, struct err *err) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
      !descriptor_own_pair(pair, DESCRIPTOR_WAITS)) {
    return err_set_errno(err, errno, "no socket for a worker");
  }
  *slot = (struct slot){.pool = pool,
                        .index = NO_CASE,
                        .socket = pair[0],
                        .line = TEXT_INIT(LINE_MAX_BYTES),
                        .worker = {pool->plan->settings, pool->plan->instances, pair[1]}};
  const struct target *target = pool->plan->settings->target;
  const struct sandbox_options options = {.programs = pool->plan->settings->recipes_dir,
                                          .tap = target != NULL && target->network == TARGET_TAP,
                                          .veth = target != NULL && target->network == TARGET_VETH,
                                          .remote = target_remote(target)};
  enum err_code code = sandbox_spawn(&pool->plan->settings->plan, &options, worker_main,
                                     &slot->worker, &slot->process, err);
  close(pair[1]);
  if (code != ERR_OK) {
    close(pair[0]);
    return code;
  }
  slot->used = true;
  slot->handles_open = 2;
  slot->poll.data = slot->limit.data = slot;
  uv_poll_init(&pool->loop, &slot->poll, slot->socket);
  uv_poll_start(&slot->poll, UV_READABLE, on_readable);
  uv_timer_init(&pool->loop, &slot->limit);
  return ERR_OK;
}

static void give_case(struct slot *slot) {
  struct pool *pool = slot->pool;
  slot->again = pool->second_play_count > 0;
  slot->index = slot->again ? pool->second_plays[--pool->second_play_count]
                            : pool->plan->schedule[pool->next++];
  slot->given_ms = uv_now(&pool->loop);
  pool->busy++;
  const uint64_t limit_ms =
      case_worker_limit_ms(pool->plan->settings, &pool->plan->instances->items[slot->index]);
  uv_timer_start(&slot->limit, on_limit, limit_ms, 0);
  /* A failure to send shows as the end of the worker's socket. */
  const struct worker_order order = {slot->index, slot->again};
  (void)send(slot->socket, &order, sizeof order, MSG_NOSIGNAL);
}

static size_t cases_left(const struct pool *pool) {
  if (pool->stopping) return 0;
  return pool->plan->schedule_count - pool->next + pool->second_play_count;
}

static struct slot *warm_slot(struct pool *pool) {
  for (size_t i = 0; i < pool->slot_count; i++) {
    struct slot *slot = &pool->slots[i];
    if (slot->used && slot->index == NO_CASE && !uv_is_closing((uv_handle_t *)&slot->poll)) {
      return slot;
    }
  }
  return NULL;
}

static void end_idle(struct pool *pool) {
  for (size_t i = 0; i < pool->slot_count; i++) {
    struct slot *slot = &pool->slots[i];
    if (slot->used && slot->index == NO_CASE) retire(slot);
  }
}

static void end_watches(struct pool *pool) {
  uv_close((uv_handle_t *)&pool->interrupt, NULL);
  uv_close((uv_handle_t *)&pool->terminate, NULL);
  uv_close((uv_handle_t *)&pool->child, NULL);
  uv_close((uv_handle_t *)&pool->second, NULL);
}

static size_t count_warm(const struct pool *pool) {
  size_t warm = 0;
  for (size_t i = 0; i < pool->slot_count; i++) {
    warm += pool->slots[i].used && pool->slots[i].index == NO_CASE;
  }
  return warm;
}

static bool may_be_busy(const struct pool *pool, const struct slot *slot) {
  if (!slot->used || slot->index == NO_CASE || slot->answered) return false;
  return (int64_t)(uv_now(&pool->loop) - slot->given_ms) < pool->pace.busy_ms;
}

/* Cases that wait keep nobody from a processor, and those that do not are as many as it bears. */
static bool takes_more(const struct pool *pool) {
  unsigned busy = 0;
  for (size_t i = 0; i < pool->slot_count; i++)
    busy += may_be_busy(pool, &pool->slots[i]);
  return pace_takes_more(&pool->pace, pool->busy, busy);
}

/* Gives cases to warm workers, and makes as many more workers as there will be cases for. */
static void fill(struct pool *pool) {
  while (cases_left(pool) > 0 && takes_more(pool)) {
    struct slot *slot = warm_slot(pool);
    if (slot == NULL) break;
    give_case(slot);
  }
  size_t left = cases_left(pool);
  size_t warm = count_warm(pool);
  for (size_t i = 0; i < pool->slot_count && warm < left; i++) {
    if (pool->slots[i].used) continue;
    if (start_worker(pool, &pool->slots[i], &pool->failure) != ERR_OK) {
      pool->stopping = true;
      break;
    }
    warm++;
    if (!takes_more(pool)) continue;
    give_case(&pool->slots[i]);
    warm--;
    left--;
  }
  if (cases_left(pool) > 0 || pool->busy > 0) return;
  end_idle(pool);
  if (!uv_is_closing((uv_handle_t *)&pool->child)) end_watches(pool);
}

/* --- the pool --------------------------------------------------------------------------------- */

static void on_interrupt(uv_signal_t *handle, int signal_number) {
  (void)signal_number;
  struct pool *pool = handle->data;
  pool->stopping = pool->interrupted = true;
  for (size_t i = 0; i < pool->slot_count; i++) {
    struct slot *slot = &pool->slots[i];
    if (!slot->used || uv_is_closing((uv_handle_t *)&slot->poll)) continue;
    kill(slot->process.pid, slot->process.end_signal);
    if (slot->index != NO_CASE && !slot->answered) {
      slot->answered = true; /* given up, not lost: it has no result */
      pool->busy--;
    }
    retire(slot);
  }
  fill(pool);
}

/* Of a worker that was reaped, that of its subject is in it. */
static int64_t cpu_of_children_ms(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return 0;
  return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

static void on_child(uv_signal_t *handle, int signal_number) {
  struct pool *pool = handle->data;
  (void)signal_number;
  while (waitpid(-1, NULL, WNOHANG) > 0)
    pool->ended++;
  pace_measure(&pool->pace, pool->ended, cpu_of_children_ms() - pool->cpu_before_ms);
  if (!uv_is_closing((uv_handle_t *)handle)) fill(pool);
}

/* What went by is a second, or more on a host that is slow for a while. */
static void on_second(uv_timer_t *timer) {
  struct pool *pool = timer->data;
  const int64_t idle_ms = process_idle_ms();
  const uint64_t now_ms = uv_now(&pool->loop);
  if (idle_ms >= 0 && pool->idle_ms >= 0)
    pace_second(&pool->pace, (int64_t)(now_ms - pool->second_ms), idle_ms - pool->idle_ms);
  pool->idle_ms = idle_ms;
  pool->second_ms = now_ms;
  fill(pool);
}

static void watch(struct pool *pool, uv_signal_t *handle, uv_signal_cb callback, int number) {
  uv_signal_init(&pool->loop, handle);
  handle->data = pool;
  uv_signal_start(handle, callback, number);
}

/* What was given up ends before the run does, and so does what has a folder of the host's. */
static void await_children(void) {
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
  }
}

enum err_code pool_run(const struct pool_plan *plan, bool *interrupted, struct err *err) {
  struct pool pool = {.plan = plan, .slot_count = plan->jobs + (plan->jobs + 1) / 2};
  pool.slots = calloc(pool.slot_count, sizeof *pool.slots);
  pool.second_plays = calloc(pool.slot_count, sizeof *pool.second_plays);
  if (pool.slots == NULL || pool.second_plays == NULL || uv_loop_init(&pool.loop) != 0) {
    free(pool.slots);
    free(pool.second_plays);
    return err_set(err, ERR_LIMIT, "no memory for %u workers", plan->jobs);
  }
  watch(&pool, &pool.interrupt, on_interrupt, SIGINT);
  watch(&pool, &pool.terminate, on_interrupt, SIGTERM);
  watch(&pool, &pool.child, on_child, SIGCHLD);
  pace_start(&pool.pace, process_cpus(), plan->jobs, plan->all_jobs);
  pool.cpu_before_ms = cpu_of_children_ms();
  pool.idle_ms = process_idle_ms();
  pool.second_ms = uv_now(&pool.loop);
  uv_timer_init(&pool.loop, &pool.second);
  pool.second.data = &pool;
  uv_timer_start(&pool.second, on_second, 1000, 1000);
  fill(&pool);
  uv_run(&pool.loop, UV_RUN_DEFAULT);
  uv_loop_close(&pool.loop);
  free(pool.slots);
  free(pool.second_plays);
  if (pool.interrupted || plan->settings->plan.kind == SANDBOX_NONE) await_children();
  *interrupted = pool.interrupted;
  if (pool.failure.code != ERR_OK && err != NULL) *err = pool.failure;
  return pool.failure.code;
}
