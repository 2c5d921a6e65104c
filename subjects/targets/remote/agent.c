/* The far end of a line: starts a program on the system to be tested, and carries its output, its
 * end, its standard input and its signals. Needs POSIX and nothing else:
 *
 *   cc -static -o agent agent.c
 *
 *   agent                      the line is its standard input and output: ssh board agent
 *   agent --line N             a descriptor that it was given
 *   agent --serial DEVICE      a serial line, one program after the other
 *   agent --tcp PORT           whoever connects, one after the other: in a test network only
 *
 * When the line is lost, what it has started is killed. */
#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE 700

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent.h"
#include "line.h"

enum {
  WORDS_MAX = 256,
  VARIABLES_MAX = 1024,
  TEXT_MAX = 1024 * 1024,
  INHERITED_MAX = 255,
  PORT_MAX = 65535,
  READY_DESCRIPTOR = 4,
  PROGRAM_DESCRIPTORS
};

extern char **environ;

const char *(*agent_settle)(void);

enum stream { STREAM_OUT, STREAM_ERR, STREAM_READY, STREAM_COUNT };

/* One program, from the greeting to its end. */
struct session {
  struct line line;
  char *words[WORDS_MAX + 1];
  size_t word_count;
  char *variables[VARIABLES_MAX]; /* of the program alone: the next one begins without them */
  size_t variable_count;
  char *text; /* that is being told in parts; NULL: none */
  size_t text_len;
  pid_t program; /* 0: not started */
  int streams[STREAM_COUNT];
  int input; /* -1: closed */
  unsigned char pending[LINE_FRAME_MAX];
  size_t pending_len;
  bool input_ends, over;
};

static int child_notes[2]; /* a pipe: an octet for each SIGCHLD */

static void on_child(int number) {
  int reason = errno;
  (void)number;
  (void)!write(child_notes[1], "", 1);
  errno = reason;
}

static void drop(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static void lose(struct session *session) {
  session->over = true;
}

static void say(struct session *session, enum line_kind kind, const void *octets, size_t len) {
  if (!line_send(&session->line, kind, octets, len)) lose(session);
}

/* --- the program ------------------------------------------------------------------------------ */

static bool has_name_of(char *const *list, size_t count, const char *variable) {
  const size_t len = strcspn(variable, "=") + 1;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(list[i], variable, len) == 0) return true;
  }
  return false;
}

/* What was told, the last word on each name, before this process's own. The array is the caller's,
 * what it points to stays as it is. NULL: there is no room for it. */
static char **make_environment(const struct session *session) {
  static char ready[] = "SOCKPROOF_READY=4";
  _Static_assert(READY_DESCRIPTOR == 4 && READY_DESCRIPTOR == PROGRAM_DESCRIPTORS - 1,
                 "as the variable says");
  size_t own_count = 0, count = 0;
  while (environ != NULL && environ[own_count] != NULL)
    own_count++;
  char **list = calloc(session->variable_count + own_count + 2, sizeof *list);
  if (list == NULL) return NULL;
  list[count++] = ready;
  for (size_t i = session->variable_count; i-- > 0;) {
    if (!has_name_of(list, count, session->variables[i])) list[count++] = session->variables[i];
  }
  for (size_t i = 0; i < own_count; i++) {
    if (!has_name_of(list, count, environ[i])) list[count++] = environ[i];
  }
  return list;
}

/* The program's descriptors: the number for the notes of readiness is the same everywhere. What
 * else this process has is closed when a program is executed. */
static int spawn(struct session *session, const int wanted[PROGRAM_DESCRIPTORS],
                 char **environment) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t usual;
  int reason = posix_spawn_file_actions_init(&actions);
  if (reason != 0) return reason;
  reason = posix_spawnattr_init(&attributes);
  if (reason != 0) {
    (void)posix_spawn_file_actions_destroy(&actions);
    return reason;
  }
  for (int i = 0; i < PROGRAM_DESCRIPTORS && reason == 0; i++) {
    if (wanted[i] >= 0) reason = posix_spawn_file_actions_adddup2(&actions, wanted[i], i);
  }
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGCHLD);
  if (reason == 0) reason = posix_spawnattr_setsigdefault(&attributes, &usual);
  if (reason == 0)
    reason = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  if (reason == 0)
    reason = posix_spawnp(&session->program, session->words[0], &actions, &attributes,
                          session->words, environment);
  if (reason != 0) session->program = 0;
  (void)posix_spawnattr_destroy(&attributes);
  (void)posix_spawn_file_actions_destroy(&actions);
  return reason;
}

