/* From reset to main() and from exit() to the end: the vectors, the words of the command line. */
#include "board.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_OCTETS = 256 * 1024, WORDS_MAX = 256, FAULT_STATUS = 139 };

extern char stack_end[];
extern void __libc_init_array(void);
extern int main(int argc, char **argv);

void start(void);
void _init(void);
void _fini(void);

static char line[LINE_MAX_OCTETS];
static char *words[WORDS_MAX + 1];

static _Noreturn void end(unsigned status) {
  const uint32_t block[2] = {0x20026, status}; /* ADP_Stopped_ApplicationExit */
  for (;;)
    (void)board_ask(SYS_EXIT_EXTENDED, block);
}

static void fault(void) {
  end(FAULT_STATUS);
}

typedef void (*vector)(void);
__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)stack_end, start, fault, fault, fault, fault, fault};

void _init(void) {}
void _fini(void) {}

_Noreturn void _exit(int status) {
  end((unsigned)status & 0xff);
}

static unsigned digit_of(char c) {
  return (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
}

/* As `launch` writes it: words with one blank between them, in which %XX stands for an octet. */
static int split_line(char *from) {
  int count = 0;
  char *to = from; /* never before what is still to be read */
  words[count++] = to;
  for (; *from != '\0' && count < WORDS_MAX; from++) {
    if (*from == ' ') {
      *to++ = '\0';
      words[count++] = to;
    } else if (*from == '%') {
      *to++ = (char)(digit_of(from[1]) << 4 | digit_of(from[2]));
      from += 2;
    } else {
      *to++ = *from;
    }
  }
  *to = '\0';
  return count;
}

void start(void) {
  const struct {
    char *line;
    uint32_t octets;
  } block = {line, sizeof line};
  if (board_ask(SYS_GET_CMDLINE, &block) != 0) end(FAULT_STATUS);
  int count = split_line(line);
  __libc_init_array();
  serial_start();
  stack_start();
  (void)atexit(stack_finish);
  exit(main(count, words));
}
