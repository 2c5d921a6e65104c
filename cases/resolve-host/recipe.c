/* resolve-host: the addresses of a name, and the name of an address, as the resolver knows them.
 *
 * What it shows: gethostbyname() and gethostbyaddr(), the oldest way to ask, which every system
 * still has; their errors, which are in h_errno and not in errno; and getaddrinfo() and
 * getnameinfo() beside them for IPv6, of which the old calls know nothing. The resolver looks into
 * /etc/hosts and asks name servers: the program need not know which of them answered.
 *
 * What goes wrong without it: perror() after a failed look-up tells what some other call failed
 * with; a name that does not exist and a name server that is out of order are told alike, and only
 * the second is worth another try; the struct that gethostbyname() gives belongs to the library,
 * and the next look-up overwrites it; its addresses are copied into a struct of another length; the
 * first of several addresses is taken for the only one.
 *
 * Where systems differ:
 * - gethostbyname() and h_errno have left POSIX, but hardly a system. Windows' h_errno is another
 *   word for WSAGetLastError(), with values of its own under the same names.
 * - What a resolver calls a reply that makes no sense: NO_RECOVERY here, TRY_AGAIN there.
 * - Which figures are an address: to inet_aton() and its like 127.1 is 127.0.0.1, to others a name.
 * - The order of IPv6 addresses is the system's choice (RFC 6724), not the name server's. */
#define _DEFAULT_SOURCE 1 /* gethostbyname() has left POSIX */

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char program[] = "resolve-host";

/* RFC 1035 section 2.3.4; 255 octets with the length octets and the root are 253 characters. */
enum { LABEL_MAX = 63, NAME_MAX_CHARACTERS = 253, HOST_TEXT_MAX = 1025 };

static void print_usage(FILE *stream) {
  fprintf(
      stream,
      "usage: %s NAME\n"
      "       %s --all NAME\n"
      "       %s --reverse ADDRESS\n"
      "Asks the system's resolver for the address of a name, for all that it knows of the name,\n"
      "or for the name of an IPv4 or IPv6 address.\n",
      program, program, program);
}

/* --- Output: what a name server said is not to reach a terminal as it is --- */

static void print_escaped(FILE *stream, const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
    if (*at > 0x20 && *at < 0x7f) {
      putc(*at, stream);
    } else {
      fprintf(stream, "\\x%02x", *at);
    }
  }
}

static int fail(const char *subject, const char *reason) {
  fprintf(stderr, "%s: ", program);
  print_escaped(stderr, subject);
  fprintf(stderr, ": %s\n", reason);
  return EXIT_FAILURE;
}

static void print_line(const char *label, const char *text) {
  fputs(label, stdout);
  print_escaped(stdout, text);
  putchar('\n');
}

/* --- Errors, by kind --- */

enum kind {
  KIND_FOUND,
  KIND_UNKNOWN_HOST,
  KIND_TRY_AGAIN,
  KIND_NO_RECOVERY,
  KIND_NO_DATA,
  KIND_INTERNAL,
};

static const char *const reasons[] = {
    [KIND_FOUND] = "found",
    [KIND_UNKNOWN_HOST] = "unknown host: there is no such name",
    [KIND_TRY_AGAIN] = "try again: no name server gave an answer",
    [KIND_NO_RECOVERY] = "no recovery: what the name server said makes no sense",
    [KIND_NO_DATA] = "no data: the name exists, and has no address",
    [KIND_INTERNAL] = "the resolver itself failed",
};

static enum kind kind_of_netdb(int code) {
  switch (code) {
    case HOST_NOT_FOUND:
      return KIND_UNKNOWN_HOST;
    case TRY_AGAIN:
      return KIND_TRY_AGAIN;
    case NO_RECOVERY:
      return KIND_NO_RECOVERY;
    case NO_DATA:
      return KIND_NO_DATA;
    default:
      return KIND_INTERNAL;
  }
}

