#include "subject/pump.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct pump {
  uv_poll_t poll;
  int fd;
  struct subject_output *output;
  struct pump_events events;
};

enum { CHUNK_BYTES = 64 * 1024 };

/* Reads what is there, at most `chunks` times. False: the stream is at its end. */
static bool take(struct pump *pump, unsigned chunks) {
  static uint8_t octets[CHUNK_BYTES];
  for (unsigned i = 0; i < chunks; i++) {
    const ssize_t len = read(pump->fd, octets, sizeof octets);
    if (len < 0) return errno == EAGAIN || errno == EINTR;
    if (len == 0) return false;
    pump->output->total_bytes += (uint64_t)len;
    if (!pump->output->kept.truncated)
      text_append_span(&pump->output->kept, span_of(octets, (size_t)len));
  }
  return true;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  enum { CHUNKS_A_TURN = 16 }; /* a subject that never stops printing must not stop the loop */
  struct pump *pump = poll->data;
  if (!take(pump, CHUNKS_A_TURN)) uv_poll_stop(poll);
  pump->events.read(pump->events.context);
}

static void on_pump_closed(uv_handle_t *handle) {
  free(handle->data);
}

enum err_code pump_start(uv_loop_t *loop, int fd, struct subject_output *output,
                         const struct pump_events *events, struct pump **pump, struct err *err) {
  *pump = NULL;
  struct pump *made = calloc(1, sizeof *made);
  int status = made == NULL ? UV_ENOMEM : uv_poll_init(loop, &made->poll, fd);
  if (status != 0) {
    free(made);
    close(fd);
    return err_set_errno(err, -status, "the subject's output cannot be read");
  }
  made->fd = fd;
  made->output = output;
  made->events = *events;
  made->poll.data = made;
  *pump = made;
  status = uv_poll_start(&made->poll, UV_READABLE, on_readable);
  if (status != 0) return err_set_errno(err, -status, "the subject's output cannot be read");
  return ERR_OK;
}

void pump_finish(struct pump *pump) {
  enum { CHUNKS_AT_THE_END = 64 }; /* a pipe holds at most 1 MiB unless root says otherwise */
  if (pump == NULL) return;
  (void)take(pump, CHUNKS_AT_THE_END);
  uv_poll_stop(&pump->poll);
  close(pump->fd);
  uv_close((uv_handle_t *)&pump->poll, on_pump_closed);
}

struct feeder {
  uv_poll_t poll;
  int fd; /* -1: end of file was given */
  bool keep_open;
  uint8_t *bytes;
  size_t len, fed;
};

/* Nothing more is to be fed: either all of it was, or the subject does not want it. */
static void feeder_stop(struct feeder *feeder, bool close_it) {
  uv_poll_stop(&feeder->poll);
  if (close_it && feeder->fd >= 0) {
    close(feeder->fd);
    feeder->fd = -1;
  }
}

static void on_writable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  struct feeder *feeder = poll->data;
  while (feeder->fed < feeder->len) {
    const ssize_t len = write(feeder->fd, feeder->bytes + feeder->fed, feeder->len - feeder->fed);
    if (len < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (len < 0) {
      feeder_stop(feeder, true); /* it closed its standard input */
      return;
    }
    feeder->fed += (size_t)len;
  }
  feeder_stop(feeder, !feeder->keep_open);
}

static void on_feeder_closed(uv_handle_t *handle) {
  struct feeder *feeder = handle->data;
  free(feeder->bytes);
  free(feeder);
}

enum err_code feeder_start(uv_loop_t *loop, int fd, struct span bytes, bool keep_open,
                           struct feeder **feeder, struct err *err) {
  *feeder = NULL;
  struct feeder *made = calloc(1, sizeof *made);
  uint8_t *copy = malloc(bytes.len + 1);
  int status = made == NULL || copy == NULL ? UV_ENOMEM : uv_poll_init(loop, &made->poll, fd);
  if (status != 0) {
    free(made);
    free(copy);
    close(fd);
    return err_set_errno(err, -status, "the subject's input cannot be written");
  }
  if (bytes.len > 0) memcpy(copy, bytes.bytes, bytes.len);
  made->fd = fd;
  made->keep_open = keep_open;
  made->bytes = copy;
  made->len = bytes.len;
  made->poll.data = made;
  *feeder = made;
  status = uv_poll_start(&made->poll, UV_WRITABLE, on_writable);
  if (status != 0) return err_set_errno(err, -status, "the subject's input cannot be written");
  return ERR_OK;
}

void feeder_finish(struct feeder *feeder) {
  if (feeder == NULL) return;
  feeder_stop(feeder, true);
  uv_close((uv_handle_t *)&feeder->poll, on_feeder_closed);
}
