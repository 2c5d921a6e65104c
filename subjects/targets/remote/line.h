/* What the launcher and its agent say to each other, over anything that carries octets both ways.
 *
 * First a greeting each, a line of text: all that comes before it, as a console's messages, is
 * passed over. Then frames:
 *
 *    0       1       2       3
 *   +-------+-------+-------+-------------
 *   | kind  | length        | octets ...        the length in network order, at most 4096
 *   +-------+-------+-------+-------------
 *
 * Signals go by name: their numbers differ between systems. */
#ifndef SOCKPROOF_REMOTE_LINE_H
#define SOCKPROOF_REMOTE_LINE_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LINE_GREETING "sockproof line "
enum {
  LINE_VERSION = 1,
  LINE_HEAD = 3,
  LINE_FRAME_MAX = 4096,
  LINE_PING_MS = 1000, /* how often the launcher asks whether the agent is there */
  LINE_LOST_MS = 4000  /* without a word from the other end for so long, the line is lost */
};

enum line_kind {
  /* to the agent */
  LINE_PART = 'c',     /* of the text whose end follows: a text may be longer than a frame */
  LINE_VARIABLE = 'v', /* NAME=value, beside the agent's own environment */
  LINE_WORD = 'w',     /* of the command, one after the other */
  LINE_START = 'g',
  LINE_INPUT = 'i', /* for standard input; the next one not before LINE_TAKEN */
  LINE_INPUT_END = 'I',
  LINE_SIGNAL = 's',
  LINE_PING = 'p',
  /* to the launcher */
  LINE_OUTPUT = 'o',
  LINE_ERRORS = 'e',
  LINE_READY = 'r', /* what the program wrote to the descriptor SOCKPROOF_READY */
  LINE_TAKEN = 't',
  LINE_PONG = 'P',
  LINE_GIVEN_UP = 'n', /* it was not started, or nothing is known of it; and why */
  LINE_EXITED = 'x',   /* one octet: the status */
  LINE_KILLED = 'k'    /* by the signal of that name */
};

struct line {
  int in, out;
  bool greeted;
  size_t len, used; /* octets there; and of the frame that was handed out last */
  unsigned char octets[LINE_HEAD + LINE_FRAME_MAX];
};

struct line_frame {
  enum line_kind kind;
  const unsigned char *octets; /* until the next call */
  size_t len;
};

/* A whole number from 0 to `max`; -1: the word is none. */
static inline int line_number(const char *word, int max) {
  char *end;
  errno = 0;
  long number = strtol(word, &end, 10);
  bool whole = word[0] >= '0' && word[0] <= '9' && *end == '\0' && errno == 0;
  return whole && number <= max ? (int)number : -1;
}

static inline bool line_write_all(int to, const void *octets, size_t len) {
  const unsigned char *rest = octets;
  while (len > 0) {
    ssize_t written = write(to, rest, len);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest += written;
    len -= (size_t)written;
  }
  return true;
}

/* `len` is at most LINE_FRAME_MAX. False: the line is lost. */
static inline bool line_send(const struct line *line, enum line_kind kind, const void *octets,
                             size_t len) {
  unsigned char frame[LINE_HEAD + LINE_FRAME_MAX] = {(unsigned char)kind, (unsigned char)(len >> 8),
                                                     (unsigned char)(len & 0xff)};
  if (len > 0) memcpy(frame + LINE_HEAD, octets, len);
  return line_write_all(line->out, frame, LINE_HEAD + len);
}

static inline bool line_greet(const struct line *line) {
  char words[64];
  int len = snprintf(words, sizeof words, "\n" LINE_GREETING "%d\n", LINE_VERSION);
  return line_write_all(line->out, words, (size_t)len);
}

static inline void line_drop(struct line *line, size_t count) {
  line->len -= count;
  memmove(line->octets, line->octets + count, line->len);
}

/* Reads once, where there is something to read. False: the line is at its end. */
static inline bool line_fill(struct line *line) {
  line_drop(line, line->used);
  line->used = 0;
  ssize_t got = read(line->in, line->octets + line->len, sizeof line->octets - line->len);
  if (got > 0) line->len += (size_t)got;
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Looks for the greeting in what was read. Returns the other end's version; 0: it is not there yet.
 */
static inline int line_find_greeting(struct line *line) {
  for (;;) {
    const unsigned char *end = memchr(line->octets, '\n', line->len);
    if (end == NULL) {
      if (line->len == sizeof line->octets) line_drop(line, line->len); /* no greeting is so long */
      return 0;
    }
    size_t len = (size_t)(end - line->octets), head = sizeof LINE_GREETING - 1;
    char words[64] = "";
    if (len < sizeof words) memcpy(words, line->octets, len);
    line_drop(line, len + 1);
    if (strncmp(words, LINE_GREETING, head) != 0) continue;
    long version = strtol(words + head, NULL, 10);
    if (version < 1 || version > 9999) continue;
    line->greeted = true;
    return (int)version;
  }
}

/* The next whole frame of what was read. False: there is none yet. *sound: no frame can be longer
 * than it may, so one that is tells that the octets are not the other end's. */
static inline bool line_next(struct line *line, struct line_frame *frame, bool *sound) {
  line_drop(line, line->used);
  line->used = 0;
  if (line->len < LINE_HEAD) return false;
  size_t len = (size_t)line->octets[1] << 8 | line->octets[2];
  if (len > LINE_FRAME_MAX) {
    *sound = false;
    return false;
  }
  if (line->len < LINE_HEAD + len) return false;
  *frame = (struct line_frame){(enum line_kind)line->octets[0], line->octets + LINE_HEAD, len};
  line->used = LINE_HEAD + len;
  return true;
}

/* A terminal carries octets as they are from now on; no other descriptor is changed. */
static inline void line_make_raw(int descriptor) {
  struct termios mode;
  if (tcgetattr(descriptor, &mode) != 0) return;
  mode.c_iflag &=
      ~(tcflag_t)(BRKINT | ICRNL | IGNBRK | IGNCR | INLCR | INPCK | ISTRIP | IXOFF | IXON | PARMRK);
  mode.c_oflag &= ~(tcflag_t)OPOST;
  mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
  mode.c_cflag = (mode.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8 | CREAD | CLOCAL;
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  (void)tcsetattr(descriptor, TCSANOW, &mode);
}

static const struct {
  const char *name;
  int number;
} LINE_SIGNALS[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
    {"ABRT", SIGABRT}, {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
    {"SEGV", SIGSEGV}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"CONT", SIGCONT}, {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ}, {"SYS", SIGSYS},
};
enum { LINE_SIGNAL_COUNT = sizeof LINE_SIGNALS / sizeof LINE_SIGNALS[0] };

/* "?": it has none that both ends know. */
static inline const char *line_signal_name(int number) {
  for (size_t i = 0; i < LINE_SIGNAL_COUNT; i++) {
    if (LINE_SIGNALS[i].number == number) return LINE_SIGNALS[i].name;
  }
  return "?";
}

/* 0: there is none of that name here. */
static inline int line_signal_number(const struct line_frame *frame) {
  for (size_t i = 0; i < LINE_SIGNAL_COUNT; i++) {
    const char *name = LINE_SIGNALS[i].name;
    if (strlen(name) == frame->len && memcmp(name, frame->octets, frame->len) == 0)
      return LINE_SIGNALS[i].number;
  }
  return 0;
}

#endif
