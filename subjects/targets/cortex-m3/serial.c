/* Two serial ports of the board, one for each direction. */
#include "board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SAYING(offset) REGISTER(0x40004000U + (offset))
#define HEARING(offset) REGISTER(0x40005000U + (offset))

enum { DATA = 0x00, STATE = 0x04, CONTROL = 0x08, INTERRUPTS = 0x0c, DIVISOR = 0x10 };
enum { SENDING_FULL = 1 << 0, HEARD = 1 << 1 };                          /* STATE */
enum { SENDER_ON = 1 << 0, RECEIVER_ON = 1 << 1, HEARD_WAKES = 1 << 3 }; /* CONTROL */
enum { HEARD_INTERRUPT = 1 << 1, DIVISOR_LEAST = 16 };

void serial_start(void) {
  SAYING(DIVISOR) = DIVISOR_LEAST;
  SAYING(CONTROL) = SENDER_ON;
  HEARING(DIVISOR) = DIVISOR_LEAST;
  HEARING(CONTROL) = RECEIVER_ON | HEARD_WAKES;
}

int serial_hear(void) {
  HEARING(INTERRUPTS) = HEARD_INTERRUPT;
  return (HEARING(STATE) & HEARD) == 0 ? -1 : (int)(HEARING(DATA) & 0xff);
}

void serial_say(const char *text) {
  for (; *text != '\0'; text++) {
    while ((SAYING(STATE) & SENDING_FULL) != 0) {
      /* QEMU hands the octet before on */
    }
    SAYING(DATA) = (unsigned char)*text;
  }
}
