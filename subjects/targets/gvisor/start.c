#define _GNU_SOURCE

#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "frames.h"

/* The other ids that its own confinement would need are not there: it runs as this user, confined
 * as it is. Segments are to be whole on the wire, and their checksums true. */
static const char *const FLAGS[] = {
    "runsc",
    "--platform=ptrace",
    "--network=sandbox",
    "--ignore-cgroups",
    "--TESTONLY-unsafe-nonroot",
    "--gso=false",
    "--software-gso=false",
    "--rx-checksum-offload=false",
    "--qdisc=none",
    "--file-access=shared",
};
enum { FLAG_COUNT = sizeof FLAGS / sizeof FLAGS[0], ARGUMENTS_MAX = 32, ARGUMENT_BYTES = 48 };

static const char NAME[] = "sockproof"; /* of the container */

/* What gVisor's stack is, in the words of the call that makes it. Masks and addresses of hardware
 * are in base64. */
static const char NETWORK[] =
    "{\"LoopbackLinks\": [{\"Name\": \"lo\","
    " \"Addresses\": [{\"Address\": \"127.0.0.1\", \"PrefixLen\": 8},"
    " {\"Address\": \"::1\", \"PrefixLen\": 128}],"
    " \"Routes\": [{\"Destination\": {\"IP\": \"127.0.0.0\", \"Mask\": \"/wAAAA==\"}},"
    " {\"Destination\": {\"IP\": \"::1\", \"Mask\": \"/////////////////////w==\"}}]}],"
    " \"FDBasedLinks\": [{\"Name\": \"eth0\", \"MTU\": 1500, \"NumChannels\": 1, \"QDisc\": 0,"
    " \"LinkAddress\": \"AgAAAAAC\","
    " \"Addresses\": [{\"Address\": \"203.0.113.2\", \"PrefixLen\": 24},"
    " {\"Address\": \"203.0.113.4\", \"PrefixLen\": 24},"
    " {\"Address\": \"fd00:51::4\", \"PrefixLen\": 64},"
    " {\"Address\": \"fd00:51::2\", \"PrefixLen\": 64}],"
    " \"Routes\": [{\"Destination\": {\"IP\": \"203.0.113.0\", \"Mask\": \"////AA==\"}},"
    " {\"Destination\": {\"IP\": \"fd00:51::\", \"Mask\": \"//////////8AAAAAAAAAAA==\"}}],"
    /* One that it had to ask for would get what is for it from another thread, and perhaps never,
     * where the program ends meanwhile. */
    " \"Neighbors\": [{\"IP\": \"203.0.113.1\", \"HardwareAddr\": \"AgAAAAAB\"},"
    " {\"IP\": \"203.0.113.3\", \"HardwareAddr\": \"AgAAAAAB\"},"
    " {\"IP\": \"fd00:51::1\", \"HardwareAddr\": \"AgAAAAAB\"},"
    " {\"IP\": \"fd00:51::3\", \"HardwareAddr\": \"AgAAAAAB\"}]}]}";

/* --- a process ---------------------------------------------------------------------------------
 */

/* The words of a command, as they are put together. */
struct command {
  const char *words[ARGUMENTS_MAX + 1];
  char own[ARGUMENTS_MAX][ARGUMENT_BYTES];
  int passed[ARGUMENTS_MAX]; /* descriptors that stay open in it */
  size_t word_count, passed_count;
};

static void add_word(struct command *command, const char *word) {
  command->words[command->word_count++] = word;
}

static struct command command_of(const char *verb) {
  struct command command = {.word_count = 0};
  for (size_t i = 0; i < FLAG_COUNT; i++)
    add_word(&command, FLAGS[i]);
  add_word(&command, verb);
  add_word(&command, "--bundle=/");
  return command;
}

/* Gives a descriptor away. */
static void pass(struct command *command, const char *flag, int fd) {
  char *word = command->own[command->word_count];
  snprintf(word, ARGUMENT_BYTES, "--%s=%d", flag, fd);
  add_word(command, word);
  command->passed[command->passed_count++] = fd;
}

