#include "run/command/subject_version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "subject/words.h"

enum { VERSION_LIMIT_MS = 10000, COMMAND_MAX_OCTETS = 64 * 1024 };

/* "${dir}" is a variable of the shell's. */
static void append_with_places(struct text *text, const char *command,
                               const struct version_places *places) {
  const struct {
    const char *name, *value;
  } list[] = {{"{dir}", places->dir}, {"{bin}", places->bin}};
  for (const char *at = command; *at != '\0';) {
    size_t i = 0;
    while (i < 2 && (strncmp(at, list[i].name, strlen(list[i].name)) != 0 ||
                     (at != command && at[-1] == '$')))
      i++;
    if (i < 2) {
      words_append_quoted(text, list[i].value);
      at += strlen(list[i].name);
    } else {
      text_append_span(text, span_of(at, 1));
      at++;
    }
  }
}

/* `lasts` is open as long as a process of the command's is there: programs close their output
 * before they end. */
static pid_t start_shell(const char *command, int output, int lasts) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  fcntl(lasts, F_SETFD, 0);
  setpgid(0, 0);
  execl("/bin/sh", "sh", "-c", command, (char *)NULL);
  _exit(127);
}

static int64_t now_ms(void) {
  const struct clock clock = clock_monotonic();
  return clock_now_ns(&clock) / 1000000;
}

/* Reads to the end of both, so that nobody is ended by a closed pipe; what `line` has no room for
 * is passed over. False: the time was over before. */
static bool read_line(int output, int lasts, char *line, size_t max) {
  const int64_t ends_ms = now_ms() + VERSION_LIMIT_MS;
  struct pollfd list[] = {{.fd = output, .events = POLLIN}, {.fd = lasts, .events = POLLIN}};
  size_t len = 0;
  for (int64_t left_ms;
       (list[0].fd >= 0 || list[1].fd >= 0) && (left_ms = ends_ms - now_ms()) > 0;) {
    if (poll(list, 2, (int)left_ms) <= 0) continue;
    for (size_t i = 0; i < 2; i++) {
      char octets[1024];
      if (list[i].fd < 0 || list[i].revents == 0) continue;
      const ssize_t got = read(list[i].fd, octets, sizeof octets);
      if (got == 0 || (got < 0 && errno != EINTR)) list[i].fd = -1;
      const size_t room = max - 1 - len, count = got > 0 ? (size_t)got : 0;
      memcpy(line + len, octets, count < room ? count : room);
      len += count < room ? count : room;
    }
  }
  line[len] = '\0';
  line[strcspn(line, "\r\n")] = '\0';
  return list[0].fd < 0 && list[1].fd < 0;
}

/* Closes what it writes to. */
static void ask(const char *command, const int output[2], const int lasts[2], char *version,
                size_t max) {
  int status = -1;
  const pid_t pid = start_shell(command, output[1], lasts[1]);
  close(output[1]);
  close(lasts[1]);
  if (pid < 0) return;
  if (!read_line(output[0], lasts[0], version, max)) {
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
  }
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) version[0] = '\0';
}

static bool make_pipe(int ends[static 2]) {
  return pipe(ends) == 0 && descriptor_own_pair(ends, DESCRIPTOR_WAITS);
}

void subject_version_read(const char *command, const struct version_places *places, char *version,
                          size_t version_max) {
  int output[2], lasts[2];
  struct text text = TEXT_INIT(COMMAND_MAX_OCTETS);
  version[0] = '\0';
  if (command == NULL) return;
  append_with_places(&text, command, places);
  if (!text.truncated && make_pipe(output)) {
    if (make_pipe(lasts)) {
      ask(text_chars(&text), output, lasts, version, version_max);
      close(lasts[0]);
    } else {
      close(output[1]);
    }
    close(output[0]);
  }
  text_free(&text);
}
