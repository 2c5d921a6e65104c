/* The near end of a line: starts a program on the system at its other end, by way of the agent
 * there, and is to whoever started it as if it were the program: output, exit status, signals,
 * standard input.
 *
 *   launch LINE [--ready N] [--patience SECONDS] PROGRAM [ARGUMENT...]
 *     --line N              a descriptor that it was given
 *     --tcp HOST PORT       where an agent listens
 *     --serial DEVICE
 *     --through COMMAND     whose standard input and output are the line: 'ssh board agent'
 *     --ready N             where its start is noted, and the program's notes go, of what it
 *                           listens at
 *     --patience SECONDS    without a word from the other end, the line is lost: 4 if not said
 *
 * Exit 125, with a sentence: the program could not be started, or the line was lost, and nothing is
 * known of it. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "line.h"

enum { EXIT_UNKNOWN = 125, PATIENCE_MAX_S = 3600 };

static const int FORWARDED[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM};

static int signal_notes[2]; /* a pipe: the number of each signal that came */

struct launch {
  struct line line;
  int ready; /* -1: nobody wants the notes */
  bool input_open, input_awaits;
  bool goes_through; /* the line is a command's */
  long patience_ms;  /* without a word for so long, the line is lost */
  long heard_ms;     /* when the agent said something last */
};

static _Noreturn void give_up(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  fprintf(stderr, "launch: ");
  vfprintf(stderr, format, rest);
  fprintf(stderr, "\n");
  va_end(rest);
  exit(EXIT_UNKNOWN);
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_signal(int number) {
  int reason = errno;
  const unsigned char octet = (unsigned char)number;
  (void)!write(signal_notes[1], &octet, 1);
  errno = reason;
}

static _Noreturn void lose_line(void) {
  give_up("the line to the agent was lost before the program had ended");
}

static void say(struct launch *launch, enum line_kind kind, const void *octets, size_t len) {
  if (!line_send(&launch->line, kind, octets, len)) lose_line();
}

/* --- the line --------------------------------------------------------------------------------- */

static int connect_to(const char *host, const char *port) {
  const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
  struct addrinfo *list = NULL;
  int line = -1, one = 1, status = getaddrinfo(host, port, &hints, &list);
  if (status != 0) give_up("%s port %s: %s", host, port, gai_strerror(status));
  for (const struct addrinfo *at = list; at != NULL && line < 0; at = at->ai_next) {
    line = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (line < 0 || connect(line, at->ai_addr, at->ai_addrlen) == 0) continue;
    int reason = errno;
    close(line);
    line = -1;
    errno = reason;
  }
  if (line < 0) give_up("no agent can be reached at %s port %s: %s", host, port, strerror(errno));
  freeaddrinfo(list);
  (void)setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return line;
}

static int open_serial(const char *device) {
  int line = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (line < 0) give_up("%s: %s", device, strerror(errno));
  line_make_raw(line);
  return line;
}

static int start_command(const char *command) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    give_up("no line: %s", strerror(errno));
  pid_t child = fork();
  if (child < 0) give_up("%s: %s", command, strerror(errno));
  if (child == 0) {
    (void)dup2(ends[1], STDIN_FILENO);
    (void)dup2(ends[1], STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  return ends[0];
}

/* Returns how many words it took. */
static int open_line(char **words, struct line *line) {
  int taken = 2;
  const char *kind = words[0] == NULL ? "" : words[0];
  if (strcmp(kind, "--line") == 0 && words[1] != NULL) {
    line->in = line_number(words[1], INT_MAX);
    if (line->in < 0 || fcntl(line->in, F_SETFD, FD_CLOEXEC) != 0)
      give_up("--line %s: it is no open descriptor", words[1]);
  } else if (strcmp(kind, "--tcp") == 0 && words[1] != NULL && words[2] != NULL) {
    line->in = connect_to(words[1], words[2]);
    taken = 3;
  } else if (strcmp(kind, "--serial") == 0 && words[1] != NULL) {
    line->in = open_serial(words[1]);
  } else if (strcmp(kind, "--through") == 0 && words[1] != NULL) {
    line->in = start_command(words[1]);
  } else {
    give_up(
        "usage: launch (--line N | --tcp HOST PORT | --serial DEVICE | --through COMMAND) "
        "[--ready N] [--patience SECONDS] PROGRAM [ARGUMENT...]");
  }
  line->out = line->in;
  return taken;
}

/* A console may say much before the agent does: each time it says something, the wait begins anew,
 * but not for ever. */
static void greet(struct launch *launch) {
  const long began_ms = now_ms();
  struct pollfd one = {.fd = launch->line.in, .events = POLLIN};
  if (!line_greet(&launch->line)) give_up("nobody is at the other end of the line");
  for (;;) {
    int version = line_find_greeting(&launch->line);
    if (version == LINE_VERSION) return;
    if (version != 0)
      give_up("the agent speaks version %d of the line, and this is version %d: build both anew",
              version, LINE_VERSION);
    long left_ms = began_ms + launch->patience_ms - now_ms();
    int ready = left_ms <= 0 ? 0 : poll(&one, 1, (int)left_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0)
      give_up("no agent greets from the other end of the line within %ld s",
              launch->patience_ms / 1000);
    if (ready < 0 || !line_fill(&launch->line)) give_up("nobody is at the other end of the line");
  }
}

/* --- the program ------------------------------------------------------------------------------ */

/* Where things are on this machine says nothing of the other. */
static bool is_of_this_machine(const char *variable) {
  static const char *const names[] = {"HOME=", "PATH=", "PWD=", "TMPDIR="};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strncmp(variable, names[i], strlen(names[i])) == 0) return true;
  }
  return false;
}