/* getaddrinfo() and getnameinfo() have codes of their own. `none` is what the answer "there is
 * nothing" means to the caller: systems have up to three codes for it. */
static enum kind kind_of_info(int code, enum kind none) {
  switch (code) {
    case 0:
      return KIND_FOUND;
    case EAI_AGAIN:
      return KIND_TRY_AGAIN;
    case EAI_FAIL:
      return KIND_NO_RECOVERY;
    case EAI_MEMORY:
    case EAI_SYSTEM:
      return KIND_INTERNAL;
    default:
      return none;
  }
}

/* --- What is known of a host: copies, as the resolver's own is gone with the next question --- */

struct texts {
  char **items;
  size_t count;
};

struct host {
  char *name;
  struct texts aliases, addresses;
};

static char *copy_text(const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  if (copy != NULL) memcpy(copy, text, size);
  return copy;
}

static bool add_text(struct texts *texts, const char *text) {
  char **items = realloc(texts->items, (texts->count + 1) * sizeof *items);
  if (items == NULL) return false;
  texts->items = items;
  items[texts->count] = copy_text(text);
  return items[texts->count++] != NULL;
}

static void free_texts(struct texts *texts) {
  for (size_t i = 0; i < texts->count; i++)
    free(texts->items[i]);
  free(texts->items);
}

static void free_host(struct host *host) {
  free(host->name);
  free_texts(&host->aliases);
  free_texts(&host->addresses);
}

static bool set_name(struct host *host, const char *name) {
  if (host->name == NULL) host->name = copy_text(name);
  return host->name != NULL;
}

/* An entry of another family than was asked for, or with longer addresses, does not fit. */
static enum kind copy_entry(const struct hostent *entry, struct host *host) {
  if (entry == NULL) return kind_of_netdb(h_errno);
  if (entry->h_addrtype != AF_INET || entry->h_length != (int)sizeof(struct in_addr)) {
    return KIND_NO_RECOVERY;
  }
  bool copied = set_name(host, entry->h_name);
  for (char **alias = entry->h_aliases; copied && *alias != NULL; alias++)
    copied = add_text(&host->aliases, *alias);
  for (char **octets = entry->h_addr_list; copied && *octets != NULL; octets++) {
    struct in_addr address; /* *octets need not be aligned for one */
    char text[INET_ADDRSTRLEN];
    memcpy(&address, *octets, sizeof address);
    copied =
        inet_ntop(AF_INET, &address, text, sizeof text) != NULL && add_text(&host->addresses, text);
  }
  return copied ? KIND_FOUND : KIND_INTERNAL;
}

/* Adds the IPv6 addresses of a name to what is known of it. */
static enum kind add_ipv6(const char *name, struct host *host) {
  const struct addrinfo hints = {
      .ai_family = AF_INET6, .ai_socktype = SOCK_STREAM, .ai_flags = AI_CANONNAME};
  struct addrinfo *list = NULL;
  enum kind kind = kind_of_info(getaddrinfo(name, NULL, &hints, &list), KIND_NO_DATA);
  if (kind != KIND_FOUND) return kind;
  bool copied = set_name(host, list->ai_canonname != NULL ? list->ai_canonname : name);
  for (const struct addrinfo *at = list; copied && at != NULL; at = at->ai_next) {
    char text[HOST_TEXT_MAX];
    copied =
        getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0 &&
        add_text(&host->addresses, text);
  }
  freeaddrinfo(list);
  return copied ? KIND_FOUND : KIND_INTERNAL;
}

/* --- The three questions --- */

/* Resolvers tell such a name in many ways, and some only after they have asked for it. */
static const char *wrong_with_name(const char *name) {
  size_t length = strlen(name);
  if (length > 0 && name[length - 1] == '.') length--;
  if (length > NAME_MAX_CHARACTERS) return "no host name: it is longer than 255 octets";
  for (size_t at = 0; at < length;) {
    size_t label = strcspn(name + at, ".");
    if (label == 0) return "no host name: a label is empty";
    if (label > LABEL_MAX) return "no host name: a label is longer than 63 octets";
    at += label + 1;
  }
  return NULL;
}

