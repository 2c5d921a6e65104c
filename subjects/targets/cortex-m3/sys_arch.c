/* lwIP's view of an operating system, on one stack: there are no threads. Whoever waits lets the
 * stack have its turns until what is waited for is there; lwIP's own thread is never started, as
 * all its functions are called directly (LWIP_TCPIP_CORE_LOCKING). */
#include "board.h"

#include <lwip/sys.h>
#include <stdlib.h>

/* --- semaphores ------------------------------------------------------------------------------- */

err_t sys_sem_new(sys_sem_t *sem, u8_t count) {
  *sem = (sys_sem_t){.count = count, .is_valid = true};
  return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem) {
  (void)sem;
}

void sys_sem_signal(sys_sem_t *sem) {
  sem->count++;
}

/* Waits while *what is 0; SYS_ARCH_TIMEOUT, or how long that took. 0 is no limit. What came before
 * the time was over is taken, however late the host lets this machine run. */
static u32_t wait_while_none(const volatile unsigned *what, u32_t limit_ms) {
  uint64_t start_ns = board_elapsed_ns();
  for (;;) {
    u32_t left_ms = limit_ms == 0 ? BOARD_FOREVER : board_left_ms(start_ns, limit_ms);
    bool turned = *what == 0 && board_turn();
    if (*what > 0) return limit_ms == 0 ? 0 : limit_ms - left_ms;
    if (left_ms == 0) return SYS_ARCH_TIMEOUT;
    if (!turned) board_sleep(left_ms);
  }
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t limit_ms) {
  u32_t waited_ms = wait_while_none(&sem->count, limit_ms);
  if (waited_ms != SYS_ARCH_TIMEOUT) sem->count--;
  return waited_ms;
}

/* --- mailboxes -------------------------------------------------------------------------------- */

err_t sys_mbox_new(sys_mbox_t *mbox, int size) {
  *mbox = (sys_mbox_t){.slots = calloc((size_t)size, sizeof(void *)), .size = (unsigned)size};
  return mbox->slots == NULL ? ERR_MEM : ERR_OK;
}

void sys_mbox_free(sys_mbox_t *mbox) {
  free(mbox->slots);
  mbox->slots = NULL;
}

err_t sys_mbox_trypost(sys_mbox_t *mbox, void *message) {
  if (mbox->count == mbox->size) return ERR_MEM;
  mbox->slots[(mbox->first + mbox->count++) % mbox->size] = message;
  return ERR_OK;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mbox, void **message) {
  if (mbox->count == 0) return SYS_MBOX_EMPTY;
  void *taken = mbox->slots[mbox->first];
  mbox->first = (mbox->first + 1) % mbox->size;
  mbox->count--;
  if (message != NULL) *message = taken;
  return 0;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *mbox, void **message, u32_t limit_ms) {
  u32_t waited_ms = wait_while_none(&mbox->count, limit_ms);
  if (waited_ms != SYS_ARCH_TIMEOUT) (void)sys_arch_mbox_tryfetch(mbox, message);
  return waited_ms;
}

/* Nobody but the one who waits here could make room. */
void sys_mbox_post(sys_mbox_t *mbox, void *message) {
  if (sys_mbox_trypost(mbox, message) != ERR_OK) abort();
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mbox, void *message) {
  return sys_mbox_trypost(mbox, message);
}

/* --- the rest --------------------------------------------------------------------------------- */

void sys_init(void) {}

u32_t sys_now(void) {
  return (u32_t)board_elapsed_ms();
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *argument, int stack,
                            int priority) {
  (void)name, (void)thread, (void)argument, (void)stack, (void)priority;
  return 0;
}
