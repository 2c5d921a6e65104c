/* Live capture: whole, in order, and known to be so. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "capture/capture.h"
#include "sandbox/sandbox.h"

enum { TARGET_PORT = 4000, DEADLINE_MS = 20000, UNREAD_MAX = 5000 };

/* NULL when all is well. */
typedef const char *(*check)(struct err *err);

static int run_check(void *context, const struct sandbox *sandbox, const struct err *setup_error) {
  const check *wanted = context;
  struct err err = {.code = ERR_OK};
  alarm(DEADLINE_MS / 1000 * 2);
  if (sandbox == NULL) {
    fprintf(stderr, "%s\n", setup_error->text);
    return 2;
  }
  const char *complaint = (*wanted)(&err);
  if (complaint != NULL) fprintf(stderr, "%s: %s\n", complaint, err.text);
  return complaint != NULL;
}

static void assert_check(check wanted) {
  const struct sandbox_plan plan = {.kind = SANDBOX_USER_NAMESPACE, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options options = {.host_name = "capture"};
  struct sandbox_process process;
  struct err err;
  if (sandbox_spawn(&plan, &options, run_check, &wanted, &process, &err) != ERR_OK)
    fail_msg("%s", err.text);
  int status = 0;
  assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
  if (process.pidfd >= 0) close(process.pidfd);
  assert_int_equal(status, 0);
}

struct seen {
  unsigned packets, in_order, sentinel_addresses;
  int64_t first_ns;
};

/* Ethernet 14, IPv4 20, UDP 8: the number that count_up() sent. */
static void see(void *context, const struct packet *packet) {
  enum { DESTINATION_AT = 30, PORT_AT = 36, NUMBER_AT = 42 };
  struct seen *seen = context;
  const uint8_t *octets = packet->bytes.bytes;
  if (packet->bytes.len < NUMBER_AT + 4) return;
  if (octets[DESTINATION_AT + 1] == 255) seen->sentinel_addresses++;
  if (octets[PORT_AT] * 256 + octets[PORT_AT + 1] != TARGET_PORT) return;
  uint32_t number;
  memcpy(&number, octets + NUMBER_AT, sizeof number);
  if (seen->packets == 0) seen->first_ns = packet->time_ns;
  seen->in_order += ntohl(number) == seen->packets;
  seen->packets++;
}

/* Sends datagrams numbered first, first + 1 ... to a socket that takes none, so that no ICMP error
 * comes. */
static const char *count_up(unsigned first, unsigned count) {
  const struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons(TARGET_PORT),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  const int sender = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(receiver, (const struct sockaddr *)&at, sizeof at) != 0) return "bind";
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t number = htonl(first + i);
    if (sendto(sender, &number, sizeof number, 0, (const struct sockaddr *)&at, sizeof at) < 0)
      return "sendto";
  }
  close(receiver);
  close(sender);
  return NULL;
}

static const char *await_sentinels(struct capture *capture, struct seen *seen, struct err *err) {
  if (capture_send_sentinels(capture, err) != ERR_OK) return "sentinels";
  struct pollfd readable = {.fd = capture_fd(capture), .events = POLLIN};
  while (capture_sentinels_due(capture) > 0) {
    if (poll(&readable, 1, DEADLINE_MS) != 1) return "a sentinel is missing";
    if (capture_read(capture, see, seen, err) != ERR_OK) return "capture_read";
  }
  return NULL;
}

