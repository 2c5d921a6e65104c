/* A 32-bit subject without a C library: binds UDP port 123 by the packed call of old C libraries,
 * then sets the clock in the 32-bit and in the 64-bit way, and the host name. Exit status: how many
 * calls succeeded.
 */
enum {
  CALL_EXIT = 1,
  CALL_STIME = 25,
  CALL_SETHOSTNAME = 74,
  CALL_SOCKETCALL = 102,
  CALL_PRCTL = 172,
  CALL_CLOCK_SETTIME = 264,
  CALL_CLOCK_SETTIME64 = 404,
  PACKED_SOCKET = 1,
  PACKED_BIND = 2,
  PRCTL_GET_NO_NEW_PRIVS = 39
};

void _start(void);

static long call(long number, long first, long second) {
  long result;
  __asm__ volatile("int $0x80"
                   : "=a"(result)
                   : "a"(number), "b"(first), "c"(second), "d"(0), "S"(0), "D"(0)
                   : "memory");
  return result;
}

void _start(void) {
  const long internet[] = {2, 2, 0}; /* AF_INET, SOCK_DGRAM */
  static const unsigned char at[16] = {2, 0, 0, 123, 127, 0, 0, 1};
  const long seconds = 77;
  const long narrow[] = {1000, 7};
  const long long wide[] = {5000000000LL, 9};
  long succeeded = 0;
  /* Root at a shell, who was not confined as a subject is, must not lose the clock to this. */
  if (call(CALL_PRCTL, PRCTL_GET_NO_NEW_PRIVS, 0) != 1) call(CALL_EXIT, 100, 0);
  const long fd = call(CALL_SOCKETCALL, PACKED_SOCKET, (long)internet);
  const long binding[] = {fd, (long)at, sizeof at};
  succeeded += call(CALL_SOCKETCALL, PACKED_BIND, (long)binding) == 0;
  succeeded += call(CALL_CLOCK_SETTIME, 0, (long)narrow) == 0;
  succeeded += call(CALL_CLOCK_SETTIME64, 0, (long)wide) == 0;
  succeeded += call(CALL_STIME, (long)&seconds, 0) == 0;
  succeeded += call(CALL_SETHOSTNAME, (long)"narrow", 6) == 0;
  call(CALL_EXIT, succeeded, 0);
  for (;;) {
  }
}