static void say_text(struct launch *launch, enum line_kind kind, const char *text) {
  size_t len = strlen(text);
  for (; len > LINE_FRAME_MAX; len -= LINE_FRAME_MAX, text += LINE_FRAME_MAX)
    say(launch, LINE_PART, text, LINE_FRAME_MAX);
  say(launch, kind, text, len);
}

static void start_program(struct launch *launch, char **words) {
  for (char **variable = environ; *variable != NULL; variable++) {
    if (!is_of_this_machine(*variable)) say_text(launch, LINE_VARIABLE, *variable);
  }
  for (; *words != NULL; words++)
    say_text(launch, LINE_WORD, *words);
  say(launch, LINE_START, NULL, 0);
  /* What it took to get there is not the program's. */
  if (launch->ready >= 0) (void)line_write_all(launch->ready, "started\n", 8);
}

/* The program has ended. A command that the line goes through may still have packets to carry: it
 * has ended when its end of the line is closed. */
static void hang_up(const struct launch *launch) {
  unsigned char rest[LINE_FRAME_MAX];
  const long began_ms = now_ms();
  struct pollfd one = {.fd = launch->line.in, .events = POLLIN};
  if (!launch->goes_through) return;
  (void)shutdown(launch->line.in, SHUT_WR);
  for (;;) {
    long left_ms = began_ms + launch->patience_ms - now_ms();
    int ready = left_ms <= 0 ? 0 : poll(&one, 1, (int)left_ms);
    if (ready == 0 || (ready > 0 && read(one.fd, rest, sizeof rest) <= 0)) return;
  }
}

/* Ends as the program did. */
static _Noreturn void end_by(const struct line_frame *frame) {
  const struct rlimit no_core = {0, 0};
  int number = line_signal_number(frame);
  if (number == 0)
    give_up("the program was ended by a signal that has no name here: %.*s", (int)frame->len,
            (const char *)frame->octets);
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_UNBLOCK, &all, NULL);
  (void)setrlimit(RLIMIT_CORE, &no_core);
  signal(number, SIG_DFL);
  (void)raise(number);
  give_up("the program was ended by SIG%.*s, which does not end this one", (int)frame->len,
          (const char *)frame->octets);
}

static _Noreturn void end_with(int status) {
  if (status == EXIT_UNKNOWN)
    give_up("the program exited with %d, which is kept for a line that was lost", status);
  exit(status);
}

static void take(struct launch *launch, const struct line_frame *frame) {
  if (frame->kind == LINE_OUTPUT) {
    (void)line_write_all(STDOUT_FILENO, frame->octets, frame->len);
  } else if (frame->kind == LINE_ERRORS) {
    (void)line_write_all(STDERR_FILENO, frame->octets, frame->len);
  } else if (frame->kind == LINE_READY) {
    if (launch->ready >= 0) (void)line_write_all(launch->ready, frame->octets, frame->len);
  } else if (frame->kind == LINE_TAKEN) {
    launch->input_awaits = false;
  } else if (frame->kind == LINE_GIVEN_UP) {
    give_up("%.*s", (int)frame->len, (const char *)frame->octets);
  } else if (frame->kind == LINE_EXITED && frame->len == 1) {
    hang_up(launch);
    end_with(frame->octets[0]);
  } else if (frame->kind == LINE_KILLED) {
    hang_up(launch);
    end_by(frame);
  } else if (frame->kind != LINE_PONG) {
    give_up("the agent said what no agent of version %d says", LINE_VERSION);
  }
}

