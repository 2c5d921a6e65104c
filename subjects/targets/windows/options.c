/* Socket options whose values Windows writes otherwise: time-outs in milliseconds, errors by
 * Winsock's numbers. */
#include "descriptor.h"

enum { MILLISECONDS = 1000, MICROSECONDS = 1000000 };

static bool is_timeout(int level, int name) {
  return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}

int posix_setsockopt(int number, int level, int name, const void *value, socklen_t size) {
  DWORD timeout_ms;
  struct descriptor *descriptor = descriptor_get(number);
  if (is_timeout(level, name) && size == (socklen_t)sizeof(struct timeval)) {
    const struct timeval *time = value;
    if (time->tv_sec < 0 || time->tv_usec < 0 || time->tv_usec >= MICROSECONDS) {
      errno = EDOM;
      return -1;
    }
    /* Upwards: 0 would be for ever. */
    timeout_ms = (DWORD)time->tv_sec * MILLISECONDS +
                 ((DWORD)time->tv_usec + MILLISECONDS - 1) / MILLISECONDS;
    if (descriptor != NULL && name == SO_RCVTIMEO) descriptor->receive_times_out = timeout_ms > 0;
    value = &timeout_ms;
    size = sizeof timeout_ms;
  }
  return setsockopt(descriptor_socket(number), level, name, value, size) == 0
             ? 0
             : errors_from_winsock();
}

static int get_timeout(SOCKET of, int name, struct timeval *time, socklen_t *size) {
  DWORD timeout_ms = 0;
  int taken = sizeof timeout_ms;
  if (getsockopt(of, SOL_SOCKET, name, (char *)&timeout_ms, &taken) != 0)
    return errors_from_winsock();
  time->tv_sec = (long)(timeout_ms / MILLISECONDS);
  time->tv_usec = (long)(timeout_ms % MILLISECONDS) * MILLISECONDS;
  *size = sizeof *time;
  return 0;
}

int posix_getsockopt(int number, int level, int name, void *value, socklen_t *size) {
  SOCKET of = descriptor_socket(number);
  if (is_timeout(level, name) && *size >= (socklen_t)sizeof(struct timeval))
    return get_timeout(of, name, value, size);
  const socklen_t room = *size;
  if (getsockopt(of, level, name, value, size) != 0) return errors_from_winsock();
  if (*size == 1 && room >= (socklen_t)sizeof(int)) { /* a switch, in one octet */
    *(int *)value = *(const unsigned char *)value;
    *size = sizeof(int);
  }
  if (level == SOL_SOCKET && name == SO_ERROR) *(int *)value = errors_of_winsock(*(int *)value);
  return 0;
}