static const char *capture_burst(unsigned count, const struct capture_options *options,
                                 struct err *err) {
  struct capture *capture;
  struct seen seen = {0};
  unsigned long dropped = 1;
  struct timespec before;
  if (capture_open(&capture, options, err) != ERR_OK) return "capture_open";
  const char *complaint = await_sentinels(capture, &seen, err);
  clock_gettime(CLOCK_REALTIME, &before);
  for (unsigned sent = 0; complaint == NULL && sent < count; sent += UNREAD_MAX) {
    complaint = count_up(sent, count - sent < UNREAD_MAX ? count - sent : UNREAD_MAX);
    if (capture_read(capture, see, &seen, err) != ERR_OK) complaint = "capture_read";
  }
  if (complaint == NULL) complaint = await_sentinels(capture, &seen, err);
  if (complaint == NULL && capture_dropped(capture, &dropped, err) != ERR_OK)
    complaint = "capture_dropped";
  if (capture_link_type(capture) != LINK_ETHERNET) complaint = "the link type";
  capture_close(capture);
  if (complaint != NULL) return complaint;
  err_set(err, ERR_LIMIT, "%u packets, %u in order, %u sentinels handed out, %lu dropped",
          seen.packets, seen.in_order, seen.sentinel_addresses, dropped);
  if (seen.first_ns < (int64_t)before.tv_sec * 1000000000 + before.tv_nsec) return "a timestamp";
  return seen.packets == count && seen.in_order == count && seen.sentinel_addresses == 0 &&
                 dropped == 0
             ? NULL
             : "the packets";
}

static const char *few(struct err *err) {
  return capture_burst(7, &(struct capture_options){.interface = "lo"}, err);
}

static const char *burst(struct err *err) {
  return capture_burst(5000, &(struct capture_options){.interface = "lo"}, err);
}

static const char *flood(struct err *err) {
  return capture_burst(20000, &(struct capture_options){.interface = "lo", .flood = true}, err);
}

static const char *filtered(struct err *err) {
  return capture_burst(
      9, &(struct capture_options){.interface = "lo", .filter = "udp port 4000 or tcp"}, err);
}

/* A ring of a few slots: what does not fit is told, and never passed over. */
static const char *overflow(struct err *err) {
  const struct capture_options options = {.interface = "lo", .buffer_bytes = 64 * 1024};
  struct capture *capture;
  struct seen seen = {0};
  unsigned long dropped = 0;
  if (capture_open(&capture, &options, err) != ERR_OK) return "capture_open";
  const char *complaint = count_up(0, 1000);
  if (capture_send_sentinels(capture, err) != ERR_OK) return "sentinels";
  const unsigned due = capture_sentinels_due(capture);
  if (capture_read(capture, see, &seen, err) != ERR_OK) return "capture_read";
  if (capture_sentinels_due(capture) != due) return "a sentinel came through a full ring";
  if (complaint == NULL) complaint = await_sentinels(capture, &seen, err); /* the repetition */
  if (capture_dropped(capture, &dropped, err) != ERR_OK) return "capture_dropped";
  capture_close(capture);
  err_set(err, ERR_LIMIT, "%u captured, %lu dropped", seen.packets, dropped);
  if (complaint != NULL) return complaint;
  return dropped > 0 && seen.packets + dropped >= 1000 ? NULL : "the counters";
}

/* Two captures of one loopback: neither hands out the other's sentinels, nor counts them. */
static const char *two_at_once(struct err *err) {
  const struct capture_options options = {.interface = "lo"};
  struct capture *first, *second;
  struct seen seen = {0};
  if (capture_open(&first, &options, err) != ERR_OK) return "the first";
  if (capture_open(&second, &options, err) != ERR_OK) return "the second";
  const char *complaint = await_sentinels(first, &seen, err);
  if (complaint == NULL && capture_send_sentinels(first, err) != ERR_OK) complaint = "sentinels";
  if (complaint == NULL) complaint = await_sentinels(second, &seen, err);
  if (capture_sentinels_due(first) == 0) complaint = "counted the other's sentinels";
  capture_close(first);
  capture_close(second);
  return complaint == NULL && seen.sentinel_addresses != 0 ? "handed out a sentinel" : complaint;
}

static const char *affinity_is_kept(struct err *err) {
  cpu_set_t before, after;
  struct capture *capture;
  struct seen seen = {0};
  if (sched_getaffinity(0, sizeof before, &before) != 0) return "sched_getaffinity";
  if (capture_open(&capture, &(struct capture_options){.interface = "lo"}, err) != ERR_OK)
    return "capture_open";
  const char *complaint = NULL;
  if (capture_send_sentinels(capture, err) != ERR_OK) return "sentinels";
  if (capture_sentinels_due(capture) != (unsigned)CPU_COUNT(&before)) return "one from each CPU";
  complaint = await_sentinels(capture, &seen, err);
  capture_close(capture);
  if (sched_getaffinity(0, sizeof after, &after) != 0 || !CPU_EQUAL(&before, &after))
    return "the affinity mask was changed";
  return complaint;
}

