#include "stack.h"

#include "interface.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sockets.h>
#include <lwip/tcpip.h>
#include <netif/ethernet.h>

enum { WIRE = 3, FRAME_MAX = 1514 + 4, END_LIMIT_S = 2 };

int __real_poll(struct pollfd *list, nfds_t count, int timeout_ms);
ssize_t __real_read(int descriptor, void *octets, size_t len);

static struct netif interface;
static pthread_mutex_t wire_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t progress_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t progress; /* by CLOCK_MONOTONIC */

/* --- the wire --------------------------------------------------------------------------------- */

static err_t send_frame(struct netif *netif, struct pbuf *frame) {
  (void)netif;
  char octets[FRAME_MAX];
  u16_t len = pbuf_copy_partial(frame, octets, sizeof octets, 0);
  return write(WIRE, octets, len) == (ssize_t)len ? ERR_OK : ERR_IF;
}

static void take_frame(const char *octets, size_t len) {
  struct pbuf *frame = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_RAM);
  if (frame == NULL) return; /* lost, as on any wire */
  pbuf_take(frame, octets, (u16_t)len);
  LOCK_TCPIP_CORE();
  if (ethernet_input(frame, &interface) != ERR_OK) pbuf_free(frame);
  UNLOCK_TCPIP_CORE();
  pthread_mutex_lock(&progress_lock);
  pthread_cond_broadcast(&progress);
  pthread_mutex_unlock(&progress_lock);
}

/* False where the wire is gone. */
static bool take_waiting_frames(void) {
  char octets[FRAME_MAX];
  struct pollfd wire = {.fd = WIRE, .events = POLLIN};
  bool open = true;
  pthread_mutex_lock(&wire_lock);
  while (open && __real_poll(&wire, 1, 0) > 0) {
    ssize_t len = __real_read(WIRE, octets, sizeof octets);
    if (len > 0) take_frame(octets, (size_t)len);
    open = len > 0 || (len < 0 && errno == EINTR);
  }
  pthread_mutex_unlock(&wire_lock);
  return open;
}

void stack_catch_up(void) {
  (void)take_waiting_frames();
}

static void *read_frames(void *unused) {
  struct pollfd wire = {.fd = WIRE, .events = POLLIN};
  while (__real_poll(&wire, 1, -1) >= 0 || errno == EINTR) {
    if (!take_waiting_frames()) break;
  }
  return unused;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* A kernel goes on with what a program has left: it sends the rest, and answers the other end's
 * FIN. Here the stack would end with its program. */
static bool is_at_work(void) {
  bool found = false;
  LOCK_TCPIP_CORE();
  for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next)
    found = found || pcb->state != CLOSED;
  UNLOCK_TCPIP_CORE();
  return found;
}

static void finish(void) {
  for (int number = 0; number < MEMP_NUM_NETCONN + LWIP_SOCKET_OFFSET; number++)
    (void)lwip_close(number);
  struct timespec limit;
  clock_gettime(CLOCK_MONOTONIC, &limit);
  limit.tv_sec += END_LIMIT_S;
  pthread_mutex_lock(&progress_lock);
  int waited = 0;
  while (waited == 0 && is_at_work())
    waited = pthread_cond_timedwait(&progress, &progress_lock, &limit);
  pthread_mutex_unlock(&progress_lock);
}

/* --- the start -------------------------------------------------------------------------------- */

static void add_interface(void *unused) {
  static struct interface_plan plan = {.send = send_frame, .take = tcpip_input};
  (void)unused;
  interface_add(&interface, &plan);
}

static void prepare_progress(void) {
  pthread_condattr_t attributes;
  if (pthread_condattr_init(&attributes) != 0 ||
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) != 0 ||
      pthread_cond_init(&progress, &attributes) != 0)
    abort();
  pthread_condattr_destroy(&attributes);
}

/* Signals are for the recipe's own thread. */
__attribute__((constructor)) void stack_start(void) {
  sigset_t all, before;
  unsigned seed = 0;
  pthread_t reader;
  (void)getrandom(&seed, sizeof seed, 0);
  prepare_progress();
  srand(seed); /* lwIP draws its ports and sequence numbers from rand() */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  tcpip_init(NULL, NULL);
  tcpip_callback_wait(add_interface, NULL);
  if (pthread_create(&reader, NULL, read_frames, NULL) != 0) abort();
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  atexit(finish);
}
