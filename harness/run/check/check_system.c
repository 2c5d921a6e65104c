/* What differs from system to system, held against what this one does when the harness asks it. */
#include "base/descriptor.h"
#include "run/check/check_common.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The size that a new socket has after the wish, granted or not, and without one (0); -1: no socket
 * can be asked. */
static int buffer_after(enum check_buffer buffer, int wish) {
  const int option = buffer == BUFFER_TO_SEND ? SO_SNDBUF : SO_RCVBUF;
  int size = -1;
  socklen_t len = sizeof size;
  int asked = descriptor_own(socket(AF_INET, SOCK_STREAM, 0), DESCRIPTOR_WAITS);
  if (asked < 0) return -1;
  /* A refusal leaves the default. */
  if (wish > 0) (void)setsockopt(asked, SOL_SOCKET, option, &wish, sizeof wish);
  if (getsockopt(asked, SOL_SOCKET, option, &size, &len) != 0) size = -1;
  close(asked);
  return size;
}

static const char *other_than_size(const struct observation *seen, const void *wanted) {
  long size;
  (void)wanted;
  return text_to_long(seen->text, 1, INT_MAX, &size) ? NULL : seen->text;
}

/* On a system that cannot be asked, whatever can be a size. */
static void judge_any_size(const struct check *check, const struct judged_case *judged,
                           struct finding *finding) {
  finding_expect(finding, "`%s` is a number above 0, as the subject's system has it", check->name);
  if (check_each_observation(check, judged, other_than_size, NULL, finding))
    finding_holds(finding, "`%s` is a number above 0", check->name);
}

void check_observed_buffer(const struct check *check, const struct judged_case *judged,
                           struct finding *finding) {
  if (judged->has_own_sockets) {
    judge_any_size(check, judged, finding);
    return;
  }
  int size = buffer_after((enum check_buffer)check->index, (int)check->low);
  char expected[16];
  snprintf(expected, sizeof expected, "%d", size);
  finding_expect(finding, "`%s` is %s, as this system has it", check->name, expected);
  if (size < 0) {
    finding_unjudgeable(finding, "the harness gets no socket of its own to compare with");
    return;
  }
  if (check_each_observation(check, judged, other_than_text, expected, finding))
    finding_holds(finding, "`%s` is %s", check->name, expected);
}

void check_observed_in_network_order(const struct check *check, const struct judged_case *judged,
                                     struct finding *finding) {
  bool is_long = check->index == sizeof(uint32_t);
  uint32_t number = (uint32_t)check->low;
  char expected[16];
  uint32_t turned = is_long ? __builtin_bswap32(number) : __builtin_bswap16((uint16_t)number);
  snprintf(expected, sizeof expected, "%" PRIu32, judged->big_endian ? number : turned);
  finding_expect(finding, "`%s` is %s, as the subject's processor is %s-endian", check->name,
                 expected, judged->big_endian ? "big" : "little");
  if (check_each_observation(check, judged, other_than_text, expected, finding))
    finding_holds(finding, "`%s` is %s", check->name, expected);
}
