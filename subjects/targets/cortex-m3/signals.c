/* Signals: `launch` sends the number of each over the serial line. newlib's own table forgets a
 * handler when it calls it, and knows no flags. */
#include "board.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct sigaction actions[NSIG];
static struct board_interruptions seen;

int sigaction(int number, const struct sigaction *wanted, struct sigaction *before) {
  if (number < 1 || number >= NSIG) {
    errno = EINVAL;
    return -1;
  }
  if (before != NULL) *before = actions[number];
  if (wanted != NULL) actions[number] = *wanted;
  return 0;
}

static void deliver(int number) {
  if (number < 1 || number >= NSIG || actions[number].sa_handler == SIG_IGN) return;
  if (actions[number].sa_handler == SIG_DFL) _exit(128 + number);
  seen.all++;
  if ((actions[number].sa_flags & SA_RESTART) == 0) seen.ending++;
  actions[number].sa_handler(number);
}

void signals_take(void) {
  int number;
  while ((number = serial_hear()) >= 0)
    deliver(number);
}

struct board_interruptions signals_seen(void) {
  return seen;
}
