/* SIGINT and SIGTERM as what Windows has: an event of the console, told on a thread of its own.
 * Other signals nobody sends. */
#include "descriptor.h"

enum { SIGNALS_MAX = 64 };

static struct posix_sigaction actions[SIGNALS_MAX];

static bool is_caught(int signal_number) {
  return actions[signal_number].sa_handler != SIG_DFL &&
         actions[signal_number].sa_handler != SIG_IGN;
}

/* True: handled; false: the program ends, as Windows ends it. */
static BOOL WINAPI on_console_event(DWORD event) {
  int asked = event == CTRL_C_EVENT ? SIGINT : SIGTERM;
  if (is_caught(asked)) actions[asked].sa_handler(asked);
  return actions[asked].sa_handler != SIG_DFL;
}

int posix_sigaction(int signal_number, const struct posix_sigaction *action,
                    struct posix_sigaction *before) {
  if (signal_number <= 0 || signal_number >= SIGNALS_MAX) {
    errno = EINVAL;
    return -1;
  }
  if (before != NULL) *before = actions[signal_number];
  if (action == NULL) return 0;
  actions[signal_number] = *action;
  static bool listening;
  if (!listening && is_caught(signal_number)) {
    listening = SetConsoleCtrlHandler(on_console_event, TRUE);
    if (!listening) {
      errno = ENOMEM;
      return -1;
    }
  }
  return 0;
}

int posix_sigemptyset(posix_sigset *set) {
  *set = 0;
  return 0;
}

void (*posix_signal(int signal_number, void (*handler)(int)))(int) {
  struct posix_sigaction action = {.sa_handler = handler}, before;
  return posix_sigaction(signal_number, &action, &before) == 0 ? before.sa_handler : SIG_ERR;
}
