/* How long a wait lasts, and the time of day. For the latter, semihosting tells whole seconds only.
 * QEMU writes a line to its log whenever the board's timer is read, with the host's time in
 * microseconds before it: "1544@1795247566.648193:cmsdk_apb_timer_read ..."; `launch` has the log
 * in a pipe. */
#include "board.h"

#include <stdlib.h>
#include <string.h>

#define TIMER_CONTROL (*(volatile uint32_t *)0x40000000U)
#define LOG "/dev/fd/5"

enum { TRY_MAX = 8, TRY_GOOD_NS = 100000, LINE_ROOM = 256, NS_A_US = 1000, NS_A_MS = 1000000 };

/* The time in the line just written; aborts where QEMU has written none. */
static uint64_t logged_ns(void) {
  char line[LINE_ROOM + 1], *end;
  int len = board_read_file(LOG, line, LINE_ROOM);
  if (len <= 0) abort();
  line[len] = '\0';
  const char *at = strchr(line, '@');
  if (at == NULL) abort();
  uint64_t seconds = strtoull(at + 1, &end, 10);
  if (*end != '.') abort();
  uint64_t microseconds = strtoull(end + 1, &end, 10);
  if (*end != ':') abort();
  return (seconds * 1000000 + microseconds) * NS_A_US;
}

/* When the board was started. On a busy host QEMU may have to wait between asking and its line: the
 * quickest answer is the best. */
static uint64_t started_ns(void) {
  uint64_t best_ns = UINT64_MAX, started = 0;
  for (int i = 0; i < TRY_MAX && best_ns > TRY_GOOD_NS; i++) {
    uint64_t before = board_elapsed_ns();
    (void)TIMER_CONTROL;
    uint64_t took_ns = board_elapsed_ns() - before;
    uint64_t read_ns = logged_ns();
    if (took_ns >= best_ns) continue;
    best_ns = took_ns;
    started = read_ns - before - took_ns / 2;
  }
  return started;
}

uint32_t board_left_ms(uint64_t start_ns, uint32_t limit_ms) {
  uint64_t limit_ns = (uint64_t)limit_ms * NS_A_MS;
  uint64_t waited_ns = board_elapsed_ns() - start_ns;
  return waited_ns >= limit_ns ? 0 : (uint32_t)((limit_ns - waited_ns + NS_A_MS - 1) / NS_A_MS);
}

uint64_t board_epoch_ns(void) {
  static uint64_t started;
  if (started == 0) started = started_ns();
  return started + board_elapsed_ns();
}
