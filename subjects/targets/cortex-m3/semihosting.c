#include "board.h"

#include <string.h>

int board_ask(enum semihosting_request request, const void *block) {
  register int r0 __asm__("r0") = (int)request;
  register const void *r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

int board_open(const char *name, int mode) {
  const struct {
    const char *name;
    int mode;
    uint32_t octets;
  } block = {name, mode, strlen(name)};
  return board_ask(SYS_OPEN, &block);
}

/* QEMU counts nanoseconds. */
uint64_t board_elapsed_ns(void) {
  uint64_t elapsed = 0;
  (void)board_ask(SYS_ELAPSED, &elapsed);
  return elapsed;
}

uint64_t board_elapsed_ms(void) {
  return board_elapsed_ns() / 1000000;
}

int board_read_file(const char *name, void *octets, size_t room) {
  const struct {
    int handle;
    void *octets;
    uint32_t room;
  } block = {board_open(name, 1), octets, room};
  if (block.handle < 0) return -1;
  int left = board_ask(SYS_READ, &block);
  (void)board_ask(SYS_CLOSE, &block.handle);
  return left < 0 || (size_t)left > room ? -1 : (int)room - left;
}
