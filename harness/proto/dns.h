/* Domain Name System messages (RFC 1035 section 4.1; EDNS: RFC 6891).
 *
 *    0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 *  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *  |                      ID                       |
 *  |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 *  |                    QDCOUNT                    |   questions: NAME TYPE CLASS
 *  |                    ANCOUNT                    |   records: NAME TYPE CLASS TTL RDLENGTH RDATA
 *  |                    NSCOUNT                    |
 *  |                    ARCOUNT                    |
 *  |        the questions and records themselves   |
 *  +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 *
 * Over TCP each message stands behind its length in two octets (section 4.2.2). */
#ifndef SOCKPROOF_PROTO_DNS_H
#define SOCKPROOF_PROTO_DNS_H

#include "base/text.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum {
  DNS_PORT = 53,
  DNS_HEADER_LEN = 12,
  DNS_LABEL_MAX = 63,
  DNS_NAME_MAX = 255,        /* with the length octets and the root (section 2.3.4) */
  DNS_UDP_MESSAGE_MAX = 512, /* without EDNS (section 2.3.4) */
  DNS_TCP_LENGTH_LEN = 2,
  DNS_POINTER_BITS = 0xc000, /* the two bits that make a pointer of 16 (section 4.1.4) */
};

enum dns_type {
  DNS_TYPE_A = 1,
  DNS_TYPE_NS = 2,
  DNS_TYPE_CNAME = 5,
  DNS_TYPE_SOA = 6,
  DNS_TYPE_PTR = 12,
  DNS_TYPE_TXT = 16,
  DNS_TYPE_AAAA = 28,
  DNS_TYPE_OPT = 41,
};
enum { DNS_CLASS_IN = 1 };

enum dns_rcode {
  DNS_RCODE_NOERROR = 0,
  DNS_RCODE_FORMERR = 1,
  DNS_RCODE_SERVFAIL = 2,
  DNS_RCODE_NXDOMAIN = 3,
  DNS_RCODE_NOTIMP = 4,
  DNS_RCODE_REFUSED = 5,
};

/* Masks of the header's second word. */
enum {
  DNS_QR = 0x8000,
  DNS_OPCODE = 0x7800,
  DNS_AA = 0x0400,
  DNS_TC = 0x0200,
  DNS_RD = 0x0100,
  DNS_RA = 0x0080,
  DNS_Z = 0x0040,
  DNS_AD = 0x0020,
  DNS_CD = 0x0010,
  DNS_RCODE = 0x000f,
};

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL, DNS_SECTION_COUNT };

struct dns_header {
  uint16_t id, flags;
  uint16_t counts[DNS_SECTION_COUNT];
};

/* A name without compression, as on the wire, the root's NUL included. */
struct dns_name {
  uint8_t octets[DNS_NAME_MAX];
  size_t len;
  bool compressed;  /* it ended with a pointer ... */
  uint16_t pointer; /* ... to this offset of the message */
};

/* A question, or a record: then with what follows the class. */
struct dns_entry {
  enum dns_section section;
  struct dns_name name;
  uint16_t type, class;
  uint32_t ttl;
  struct span rdata;   /* a view into the message */
  size_t rdata_offset; /* all offsets are from the start of the message */
  size_t offset, len;  /* of the whole entry */
};

/* Goes through a message entry by entry, in the order of the sections. */
struct dns_walk {
  struct reader reader;
  struct dns_header header;
  unsigned section, index; /* of the next entry */
  const char *wrong; /* why the message is malformed; NULL: it is not, as far as it was read */
};

struct dns_walk dns_walk_over(struct span message); /* wrong where there is no whole header */
/* False at the end, or where the rest makes no sense; `wrong` tells which. */
bool dns_next(struct dns_walk *walk, struct dns_entry *entry) MUST_USE;
struct span dns_walk_rest(const struct dns_walk *walk); /* what follows the last entry read */

/* Reads a name at the reader's place, with its pointers. A pointer must go backwards, each further
 * than the one before it: so every name ends. NULL, or why it is none. */
const char *dns_read_name(struct reader *reader, struct dns_name *name);

/* "www.example.com", a final dot allowed; "." is the root. False: a label or the name is empty or
 * too long. Nothing is escaped in it. */
bool dns_name_of_text(const char *text, struct dns_name *name) MUST_USE;
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b); /* whatever the case */
/* With a final dot; in labels '.', '"' and '\' are escaped by a backslash, what cannot be printed
 * is \xNN. */
void dns_name_text(const struct dns_name *name, struct text *out);
/* The name under which an address is looked up (RFC 1035 section 3.5, RFC 3596 section 2.5). */
void dns_name_of_address(const uint8_t *octets, size_t len, struct dns_name *name);

void dns_write_header(struct writer *writer, const struct dns_header *header);
void dns_write_name(struct writer *writer, const struct dns_name *name);
void dns_write_pointer(struct writer *writer, size_t offset);

/* --- words: dns_text.c */

/* "A", or "TYPE123" (RFC 3597 section 5); `buffer` is for those without a name. */
enum { DNS_WORD_MAX = 16 };
const char *dns_type_text(uint16_t type, char buffer[static DNS_WORD_MAX]);
bool dns_type_of_text(const char *text, uint16_t *type) MUST_USE; /* those with a name */
const char *dns_class_text(uint16_t class, char buffer[static DNS_WORD_MAX]);
const char *dns_opcode_text(unsigned opcode, char buffer[static DNS_WORD_MAX]);
const char *dns_rcode_text(unsigned rcode, char buffer[static DNS_WORD_MAX]);
void dns_flags_text(uint16_t flags, struct text *out); /* "aa,rd,ra", or "none" */

/* "NAME TYPE CLASS", and of a record "TTL RDATA" behind it; rdata that is not what its type
 * asks for is "\# LENGTH HEX" (RFC 3597 section 5). A name that ends with a pointer is told with
 * the pointer's offset, "www.example.com.@12": so two messages that are not the same octets are not
 * the same text. */
void dns_entry_text(struct span message, const struct dns_entry *entry, struct text *out);

#endif
