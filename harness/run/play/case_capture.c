/* What is captured of a case, and the sentinels that tell when all of it is. */
#include "run/play/case_parts.h"
#include "run/play/wire_filter.h"

#include <net/if.h>

enum {
  /* Holds 1,200 packets. The capture's own default, for floods, costs 8 ms more a case to clear and
   * to give back. */
  RING_BYTES = 2 * 1024 * 1024,
  SHARED_SNAPLEN_BYTES = 66 * 1024
};

static bool sentinels_are_in(const struct case_run *run) {
  return capture_sentinels_due(run->capture) == 0;
}

static void on_packet(void *context, const struct packet *packet) {
  struct case_run *run = context;
  bool shared = run->settings->plan.tier == TIER_CAPTURE_SHARED;
  enum link_type link_type = trace_link_type(run->trace);
  if (shared && !shared_capture_concerns(&run->places, link_type, packet->bytes)) return;
  struct err err = {0};
  if (trace_add(run->trace, packet, &err) != ERR_OK) case_note_failure(run, &err);
}

static void on_capture_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct case_run *run = poll->data;
  struct err err = {0};
  if (capture_read(run->capture, on_packet, run, &err) != ERR_OK) case_note_failure(run, &err);
}

bool case_has_wire(const struct case_run *run) {
  return sandbox_has_wire(run->sandbox);
}

static enum err_code open_capture(struct case_run *run, struct capture_options options,
                                  struct err *err) {
  /* Sentinels go over the loopback, and all interfaces have one order. */
  const struct target *target = run->settings->target;
  struct text filter = TEXT_INIT(1024);
  if (sandbox_has_own_wire(run->sandbox)) {
    wire_filter(target == NULL ? 0 : target->line_port, &filter);
    options.interface = "any";
    options.both_directions = true;
    options.filter = text_chars(&filter);
  }
  enum err_code code = capture_open(&run->capture, &options, err);
  text_free(&filter);
  if (code != ERR_OK) return code;
  uv_poll_init(&run->loop, &run->capture_poll, capture_fd(run->capture));
  run->capture_poll.data = run;
  uv_poll_start(&run->capture_poll, UV_READABLE, on_capture_readable);
  return ERR_OK;
}

void case_capture_close(struct case_run *run) {
  uv_poll_stop(&run->capture_poll);
  uv_close((uv_handle_t *)&run->capture_poll, NULL);
  uv_run(&run->loop, UV_RUN_NOWAIT);
  capture_close(run->capture);
  run->capture = NULL;
}

/* What the subject has sent waits at the fixtures' sockets (without a sentinel, unless the kernel
 * has put it off on a busy host), and is met when the loop turns and nothing more is noted. The
 * first turn may only take back an earlier uv_stop, or begin to watch a socket, and a script that
 * never ends is not waited for. */
static void let_fixtures_meet(struct case_run *run) {
  enum { TURNS_MAX = 64 };
  size_t noted = 0;
  for (unsigned i = 0; i < TURNS_MAX && (i < 2 || trace_count(run->trace) != noted); i++) {
    noted = trace_count(run->trace);
    uv_run(&run->loop, UV_RUN_NOWAIT);
  }
}

static void pass_sentinels(struct case_run *run) {
  struct err err = {0};
  if (capture_send_sentinels(run->capture, &err) != ERR_OK) {
    case_note_failure(run, &err);
  } else if (!case_wait_until(run, sentinels_are_in, CASE_SENTINEL_LIMIT_MS)) {
    run->sentinels_complete = false;
  }
}

void case_capture_pass_barrier(struct case_run *run) {
  if (run->capture != NULL) pass_sentinels(run);
  if (run->failure.code == ERR_OK) let_fixtures_meet(run);
}

enum err_code case_capture_open_warm(struct case_run *run, struct err *err) {
  return open_capture(run, (struct capture_options){.buffer_bytes = RING_BYTES}, err);
}

/* The capture of a flood is set up otherwise; the warm one is then given back. */
void case_capture_suit(struct case_run *run) {
  if (run->capture == NULL || !run->instance->def->flood) return;
  case_capture_close(run);
  struct err err = {0};
  if (open_capture(run, (struct capture_options){.flood = true}, &err) != ERR_OK) {
    case_note_failure(run, &err);
  }
}

/* Not every system's loopback has Ethernet's headers; nothing was captured yet. */
static bool suit_trace(struct case_run *run, struct err *err) {
  const enum link_type type = capture_link_type(run->capture);
  if (type == trace_link_type(run->trace)) return true;
  struct trace *suited = trace_create(type);
  if (suited == NULL) {
    (void)err_set(err, ERR_LIMIT, "no memory for a case");
    return false;
  }
  trace_destroy(run->trace);
  run->trace = suited;
  return true;
}

/* On a loopback that is not ours, what to capture is known only when the ports are; its packets are
 * as long as its MTU of 64 KiB lets them be. */
void case_capture_open_shared(struct case_run *run) {
  if (run->settings->plan.tier != TIER_CAPTURE_SHARED) return;
  for (size_t i = 0; i < run->endpoint_count; i++)
    shared_places_add(&run->places, &run->endpoints[i].at, run->endpoints[i].protocol);
  const struct endpoint asked = {run->network.peer, run->port}; /* where nobody may be */
  if (run->endpoint_count == 0) shared_places_add(&run->places, &asked, 0);
  struct text filter = TEXT_INIT(1024);
  const struct sandbox_remote *remote = run->sandbox->remote;
  if (remote != NULL) text_appendf(&filter, "ifindex %u and (", if_nametoindex(remote->interface));
  shared_capture_filter(&run->places, &filter);
  if (remote != NULL) text_append(&filter, ")");
  struct err err = {0};
  struct capture_options options = {
      .filter = text_chars(&filter), .flood = true, .snaplen_bytes = SHARED_SNAPLEN_BYTES};
  if (remote != NULL) { /* sentinels go over the loopback, and all interfaces have one order */
    options.interface = "any";
    options.both_directions = true;
    options.tells_interfaces = true;
  }
  if (open_capture(run, options, &err) != ERR_OK || !suit_trace(run, &err))
    case_note_failure(run, &err);
  text_free(&filter);
}
