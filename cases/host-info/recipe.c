/* host-info: the name of this host, and an IPv4 address that it stands for.
 *
 * What it shows: the name is the kernel's (gethostname), the address is the resolver's
 * (getaddrinfo): two questions to two authorities, and the second may have no answer.
 *
 * What goes wrong without it: a name that just fits into the buffer leaves no room for its NUL, and
 * what is printed goes on into whatever lies behind; a host whose name is in no list (a fresh
 * container, a laptop in another network) crashes the program that never looked at the result; and
 * the address is often 127.0.0.1 or 127.0.1.1, which is no address for anybody else.
 *
 * Where systems differ:
 * - A name has at most 64 octets on Linux and 255 elsewhere; sysconf(_SC_HOST_NAME_MAX) tells. With
 *   too little room glibc fails, others cut, with or without a NUL.
 * - Whether the own name resolves at all: by /etc/hosts, by the name service (myhostname), by DNS,
 *   or not. If the lists do not have it, the resolver may ask a name server. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char program[] = "host-info";

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s\n"
          "Prints the name of this host and its IPv4 address.\n",
          program);
}

/* The name, in memory that the caller frees; NULL with errno. */
static char *find_host_name(void) {
  enum { LONGEST_ANYWHERE = 255 };
  long longest = sysconf(_SC_HOST_NAME_MAX);
  size_t room = (longest > 0 ? (size_t)longest : LONGEST_ANYWHERE) + 1;
  char *name = malloc(room);
  if (name == NULL) return NULL;
  if (gethostname(name, room) == 0) {
    name[room - 1] = '\0'; /* POSIX leaves open whether a name that was cut has one */
    return name;
  }
  free(name);
  return NULL;
}

/* 0, or what gai_strerror() explains. */
static int find_address(const char *name, char *text, size_t room) {
  struct addrinfo hints, *addresses;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM; /* else each address comes once for every type of socket */
  int status = getaddrinfo(name, NULL, &hints, &addresses);
  if (status != 0) return status;
  status = getnameinfo(addresses->ai_addr, addresses->ai_addrlen, text, (socklen_t)room, NULL, 0,
                       NI_NUMERICHOST);
  freeaddrinfo(addresses);
  return status;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  fprintf(stderr, "%s: standard output: %s\n", program, strerror(errno));
  return EXIT_FAILURE;
}

static int tell_about(const char *name) {
  char address[INET_ADDRSTRLEN];
  printf("Host name: %s\n", name);
  int status = find_address(name, address, sizeof address);
  if (status != 0) {
    fprintf(stderr, "%s: %s: %s\n", program, name,
            status == EAI_SYSTEM ? strerror(errno) : gai_strerror(status));
    return EXIT_FAILURE;
  }
  printf("IP address: %s\n", address);
  return finish_output();
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  bool asks_for_help = argc == 2 && strcmp(argv[1], "--help") == 0;
  if (argc > 1) print_usage(asks_for_help ? stdout : stderr);
  if (argc > 1) return asks_for_help ? finish_output() : 2;
  char *name = find_host_name();
  if (name == NULL) {
    fprintf(stderr, "%s: the host name: %s\n", program, strerror(errno));
    return EXIT_FAILURE;
  }
  int status = tell_about(name);
  free(name);
  return status;
}
