/* byte-order: what ntohl, htonl, ntohs and htons make of a number.
 *
 * What it shows: a number in memory lies in the host's order, on the wire the most significant
 * octet comes first. Two functions for 32 bits and two for 16; on a big-endian host all four do
 * nothing, on a little-endian one each turns the octets round, and each is its own inverse.
 *
 * What goes wrong without it: a port or an address that was not converted works on the author's
 * big-endian machine and means another one elsewhere; converted twice it means what it meant
 * before; a port converted with htonl() becomes 0 on a little-endian host, as the 16 bits that are
 * left are the empty ones; a number that does not fit is cut without a word, since the argument is
 * a plain uint16_t.
 *
 * Where systems differ: in the answer, by their byte order: 1234 is 3523477504 and 53764 on
 * little-endian hosts, 1234 and 1234 on big-endian ones. "Long" is 32 bits everywhere, whatever a
 * long of C has. */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "byte-order";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s N...\n"
          "Prints each number as ntohl, htonl, ntohs and htons convert it.\n"
          "  N  a decimal number: 32 bits are converted, and 16 where it fits into them\n",
          program);
}

static bool is_number(const char *text) {
  size_t digits = strspn(text, "0123456789");
  return digits > 0 && text[digits] == '\0';
}

/* False where the number is larger than `most`. Not by strtoul(): a long may have 32 bits only. */
static bool fits(const char *digits, uint32_t most, uint32_t *number) {
  uint64_t value = 0;
  for (; *digits != '\0'; digits++) {
    value = value * 10 + (uint64_t)(*digits - '0');
    if (value > most) return false;
  }
  *number = (uint32_t)value;
  return true;
}

static bool refuse(const char *digits, unsigned bits) {
  fprintf(stderr, "%s: %.40s%s does not fit into %u bits\n", program, digits,
          strlen(digits) > 40 ? "..." : "", bits);
  return false;
}

/* False where one of the two was refused. */
static bool convert(const char *digits) {
  uint32_t number;
  if (!fits(digits, UINT32_MAX, &number)) return refuse(digits, 32);
  printf("Original: %" PRIu32 " => Long  host byte order: %" PRIu32 ", Network byte order: %" PRIu32
         "\n",
         number, ntohl(number), htonl(number));
  if (!fits(digits, UINT16_MAX, &number)) return refuse(digits, 16);
  uint16_t half = (uint16_t)number;
  printf("Original: %" PRIu16 " => Short  host byte order: %" PRIu16
         ", Network byte order: %" PRIu16 "\n",
         half, ntohs(half), htons(half));
  return true;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  bool wrong = argc < 2, refused = false;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    print_usage(stdout);
    return finish_output();
  }
  for (int i = 1; i < argc; i++)
    wrong = wrong || !is_number(argv[i]);
  if (wrong) {
    print_usage(stderr);
    return 2;
  }
  for (int i = 1; i < argc; i++)
    refused = !convert(argv[i]) || refused;
  int status = finish_output();
  return refused ? EXIT_FAILURE : status;
}
