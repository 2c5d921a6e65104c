#include "sandbox/sandbox_addresses.h"

#include "sandbox/sandbox.h"

#include <stddef.h>
#include <string.h>

const struct sandbox_places sandbox_on_loopback = {.peer = "127.0.0.1",
                                                   .peer2 = SANDBOX_SECOND_IPV4,
                                                   .peer6 = "::1",
                                                   .peer2_6 = SANDBOX_SECOND_IPV6,
                                                   .subject = "127.0.0.1",
                                                   .subject2 = SANDBOX_SECOND_IPV4,
                                                   .subject6 = "::1",
                                                   .subject2_6 = SANDBOX_SECOND_IPV6};

const struct sandbox_places sandbox_on_wire = {.peer = SANDBOX_TAP_PEER_IPV4,
                                               .peer2 = SANDBOX_TAP_PEER2_IPV4,
                                               .peer6 = SANDBOX_TAP_PEER_IPV6,
                                               .peer2_6 = SANDBOX_TAP_PEER2_IPV6,
                                               .subject = SANDBOX_TAP_SUBJECT_IPV4,
                                               .subject2 = SANDBOX_TAP_SUBJECT2_IPV4,
                                               .subject6 = SANDBOX_TAP_SUBJECT_IPV6,
                                               .subject2_6 = SANDBOX_TAP_SUBJECT2_IPV6};

/* The address whose name `text` begins with, and how long the name is. NULL: none. */
static const char *address_at(const struct sandbox_places *places, const char *text, size_t *len) {
  const struct {
    const char *name, *address;
  } list[] = {{"{peer}", places->peer},         {"{peer2}", places->peer2},
              {"{peer6}", places->peer6},       {"{peer2_6}", places->peer2_6},
              {"{subject}", places->subject},   {"{subject2}", places->subject2},
              {"{subject6}", places->subject6}, {"{subject2_6}", places->subject2_6}};
  for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
    *len = strlen(list[i].name);
    if (strncmp(text, list[i].name, *len) == 0) return list[i].address;
  }
  return NULL;
}

void sandbox_fill_addresses(const struct sandbox_places *places, const char *text,
                            struct text *filled) {
  while (*text != '\0') {
    size_t plain = strcspn(text, "{"), len;
    text_appendf(filled, "%.*s", (int)plain, text);
    text += plain;
    if (*text == '\0') return;
    const char *address = address_at(places, text, &len);
    text_append(filled, address == NULL ? "{" : address);
    text += address == NULL ? 1 : len;
  }
}

bool sandbox_wants_second_address(const char *text) {
  return text != NULL && strstr(text, "{subject2") != NULL;
}
