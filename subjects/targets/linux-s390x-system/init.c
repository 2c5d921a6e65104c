/* The first program of the machine: prepares it up to where it waits for a program to run, so far
 * that its state can be saved; and, whenever it goes on from there, makes it a machine of that
 * moment: with the right time, chance of its own, and the files of whoever woke it. Then it runs
 * the agent, and ends with it. */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <linux/if_link.h>
#include <linux/random.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../remote/agent.h"
#include "now.h"
#include "settle.h"

/* The device's own number, which comes first, is given as the kernel meets the machine's devices:
 * in any order. */
#define LINE_PORT "/dev/vport*p1"
#define NOW_PORT "/dev/vport*p2"
#define INTERFACE "eth0"
#define FILES "/files"

static int complaints = STDERR_FILENO; /* the console; once it is awake, the port of now.h */

static _Noreturn void give_up(const char *what) {
  dprintf(complaints, "the machine: %s: %s\n", what, strerror(errno));
  (void)reboot(RB_POWER_OFF);
  for (;;)
    pause();
}

/* --- until the state is saved ----------------------------------------------------------------- */

static void mount_kernel_files(void) {
  static const char *const kinds[][2] = {
      {"devtmpfs", "/dev"}, {"proc", "/proc"}, {"sysfs", "/sys"}};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    (void)mkdir(kinds[i][1], 0755);
    if (mount(kinds[i][0], kinds[i][1], kinds[i][0], 0, NULL) != 0) give_up(kinds[i][1]);
  }
}

/* The kernel could not, as its device was not there yet. */
static void open_console(void) {
  int console = open("/dev/console", O_RDWR);
  if (console < 0) give_up("/dev/console");
  for (int i = 0; i <= STDERR_FILENO; i++) {
    if (i != console && dup2(console, i) != i) give_up("/dev/console");
  }
  if (console > STDERR_FILENO) close(console);
}

/* /modules holds their names in the order in which they need one another. */
static void load_modules(void) {
  char name[256];
  FILE *list = fopen("/modules/order", "re");
  if (list == NULL) give_up("/modules/order");
  while (fgets(name, sizeof name, list) != NULL) {
    name[strcspn(name, "\n")] = '\0';
    char path[sizeof name + 16];
    snprintf(path, sizeof path, "/modules/%s", name);
    int module = open(path, O_RDONLY | O_CLOEXEC);
    if (module < 0 || syscall(SYS_finit_module, module, "", 0) != 0) give_up(path);
    close(module);
    (void)unlink(path);
  }
  fclose(list);
}

static void set(const char *path, const char *value) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0 || write(file, value, strlen(value)) < 0) give_up(path);
  close(file);
}

static void bring_up(int descriptor, const char *interface) {
  struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
  if (ioctl(descriptor, SIOCSIFFLAGS, &request) != 0) give_up(interface);
}

static void add_ipv4(int descriptor, const char *alias, const char *text) {
  struct ifreq request = {0};
  struct sockaddr_in *at = (struct sockaddr_in *)&request.ifr_addr;
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", alias);
  at->sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &at->sin_addr) != 1 || ioctl(descriptor, SIOCSIFADDR, &request) != 0)
    give_up(text);
  at->sin_addr.s_addr = htonl(0xffffff00);
  if (ioctl(descriptor, SIOCSIFNETMASK, &request) != 0) give_up(text);
}

static void add_ipv6(int descriptor, const char *text) {
  struct {
    struct in6_addr address;
    uint32_t prefix;
    int interface;
  } request = {.prefix = 64, .interface = (int)if_nametoindex(INTERFACE)};
  if (inet_pton(AF_INET6, text, &request.address) != 1 ||
      ioctl(descriptor, SIOCSIFADDR, &request) != 0)
    give_up(text);
}

/* An address made of the hardware's, router solicitations and multicast listener reports of the
 * kernel's own would be packets that nobody asked for. */
