#include "dissect.h"

#include "proto/dns.h"

#include <inttypes.h>

enum { NAME_TEXT_MAX = 1100 };

/* tshark writes no final dot. */
static void add_name(struct row *row, enum column column, const struct dns_name *name) {
  struct text text = TEXT_INIT(NAME_TEXT_MAX);
  dns_name_text(name, &text);
  if (name->len == 1) {
    row_add(row, column, "<Root>");
  } else {
    row_add(row, column, "%.*s", (int)text.len - 1, text_chars(&text));
  }
  text_free(&text);
}

/* Only what both tools tell in one way: a name of letters, digits and hyphens. */
static bool is_plain(const struct dns_name *name) {
  for (size_t at = 0; name->octets[at] != 0; at += 1 + (size_t)name->octets[at]) {
    for (size_t i = at + 1; i <= at + name->octets[at]; i++) {
      uint8_t octet = name->octets[i];
      bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
      if (!letter && !(octet >= '0' && octet <= '9') && octet != '-') return false;
    }
  }
  return true;
}

static void add_entry(struct row *row, const struct dns_entry *entry) {
  bool question = entry->section == DNS_QUESTION;
  enum column name = question ? DNS_QUERY_NAME : DNS_RECORD_NAME;
  if (is_plain(&entry->name)) {
    add_name(row, name, &entry->name);
  } else {
    row_add_any(row, name);
  }
  row_add(row, question ? DNS_QUERY_TYPE : DNS_RECORD_TYPE, "%u", entry->type);
  if (question) {
    row_add(row, DNS_QUERY_CLASS, "0x%04x", entry->class);
    return;
  }
  /* Of OPT it is another field (RFC 6891 section 6.1.3). */
  if (entry->type != DNS_TYPE_OPT) row_add(row, DNS_RECORD_TTL, "%" PRIu32, entry->ttl);
  row_add(row, DNS_RECORD_LEN, "%zu", entry->rdata.len);
}

void dissect_dns(struct span message, struct row *row) {
  struct dns_walk walk = dns_walk_over(message);
  struct dns_entry entry;
  while (dns_next(&walk, &entry)) {
  }
  if (walk.wrong != NULL || dns_walk_rest(&walk).len > 0) {
    /* How much of a malformed message is told, each tool decides for itself. */
    for (enum column column = DNS_ID; column <= DNS_RECORD_LEN; column++) {
      row_add_any(row, column);
    }
    return;
  }
  row_add(row, DNS_ID, "0x%04x", walk.header.id);
  row_add(row, DNS_FLAGS, "0x%04x", walk.header.flags);
  for (size_t section = 0; section < DNS_SECTION_COUNT; section++) {
    row_add(row, (enum column)(DNS_QUERIES + section), "%u", walk.header.counts[section]);
  }
  walk = dns_walk_over(message);
  while (dns_next(&walk, &entry)) {
    add_entry(row, &entry);
  }
}
