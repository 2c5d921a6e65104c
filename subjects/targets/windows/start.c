/* What a program of POSIX finds done when main() begins. */
#include "descriptor.h"

enum { EXIT_BY_SIGNAL = 128 }; /* and the signal's number, for the launcher */

int posix_is_started;

/* An exception that nobody handles, told as the signal that it is on a system of POSIX: the status
 * that Windows gives it ends in octets that a program may as well exit with. */
static LONG WINAPI on_exception(EXCEPTION_POINTERS *exception) {
  unsigned signal_number = SIGSEGV;
  switch (exception->ExceptionRecord->ExceptionCode) {
    case EXCEPTION_INT_DIVIDE_BY_ZERO:
    case EXCEPTION_INT_OVERFLOW:
    case EXCEPTION_FLT_DIVIDE_BY_ZERO:
      signal_number = SIGFPE;
      break;
    case EXCEPTION_ILLEGAL_INSTRUCTION:
    case EXCEPTION_PRIV_INSTRUCTION:
      signal_number = SIGILL;
      break;
    default:
      break;
  }
  TerminateProcess(GetCurrentProcess(), EXIT_BY_SIGNAL + signal_number);
  return EXCEPTION_CONTINUE_SEARCH;
}

__attribute__((constructor)) static void start(void) {
  WSADATA winsock;
  if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0) {
    fprintf(stderr, "Winsock 2.2 does not start\n");
    _exit(EXIT_FAILURE);
  }
  SetUnhandledExceptionFilter(on_exception);
  /* A line ends with one octet. */
  (void)_setmode(0, _O_BINARY);
  (void)_setmode(1, _O_BINARY);
  (void)_setmode(2, _O_BINARY);
  posix_is_started = 1;
}
