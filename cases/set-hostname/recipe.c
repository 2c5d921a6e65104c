/* set-hostname: gives this host another name, for as long as it runs.
 *
 * What it shows: sethostname() takes octets and their number; the system keeps what it is given,
 * sense or nonsense, so the program looks at the name first; and what counts is the name that the
 * system has afterwards, so it is read back.
 *
 * What goes wrong without it: without the right to do it the call fails, and a program that does
 * not look at the result tells of a new name that nobody has; a NUL or a newline that was counted
 * too (strlen + 1, sizeof, the line from fgets) becomes a part of the name; an empty name is taken
 * by the kernel, and programs that ask for it fail later.
 *
 * Where systems differ:
 * - Who may: root on Unix, CAP_SYS_ADMIN of the UTS namespace on Linux. POSIX has gethostname()
 *   alone; Windows and small stacks have other calls, or none.
 * - A name has at most 64 octets on Linux, 255 elsewhere: sysconf(_SC_HOST_NAME_MAX). The length is
 *   a size_t here and an int on BSD.
 * - What the system reads when it starts (/etc/hostname, rc.conf) is another thing, and stays. */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] = "set-hostname";

enum { NAME_MAX_OCTETS = 255, LABEL_MAX_OCTETS = 63 };

static void print_usage(FILE *stream) {
  fprintf(stream,
          "usage: %s NAME\n"
          "Gives this host another name, until it is started again.\n"
          "  NAME  labels of 1 to %d letters, digits and inner hyphens, with a dot between two;\n"
          "        at most %d octets in all, and not figures and dots alone\n",
          program, LABEL_MAX_OCTETS, NAME_MAX_OCTETS);
}

/* RFC 1123 section 2.1. isalnum() would follow the locale. */
static bool is_letter_or_digit(char c) {
  return strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", c) != NULL;
}

static bool is_label(const char *label, size_t length) {
  if (length == 0 || length > LABEL_MAX_OCTETS) return false;
  if (label[0] == '-' || label[length - 1] == '-') return false;
  for (size_t i = 0; i < length; i++) {
    if (label[i] != '-' && !is_letter_or_digit(label[i])) return false;
  }
  return true;
}

/* "127.1" and "1234" are addresses to whoever looks a host up, so they cannot be its name. */
static bool is_host_name(const char *name) {
  if (strlen(name) > NAME_MAX_OCTETS || name[strspn(name, "0123456789.")] == '\0') return false;
  for (;;) {
    size_t length = strcspn(name, ".");
    if (!is_label(name, length)) return false;
    if (name[length] == '\0') return true;
    name += length + 1;
  }
}

/* With room for the longest name that any system has. False with errno. */
static bool find_host_name(char name[NAME_MAX_OCTETS + 1]) {
  bool found = gethostname(name, NAME_MAX_OCTETS + 1) == 0;
  name[NAME_MAX_OCTETS] = '\0'; /* POSIX leaves open whether a name that was cut has one */
  return found;
}

static int fail(const char *name, const char *why) {
  fprintf(stderr, "%s: %s: %s\n", program, name, why);
  return EXIT_FAILURE;
}

/* A result that did not reach the reader (full disk, closed pipe) is a failure too. */
static int finish_output(void) {
  if (fflush(stdout) == 0 && !ferror(stdout)) return EXIT_SUCCESS;
  return fail("standard output", strerror(errno));
}

static int set_host_name(const char *wanted) {
  char before[NAME_MAX_OCTETS + 1], after[NAME_MAX_OCTETS + 1];
  long longest = sysconf(_SC_HOST_NAME_MAX);
  if (!find_host_name(before)) return fail("the old host name", strerror(errno));
  if (longest > 0 && strlen(wanted) > (size_t)longest)
    return fail(wanted, "the name is longer than this system takes");
  if (sethostname(wanted, strlen(wanted)) != 0)
    return fail(wanted, errno == EPERM ? "only root may name this host (EPERM)" : strerror(errno));
  if (!find_host_name(after)) return fail("the new host name", strerror(errno));
  if (strcmp(after, wanted) != 0) return fail(wanted, "the system has kept another name");
  printf("Old host name: %s\n", before);
  printf("New host name: %s\n", after);
  return finish_output();
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    print_usage(stdout);
    return finish_output();
  }
  if (argc != 2 || !is_host_name(argv[1])) {
    print_usage(stderr);
    return 2;
  }
  return set_host_name(argv[1]);
}