/* Above the numbers that the program's descriptors have. */
static bool move_above(int *descriptor) {
  int moved = fcntl(*descriptor, F_DUPFD_CLOEXEC, PROGRAM_DESCRIPTORS), reason = errno;
  close(*descriptor);
  *descriptor = moved;
  errno = reason;
  return moved >= 0;
}

/* Returns 0; or why not, and none of them is there. */
static int make_pipes(int pipes[][2], size_t count) {
  for (size_t i = 0; i < count; i++)
    pipes[i][0] = pipes[i][1] = -1;
  for (size_t i = 0; i < count; i++) {
    if (pipe(pipes[i]) == 0 && move_above(&pipes[i][0]) && move_above(&pipes[i][1])) continue;
    const int reason = errno;
    for (size_t made = 0; made <= i; made++) {
      drop(&pipes[made][0]);
      drop(&pipes[made][1]);
    }
    return reason;
  }
  return 0;
}

static void give_up(struct session *session, const char *words) {
  say(session, LINE_GIVEN_UP, words, strlen(words));
  session->over = true;
}

static void tell_not_started(struct session *session, int reason) {
  char words[512];
  snprintf(words, sizeof words, "%.400s cannot be started there: %s",
           session->word_count == 0 ? "no program" : session->words[0], strerror(reason));
  give_up(session, words);
}

static void start_program(struct session *session) {
  enum { INPUT = STREAM_COUNT, PIPES };
  int pipes[PIPES][2];
  int reason = session->word_count == 0 ? EINVAL : session->program != 0 ? EBUSY : 0;
  if (reason == 0) reason = make_pipes(pipes, PIPES);
  if (reason != 0) {
    tell_not_started(session, reason);
    return;
  }
  const int wanted[] = {pipes[INPUT][0], pipes[STREAM_OUT][1], pipes[STREAM_ERR][1], -1,
                        pipes[STREAM_READY][1]};
  char **environment = make_environment(session);
  reason = environment == NULL ? ENOMEM : spawn(session, wanted, environment);
  free(environment);
  for (int i = 0; i < PIPES; i++)
    close(pipes[i][i == INPUT ? 0 : 1]);
  for (int i = 0; i < STREAM_COUNT; i++) {
    session->streams[i] = pipes[i][0];
    (void)fcntl(pipes[i][0], F_SETFL, O_NONBLOCK);
  }
  session->input = pipes[INPUT][1];
  (void)fcntl(session->input, F_SETFL, O_NONBLOCK);
  if (reason != 0) tell_not_started(session, reason);
}

/* False when there is nothing more for now. */
static bool carry(struct session *session, enum stream stream) {
  static const enum line_kind kinds[] = {LINE_OUTPUT, LINE_ERRORS, LINE_READY};
  unsigned char octets[LINE_FRAME_MAX];
  if (session->streams[stream] < 0) return false;
  ssize_t got = read(session->streams[stream], octets, sizeof octets);
  if (got > 0) say(session, kinds[stream], octets, (size_t)got);
  if (got == 0) drop(&session->streams[stream]);
  return got > 0;
}

static void feed(struct session *session) {
  if (session->pending_len > 0) {
    ssize_t written = write(session->input, session->pending, session->pending_len);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return;
    /* What nobody reads is taken nevertheless. */
    size_t done = written < 0 ? session->pending_len : (size_t)written;
    session->pending_len -= done;
    memmove(session->pending, session->pending + done, session->pending_len);
    if (session->pending_len == 0) say(session, LINE_TAKEN, NULL, 0);
  }
  if (session->pending_len == 0 && session->input_ends) drop(&session->input);
}

static void tell_end(struct session *session, int status) {
  /* What it left behind ends with it; what it has written is in the pipes. */
  (void)kill(-session->program, SIGKILL);
  for (int i = 0; i < STREAM_COUNT; i++) {
    while (!session->over && carry(session, (enum stream)i)) {
    }
  }
  if (WIFSIGNALED(status)) {
    const char *name = line_signal_name(WTERMSIG(status));
    say(session, LINE_KILLED, name, strlen(name));
  } else {
    const unsigned char code = (unsigned char)WEXITSTATUS(status);
    say(session, LINE_EXITED, &code, 1);
  }
  session->program = 0;
  session->over = true;
}

static void reap(struct session *session) {
  int status;
  char notes[64];
  (void)!read(child_notes[0], notes, sizeof notes);
  if (session->program > 0 && waitpid(session->program, &status, WNOHANG) == session->program)
    tell_end(session, status);
}

/* --- what the launcher says ------------------------------------------------------------------- */

static void take_part(struct session *session, const struct line_frame *frame) {
  size_t len = session->text_len + frame->len;
  char *text = len > TEXT_MAX ? NULL : realloc(session->text, len + 1);
  if (text == NULL) {
    tell_not_started(session, E2BIG);
    return;
  }
  if (frame->len > 0) memcpy(text + session->text_len, frame->octets, frame->len);
  text[len] = '\0';
  session->text = text;
  session->text_len = len;
}