static const char *errors_are_told(struct err *err) {
  struct capture *capture;
  if (capture_open(&capture, &(struct capture_options){.interface = "none0"}, err) !=
          ERR_UNAVAILABLE ||
      capture != NULL || strstr(err->text, "none0") == NULL)
    return "no such interface";
  if (capture_open(&capture, &(struct capture_options){.interface = "lo", .filter = "udp prt 1"},
                   err) != ERR_USAGE ||
      capture != NULL || strstr(err->text, "udp prt 1") == NULL)
    return "a wrong filter";
  if (!capture_permitted("lo", err)) return "lo is not permitted";
  return capture_permitted("none0", err) ? "none0 is permitted" : NULL;
}

static const char *without_rights(const struct sandbox *sandbox, struct err *err) {
  const char *what = "";
  if (!sandbox_confine(sandbox, &(struct sandbox_limits){0}, &what)) return what;
  if (capture_permitted("lo", err)) return "a subject may capture";
  return strstr(err->text, "cap_net_raw") != NULL ? NULL : "what would give the right";
}

static int run_without_rights(void *context, const struct sandbox *sandbox,
                              const struct err *setup_error) {
  (void)context;
  (void)setup_error;
  struct err err = {.code = ERR_OK};
  const pid_t pid = fork();
  if (pid == 0) {
    const char *complaint = sandbox == NULL ? "no sandbox" : without_rights(sandbox, &err);
    if (complaint != NULL) fprintf(stderr, "%s: %s\n", complaint, err.text);
    _exit(complaint != NULL);
  }
  int status = 1;
  return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

static void some_packets_are_captured_whole(void **state) {
  (void)state;
  assert_check(few);
}

static void a_burst_of_5000_is_captured_whole(void **state) {
  (void)state;
  assert_check(burst);
}

static void a_flood_of_20000_is_captured_whole(void **state) {
  (void)state;
  assert_check(flood);
}

static void sentinels_pass_any_filter(void **state) {
  (void)state;
  assert_check(filtered);
}

static void an_overflow_is_told(void **state) {
  (void)state;
  assert_check(overflow);
}

static void foreign_sentinels_are_no_packets(void **state) {
  (void)state;
  assert_check(two_at_once);
}

static void sentinels_come_from_each_cpu(void **state) {
  (void)state;
  assert_check(affinity_is_kept);
}

static void what_is_wrong_is_told(void **state) {
  (void)state;
  assert_check(errors_are_told);
}

static void missing_rights_are_told(void **state) {
  (void)state;
  const struct sandbox_plan plan = {.kind = SANDBOX_USER_NAMESPACE, .tier = TIER_CAPTURE_PRIVATE};
  const struct sandbox_options options = {.host_name = "capture"};
  struct sandbox_process process;
  struct err err;
  assert_int_equal(sandbox_spawn(&plan, &options, run_without_rights, NULL, &process, &err),
                   ERR_OK);
  int status = 0;
  assert_int_equal(waitpid(process.pid, &status, 0), process.pid);
  if (process.pidfd >= 0) close(process.pidfd);
  assert_int_equal(status, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(some_packets_are_captured_whole),
      cmocka_unit_test(a_burst_of_5000_is_captured_whole),
      cmocka_unit_test(a_flood_of_20000_is_captured_whole),
      cmocka_unit_test(sentinels_pass_any_filter),
      cmocka_unit_test(an_overflow_is_told),
      cmocka_unit_test(foreign_sentinels_are_no_packets),
      cmocka_unit_test(sentinels_come_from_each_cpu),
      cmocka_unit_test(what_is_wrong_is_told),
      cmocka_unit_test(missing_rights_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
