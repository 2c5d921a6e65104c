/* DNS: a walk that ends and leaves no octet out, names that come back, texts without raw octets. */
#include "fuzz.h"
#include "proto/dns.h"

/* What is told of a message goes to goldens and terminals. */
static void check_text(struct span message, const struct dns_entry *entry) {
  struct text text = TEXT_INIT(1 << 20);
  dns_entry_text(message, entry, &text);
  REQUIRE(!text.truncated && text.len > 0);
  for (size_t i = 0; i < text.len; i++) {
    REQUIRE(text.chars[i] >= ' ' && text.chars[i] <= '~');
  }
  text_free(&text);
}

static void check_name(const struct dns_name *name) {
  uint8_t octets[DNS_NAME_MAX];
  struct dns_name again;
  struct writer writer = writer_over(octets, sizeof octets);
  dns_write_name(&writer, name);
  REQUIRE(!writer.failed && name->len > 0 && name->octets[name->len - 1] == 0);
  struct reader reader = reader_over(writer_written(&writer));
  REQUIRE(dns_read_name(&reader, &again) == NULL && reader_left(&reader) == 0);
  REQUIRE(dns_name_equal(name, &again) && !again.compressed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  struct span message = span_of(bytes, len);
  struct dns_walk walk = dns_walk_over(message);
  struct dns_entry entry;
  size_t at = DNS_HEADER_LEN;
  REQUIRE((walk.wrong != NULL) == (len < DNS_HEADER_LEN));
  while (dns_next(&walk, &entry)) {
    REQUIRE(entry.offset == at && entry.len > 0);
    at += entry.len;
    REQUIRE(at <= len && entry.rdata.len < entry.len);
    check_name(&entry.name);
    check_text(message, &entry);
  }
  if (len >= DNS_HEADER_LEN) REQUIRE(dns_walk_rest(&walk).len == len - at);

  struct dns_name name;
  char text[512] = {0};
  for (size_t i = 0; i < len && i + 1 < sizeof text; i++) {
    text[i] = (char)bytes[i];
  }
  if (dns_name_of_text(text, &name)) check_name(&name);
  return 0;
}
