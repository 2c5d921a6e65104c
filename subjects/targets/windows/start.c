/* What a program of POSIX finds done when main() begins. */
#include "descriptor.h"

int posix_is_started;

__attribute__((constructor)) static void start(void) {
  WSADATA winsock;
  if (WSAStartup(MAKEWORD(2, 2), &winsock) != 0) {
    fprintf(stderr, "Winsock 2.2 does not start\n");
    _exit(EXIT_FAILURE);
  }
  /* A line ends with one octet. */
  (void)_setmode(0, _O_BINARY);
  (void)_setmode(1, _O_BINARY);
  (void)_setmode(2, _O_BINARY);
  posix_is_started = 1;
}
