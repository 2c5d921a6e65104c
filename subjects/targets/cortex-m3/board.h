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
  SYS_ERRNO = 0x13,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
  SYS_ELAPSED = 0x30,
};

int board_ask(enum semihosting_request request, const void *block);

/* A handle, or -1. `mode` is 0 "r", 1 "rb", 4 "w", 8 "a" and so on, as fopen()'s in this order. */
int board_open(const char *name, int mode);

/* Up to `room` octets of the file, from its first one on; how many there were, or -1. */
int board_read_file(const char *name, void *octets, size_t room);

/* --- time ------------------------------------------------------------------------------------- */

uint64_t board_elapsed_ns(void); /* of the host's time; only goes forward, from the start on */
uint64_t board_elapsed_ms(void);
uint64_t board_epoch_ns(void); /* since 1970, as the host's clock had it at the first call */

/* A wait begun at `start_ns` of the time elapsed: how long it still lasts, rounded up, so that none
 * ends too early. 0: it is over. */
uint32_t board_left_ms(uint64_t start_ns, uint32_t limit_ms);

/* --- serial lines: one to the harness, one from it -------------------------------------------- */

enum { SERIAL_IRQ = 2 };

void serial_start(void);
void serial_say(const char *text);
int serial_hear(void); /* the next octet, or -1 */

/* How many handlers have run: all, and those without SA_RESTART, which end a call that waits. */
struct board_interruptions {
  unsigned all, ending;
};

void signals_take(void);
struct board_interruptions signals_seen(void);

/* --- the wire and the turns ------------------------------------------------------------------- */

/* Signals that came are delivered, frames go into lwIP, whose timers that are due are met. False:
 * there were neither signals nor frames. */
bool board_turn(void);

enum { BOARD_FOREVER = UINT32_MAX };

/* Sleeps until a frame comes, a timer of lwIP is due, or `limit_ms` are over; at times less. */
void board_sleep(uint32_t limit_ms);

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
