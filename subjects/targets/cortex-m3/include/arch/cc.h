/* What lwIP asks of its compiler and C library. */
#ifndef TARGET_CORTEX_M3_CC_H
#define TARGET_CORTEX_M3_CC_H

#include <errno.h>
#include <fcntl.h> /* O_NONBLOCK is newlib's, not one of lwIP's own */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/types.h>

#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_ERRNO_STDINCLUDE
#define LWIP_RAND() ((u32_t)rand() << 16 ^ (u32_t)rand())
#define LWIP_PLATFORM_DIAG(words) \
  do {                            \
    printf words;                 \
  } while (0)
#define LWIP_PLATFORM_ASSERT(text)       \
  do {                                   \
    fprintf(stderr, "lwIP: %s\n", text); \
    abort();                             \
  } while (0)

#endif