static void set_up_network(void) {
  static const char *const settings[][2] = {
      {"addr_gen_mode", "1"},     {"router_solicitations", "0"},
      {"accept_ra", "0"},         {"accept_dad", "0"},
      {"force_mld_version", "1"}, {"mldv1_unsolicited_report_interval", "1"}};
  int v4 = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int v6 = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (v4 < 0 || v6 < 0) give_up("a socket");
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/" INTERFACE "/%s", settings[i][0]);
    set(path, settings[i][1]);
  }
  set("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
  bring_up(v4, "lo");
  bring_up(v4, INTERFACE);
  add_ipv4(v4, INTERFACE, "203.0.113.2");
  add_ipv4(v4, INTERFACE ":2", "203.0.113.4");
  add_ipv6(v6, "fd00:51::2");
  add_ipv6(v6, "fd00:51::4");
  close(v4);
  close(v6);
}

static int open_one(const char *pattern) {
  glob_t found;
  int status = glob(pattern, 0, NULL, &found);
  if (status != 0) {
    errno = status == GLOB_NOMATCH ? ENOENT : EIO;
    return -1;
  }
  int file = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC), reason = errno;
  globfree(&found);
  errno = reason;
  return file;
}

/* The kernel makes it when it has heard of it from the machine's other side. */
static int open_port(const char *pattern) {
  char event[4096];
  int watch = inotify_init1(IN_CLOEXEC), port;
  if (watch < 0 || inotify_add_watch(watch, "/dev", IN_CREATE) < 0) give_up("inotify");
  while ((port = open_one(pattern)) < 0) {
    if (errno != ENOENT || read(watch, event, sizeof event) <= 0) give_up(pattern);
  }
  close(watch);
  return port;
}

/* --- when it goes on -------------------------------------------------------------------------- */

static void ask_now(int port, struct now *now) {
  size_t have = 0;
  const char question = NOW_QUESTION;
  if (write(port, &question, 1) != 1) give_up(NOW_PORT);
  while (have < sizeof *now) {
    ssize_t got = read(port, (char *)now + have, sizeof *now - have);
    if (got <= 0) give_up(NOW_PORT);
    have += (size_t)got;
  }
}

