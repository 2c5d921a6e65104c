#include "subject/ready_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptor.h"

enum { LINE_MAX_OCTETS = 32, PORT_MAX = 65535 };

struct ready_pipe {
  uv_poll_t poll;
  int reader, writer;
  char line[LINE_MAX_OCTETS];
  size_t len; /* LINE_MAX_OCTETS: the line is too long to be one of ours, and is passed over */
  struct ready_pipe_events events;
};

static void take_line(struct ready_pipe *pipe) {
  long port;
  pipe->line[pipe->len] = '\0';
  if (strcmp(pipe->line, "started") == 0) {
    pipe->events.started(pipe->events.context);
    return;
  }
  const bool tcp = strncmp(pipe->line, "tcp ", 4) == 0;
  if (!tcp && strncmp(pipe->line, "udp ", 4) != 0) return;
  if (!text_to_long(pipe->line + 4, 1, PORT_MAX, &port)) return;
  const struct subject_socket socket = {.tcp = tcp, .at.port = (uint16_t)port};
  pipe->events.ready(pipe->events.context, &socket);
}

static void take_octet(struct ready_pipe *pipe, char octet) {
  if (octet != '\n') {
    if (pipe->len < LINE_MAX_OCTETS) pipe->line[pipe->len++] = octet;
    return;
  }
  if (pipe->len < LINE_MAX_OCTETS) take_line(pipe);
  pipe->len = 0;
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)events;
  struct ready_pipe *pipe = poll->data;
  char octets[256];
  ssize_t got = status < 0 ? 0 : read(pipe->reader, octets, sizeof octets);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) uv_poll_stop(poll);
  for (ssize_t i = 0; i < got; i++)
    take_octet(pipe, octets[i]);
}

enum err_code ready_pipe_open(uv_loop_t *loop, const struct ready_pipe_events *events,
                              struct ready_pipe **opened, struct err *err) {
  struct ready_pipe *made = calloc(1, sizeof *made);
  if (made == NULL) return err_set(err, ERR_LIMIT, "no memory for a pipe");
  int ends[2];
  if (pipe(ends) != 0 || !descriptor_own_pair(ends, DESCRIPTOR_WAITS) ||
      fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    const int reason = errno;
    free(made);
    return err_set_errno(err, reason, "no pipe can be had, by which the subject says it is ready");
  }
  made->reader = ends[0];
  made->writer = ends[1];
  made->events = *events;
  uv_poll_init(loop, &made->poll, made->reader);
  made->poll.data = made;
  uv_poll_start(&made->poll, UV_READABLE, on_readable);
  *opened = made;
  return ERR_OK;
}

int ready_pipe_writer(const struct ready_pipe *pipe) {
  return pipe->writer;
}

static void on_closed(uv_handle_t *handle) {
  struct ready_pipe *pipe = handle->data;
  close(pipe->reader);
  close(pipe->writer);
  free(pipe);
}

void ready_pipe_close(struct ready_pipe *pipe) {
  if (pipe == NULL) return;
  uv_poll_stop(&pipe->poll);
  uv_close((uv_handle_t *)&pipe->poll, on_closed);
}
