#include "sandbox/sandbox_addresses.h"

#include "sandbox/sandbox.h"

#include <string.h>

static const struct {
  const char *name, *loopback, *tap;
} ADDRESSES[] = {
    {"{peer}", "127.0.0.1", SANDBOX_TAP_PEER_IPV4},
    {"{peer2}", SANDBOX_SECOND_IPV4, SANDBOX_TAP_PEER2_IPV4},
    {"{peer6}", "::1", SANDBOX_TAP_PEER_IPV6},
    {"{peer2_6}", SANDBOX_SECOND_IPV6, SANDBOX_TAP_PEER2_IPV6},
    {"{subject}", "127.0.0.1", SANDBOX_TAP_SUBJECT_IPV4},
    {"{subject6}", "::1", SANDBOX_TAP_SUBJECT_IPV6},
    {"{subject2}", SANDBOX_SECOND_IPV4, SANDBOX_TAP_SUBJECT2_IPV4},
    {"{subject2_6}", SANDBOX_SECOND_IPV6, SANDBOX_TAP_SUBJECT2_IPV6},
};

enum { ADDRESS_COUNT = sizeof ADDRESSES / sizeof ADDRESSES[0] };

void sandbox_fill_addresses(bool tap, const char *text, struct text *filled) {
  while (*text != '\0') {
    size_t plain = strcspn(text, "{");
    text_appendf(filled, "%.*s", (int)plain, text);
    text += plain;
    if (*text == '\0') return;
    size_t i = 0;
    while (i < ADDRESS_COUNT && strncmp(text, ADDRESSES[i].name, strlen(ADDRESSES[i].name)) != 0)
      i++;
    text_append(filled, i == ADDRESS_COUNT ? "{" : tap ? ADDRESSES[i].tap : ADDRESSES[i].loopback);
    text += i == ADDRESS_COUNT ? 1 : strlen(ADDRESSES[i].name);
  }
}

bool sandbox_wants_second_address(const char *text) {
  return text != NULL && strstr(text, "{subject2") != NULL;
}