static pid_t run(const struct command *command, int log) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) wire_give_up("no process");
  if (child == 0) {
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    /* Standard input and output are the line, and standard error the program's. */
    (void)dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    (void)dup2(log, STDOUT_FILENO);
    (void)dup2(log, STDERR_FILENO);
    for (size_t i = 0; i < command->passed_count; i++)
      (void)fcntl(command->passed[i], F_SETFD, 0);
    signal(SIGPIPE, SIG_DFL);
    execvp(command->words[0], (char *const *)(uintptr_t)command->words);
    dprintf(STDERR_FILENO, "%s: %s\n", command->words[0], strerror(errno));
    _exit(1);
  }
  for (size_t i = 0; i < command->passed_count; i++)
    close(command->passed[i]);
  return child;
}

/* --- what it is to run -------------------------------------------------------------------------
 */

/* A text of JSON, as it grows; what does not fit is found at its end. */
struct text {
  char octets[8 * PATH_MAX];
  size_t len;
};

static void put(struct text *text, const char *string) {
  for (; *string != '\0' && text->len < sizeof text->octets; string++)
    text->octets[text->len++] = *string;
}

static void put_quoted(struct text *text, const char *string) {
  put(text, "\"");
  for (; *string != '\0'; string++) {
    const char octet[] = {*string, '\0'};
    char escaped[8];
    snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned char)*string);
    const bool is_plain = (unsigned char)*string >= 0x20 && *string != '"' && *string != '\\';
    put(text, is_plain ? octet : escaped);
  }
  put(text, "\"");
}

/* Each reader has one of its own, as they would share a place in it. */
static int write_specification(const char *program) {
  struct text text = {.len = 0};
  char folder[PATH_MAX], host_name[HOST_NAME_MAX + 1] = "";
  const int fd = memfd_create("config.json", MFD_CLOEXEC);
  if (fd < 0 || getcwd(folder, sizeof folder) == NULL ||
      gethostname(host_name, sizeof host_name - 1) != 0)
    wire_give_up("what gVisor is to run cannot be told");
  put(&text, "{\"ociVersion\": \"1.0.0\", \"root\": {\"path\": \"/\"}, \"process\": {\"args\": [");
  put_quoted(&text, program);
  put(&text, "], \"cwd\": ");
  put_quoted(&text, folder);
  put(&text,
      ", \"env\": [\"PATH=/usr/bin:/bin\"], \"user\": {\"uid\": 0, \"gid\": 0},"
      " \"noNewPrivileges\": true}, \"hostname\": ");
  put_quoted(&text, host_name);
  put(&text, "}\n");
  if (text.len == sizeof text.octets) errno = ENAMETOOLONG;
  if (text.len == sizeof text.octets || pwrite(fd, text.octets, text.len, 0) != (ssize_t)text.len)
    wire_give_up("what gVisor is to run cannot be told");
  return fd;
}

/* --- both processes ----------------------------------------------------------------------------
 */

/* A name without a path, of this network alone. */
static int listen_for_calls(struct sockaddr_un *at, socklen_t *len) {
  *at = (struct sockaddr_un){.sun_family = AF_UNIX};
  *len = (socklen_t)sizeof at->sun_family; /* the kernel finds one */
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)at, *len) != 0) wire_give_up("no socket");
  *len = sizeof *at;
  if (getsockname(fd, (struct sockaddr *)at, len) != 0) wire_give_up("no socket");
  return fd;
}

static void make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) wire_give_up("no pipe");
}