/* The whole text, whose last part this is; the caller's. NULL: there is no room for it. */
static char *text_of(struct session *session, const struct line_frame *frame) {
  take_part(session, frame);
  char *text = session->over ? NULL : session->text;
  if (text == NULL) return NULL;
  session->text = NULL;
  session->text_len = 0;
  return text;
}

static void take_word(struct session *session, const struct line_frame *frame) {
  char *word = session->word_count < WORDS_MAX ? text_of(session, frame) : NULL;
  if (word != NULL) {
    session->words[session->word_count++] = word;
  } else if (!session->over) {
    tell_not_started(session, E2BIG);
  }
}

static void take_variable(struct session *session, const struct line_frame *frame) {
  char *variable = session->variable_count < VARIABLES_MAX ? text_of(session, frame) : NULL;
  if (variable == NULL) {
    if (!session->over) tell_not_started(session, E2BIG);
  } else if (strchr(variable, '=') != NULL) {
    session->variables[session->variable_count++] = variable;
  } else {
    free(variable);
  }
}

static void take_input(struct session *session, const struct line_frame *frame) {
  if (frame->kind == LINE_INPUT_END) {
    session->input_ends = true;
  } else if (session->pending_len == 0) {
    memcpy(session->pending, frame->octets, frame->len);
    session->pending_len = frame->len;
  }
  if (session->input >= 0) {
    feed(session);
  } else if (session->pending_len > 0) {
    session->pending_len = 0;
    say(session, LINE_TAKEN, NULL, 0);
  }
}

static void take_signal(struct session *session, const struct line_frame *frame) {
  int number = line_signal_number(frame);
  if (number == 0 || session->program == 0) return;
  const char *why_not = agent_settle == NULL ? NULL : agent_settle();
  if (why_not != NULL) {
    give_up(session, why_not);
  } else {
    (void)kill(session->program, number);
  }
}

static void take(struct session *session, const struct line_frame *frame) {
  if (frame->kind == LINE_PART) {
    take_part(session, frame);
  } else if (frame->kind == LINE_WORD) {
    take_word(session, frame);
  } else if (frame->kind == LINE_VARIABLE) {
    take_variable(session, frame);
  } else if (frame->kind == LINE_START) {
    start_program(session);
  } else if (frame->kind == LINE_INPUT || frame->kind == LINE_INPUT_END) {
    take_input(session, frame);
  } else if (frame->kind == LINE_SIGNAL) {
    take_signal(session, frame);
  } else if (frame->kind == LINE_PING) {
    say(session, LINE_PONG, NULL, 0);
  } else {
    lose(session); /* a launcher of this version says nothing else */
  }
}

static void hear(struct session *session) {
  struct line_frame frame;
  bool sound = true;
  if (!line_fill(&session->line)) lose(session);
  if (!session->line.greeted) {
    int version = line_find_greeting(&session->line);
    if (version == 0) return;
    /* Another version is the launcher's to tell to people. */
    if (!line_greet(&session->line) || version != LINE_VERSION) lose(session);
  }
  while (!session->over && line_next(&session->line, &frame, &sound))
    take(session, &frame);
  if (!sound) lose(session);
}

/* --- sessions --------------------------------------------------------------------------------- */

static void turn(struct session *session) {
  struct pollfd list[] = {
      {.fd = session->line.in, .events = POLLIN},
      {.fd = child_notes[0], .events = POLLIN},
      {.fd = session->pending_len > 0 ? session->input : -1, .events = POLLOUT},
      {.fd = session->streams[STREAM_OUT], .events = POLLIN},
      {.fd = session->streams[STREAM_ERR], .events = POLLIN},
      {.fd = session->streams[STREAM_READY], .events = POLLIN},
  };
  /* Who has greeted pings: a line that is silent then has lost its other end. */
  int ready =
      poll(list, sizeof list / sizeof list[0], session->line.greeted ? 2 * LINE_LOST_MS : -1);
  if (ready == 0) lose(session);
  if (ready <= 0) return;
  for (int i = 0; i < STREAM_COUNT; i++) {
    if (list[3 + i].revents != 0) (void)carry(session, (enum stream)i);
  }
  if (list[2].revents != 0) feed(session);
  if (list[1].revents != 0) reap(session);
  if (list[0].revents != 0 && !session->over) hear(session);
}

