#include "run/command/subject_version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"

enum { VERSION_LIMIT_MS = 3000 };

static pid_t start_shell(const char *command, int output) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  setpgid(0, 0);
  execl("/bin/sh", "sh", "-c", command, (char *)NULL);
  _exit(127);
}

static size_t read_line(int fd, char *line, size_t max) {
  size_t len = 0;
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  while (len + 1 < max && poll(&ready, 1, VERSION_LIMIT_MS) == 1) {
    ssize_t got = read(fd, line + len, max - 1 - len);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    len += (size_t)got;
    if (memchr(line, '\n', len) != NULL) break;
  }
  line[len] = '\0';
  line[strcspn(line, "\r\n")] = '\0';
  return strlen(line);
}

void subject_version_read(const char *command, char *version, size_t version_max) {
  version[0] = '\0';
  int pipe_ends[2];
  if (command == NULL || pipe(pipe_ends) != 0 || !descriptor_own_pair(pipe_ends, DESCRIPTOR_WAITS))
    return;
  pid_t pid = start_shell(command, pipe_ends[1]);
  close(pipe_ends[1]);
  if (pid > 0) {
    (void)read_line(pipe_ends[0], version, version_max);
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  close(pipe_ends[0]);
}
