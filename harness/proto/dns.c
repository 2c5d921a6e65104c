#include "proto/dns.h"

#include <stdio.h>
#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

enum { POINTER_BITS = 0xc0, POINTER_OFFSET = 0x3fff };

static const char *append_label(struct dns_name *name, struct reader *reader, uint8_t len) {
  struct span label = reader_take(reader, len);
  if (reader->failed) return "a name goes past the end";
  if (name->len + 1 + label.len + 1 > DNS_NAME_MAX) return "a name is longer than 255 octets";
  name->octets[name->len++] = len;
  memcpy(name->octets + name->len, label.bytes, label.len);
  name->len += label.len;
  return NULL;
}

/* Reads labels to the root or to a pointer, which it gives back: true. */
static bool read_labels(struct reader *reader, struct dns_name *name, uint16_t *pointer,
                        const char **wrong) {
  for (;;) {
    uint8_t len = reader_u8(reader);
    if (reader->failed) {
      *wrong = "a name goes past the end";
      return false;
    }
    if (len == 0) {
      name->octets[name->len++] = 0;
      return false;
    }
    if ((len & POINTER_BITS) == POINTER_BITS) {
      *pointer = (uint16_t)((len << 8 | reader_u8(reader)) & POINTER_OFFSET);
      if (reader->failed) *wrong = "a name goes past the end";
      return !reader->failed;
    }
    *wrong = (len & POINTER_BITS) != 0 ? "a label is of an unknown kind"
                                       : append_label(name, reader, len);
    if (*wrong != NULL) return false;
  }
}

const char *dns_read_name(struct reader *reader, struct dns_name *name) {
  *name = (struct dns_name){0};
  const char *wrong = NULL;
  uint16_t pointer = 0;
  size_t before = reader->offset;
  bool jumps = read_labels(reader, name, &pointer, &wrong);
  if (jumps) {
    name->compressed = true;
    name->pointer = pointer;
  }
  struct reader elsewhere = reader_over(reader->source);
  while (jumps) {
    /* RFC 1035 section 4.1.4: a prior occurrence of the name. */
    if (pointer >= before) return "a name points to itself or forwards";
    before = pointer;
    elsewhere.offset = pointer;
    jumps = read_labels(&elsewhere, name, &pointer, &wrong);
  }
  return wrong;
}

bool dns_name_of_text(const char *text, struct dns_name *name) {
  *name = (struct dns_name){0};
  size_t len = strlen(text);
  if (len == 0) return false;
  if (text[len - 1] == '.') len--;
  for (size_t at = 0; at < len;) {
    size_t end = at;
    while (end < len && text[end] != '.') {
      end++;
    }
    size_t label = end - at;
    bool fits = label > 0 && label <= DNS_LABEL_MAX && name->len + 1 + label + 1 <= DNS_NAME_MAX;
    if (!fits || end + 1 == len) return false; /* "a..": an empty label behind the dot */
    name->octets[name->len++] = (uint8_t)label;
    memcpy(name->octets + name->len, text + at, label);
    name->len += label;
    at = end + 1;
  }
  name->octets[name->len++] = 0;
  return true;
}

static uint8_t lower(uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b) {
  if (a->len != b->len) return false;
  for (size_t i = 0; i < a->len; i++) {
    if (lower(a->octets[i]) != lower(b->octets[i])) return false;
  }
  return true;
}

void dns_name_text(const struct dns_name *name, struct text *out) {
  if (name->len <= 1) text_append(out, ".");
  for (size_t at = 0; at < name->len && name->octets[at] != 0;) {
    struct span label = span_of(name->octets + at + 1, name->octets[at]);
    for (size_t i = 0; i < label.len; i++) {
      if (label.bytes[i] == '.' || label.bytes[i] == '"') text_append(out, "\\");
      text_append_escaped(out, span_part(label, i, 1));
    }
    text_append(out, ".");
    at += 1 + label.len;
  }
}

void dns_name_of_address(const uint8_t *octets, size_t len, struct dns_name *name) {
  char text[2 * 2 * 16 + sizeof "ip6.arpa"];
  size_t at = 0;
  bool v4 = len == 4;
  for (size_t i = len; i-- > 0;) {
    const char *form = v4 ? "%u." : "%x.%x.";
    unsigned first = v4 ? octets[i] : octets[i] & 0xfU;
    int written = snprintf(text + at, sizeof text - at, form, first, octets[i] >> 4);
    at += (size_t)written;
  }
  (void)snprintf(text + at, sizeof text - at, "%s", v4 ? "in-addr.arpa" : "ip6.arpa");
  (void)!dns_name_of_text(text, name); /* it always is one */
}

/* --- messages --------------------------------------------------------------------------------- */

struct dns_walk dns_walk_over(struct span message) {
  struct dns_walk walk = {.reader = reader_over(message)};
  walk.header.id = reader_u16(&walk.reader);
  walk.header.flags = reader_u16(&walk.reader);
  for (size_t i = 0; i < DNS_SECTION_COUNT; i++) {
    walk.header.counts[i] = reader_u16(&walk.reader);
  }
  if (walk.reader.failed) walk.wrong = "the header is cut short";
  return walk;
}

bool dns_next(struct dns_walk *walk, struct dns_entry *entry) {
  struct reader *reader = &walk->reader;
  while (walk->section < DNS_SECTION_COUNT && walk->index == walk->header.counts[walk->section]) {
    walk->section++;
    walk->index = 0;
  }
  if (walk->wrong != NULL || walk->section == DNS_SECTION_COUNT) return false;
  *entry = (struct dns_entry){.section = (enum dns_section)walk->section, .offset = reader->offset};
  struct reader after = *reader;
  walk->wrong = dns_read_name(&after, &entry->name);
  if (walk->wrong != NULL) return false;
  entry->type = reader_u16(&after);
  entry->class = reader_u16(&after);
  if (entry->section != DNS_QUESTION) {
    entry->ttl = reader_u32(&after);
    uint16_t len = reader_u16(&after);
    entry->rdata_offset = after.offset;
    entry->rdata = reader_take(&after, len);
  }
  if (after.failed) {
    walk->wrong = entry->section == DNS_QUESTION ? "a question goes past the end"
                                                 : "a record goes past the end";
    return false;
  }
  entry->len = after.offset - entry->offset;
  *reader = after;
  walk->index++;
  return true;
}

struct span dns_walk_rest(const struct dns_walk *walk) {
  return span_part(walk->reader.source, walk->reader.offset, SIZE_MAX);
}

void dns_write_header(struct writer *writer, const struct dns_header *header) {
  writer_u16(writer, header->id);
  writer_u16(writer, header->flags);
  for (size_t i = 0; i < DNS_SECTION_COUNT; i++) {
    writer_u16(writer, header->counts[i]);
  }
}

void dns_write_name(struct writer *writer, const struct dns_name *name) {
  writer_span(writer, span_of(name->octets, name->len));
}

void dns_write_pointer(struct writer *writer, size_t offset) {
  writer_u16(writer, (uint16_t)(DNS_POINTER_BITS | (offset & POINTER_OFFSET)));
}