static void serve(int in, int out) {
  static struct session session;
  session = (struct session){.line = {.in = in, .out = out}, .streams = {-1, -1, -1}, .input = -1};
  while (!session.over)
    turn(&session);
  if (session.program > 0) {
    (void)kill(-session.program, SIGKILL);
    (void)waitpid(session.program, NULL, 0);
  }
  for (int i = 0; i < STREAM_COUNT; i++)
    drop(&session.streams[i]);
  drop(&session.input);
  for (size_t i = 0; i < session.word_count; i++)
    free(session.words[i]);
  for (size_t i = 0; i < session.variable_count; i++)
    free(session.variables[i]);
  free(session.text);
}

/* A line that serves once: what was told last is heard before this end goes. */
static void serve_once(int in, int out) {
  unsigned char rest[LINE_FRAME_MAX];
  ssize_t got;
  serve(in, out);
  while ((got = read(in, rest, sizeof rest)) > 0 || (got < 0 && errno == EINTR)) {
  }
}

static int fail(const char *what) {
  fprintf(stderr, "agent: %s: %s\n", what, strerror(errno));
  return 2;
}

static int refuse(const char *word, const char *wanted) {
  fprintf(stderr, "agent: %s is not %s\n", word, wanted);
  return 2;
}

static int serve_descriptor(const char *word) {
  int line = line_number(word, INHERITED_MAX);
  if (line < 0) return refuse(word, "a descriptor, from 0 to 255");
  if (fcntl(line, F_GETFD) < 0) return fail(word);
  serve_once(line, line);
  return 0;
}

static int serve_serial(const char *device) {
  int line = open(device, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (line < 0) return fail(device);
  line_make_raw(line);
  for (;;)
    serve(line, line);
}

/* What was told last is heard before the connection goes: to close it while octets of the launcher
 * are unread would reset it. A launcher that is lost itself is not waited for. */
static void see_off(int connection) {
  unsigned char rest[LINE_FRAME_MAX];
  struct pollfd octets = {.fd = connection, .events = POLLIN};
  (void)shutdown(connection, SHUT_WR);
  while (poll(&octets, 1, LINE_LOST_MS) > 0 && read(connection, rest, sizeof rest) > 0) {
  }
  close(connection);
}

static int serve_tcp(const char *port) {
  int number = line_number(port, PORT_MAX);
  if (number < 1) return refuse(port, "a port, from 1 to 65535");
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)number)};
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      fcntl(listener, F_SETFD, FD_CLOEXEC) != 0 ||
      bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 1) != 0)
    return fail(port);
  printf("agent: waits at TCP port %s\n", port); /* from now on who connects is heard */
  fflush(stdout);
  for (;;) {
    int line = accept(listener, NULL, NULL);
    if (line < 0 && errno == EINTR) continue;
    if (line < 0) return fail("accept");
    (void)fcntl(line, F_SETFD, FD_CLOEXEC);
    serve(line, line);
    see_off(line);
  }
}

/* No program is to have what this one was given. One call tells which descriptors that is: one for
 * each number is dear where calls are, as in gVisor. */
static void keep_what_was_given(void) {
  enum { FIRST = STDERR_FILENO + 1, COUNT = INHERITED_MAX + 1 - FIRST };
  struct pollfd list[COUNT];
  for (int i = 0; i < COUNT; i++)
    list[i] = (struct pollfd){.fd = FIRST + i};
  const bool told = poll(list, COUNT, 0) >= 0; /* else the system allows fewer descriptors */
  for (int i = 0; i < COUNT; i++) {
    if (!told || (list[i].revents & POLLNVAL) == 0) (void)fcntl(FIRST + i, F_SETFD, FD_CLOEXEC);
  }
}

int main(int argc, char **argv) {
  struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART | SA_NOCLDSTOP};
  signal(SIGPIPE, SIG_IGN);
  keep_what_was_given();
  if (pipe(child_notes) != 0 || fcntl(child_notes[0], F_SETFD, FD_CLOEXEC) != 0 ||
      fcntl(child_notes[1], F_SETFD, FD_CLOEXEC) != 0 || sigaction(SIGCHLD, &action, NULL) != 0)
    return fail("a pipe");
  (void)fcntl(child_notes[1], F_SETFL, O_NONBLOCK);
  if (argc == 3 && strcmp(argv[1], "--serial") == 0) return serve_serial(argv[2]);
  if (argc == 3 && strcmp(argv[1], "--tcp") == 0) return serve_tcp(argv[2]);
  if (argc == 3 && strcmp(argv[1], "--line") == 0) return serve_descriptor(argv[2]);
  if (argc != 1) {
    fprintf(stderr, "usage: agent [--line DESCRIPTOR | --serial DEVICE | --tcp PORT]\n");
    return 2;
  }
  line_make_raw(STDIN_FILENO);
  serve_once(STDIN_FILENO, STDOUT_FILENO);
  return 0;
}
