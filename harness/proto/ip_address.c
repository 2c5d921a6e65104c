/* The addresses of proto/ip.h: comparing, reading and writing them as text.
 *
 * The system's own inet_pton and inet_ntop are not used: what a golden says must not depend on the
 * C library that it was written with. */
#include <stdio.h>
#include <string.h>

#include "proto/ip.h"

enum { V4_LEN = 4, V6_LEN = 16, V6_GROUPS = 8 };

static size_t address_len(enum ip_family family) {
  return family == IP_V4 ? V4_LEN : family == IP_V6 ? V6_LEN : 0;
}

bool ip_address_equal(const struct ip_address *a, const struct ip_address *b) {
  return a->family == b->family && memcmp(a->octets, b->octets, address_len(a->family)) == 0;
}

/* Four decimal numbers of at most three digits without leading zeros, up to the end: 127.1, octal
 * and hexadecimal forms name different hosts to different programs. */
static bool parse_v4(const char *text, uint8_t octets[static V4_LEN]) {
  for (size_t i = 0; i < V4_LEN; i++) {
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 3 || (digits > 1 && text[0] == '0')) return false;
    unsigned value = 0;
    for (; digits > 0; digits--) {
      value = value * 10 + (unsigned)(*text++ - '0');
    }
    if (value > UINT8_MAX) return false;
    octets[i] = (uint8_t)value;
    if (*text++ != (i == V4_LEN - 1 ? '\0' : '.')) return false;
  }
  return true;
}

static unsigned hex_value(char digit) {
  static const char DIGITS[] = "0123456789abcdef";
  char lower = digit >= 'A' && digit <= 'F' ? (char)(digit - 'A' + 'a') : digit;
  return (unsigned)(strchr(DIGITS, lower) - DIGITS);
}

/* Sixteen octets in the making; what stands behind "::" moves to the end when all is read. */
struct v6_parse {
  uint8_t octets[V6_LEN];
  size_t len, gap; /* gap: where "::" stood, or V6_LEN + 1 */
};

/* The groups of RFC 4291 section 2.2, from behind a leading "::" on. */
static bool parse_v6_groups(const char *text, struct v6_parse *parse) {
  while (*text != '\0') {
    if (text[strspn(text, "0123456789")] == '.' && parse->len + V4_LEN <= V6_LEN) {
      if (!parse_v4(text, parse->octets + parse->len)) return false;
      parse->len += V4_LEN;
      return true;
    }
    size_t digits = strspn(text, "0123456789abcdefABCDEF");
    if (digits < 1 || digits > 4 || parse->len == V6_LEN) return false;
    unsigned group = 0;
    for (; digits > 0; digits--) {
      group = group << 4 | hex_value(*text++);
    }
    parse->octets[parse->len++] = (uint8_t)(group >> 8);
    parse->octets[parse->len++] = (uint8_t)group;

    if (*text == '\0') return true;
    if (*text++ != ':') return false;
    if (*text == ':') {
      if (parse->gap <= V6_LEN) return false;
      parse->gap = parse->len;
      text++;
    } else if (*text == '\0') {
      return false;
    }
  }
  return true;
}

static bool parse_v6(const char *text, uint8_t octets[static V6_LEN]) {
  struct v6_parse parse = {.gap = V6_LEN + 1};
  if (strncmp(text, "::", 2) == 0) {
    parse.gap = 0;
    text += 2;
  }
  if (!parse_v6_groups(text, &parse)) return false;
  if (parse.gap > V6_LEN) {
    if (parse.len != V6_LEN) return false;
    memcpy(octets, parse.octets, V6_LEN);
    return true;
  }
  if (parse.len == V6_LEN) return false; /* "::" stands for one group at least */

  size_t behind = parse.len - parse.gap;
  memset(octets, 0, V6_LEN);
  memcpy(octets, parse.octets, parse.gap);
  memcpy(octets + V6_LEN - behind, parse.octets + parse.gap, behind);
  return true;
}

bool ip_address_parse(const char *text, struct ip_address *address) {
  struct ip_address parsed = {.family = strchr(text, ':') == NULL ? IP_V4 : IP_V6};
  bool good =
      parsed.family == IP_V4 ? parse_v4(text, parsed.octets) : parse_v6(text, parsed.octets);
  if (good) *address = parsed;
  return good;
}

struct run {
  size_t start, len;
};

/* RFC 5952 section 4.2: the longest run of zero groups, the first of equal ones, never just one. */
static struct run longest_zeros(const unsigned groups[static V6_GROUPS]) {
  struct run best = {.start = V6_GROUPS, .len = 1};
  struct run current = {0};
  for (size_t i = 0; i < V6_GROUPS; i++) {
    current = groups[i] != 0     ? (struct run){0}
              : current.len == 0 ? (struct run){.start = i, .len = 1}
                                 : (struct run){.start = current.start, .len = current.len + 1};
    if (current.len > best.len) best = current;
  }
  return best;
}

static void print_v6(const uint8_t octets[static V6_LEN], char buffer[static IP_ADDRESS_TEXT_MAX]) {
  static const uint8_t V4_MAPPED[12] = {[10] = 0xff, [11] = 0xff};
  if (memcmp(octets, V4_MAPPED, sizeof V4_MAPPED) == 0) { /* RFC 5952 section 5 */
    (void)snprintf(buffer, IP_ADDRESS_TEXT_MAX, "::ffff:%u.%u.%u.%u", octets[12], octets[13],
                   octets[14], octets[15]);
    return;
  }
  unsigned groups[V6_GROUPS];
  for (size_t i = 0; i < V6_GROUPS; i++) {
    groups[i] = (unsigned)octets[2 * i] << 8 | octets[2 * i + 1];
  }
  struct run zeros = longest_zeros(groups);
  size_t len = 0;
  buffer[0] = '\0';
  for (size_t i = 0; i < V6_GROUPS;) {
    if (i == zeros.start) {
      len += (size_t)snprintf(buffer + len, IP_ADDRESS_TEXT_MAX - len, "::");
      i += zeros.len;
      continue;
    }
    bool first = len == 0 || buffer[len - 1] == ':';
    len +=
        (size_t)snprintf(buffer + len, IP_ADDRESS_TEXT_MAX - len, first ? "%x" : ":%x", groups[i]);
    i++;
  }
}

const char *ip_address_text(const struct ip_address *address,
                            char buffer[static IP_ADDRESS_TEXT_MAX]) {
  const uint8_t *octets = address->octets;
  if (address->family == IP_V4) {
    (void)snprintf(buffer, IP_ADDRESS_TEXT_MAX, "%u.%u.%u.%u", octets[0], octets[1], octets[2],
                   octets[3]);
  } else if (address->family == IP_V6) {
    print_v6(octets, buffer);
  } else {
    (void)snprintf(buffer, IP_ADDRESS_TEXT_MAX, "none");
  }
  return buffer;
}