static void hear(struct launch *launch) {
  struct line_frame frame;
  bool sound = true;
  launch->heard_ms = now_ms();
  bool open = line_fill(&launch->line);
  while (line_next(&launch->line, &frame, &sound))
    take(launch, &frame);
  if (!sound) give_up("what came over the line is not an agent's");
  if (!open) lose_line();
}

static void carry_input(struct launch *launch) {
  unsigned char octets[LINE_FRAME_MAX];
  ssize_t got = read(STDIN_FILENO, octets, sizeof octets);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  launch->input_open = got > 0;
  launch->input_awaits = got > 0;
  say(launch, got > 0 ? LINE_INPUT : LINE_INPUT_END, octets, got > 0 ? (size_t)got : 0);
}

static void carry_signal(struct launch *launch) {
  unsigned char number;
  if (read(signal_notes[0], &number, 1) != 1) return;
  const char *name = line_signal_name(number);
  say(launch, LINE_SIGNAL, name, strlen(name));
}

static _Noreturn void attend(struct launch *launch) {
  long pinged_ms = launch->heard_ms = now_ms();
  struct line_frame frame;
  bool sound = true;
  while (line_next(&launch->line, &frame, &sound)) /* what came with the greeting */
    take(launch, &frame);
  for (;;) {
    struct pollfd list[] = {
        {.fd = launch->line.in, .events = POLLIN},
        {.fd = signal_notes[0], .events = POLLIN},
        {.fd = launch->input_open && !launch->input_awaits ? STDIN_FILENO : -1, .events = POLLIN},
    };
    long until_ms = pinged_ms + LINE_PING_MS - now_ms();
    int ready = poll(list, 3, until_ms < 0 ? 0 : (int)until_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) give_up("poll: %s", strerror(errno));
    if (list[0].revents != 0) hear(launch);
    if (list[1].revents != 0) carry_signal(launch);
    if (list[2].revents != 0) carry_input(launch);
    if (now_ms() - pinged_ms < LINE_PING_MS) continue;
    if (now_ms() - launch->heard_ms > launch->patience_ms) lose_line();
    say(launch, LINE_PING, NULL, 0);
    pinged_ms = now_ms();
  }
}

static void forward_signals(void) {
  const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  if (pipe2(signal_notes, O_CLOEXEC) != 0) give_up("no pipe: %s", strerror(errno));
  for (size_t i = 0; i < sizeof FORWARDED / sizeof FORWARDED[0]; i++)
    (void)sigaction(FORWARDED[i], &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/* Returns how many words it took. */
static int take_options(char **words, struct launch *launch) {
  int taken = 0;
  for (; words[taken] != NULL && words[taken + 1] != NULL; taken += 2) {
    const char *option = words[taken], *value = words[taken + 1];
    if (strcmp(option, "--ready") == 0) {
      launch->ready = line_number(value, INT_MAX);
      if (launch->ready < 0 || fcntl(launch->ready, F_GETFD) < 0)
        give_up("--ready %s: it is no open descriptor", value);
    } else if (strcmp(option, "--patience") == 0) {
      int seconds = line_number(value, PATIENCE_MAX_S);
      if (seconds < 1) give_up("--patience %s: seconds from 1 to %d", value, PATIENCE_MAX_S);
      launch->patience_ms = seconds * 1000L;
    } else {
      break;
    }
  }
  return taken;
}

int main(int argc, char **argv) {
  static struct launch launch = {.ready = -1, .input_open = true, .patience_ms = LINE_LOST_MS};
  (void)argc;
  forward_signals();
  char **words = argv + 1;
  launch.goes_through = words[0] != NULL && strcmp(words[0], "--through") == 0;
  words += open_line(words, &launch.line);
  words += take_options(words, &launch);
  if (words[0] != NULL && strncmp(words[0], "--", 2) == 0)
    give_up("there is no option %s before the program%s", words[0],
            words[1] == NULL ? ", or it lacks its value" : "");
  if (words[0] == NULL) give_up("it is not said which program is to be started");
  greet(&launch);
  start_program(&launch, words);
  attend(&launch);
}