void start_processes(struct start *start, const char *program) {
  int files[2], mounts[2], synchronised[2], input[2], output[2];
  start->log = memfd_create("log", MFD_CLOEXEC);
  if (start->log < 0) wire_give_up("no file for what gVisor says");
  make_pipe(mounts);
  make_pipe(synchronised);
  make_pipe(input);
  make_pipe(output);
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, files) != 0) wire_give_up("no socket");

  /* As this user already, with the files of this mount namespace: what it would make of itself for
   * other places begins with another exec, of 16 ms. */
  struct command gofer = command_of("gofer");
  add_word(&gofer, "--setup-root=false");
  add_word(&gofer, "--apply-caps=false");
  pass(&gofer, "spec-fd", write_specification(program));
  pass(&gofer, "mounts-fd", mounts[1]);
  pass(&gofer, "io-fds", files[1]);
  (void)run(&gofer, start->log);

  struct command kernel = command_of("boot");
  pass(&kernel, "spec-fd", write_specification(program));
  pass(&kernel, "mounts-fd", mounts[0]);
  pass(&kernel, "io-fds", files[0]);
  pass(&kernel, "start-sync-fd", synchronised[1]);
  pass(&kernel, "controller-fd", listen_for_calls(&start->at, &start->at_len));
  pass(&kernel, "stdio-fds", input[0]);
  pass(&kernel, "stdio-fds", output[1]);
  pass(&kernel, "stdio-fds", dup(STDERR_FILENO));
  add_word(&kernel, NAME);
  start->kernel = run(&kernel, start->log);
  start->ended = (int)syscall(SYS_pidfd_open, start->kernel, 0);
  if (start->ended < 0) wire_give_up("the end of gVisor cannot be awaited");
  start->input = input[1];
  start->output = output[0];
  start->synchronised = synchronised[0];
}

/* --- calls -------------------------------------------------------------------------------------
 */

union passed_descriptor {
  struct cmsghdr header; /* for its alignment */
  char octets[CMSG_SPACE(sizeof(int))];
};

/* Its own words first. */
static _Noreturn void give_up_with_log(int log, const char *why, const char *method) {
  const int reason = errno;
  char octets[4096];
  const ssize_t len = pread(log, octets, sizeof octets, 0);
  if (len > 0) (void)!write(STDERR_FILENO, octets, (size_t)len);
  errno = reason;
  wire_give_up("gVisor %s %s", why, method);
}

/* `argument` is JSON; `fd` goes along, if it is one. */
static void call(const struct start *start, int to, const char *method, const char *argument,
                 int fd) {
  char text[sizeof NETWORK + 128], answer[4096];
  const int len =
      snprintf(text, sizeof text, "{\"method\": \"%s\", \"arg\": %s}", method, argument);
  struct iovec part = {.iov_base = text, .iov_len = (size_t)len};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  union passed_descriptor passed;
  if (fd >= 0) {
    memset(&passed, 0, sizeof passed);
    message.msg_control = passed.octets;
    message.msg_controllen = sizeof passed.octets;
    passed.header.cmsg_level = SOL_SOCKET;
    passed.header.cmsg_type = SCM_RIGHTS;
    passed.header.cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(&passed.header), &fd, sizeof fd);
  }
  if (sendmsg(to, &message, MSG_NOSIGNAL) != len)
    give_up_with_log(start->log, "cannot be asked for", method);
  const ssize_t got = recv(to, answer, sizeof answer - 1, 0);
  if (got <= 0) give_up_with_log(start->log, "does not answer to", method);
  answer[got] = '\0';
  if (strstr(answer, "\"success\":true") == NULL) {
    errno = EPROTO;
    wire_give_up("gVisor refuses %s (%s)", method, answer);
  }
}

void start_program(struct start *start, int packets) {
  char octet, name[32];
  const int control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (read(start->synchronised, &octet, 1) != 1) {
    errno = ESRCH;
    give_up_with_log(start->log, "ended before it took", "calls");
  }
  if (control < 0 || connect(control, (struct sockaddr *)&start->at, start->at_len) != 0)
    give_up_with_log(start->log, "takes", "no calls");
  snprintf(name, sizeof name, "\"%s\"", NAME);
  call(start, control, "Network.CreateLinksAndRoutes", NETWORK, packets);
  call(start, control, "containerManager.StartRoot", name, -1);
  close(packets);
  close(control); /* gVisor would not end before it is */
  close(start->synchronised);
}
