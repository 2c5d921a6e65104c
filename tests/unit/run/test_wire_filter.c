/* The upkeep of a wire is not captured, and whatever else passes is: by libpcap's own judgement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pcap.h>

#include "proto/link.h"
#include "run/play/wire_filter.h"

enum { PACKET_MAX = 256, HOPS = 0, TCP_HEADER = 20 };

/* Behind an IPv6 header of hop-by-hop: one header of eight octets with the router alert of RFC 2711
 * (or of sixteen octets, padded), then the transport. */
#define ALERT 0x05, 0x02, 0x00, 0x00
#define PADDED 0x01, 0x00
#define PADDED_10 0x01, 0x08, 0, 0, 0, 0, 0, 0, 0, 0

struct row {
  const char *what;
  uint8_t protocol, payload[48];
  bool captured;
};

static const struct row V6[] = {
    {"a report of MLDv2", HOPS, {58, 0, ALERT, PADDED, 143}, false},
    {"a query of MLD", HOPS, {58, 0, ALERT, PADDED, 130}, false},
    {"a report of MLDv1", HOPS, {58, 0, ALERT, PADDED, 131}, false},
    {"a done of MLDv1", HOPS, {58, 0, ALERT, PADDED, 132}, false},
    {"a report of MLDv2 behind sixteen octets", HOPS, {58, 1, ALERT, PADDED_10, 143}, false},
    {"UDP behind hop-by-hop", HOPS, {17, 0, ALERT, PADDED, 0x9c, 0x41, 0, 7, 0, 8}, true},
    {"UDP from a port that begins as a report", HOPS, {17, 0, ALERT, PADDED, 143, 1, 0, 7}, true},
    {"an echo request behind hop-by-hop", HOPS, {58, 0, ALERT, PADDED, 128}, true},
    {"one whose padding looks as a report",
     HOPS,
     {58, 1, ALERT, 0x01, 0x08, 143, [16] = 128},
     true},
    {"an error behind hop-by-hop", HOPS, {58, 0, ALERT, PADDED, 1, 4}, true},
    {"TCP behind hop-by-hop", HOPS, {6, 0, ALERT, PADDED, 0x9c, 0x41, 0, 7}, true},
    {"a neighbour's solicitation", IP_PROTO_ICMPV6, {135}, false},
    {"a redirect", IP_PROTO_ICMPV6, {137}, false},
    {"an unreachable port", IP_PROTO_ICMPV6, {1, 4}, true},
    {"an echo request", IP_PROTO_ICMPV6, {128}, true},
    {"UDP", IP_PROTO_UDP, {0x9c, 0x41, 0, 7, 0, 8}, true},
};

static const struct row V4[] = {
    {"IGMP", 2, {0x16}, false},
    {"UDP", IP_PROTO_UDP, {0x9c, 0x41, 0, 7, 0, 8}, true},
    {"ICMP", IP_PROTO_ICMP, {3, 3}, true},
};

static struct ip_address address(const char *text) {
  struct ip_address parsed = {0};
  assert_true(ip_address_parse(text, &parsed));
  return parsed;
}

/* What a capture of all interfaces has before the packet; and what one of the Ethernet has. */
static void link_header(struct writer *writer, int datalink, uint16_t ethertype) {
  static const uint8_t COOKED[] = {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
  if (datalink == DLT_EN10MB) {
    link_encode_ethernet(writer, ethertype);
  } else {
    writer_span(writer, span_of(COOKED, sizeof COOKED));
    writer_u16(writer, ethertype);
  }
}

static bool passes(int datalink, uint16_t line_port, struct span packet) {
  struct text filter = TEXT_INIT(1024);
  struct bpf_program program;
  wire_filter(line_port, &filter);
  pcap_t *nowhere = pcap_open_dead(datalink, 65535);
  assert_non_null(nowhere);
  if (pcap_compile(nowhere, &program, text_chars(&filter), 1, PCAP_NETMASK_UNKNOWN) != 0)
    fail_msg("%s: %s", text_chars(&filter), pcap_geterr(nowhere));
  const struct pcap_pkthdr header = {.caplen = (bpf_u_int32)packet.len,
                                     .len = (bpf_u_int32)packet.len};
  const bool captured = pcap_offline_filter(&program, &header, packet.bytes) != 0;
  pcap_freecode(&program);
  pcap_close(nowhere);
  text_free(&filter);
  return captured;
}

static bool ip_passes(int datalink, uint16_t line_port, enum ip_family version, uint8_t protocol,
                      struct span payload) {
  uint8_t octets[PACKET_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  const bool six = version == IP_V6;
  const struct ip_header ip = {.version = version,
                               .source = address(six ? "fd00:51::2" : "203.0.113.2"),
                               .destination = address(six ? "fd00:51::1" : "203.0.113.1"),
                               .hop_limit = 1,
                               .protocol = protocol};
  link_header(&writer, datalink, six ? LINK_ETHERTYPE_IPV6 : LINK_ETHERTYPE_IPV4);
  ip_encode(&writer, &ip, payload.len);
  writer_span(&writer, payload);
  assert_false(writer.failed);
  return passes(datalink, line_port, writer_written(&writer));
}

static void check_rows(int datalink, enum ip_family version, const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct span payload = span_of(rows[i].payload, sizeof rows[i].payload);
    if (ip_passes(datalink, 0, version, rows[i].protocol, payload) != rows[i].captured)
      fail_msg("%s %s captured, of link type %d", rows[i].what, rows[i].captured ? "is not" : "is",
               datalink);
  }
}

static void test_upkeep_alone_is_left_out(void **state) {
  (void)state;
  static const int DATALINKS[] = {DLT_EN10MB, DLT_LINUX_SLL};
  for (size_t i = 0; i < sizeof DATALINKS / sizeof DATALINKS[0]; i++) {
    check_rows(DATALINKS[i], IP_V6, V6, sizeof V6 / sizeof V6[0]);
    check_rows(DATALINKS[i], IP_V4, V4, sizeof V4 / sizeof V4[0]);
    uint8_t octets[PACKET_MAX];
    struct writer writer = writer_over(octets, sizeof octets);
    link_header(&writer, DATALINKS[i], LINK_ETHERTYPE_ARP);
    writer_span(&writer, span_of(V4[1].payload, sizeof V4[1].payload));
    assert_false(passes(DATALINKS[i], 0, writer_written(&writer)));
  }
}

static void test_the_line_is_left_out(void **state) {
  (void)state;
  static const struct {
    uint16_t line_port;
    uint8_t to; /* the port, below 256 */
    bool captured;
  } rows[] = {{0, 22, true}, {22, 22, false}, {22, 23, true}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const uint8_t tcp[TCP_HEADER] = {0x9c, 0x41, 0, rows[i].to, [12] = 0x50, 0x02};
    assert_int_equal(
        ip_passes(DLT_LINUX_SLL, rows[i].line_port, IP_V4, IP_PROTO_TCP, span_of(tcp, sizeof tcp)),
        rows[i].captured);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_upkeep_alone_is_left_out),
      cmocka_unit_test(test_the_line_is_left_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