static int64_t clock_ns(void) {
  struct timespec at;
  (void)clock_gettime(CLOCK_REALTIME, &at);
  return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static void add_chance(int device, const struct now *now) {
  struct rand_pool_info *pool = malloc(sizeof *pool + NOW_CHANCE_OCTETS);
  if (pool == NULL) give_up("/dev/urandom");
  pool->entropy_count = NOW_CHANCE_OCTETS * 8;
  pool->buf_size = NOW_CHANCE_OCTETS;
  memcpy(pool->buf, now->chance, NOW_CHANCE_OCTETS);
  if (ioctl(device, RNDADDENTROPY, pool) != 0 || ioctl(device, RNDRESEEDCRNG) != 0)
    give_up("/dev/urandom");
  free(pool);
}

/* The answer was given at some time between question and answer, both of which may wait for a busy
 * host: what agrees with all of several is known more closely than from any of them. Cases hold
 * clocks against each other to a millisecond. */
static int64_t learn_ahead_ns(int port, struct now *now) {
  enum { ASKED_MAX = 8, CLOSE_NS = 1000000 };
  int64_t least_ns = 0, most_ns = 0;
  for (int i = 0; i < ASKED_MAX && (i == 0 || most_ns - least_ns > CLOSE_NS); i++) {
    const int64_t before_ns = clock_ns();
    ask_now(port, now);
    const int64_t after_ns = clock_ns();
    const int64_t told_ns = (int64_t)be64toh(now->clock_ns);
    if (i == 0 || told_ns - after_ns > least_ns) least_ns = told_ns - after_ns;
    if (i == 0 || told_ns - before_ns < most_ns) most_ns = told_ns - before_ns;
  }
  return least_ns + (most_ns - least_ns) / 2;
}

/* Moves the clock by that much: to read it and to set it would lose what comes between. */
static void advance_clock(int64_t by_ns) {
  enum { SECOND_NS = 1000000000 };
  const int64_t rest_ns = (by_ns % SECOND_NS + SECOND_NS) % SECOND_NS;
  struct timex change = {.modes = ADJ_SETOFFSET | ADJ_NANO};
  change.time.tv_sec = (by_ns - rest_ns) / SECOND_NS;
  change.time.tv_usec = rest_ns;
  if (clock_adjtime(CLOCK_REALTIME, &change) < 0) give_up("the clock");
}

static void learn_now(int port, int chance, struct now *now) {
  advance_clock(learn_ahead_ns(port, now));
  add_chance(chance, now);
  if (now->ipv6_off != 0) set("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
  if (sethostname(now->host_name, strnlen(now->host_name, sizeof now->host_name)) != 0)
    give_up("the host's name");
}

/* Whoever woke it has its root here; what is the kernel's own stays this kernel's. */
static void enter_files(const struct now *now) {
  static const char *const own[] = {"/dev", "/proc", "/sys"};
  if (mount("files", FILES, "9p", 0,
            "trans=virtio,version=9p2000.L,access=any,msize=262144,cache=mmap") != 0)
    give_up("the files");
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
    char into[64];
    snprintf(into, sizeof into, FILES "%s", own[i]);
    if (mount(own[i], into, NULL, MS_MOVE, NULL) != 0) give_up(into);
  }
  if (chroot(FILES) != 0 || chdir(now->folder) != 0) give_up(now->folder);
}

static void become_ordinary(const struct now *now) {
  uid_t uid = ntohl(now->uid);
  gid_t gid = ntohl(now->gid);
  if (setgroups(0, NULL) != 0 || setgid(gid) != 0 || setuid(uid) != 0) give_up("an ordinary user");
}

static void be_agent(int line) {
  char number[16];
  char *words[] = {"agent", "--line", number, NULL};
  snprintf(number, sizeof number, "%d", line);
  (void)clearenv();
  (void)setenv("PATH", "/usr/bin:/bin", 1);
  agent_settle = settle;
  (void)agent_main(3, words);
}

/* Whether this kernel still has something to send of what programs have left to it. What they have
 * sent before is out: QEMU has sent it before it told the agent that the line is at its end. */
static bool has_orphans(int socket_counts) {
  char text[1024];
  ssize_t len = pread(socket_counts, text, sizeof text - 1, 0);
  text[len < 0 ? 0 : len] = '\0';
  const char *orphans = strstr(text, " orphan ");
  return orphans == NULL || strncmp(orphans, " orphan 0 ", 10) != 0;
}

/* Returns where the machine has to go down by itself. */
static void await_program(int line, int port, int socket_counts) {
  static struct now now;
  int chance = open("/dev/urandom", O_RDWR | O_CLOEXEC);
  const char over = NOW_OVER;
  struct pollfd woken = {.fd = line, .events = POLLIN};
  if (chance < 0) give_up("/dev/urandom");
  if (mkdir(FILES, 0755) != 0) give_up(FILES);
  if (!settle_prepare(INTERFACE)) give_up("packets of " INTERFACE);
  (void)clock_ns(); /* what is used now is in memory then */
  if (mlockall(MCL_CURRENT) != 0) give_up("memory");
  if (write(line, "ready\n", 6) != 6 || poll(&woken, 1, -1) != 1) give_up(LINE_PORT);
  complaints = port;
  learn_now(port, chance, &now);
  enter_files(&now);
  become_ordinary(&now);
  be_agent(line);
  if (has_orphans(socket_counts) || write(port, &over, 1) != 1) return;
  for (;;)
    pause();
}

/* The program's parent is not to be the first program, by which some take themselves for daemons.
 */
int main(void) {
  mount_kernel_files();
  open_console();
  load_modules();
  set_up_network();
  int line = open_port(LINE_PORT), port = open_port(NOW_PORT);
  int socket_counts = open("/proc/net/sockstat", O_RDONLY | O_CLOEXEC);
  if (socket_counts < 0) give_up("/proc/net/sockstat");
  /* Nothing waits for this, and it is the state that is saved a little later: what the kernel puts
   * off by timers of its own, for up to seconds, and tells nobody of, is done before and not anew
   * at each waking. A state that is saved at once is as good, and each start of a program takes
   * some 0.23 s of the processor for 0.20 s. */
  (void)sleep(3);
  pid_t child = fork();
  if (child == 0) {
    await_program(line, port, socket_counts);
    return 0;
  }
  while (child > 0 && waitpid(-1, NULL, 0) != child) {
  }
  (void)reboot(RB_POWER_OFF);
}
