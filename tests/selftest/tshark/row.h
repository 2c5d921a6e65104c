/* One packet as a row of fields, in the words and the notation of `tshark -T fields`. */
#ifndef SOCKPROOF_TESTS_TSHARK_ROW_H
#define SOCKPROOF_TESTS_TSHARK_ROW_H

#include "base/text.h"

enum column {
  FRAME_TIME,
  FRAME_LEN,
  FRAME_CAPTURED,
  ETH_TYPE,
  IP_VERSION,
  IP_HEADER_LEN,
  IP_DSFIELD,
  IP_LEN,
  IP_ID,
  IP_DONT_FRAGMENT,
  IP_MORE_FRAGMENTS,
  IP_FRAGMENT_OFFSET,
  IP_TTL,
  IP_PROTO,
  IP_CHECKSUM,
  IP_CHECKSUM_STATUS,
  IP_SOURCE,
  IP_DESTINATION,
  IPV6_CLASS,
  IPV6_FLOW,
  IPV6_PAYLOAD_LEN,
  IPV6_NEXT,
  IPV6_HOP_LIMIT,
  IPV6_SOURCE,
  IPV6_DESTINATION,
  IPV6_FRAGMENT_NEXT,
  IPV6_FRAGMENT_OFFSET,
  IPV6_FRAGMENT_MORE,
  IPV6_FRAGMENT_ID,
  ICMP_TYPE,
  ICMP_CODE,
  ICMP_CHECKSUM,
  ICMP_CHECKSUM_STATUS,
  ICMPV6_TYPE,
  ICMPV6_CODE,
  ICMPV6_CHECKSUM,
  ICMPV6_CHECKSUM_STATUS,
  UDP_SOURCE_PORT,
  UDP_DESTINATION_PORT,
  UDP_LEN,
  UDP_CHECKSUM,
  UDP_CHECKSUM_STATUS,
  UDP_PAYLOAD,
  TCP_SOURCE_PORT,
  TCP_DESTINATION_PORT,
  TCP_SEQUENCE,
  TCP_ACKNOWLEDGEMENT,
  TCP_HEADER_LEN,
  TCP_FLAGS,
  TCP_WINDOW,
  TCP_CHECKSUM,
  TCP_CHECKSUM_STATUS,
  TCP_URGENT_POINTER,
  TCP_OPTIONS,
  TCP_LEN,
  TCP_PAYLOAD,
  NTP_LI,
  NTP_VN,
  NTP_MODE_BITS,
  NTP_STRATUM_OCTET,
  NTP_POLL_OCTET,
  NTP_PRECISION_OCTET,
  NTP_ROOT_DELAY_UNITS,
  NTP_ROOT_DISPERSION_UNITS,
  NTP_REFID,
  /* tshark prints these as times, rounded: compared by the raw octets of its PDML. */
  NTP_REFTIME,
  NTP_ORG,
  NTP_REC,
  NTP_XMT,
  NTP_EXTENSION_TYPE,
  NTP_KEY_ID,
  DNS_ID,
  DNS_FLAGS,
  DNS_QUERIES,
  DNS_ANSWERS,
  DNS_AUTHORITIES,
  DNS_ADDITIONALS,
  DNS_QUERY_NAME,
  DNS_QUERY_TYPE,
  DNS_QUERY_CLASS,
  DNS_RECORD_NAME,
  DNS_RECORD_TYPE,
  DNS_RECORD_TTL,
  DNS_RECORD_LEN,
  COLUMN_COUNT
};

/* Its name in tshark, "udp.srcport". */
const char *column_name(enum column column);

struct row {
  struct text cells[COLUMN_COUNT];
};

void row_init(struct row *row);
void row_clear(struct row *row);
void row_free(struct row *row);

/* Adds a value; a second one of the same column (an ICMP error quotes headers) stands behind a
 * comma. */
void row_add(struct row *row, enum column column, const char *format, ...) PRINTF_LIKE(3, 4);
void row_add_hex(struct row *row, enum column column, struct span octets);
/* A value that is not to be compared, because the two tools mean different things by it. */
void row_add_any(struct row *row, enum column column);

#endif
