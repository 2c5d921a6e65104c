/* What the board gives instead of an operating system: semihosting, time, a wire, and one stack on
 * which the recipe and lwIP take turns. */
#ifndef TARGET_CORTEX_M3_BOARD_H
#define TARGET_CORTEX_M3_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Descriptors below are the system's (files, pipes); from here on they are lwIP's. */
enum { BOARD_FIRST_SOCKET = 32 };

/* --- semihosting: requests to QEMU, numbered as Arm's document has them ----------------------- */

enum semihosting_request {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_SEEK = 0x0a,
  SYS_FLEN = 0x0c,
  SYS_SYSTEM = 0x12,
  SYS_ERRNO = 0x13,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
  SYS_ELAPSED = 0x30,
};

int board_ask(enum semihosting_request request, const void *block);

/* A handle, or -1. `mode` is 0 "r", 1 "rb", 4 "w", 8 "a" and so on, as fopen()'s in this order. */
int board_open(const char *name, int mode);

/* The host's shell runs it, with QEMU's descriptors; its status. */
int board_run(const char *command);

/* --- time ------------------------------------------------------------------------------------- */

uint64_t board_elapsed_ns(void); /* only goes forward, from the start on */
uint64_t board_elapsed_ms(void);

/* --- the wire and the turns ------------------------------------------------------------------- */

/* Frames that came go into lwIP, whose timers that are due are met. False: there was nothing. */
bool board_turn(void);

/* Sleeps until a frame comes or a millisecond is over. */
void board_sleep(void);

void wire_start(void);
void stack_start(void);  /* lwIP, with its interface; before main() */
void stack_finish(void); /* gives what has been sent the time to leave */

/* --- pipes ------------------------------------------------------------------------------------ */

bool pipe_has(int descriptor);
short pipe_events(int descriptor); /* as poll() tells them */
int pipe_read(int descriptor, void *octets, size_t room);
int pipe_write(int descriptor, const void *octets, size_t count);
int pipe_close(int descriptor);

#endif
