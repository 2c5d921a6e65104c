/* Network Time Protocol messages (RFC 5905 section 7.3; RFC 4330 section 4; extension fields: RFC
 * 7822).
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
 *  |                           Root Delay                          |
 *  |                        Root Dispersion                        |
 *  |                          Reference ID                         |
 *  |                  Reference Timestamp (64 bits)                |
 *  |                    Origin Timestamp (64 bits)                 |
 *  |                   Receive Timestamp (64 bits)                 |
 *  |                   Transmit Timestamp (64 bits)                |
 *  |              extension fields and MAC, optional               |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ */
#ifndef SOCKPROOF_PROTO_NTP_H
#define SOCKPROOF_PROTO_NTP_H

#include "base/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum { NTP_HEADER_LEN = 48, NTP_PORT = 123 };
enum ntp_mode { NTP_MODE_CLIENT = 3, NTP_MODE_SERVER = 4, NTP_MODE_BROADCAST = 5 };

/* Seconds from the NTP prime epoch (1900-01-01) to the POSIX epoch (1970-01-01), RFC 5905
 * section 6. */
#define NTP_UNIX_EPOCH_S INT64_C(2208988800)

/* Seconds since 1900 (modulo 2^32: the era is not on the wire) in the high, fraction in the low 32
 * bits. 0: unknown. */
typedef uint64_t ntp_timestamp;

struct ntp_message {
  uint8_t leap;    /* 2 bits */
  uint8_t version; /* 3 bits */
  uint8_t mode;    /* 3 bits */
  uint8_t stratum;
  uint8_t poll;             /* as on the wire; signed log2 seconds */
  uint8_t precision;        /* as on the wire; signed log2 seconds */
  uint32_t root_delay;      /* 16.16, signed in RFC 4330 */
  uint32_t root_dispersion; /* 16.16 */
  uint32_t reference_id;
  ntp_timestamp reference, origin, receive, transmit;
  struct span trailer; /* what follows the 48 octets: extension fields, MAC, or rubbish; a view */
};

bool ntp_decode(struct span datagram,
                struct ntp_message *message) MUST_USE; /* false: fewer than 48 octets */
void ntp_encode(struct writer *writer, const struct ntp_message *message); /* trailer included */

/* Offsets and widths of the header's fields in bits from the start of the datagram, for flipping
 * and for pointing. */
enum ntp_field {
  NTP_LEAP,
  NTP_VERSION,
  NTP_MODE,
  NTP_STRATUM,
  NTP_POLL,
  NTP_PRECISION,
  NTP_ROOT_DELAY,
  NTP_ROOT_DISPERSION,
  NTP_REFERENCE_ID,
  NTP_REFERENCE,
  NTP_ORIGIN,
  NTP_RECEIVE,
  NTP_TRANSMIT,
  NTP_FIELD_COUNT
};
struct ntp_field_place {
  const char
      *name; /* "leap", "version", ..., "transmit": the word used in goldens, scripts and reports */
  uint16_t bit_offset, bit_width;
};
const struct ntp_field_place *ntp_field_place(enum ntp_field field);
uint64_t ntp_field_get(const struct ntp_message *message, enum ntp_field field);
void ntp_field_set(struct ntp_message *message, enum ntp_field field,
                   uint64_t value); /* cut to the field's width */

/* Extension fields and MAC of a trailer (RFC 7822 section 3): one element a call, until the trailer
 * is empty. */
enum ntp_trailer_kind {
  NTP_TRAILER_END,
  NTP_TRAILER_EXTENSION,
  NTP_TRAILER_MAC,
  NTP_TRAILER_MALFORMED
};
struct ntp_trailer_element {
  enum ntp_trailer_kind kind;
  uint16_t type;     /* extension field type */
  uint32_t key_id;   /* MAC */
  struct span value; /* the extension field's value, the MAC's digest, or the malformed rest */
};
/* A MAC is 4 (crypto-NAK), 20 or 24 octets and the last; an extension field states its length, a
 * multiple of 4 and 16 at least. After MALFORMED the trailer is empty: every walk ends. */
struct ntp_trailer_element ntp_trailer_next(struct span *trailer);

/* POSIX time in nanoseconds, either sign, to a timestamp and back. Back needs a pivot: the result
 * is the one within 68 years of `near_unix_ns` (RFC 5905 section 6, eras). Both ways round to the
 * nearest, so that they are inverse to the nanosecond. A result outside of what 64 bits of
 * nanoseconds hold (1677 to 2262) is the nearest that they do. */
ntp_timestamp ntp_from_unix_ns(int64_t unix_ns);
int64_t ntp_to_unix_ns(ntp_timestamp timestamp, int64_t near_unix_ns);
/* a - b in units of 2^-32 s, in two's complement: right while they are within 68 years. */
int64_t ntp_difference(ntp_timestamp a, ntp_timestamp b);

#endif
