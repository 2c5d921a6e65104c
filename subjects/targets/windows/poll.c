/* poll() over sockets and pipes. WSAPoll() knows sockets alone, and nothing else ends its wait; so
 * the question is put as Winsock itself puts it, to the driver of sockets (AFD), with an event
 * object that tells of the answer. */
#include "descriptor.h"

#include <stdint.h>
#include <winternl.h>

enum { POLL_MAX = 256, AFD_IOCTL_POLL = 0x12024, TICKS_A_MS = 10000 };

static const NTSTATUS CANCELLED = (NTSTATUS)0xC0000120;

enum afd_event {
  AFD_RECEIVE = 0x1,
  AFD_SEND = 0x4,
  AFD_DISCONNECT = 0x8, /* the peer has ended its side */
  AFD_ABORT = 0x10,     /* a reset */
  AFD_ACCEPT = 0x80,
  AFD_CONNECT_FAIL = 0x100
};

struct afd_poll {
  LARGE_INTEGER timeout;
  ULONG count;
  ULONG exclusive;
  struct {
    HANDLE socket;
    ULONG events;
    NTSTATUS status;
  } sockets[POLL_MAX];
};

struct polling {
  struct pollfd *list;
  nfds_t count;
  struct afd_poll asked, answer;
  const struct pipe *pipe; /* NULL: none is waited for */
  HANDLE answered;
};

static ULONG events_of(short wanted) {
  ULONG events = AFD_ABORT | AFD_CONNECT_FAIL;
  if ((wanted & POLLIN) != 0) events |= AFD_RECEIVE | AFD_DISCONNECT | AFD_ACCEPT;
  if ((wanted & POLLOUT) != 0) events |= AFD_SEND;
  return events;
}

static short told_by(ULONG events, short wanted) {
  int told = 0;
  if ((events & (AFD_RECEIVE | AFD_DISCONNECT | AFD_ACCEPT)) != 0) told |= wanted & POLLIN;
  if ((events & AFD_SEND) != 0) told |= wanted & POLLOUT;
  if ((events & (AFD_ABORT | AFD_CONNECT_FAIL)) != 0) told |= POLLERR | POLLHUP | wanted;
  return (short)told;
}

static void ask_for(struct polling *polling, const struct descriptor *descriptor, short wanted) {
  struct afd_poll *asked = &polling->asked;
  asked->sockets[asked->count].socket = (HANDLE)descriptor->socket;
  asked->sockets[asked->count].events = events_of(wanted);
  asked->sockets[asked->count++].status = 0;
}

/* What needs no asking, and the question. How many have something to tell. */
static int sort_out(struct polling *polling) {
  int ready = 0;
  polling->asked.count = 0;
  for (nfds_t i = 0; i < polling->count; i++) {
    struct pollfd *polled = &polling->list[i];
    const struct descriptor *descriptor = descriptor_get((int)polled->fd);
    polled->revents = 0;
    if ((int)polled->fd < 0) continue;
    if (descriptor == NULL) {
      polled->revents = POLLNVAL;
    } else if (descriptor->kind == DESCRIPTOR_SOCKET) {
      ask_for(polling, descriptor, polled->events);
    } else if (descriptor->kind == DESCRIPTOR_PIPE_OUT) {
      polling->pipe = descriptor->pipe;
      if (WaitForSingleObject(pipe_readable(descriptor->pipe), 0) == WAIT_OBJECT_0)
        polled->revents = polled->events & POLLIN;
    } else {
      polled->revents = polled->events & (POLLIN | POLLOUT);
    }
    if (polled->revents != 0) ready++;
  }
  return ready;
}

/* A reset is told once, and may read as an end after that. */
static bool take_answer(struct pollfd *polled, ULONG events) {
  struct descriptor *descriptor = descriptor_get((int)polled->fd);
  if ((events & AFD_ABORT) != 0) descriptor->reset = WSAECONNRESET;
  polled->revents = told_by(events, polled->events);
  return polled->revents != 0;
}

static int take_answers(struct polling *polling) {
  int ready = 0;
  for (ULONG i = 0; i < polling->answer.count; i++) {
    for (nfds_t at = 0; at < polling->count; at++) {
      struct pollfd *polled = &polling->list[at];
      if ((HANDLE)descriptor_socket((int)polled->fd) == polling->answer.sockets[i].socket &&
          take_answer(polled, polling->answer.sockets[i].events))
        ready++;
    }
  }
  return ready;
}

/* Asks, and waits for the answer or for a pipe. The time is the question's. False with errno. */
static bool ask(struct polling *polling, int timeout_ms) {
  IO_STATUS_BLOCK status = {.Status = STATUS_PENDING};
  struct afd_poll *asked = &polling->asked;
  HANDLE driver = asked->sockets[0].socket;
  asked->timeout.QuadPart = timeout_ms < 0 ? INT64_MAX : (LONGLONG)timeout_ms * -TICKS_A_MS;
  polling->answer.count = 0;
  NTSTATUS begun =
      NtDeviceIoControlFile(driver, polling->answered, NULL, NULL, &status, AFD_IOCTL_POLL, asked,
                            sizeof *asked, &polling->answer, sizeof polling->answer);
  if (begun == STATUS_PENDING) {
    HANDLE handles[2] = {polling->answered, polling->pipe ? pipe_readable(polling->pipe) : NULL};
    (void)WaitForMultipleObjects(polling->pipe == NULL ? 1 : 2, handles, FALSE, INFINITE);
    if (WaitForSingleObject(polling->answered, 0) != WAIT_OBJECT_0) {
      (void)CancelIoEx(driver, (OVERLAPPED *)&status);
      (void)WaitForSingleObject(polling->answered, INFINITE);
      polling->answer.count = 0;
    }
    begun = status.Status;
  }
  if (begun >= 0 || begun == STATUS_TIMEOUT || begun == CANCELLED) return true;
  errno = EINVAL;
  return false;
}

/* As long as `timeout_ms`, or until a pipe wakes it. */
static int look(struct polling *polling, int timeout_ms) {
  int ready = sort_out(polling);
  if (ready > 0) timeout_ms = 0;
  if (polling->asked.count > 0) {
    if (!ask(polling, timeout_ms)) return -1;
    ready += take_answers(polling);
  } else if (ready == 0 && polling->pipe != NULL) {
    (void)WaitForSingleObject(pipe_readable(polling->pipe),
                              timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms);
  }
  return ready;
}

int posix_poll(struct pollfd *list, nfds_t count, int timeout_ms) {
  static struct polling polling; /* too large for a stack; nobody polls on two threads */
  if (count > POLL_MAX) {
    errno = EINVAL;
    return -1;
  }
  if (polling.answered == NULL) polling.answered = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (polling.answered == NULL) {
    errno = ENOMEM;
    return -1;
  }
  polling.list = list;
  polling.count = count;
  polling.pipe = NULL;
  if (timeout_ms != 0) stream_flush();
  int ready = look(&polling, timeout_ms);
  /* The pipe that woke it is seen by looking again. */
  return ready == 0 && timeout_ms != 0 ? look(&polling, 0) : ready;
}
