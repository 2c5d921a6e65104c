/* DNS in words: types, classes, codes, and a record as a zone file has it. */
#include "proto/dns.h"
#include "proto/ip.h"

#include <stdio.h>
#include <string.h>

struct word {
  uint16_t value;
  const char *text;
};

static const struct word TYPES[] = {
    {DNS_TYPE_A, "A"},     {DNS_TYPE_NS, "NS"},   {DNS_TYPE_CNAME, "CNAME"}, {DNS_TYPE_SOA, "SOA"},
    {DNS_TYPE_PTR, "PTR"}, {DNS_TYPE_TXT, "TXT"}, {DNS_TYPE_AAAA, "AAAA"},   {DNS_TYPE_OPT, "OPT"},
};
static const struct word CLASSES[] = {{DNS_CLASS_IN, "IN"}, {3, "CH"}, {255, "ANY"}};
static const struct word OPCODES[] = {{0, "query"}, {1, "iquery"}, {2, "status"}};
static const struct word RCODES[] = {
    {DNS_RCODE_NOERROR, "noerror"},   {DNS_RCODE_FORMERR, "formerr"},
    {DNS_RCODE_SERVFAIL, "servfail"}, {DNS_RCODE_NXDOMAIN, "nxdomain"},
    {DNS_RCODE_NOTIMP, "notimp"},     {DNS_RCODE_REFUSED, "refused"},
};
static const struct word FLAGS[] = {{DNS_AA, "aa"}, {DNS_TC, "tc"}, {DNS_RD, "rd"}, {DNS_RA, "ra"},
                                    {DNS_Z, "z"},   {DNS_AD, "ad"}, {DNS_CD, "cd"}};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *find(const struct word *words, size_t count, unsigned value, const char *form,
                        char buffer[static DNS_WORD_MAX]) {
  for (size_t i = 0; i < count; i++) {
    if (words[i].value == value) return words[i].text;
  }
  (void)snprintf(buffer, DNS_WORD_MAX, "%s%u", form, value);
  return buffer;
}

const char *dns_type_text(uint16_t type, char buffer[static DNS_WORD_MAX]) {
  return find(TYPES, COUNT(TYPES), type, "TYPE", buffer);
}

bool dns_type_of_text(const char *text, uint16_t *type) {
  for (size_t i = 0; i < COUNT(TYPES); i++) {
    if (strcmp(TYPES[i].text, text) != 0) continue;
    *type = TYPES[i].value;
    return true;
  }
  return false;
}

const char *dns_class_text(uint16_t class, char buffer[static DNS_WORD_MAX]) {
  return find(CLASSES, COUNT(CLASSES), class, "CLASS", buffer);
}

const char *dns_opcode_text(unsigned opcode, char buffer[static DNS_WORD_MAX]) {
  return find(OPCODES, COUNT(OPCODES), opcode, "opcode", buffer);
}

const char *dns_rcode_text(unsigned rcode, char buffer[static DNS_WORD_MAX]) {
  return find(RCODES, COUNT(RCODES), rcode, "rcode", buffer);
}

void dns_flags_text(uint16_t flags, struct text *out) {
  bool some = false;
  for (size_t i = 0; i < COUNT(FLAGS); i++) {
    if ((flags & FLAGS[i].value) == 0) continue;
    text_appendf(out, "%s%s", some ? "," : "", FLAGS[i].text);
    some = true;
  }
  if (!some) text_append(out, "none");
}

static void append_name(const struct dns_name *name, struct text *out) {
  dns_name_text(name, out);
  if (name->compressed) text_appendf(out, "@%u", name->pointer);
}

/* RFC 3597 section 5. */
static void append_raw(struct span rdata, struct text *out) {
  text_appendf(out, "\\# %zu", rdata.len);
  if (rdata.len > 0) text_append(out, " ");
  text_append_hex(out, rdata);
}

static void append_address(struct span rdata, struct text *out) {
  struct ip_address address = {.family = rdata.len == 4 ? IP_V4 : IP_V6};
  char chars[IP_ADDRESS_TEXT_MAX];
  memcpy(address.octets, rdata.bytes, rdata.len);
  text_append(out, ip_address_text(&address, chars));
}

/* So many names and then so many numbers of 32 bits, and nothing behind them; else false, and
 * nothing is appended. */
static bool append_names(struct span message, const struct dns_entry *entry, size_t names,
                         size_t numbers, struct text *out) {
  struct text made = TEXT_INIT(16 * 1024);
  struct reader reader = reader_over(span_part(message, 0, entry->rdata_offset + entry->rdata.len));
  reader.offset = entry->rdata_offset;
  bool good = true;
  for (size_t i = 0; i < names && good; i++) {
    struct dns_name name;
    good = dns_read_name(&reader, &name) == NULL;
    if (i > 0) text_append(&made, " ");
    if (good) append_name(&name, &made);
  }
  for (size_t i = 0; i < numbers; i++) {
    text_appendf(&made, " %lu", (unsigned long)reader_u32(&reader));
  }
  good = good && !reader.failed && reader_left(&reader) == 0;
  if (good) text_append(out, text_chars(&made));
  text_free(&made);
  return good;
}

static void append_rdata(struct span message, const struct dns_entry *entry, struct text *out) {
  switch (entry->type) {
    case DNS_TYPE_A:
    case DNS_TYPE_AAAA:
      if (entry->rdata.len == (entry->type == DNS_TYPE_A ? 4 : 16)) {
        append_address(entry->rdata, out);
        return;
      }
      break;
    case DNS_TYPE_NS:
    case DNS_TYPE_CNAME:
    case DNS_TYPE_PTR:
      if (append_names(message, entry, 1, 0, out)) return;
      break;
    case DNS_TYPE_SOA: /* RFC 1035 section 3.3.13 */
      if (append_names(message, entry, 2, 5, out)) return;
      break;
    default:
      break;
  }
  append_raw(entry->rdata, out);
}

/* RFC 6891 section 6.1.2: class and TTL of this record are other things. */
static void append_edns(const struct dns_entry *entry, struct text *out) {
  append_name(&entry->name, out);
  text_appendf(out, " OPT udp=%u rcode=%lu version=%lu flags=%04lx", entry->class,
               (unsigned long)(entry->ttl >> 24), (unsigned long)(entry->ttl >> 16 & 0xff),
               (unsigned long)(entry->ttl & 0xffff));
  if (entry->rdata.len > 0) {
    text_append(out, " ");
    append_raw(entry->rdata, out);
  }
}

void dns_entry_text(struct span message, const struct dns_entry *entry, struct text *out) {
  char buffer[DNS_WORD_MAX];
  if (entry->type == DNS_TYPE_OPT && entry->section != DNS_QUESTION) {
    append_edns(entry, out);
    return;
  }
  append_name(&entry->name, out);
  text_appendf(out, " %s", dns_type_text(entry->type, buffer));
  text_appendf(out, " %s", dns_class_text(entry->class, buffer));
  if (entry->section == DNS_QUESTION) return;
  text_appendf(out, " %lu ", (unsigned long)entry->ttl);
  append_rdata(message, entry, out);
}
