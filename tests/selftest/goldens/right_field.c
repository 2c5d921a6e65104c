#include "right_field.h"

#include <string.h>

static bool begins(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

static bool is_first_of_ntp(const char *field) {
  return strcmp(field, "leap") == 0 || strcmp(field, "version") == 0 || strcmp(field, "mode") == 0;
}

/* What names a variable is told where the variable is used again. */
static bool is_bound(const char *field) {
  static const char *const FIELDS[] = {"id", "reference", "origin", "receive", "transmit"};
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
    if (strcmp(field, FIELDS[i]) == 0) return true;
  }
  return false;
}

static bool tells(const struct difference *difference, const char *name, size_t packet_index,
                  size_t octet) {
  if (is_bound(difference->field)) return true;
  if (begins(name, "ntp.first octet")) return is_first_of_ntp(difference->field);
  if (begins(name, "ntp.") && !begins(name, "ntp.trailer")) {
    return strcmp(difference->field, name + strlen("ntp.")) == 0;
  }
  /* A line or a message of HTTP may end elsewhere than before: told by its end, or as one more or
   * less. */
  if (strcmp(difference->field, "end") == 0) return difference->packet_index <= packet_index;
  if (difference->field[0] == '\0') {
    bool less = difference->actual[0] == '\0';
    bool is_cut = strcmp(difference->kind, "line") == 0 || strcmp(difference->kind, "http") == 0;
    return is_cut && (less || difference->packet_index <= packet_index);
  }
  /* What is no HTTP any more, or has become HTTP, is told as another kind of message. */
  if (strcmp(difference->field, "message") == 0) return difference->packet_index <= packet_index;
  /* With another name it is a field less, and one more. */
  bool renamed = difference->expected[0] == '\0' || difference->actual[0] == '\0';
  if (renamed && difference->packet_index == packet_index) return true;
  /* A digest tells that some octet changed, from the first packet of the field on. */
  if (difference->expected[0] != '"' && difference->packet_index < packet_index) return true;
  return difference->packet_index == packet_index && difference->octet_offset <= octet;
}

bool right_field(const char *name, size_t packet_index, size_t octet,
                 const struct diff_result *result) {
  bool said = begins(name, "ntp.") || begins(name, "udp.payload") || begins(name, "tcp.payload");
  for (size_t i = 0; said && i < result->listed; i++) {
    if (tells(&result->list[i], name, packet_index, octet)) return true;
  }
  return !said;
}