/* `whole`: all that is known; otherwise IPv6 is asked for only where there is nothing else. */
static enum kind look_up(const char *name, bool whole, struct host *host) {
  struct in6_addr ipv6;
  if (inet_pton(AF_INET6, name, &ipv6) == 1) return add_ipv6(name, host);
  enum kind kind = copy_entry(gethostbyname(name), host);
  /* glibc tells an alias of a name without an IPv4 address as NO_RECOVERY. */
  bool may_be_ipv6 = kind == KIND_NO_DATA || kind == KIND_NO_RECOVERY;
  if (!may_be_ipv6 && (kind != KIND_FOUND || !whole)) return kind;
  enum kind other = add_ipv6(name, host);
  return other == KIND_NO_DATA ? kind : other;
}

static enum kind look_up_address(const char *text, struct host *host) {
  struct in_addr ipv4;
  if (inet_pton(AF_INET, text, &ipv4) == 1) {
    return copy_entry(gethostbyaddr(&ipv4, sizeof ipv4, AF_INET), host);
  }
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};
  if (inet_pton(AF_INET6, text, &ipv6.sin6_addr) != 1) return KIND_INTERNAL;
  char name[HOST_TEXT_MAX];
  int code = getnameinfo((const struct sockaddr *)&ipv6, sizeof ipv6, name, sizeof name, NULL, 0,
                         NI_NAMEREQD);
  enum kind kind = kind_of_info(code, KIND_UNKNOWN_HOST);
  bool copied = kind == KIND_FOUND && set_name(host, name) && add_text(&host->addresses, text);
  return kind != KIND_FOUND || copied ? kind : KIND_INTERNAL;
}

static bool is_address(const char *text) {
  unsigned char octets[sizeof(struct in6_addr)];
  return inet_pton(AF_INET, text, octets) == 1 || inet_pton(AF_INET6, text, octets) == 1;
}

/* --- The program --- */

static void print_all(const struct host *host) {
  print_line("Canonical name: ", host->name);
  for (size_t i = 0; i < host->aliases.count; i++)
    print_line("Alias: ", host->aliases.items[i]);
  for (size_t i = 0; i < host->addresses.count; i++)
    print_line("Address: ", host->addresses.items[i]);
}

static void print_first(const char *name, const struct host *host) {
  fputs("IP address of ", stdout);
  print_escaped(stdout, name);
  print_line(": ", host->addresses.items[0]);
}

static int report(const char *subject, enum kind kind, bool whole, const struct host *host) {
  if (kind == KIND_FOUND && host->addresses.count == 0) kind = KIND_NO_DATA;
  if (kind != KIND_FOUND) return fail(subject, reasons[kind]);
  if (whole) {
    print_all(host);
  } else {
    print_first(subject, host);
  }
  if (fflush(stdout) == 0 && ferror(stdout) == 0) return EXIT_SUCCESS;
  return fail("standard output", strerror(errno));
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  const char *mode = argc == 3 ? argv[1] : "";
  const char *subject = argc >= 2 ? argv[argc - 1] : "";
  if (argc == 2 && strcmp(subject, "--help") == 0) {
    print_usage(stdout);
    return EXIT_SUCCESS;
  }
  bool reverse = strcmp(mode, "--reverse") == 0;
  bool whole = reverse || strcmp(mode, "--all") == 0;
  bool known = whole || argc == 2;
  if (!known || subject[0] == '\0' || subject[0] == '-' || (reverse && !is_address(subject))) {
    print_usage(stderr);
    return 2;
  }
  const char *wrong = reverse ? NULL : wrong_with_name(subject);
  if (wrong != NULL) return fail(subject, wrong);
  struct host host = {0};
  enum kind kind = reverse ? look_up_address(subject, &host) : look_up(subject, whole, &host);
  int status = report(subject, kind, whole, &host);
  free_host(&host);
  return status;
}
