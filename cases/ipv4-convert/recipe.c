/* ipv4-convert: IPv4 addresses from text to four octets and back (inet_aton, inet_ntoa).
 *
 * What it shows: the four octets lie in memory as they go over the wire, whatever order the host
 * keeps numbers in; and there are more ways to write an address than four decimal numbers: 127.1,
 * 0x7f.1, 0177.0.0.1 and 2130706433 are all 127.0.0.1.
 *
 * What goes wrong without it: s_addr printed as a number has its octets the wrong way round on most
 * machines; inet_addr() says "error" with the very value of 255.255.255.255; a leading zero means
 * octal, so that 010.0.0.1 is not 10.0.0.1, and a filter that reads it as decimal lets through what
 * it was made to keep out; two results of inet_ntoa() in one printf() are the same text twice, as
 * they share one buffer.
 *
 * Where systems differ:
 * - inet_aton() is not in POSIX, though nearly everywhere; Windows has none. Where only four plain
 *   decimal numbers are wanted, inet_pton() is in POSIX and takes nothing else.
 * - A blank behind the address, and whatever follows it, is ignored by glibc and the BSDs; musl
 *   refuses it. */
#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char program[] = "ipv4-convert";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s ADDR...\n"
          "Prints each IPv4 address as four octets in hexadecimal, and as text again.\n"
          "  ADDR  a.b.c.d, a.b.c, a.b or a; each part decimal, octal (0...) or hexadecimal "
          "(0x...)\n",
          program);
}

/* What a person typed goes back to the terminal bounded, and without what could control it. */
static void print_safely(FILE *stream, const char *text) {
  enum { SHOWN_MAX = 64 };
  for (size_t i = 0; i < SHOWN_MAX && text[i] != '\0'; i++) {
    unsigned char octet = (unsigned char)text[i];
    fprintf(stream, octet >= 0x20 && octet < 0x7f ? "%c" : "\\x%02x", octet);
  }
  if (strlen(text) > SHOWN_MAX) fprintf(stream, "... (%zu octets)", strlen(text));
}

static bool convert(const char *text) {
  struct in_addr address;
  unsigned char octets[4];
  if (inet_aton(text, &address) == 0) { /* it sets no errno: there is one reason only */
    fprintf(stderr, "%s: '", program);
    print_safely(stderr, text);
    fprintf(stderr, "' is not an IPv4 address\n");
    return false;
  }
  memcpy(octets, &address.s_addr, sizeof octets);
  printf("IP Address: ");
  print_safely(stdout, text);
  printf(" => Packed: %02x%02x%02x%02x, Unpacked: %s\n", octets[0], octets[1], octets[2], octets[3],
         inet_ntoa(address));
  return true;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  bool refused = false;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    print_usage(stdout);
    return finish_output();
  }
  if (argc < 2) {
    print_usage(stderr);
    return 2;
  }
  for (int i = 1; i < argc; i++)
    refused = !convert(argv[i]) || refused;
  int status = finish_output();
  return refused ? EXIT_FAILURE : status;
}
