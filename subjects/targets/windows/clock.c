#include "descriptor.h"

enum { NANOSECONDS = 1000000000, TICK_NS = 100, TICKS_A_SECOND = 10000000 };

static const long long TICKS_FROM_1601_TO_1970 = 116444736000000000LL;

int posix_clock_gettime(int clock, struct timespec *now) {
  if (clock == CLOCK_MONOTONIC) {
    LARGE_INTEGER count, a_second;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&a_second);
    now->tv_sec = count.QuadPart / a_second.QuadPart;
    now->tv_nsec = (long)(count.QuadPart % a_second.QuadPart * NANOSECONDS / a_second.QuadPart);
    return 0;
  }
  if (clock != CLOCK_REALTIME) {
    errno = EINVAL;
    return -1;
  }
  FILETIME since_1601;
  GetSystemTimePreciseAsFileTime(&since_1601);
  long long ticks =
      (long long)(((unsigned long long)since_1601.dwHighDateTime << 32) | since_1601.dwLowDateTime);
  ticks -= TICKS_FROM_1601_TO_1970;
  now->tv_sec = ticks / TICKS_A_SECOND;
  now->tv_nsec = (long)(ticks % TICKS_A_SECOND) * TICK_NS;
  return 0;
}

struct tm *posix_gmtime_r(const time_t *seconds, struct tm *date) {
  return gmtime_s(date, seconds) == 0 ? date : NULL;
}
