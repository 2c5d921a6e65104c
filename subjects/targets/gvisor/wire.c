/* The wire between a descriptor of Ethernet frames and gVisor, and the line to the agent there:
 *
 *   wire FRAMES AGENT
 *
 * gVisor runs AGENT, whose standard input and output are what comes here, and goes from here.
 * Frames pass between the descriptor FRAMES and gVisor as soon as the agent says something.
 *
 * gVisor's stack ends with the last program in it, where a kernel's outlives its programs and sends
 * what they left to be sent. So the end of standard input, by which the agent would end, is held
 * back until the connections are closed. */
#define _GNU_SOURCE

#include "frames.h"
#include "network.h"
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_UNKNOWN = 125, CLOSING_LIMIT_MS = 1000 };

struct wire {
  struct frames frames;
  struct start gvisor;
  bool input_waits, input_ended;
  long closing_ends_ms; /* how long connections may take to close, when input_ended */
};

_Noreturn void wire_give_up(const char *format, ...) {
  int reason = errno;
  va_list rest;
  va_start(rest, format);
  fprintf(stderr, "wire: ");
  vfprintf(stderr, format, rest);
  fprintf(stderr, ": %s\n", strerror(reason));
  va_end(rest);
  exit(EXIT_UNKNOWN);
}

long wire_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pass_on(int to, const unsigned char *octets, ssize_t len) {
  for (ssize_t done = 0, written; done<len; done += written> 0 ? written : 0) {
    written = write(to, octets + done, (size_t)(len - done));
    if (written < 0 && errno != EINTR) return; /* its end is seen elsewhere */
  }
}

static bool has_ended(ssize_t got) {
  return got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN);
}

/* What was on the wire before it comes first, as with a kernel: the last answer, and then the
 * signal to end. */
static void carry_input(struct wire *wire) {
  unsigned char octets[4096];
  wire->input_waits = !frames_are_settled(&wire->frames);
  if (wire->input_waits) return;
  ssize_t got = read(STDIN_FILENO, octets, sizeof octets);
  wire->input_ended = has_ended(got);
  if (wire->input_ended) wire->closing_ends_ms = wire_now_ms() + CLOSING_LIMIT_MS;
  pass_on(wire->gvisor.input, octets, got);
}

static void carry_output(struct wire *wire) {
  unsigned char octets[4096];
  ssize_t got = read(wire->gvisor.output, octets, sizeof octets);
  if (got > 0 && !wire->input_ended) frames_join(&wire->frames);
  pass_on(STDOUT_FILENO, octets, got);
  if (has_ended(got)) wire->gvisor.output = -1;
}

/* Tells the agent the end, when it may be told. Returns for how long that may take; -1: it is not
 * to be told, or has been. What gVisor resets when it ends itself is not its program's doing. */
static int tell_end(struct wire *wire) {
  if (!wire->input_ended || wire->gvisor.input < 0) return -1;
  long left_ms = wire->closing_ends_ms - wire_now_ms();
  if (left_ms > 0 && flows_are_open(wire->frames.flows)) return (int)left_ms;
  frames_cut(&wire->frames);
  close(wire->gvisor.input);
  wire->gvisor.input = -1;
  return -1;
}

static int sooner(int one_ms, int other_ms) {
  return one_ms < 0 || (other_ms >= 0 && other_ms < one_ms) ? other_ms : one_ms;
}

/* Until gVisor has ended. */
static void attend(struct wire *wire) {
  for (;;) {
    int limit_ms = sooner(tell_end(wire), frames_overdue_in_ms(&wire->frames));
    struct pollfd list[] = {
        {.fd = wire->frames.interface, .events = POLLIN},
        {.fd = frames_wire_to_await(&wire->frames), .events = POLLIN},
        {.fd = wire->input_waits || wire->input_ended ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = wire->gvisor.output, .events = POLLIN},
        {.fd = wire->gvisor.ended, .events = POLLIN},
    };
    int ready = poll(list, sizeof list / sizeof list[0], limit_ms);
    if (ready < 0 && errno != EINTR) wire_give_up("poll");
    if (ready > 0 && list[4].revents != 0 && list[3].revents == 0) return;
    if (ready > 0 && list[0].revents != 0) frames_carry_out(&wire->frames);
    if (ready > 0 && list[1].revents != 0) frames_carry_in(&wire->frames);
    if (ready > 0 && list[3].revents != 0) carry_output(wire);
    if (wire->input_waits || (ready > 0 && list[2].revents != 0)) carry_input(wire);
  }
}

int main(int argc, char **argv) {
  struct wire wire = {.input_ended = false};
  int status = 0, last = 0;
  pid_t ended;
  char *end = NULL;
  const long frames = argc != 3 ? -1 : strtol(argv[1], &end, 10);
  if (frames < 0 || frames > INT_MAX || end == argv[1] || *end != '\0') {
    fprintf(stderr, "usage: wire FRAMES AGENT\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  if (fcntl((int)frames, F_SETFD, FD_CLOEXEC) != 0)
    wire_give_up("descriptor %ld is no wire", frames);
  /* Of gVisor's processes, which it may leave, none is to outlive it. */
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) wire_give_up("whose processes are left");
  network_leave();
  start_processes(&wire.gvisor, argv[2]);
  /* While they come up. */
  const int packets = network_lay_wire("wire");
  frames_open(&wire.frames, (int)frames, "wire");
  start_program(&wire.gvisor, packets);
  attend(&wire);
  while ((ended = wait(&last)) > 0) {
    if (ended == wire.gvisor.kernel) status = last;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_UNKNOWN;
}
