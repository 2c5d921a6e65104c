#include "row.h"

#include <stdio.h>

enum { CELL_CHARS_MAX = 1024 * 1024, VALUE_CHARS_MAX = 128 };

static const char *const NAMES[COLUMN_COUNT] = {
    [FRAME_TIME] = "frame.time_epoch",
    [FRAME_LEN] = "frame.len",
    [FRAME_CAPTURED] = "frame.cap_len",
    [ETH_TYPE] = "eth.type",
    [IP_VERSION] = "ip.version",
    [IP_HEADER_LEN] = "ip.hdr_len",
    [IP_DSFIELD] = "ip.dsfield",
    [IP_LEN] = "ip.len",
    [IP_ID] = "ip.id",
    [IP_DONT_FRAGMENT] = "ip.flags.df",
    [IP_MORE_FRAGMENTS] = "ip.flags.mf",
    [IP_FRAGMENT_OFFSET] = "ip.frag_offset",
    [IP_TTL] = "ip.ttl",
    [IP_PROTO] = "ip.proto",
    [IP_CHECKSUM] = "ip.checksum",
    [IP_CHECKSUM_STATUS] = "ip.checksum.status",
    [IP_SOURCE] = "ip.src",
    [IP_DESTINATION] = "ip.dst",
    [IPV6_CLASS] = "ipv6.tclass",
    [IPV6_FLOW] = "ipv6.flow",
    [IPV6_PAYLOAD_LEN] = "ipv6.plen",
    [IPV6_NEXT] = "ipv6.nxt",
    [IPV6_HOP_LIMIT] = "ipv6.hlim",
    [IPV6_SOURCE] = "ipv6.src",
    [IPV6_DESTINATION] = "ipv6.dst",
    [IPV6_FRAGMENT_NEXT] = "ipv6.fraghdr.nxt",
    [IPV6_FRAGMENT_OFFSET] = "ipv6.fraghdr.offset",
    [IPV6_FRAGMENT_MORE] = "ipv6.fraghdr.more",
    [IPV6_FRAGMENT_ID] = "ipv6.fraghdr.ident",
    [ICMP_TYPE] = "icmp.type",
    [ICMP_CODE] = "icmp.code",
    [ICMP_CHECKSUM] = "icmp.checksum",
    [ICMP_CHECKSUM_STATUS] = "icmp.checksum.status",
    [ICMPV6_TYPE] = "icmpv6.type",
    [ICMPV6_CODE] = "icmpv6.code",
    [ICMPV6_CHECKSUM] = "icmpv6.checksum",
    [ICMPV6_CHECKSUM_STATUS] = "icmpv6.checksum.status",
    [UDP_SOURCE_PORT] = "udp.srcport",
    [UDP_DESTINATION_PORT] = "udp.dstport",
    [UDP_LEN] = "udp.length",
    [UDP_CHECKSUM] = "udp.checksum",
    [UDP_CHECKSUM_STATUS] = "udp.checksum.status",
    [UDP_PAYLOAD] = "udp.payload",
    [TCP_SOURCE_PORT] = "tcp.srcport",
    [TCP_DESTINATION_PORT] = "tcp.dstport",
    [TCP_SEQUENCE] = "tcp.seq_raw",
    [TCP_ACKNOWLEDGEMENT] = "tcp.ack_raw",
    [TCP_HEADER_LEN] = "tcp.hdr_len",
    [TCP_FLAGS] = "tcp.flags",
    [TCP_WINDOW] = "tcp.window_size_value",
    [TCP_CHECKSUM] = "tcp.checksum",
    [TCP_CHECKSUM_STATUS] = "tcp.checksum.status",
    [TCP_URGENT_POINTER] = "tcp.urgent_pointer",
    [TCP_OPTIONS] = "tcp.options",
    [TCP_LEN] = "tcp.len",
    [TCP_PAYLOAD] = "tcp.payload",
    [NTP_LI] = "ntp.flags.li",
    [NTP_VN] = "ntp.flags.vn",
    [NTP_MODE_BITS] = "ntp.flags.mode",
    [NTP_STRATUM_OCTET] = "ntp.stratum",
    [NTP_POLL_OCTET] = "ntp.ppoll",
    [NTP_PRECISION_OCTET] = "ntp.precision",
    [NTP_ROOT_DELAY_UNITS] = "ntp.rootdelay",
    [NTP_ROOT_DISPERSION_UNITS] = "ntp.rootdispersion",
    [NTP_REFID] = "ntp.refid",
    [NTP_REFTIME] = "ntp.reftime",
    [NTP_ORG] = "ntp.org",
    [NTP_REC] = "ntp.rec",
    [NTP_XMT] = "ntp.xmt",
    [NTP_EXTENSION_TYPE] = "ntp.ext.type",
    [NTP_KEY_ID] = "ntp.keyid",
    [DNS_ID] = "dns.id",
    [DNS_FLAGS] = "dns.flags",
    [DNS_QUERIES] = "dns.count.queries",
    [DNS_ANSWERS] = "dns.count.answers",
    [DNS_AUTHORITIES] = "dns.count.auth_rr",
    [DNS_ADDITIONALS] = "dns.count.add_rr",
    [DNS_QUERY_NAME] = "dns.qry.name",
    [DNS_QUERY_TYPE] = "dns.qry.type",
    [DNS_QUERY_CLASS] = "dns.qry.class",
    [DNS_RECORD_NAME] = "dns.resp.name",
    [DNS_RECORD_TYPE] = "dns.resp.type",
    [DNS_RECORD_TTL] = "dns.resp.ttl",
    [DNS_RECORD_LEN] = "dns.resp.len",
};

const char *column_name(enum column column) {
  return NAMES[column];
}

void row_init(struct row *row) {
  for (int i = 0; i < COLUMN_COUNT; i++) {
    row->cells[i] = TEXT_INIT(CELL_CHARS_MAX);
  }
}

void row_clear(struct row *row) {
  for (int i = 0; i < COLUMN_COUNT; i++) {
    text_clear(&row->cells[i]);
  }
}

void row_free(struct row *row) {
  for (int i = 0; i < COLUMN_COUNT; i++) {
    text_free(&row->cells[i]);
  }
}

static struct text *next_value(struct row *row, enum column column) {
  struct text *cell = &row->cells[column];
  if (cell->len > 0) text_append(cell, ",");
  return cell;
}

void row_add(struct row *row, enum column column, const char *format, ...) {
  char value[VALUE_CHARS_MAX];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  text_append(next_value(row, column), value);
}

void row_add_hex(struct row *row, enum column column, struct span octets) {
  if (octets.len == 0) return; /* tshark has no such field then */
  text_append_hex(next_value(row, column), octets);
}

void row_add_any(struct row *row, enum column column) {
  text_append(next_value(row, column), "*");
}
