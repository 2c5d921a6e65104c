/* UDP (RFC 768), IP fragments (RFC 791, RFC 8200) and ICMP (RFC 792, RFC 4443). */
#include "scene.h"

#include "proto/icmp.h"
#include "proto/udp.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ECHO_PORT = 7, CLOSED_PORT = 9, BUFFER_LEN = 1024, FRAGMENT_MTU = 256, LONG_LEN = 500 };

static void exchange_of(struct scene *scene, enum ip_family family) {
  struct endpoint client = scene_client(scene, family);
  struct endpoint server = scene_server(scene, family, ECHO_PORT);
  packets_text(&scene->packets, client, server, "ask");
  packets_text(&scene->packets, server, client, "answer");
  packets_text(&scene->packets, client, server, "ask again, at odd length.");
}

static void exchange(struct scene *scene) {
  exchange_of(scene, IP_V4);
}

static void exchange_v6(struct scene *scene) {
  exchange_of(scene, IP_V6);
}

static void partial_checksums(struct scene *scene) {
  scene->packets.partial_checksums = true;
  exchange_of(scene, IP_V4);
  exchange_of(scene, IP_V6);
}

static void empty(struct scene *scene) {
  for (int time = 0; time < 2; time++) {
    enum ip_family family = time == 0 ? IP_V4 : IP_V6;
    struct endpoint client = scene_client(scene, family);
    struct endpoint server = scene_server(scene, family, ECHO_PORT);
    packets_text(&scene->packets, client, server, "");
    packets_text(&scene->packets, server, client, "");
  }
}

static void fragments(struct scene *scene) {
  uint8_t said[LONG_LEN];
  for (size_t i = 0; i < sizeof said; i++) {
    said[i] = (uint8_t)(i * 11 + i / 250);
  }
  for (int time = 0; time < 2; time++) {
    enum ip_family family = time == 0 ? IP_V4 : IP_V6;
    struct endpoint client = scene_client(scene, family);
    struct endpoint server = scene_server(scene, family, ECHO_PORT);
    packets_udp_fragments(&scene->packets, client, server, span_of(said, sizeof said),
                          FRAGMENT_MTU);
    packets_text(&scene->packets, server, client, "all three arrived");
  }
}

/* All ones or zero: the sender made none (RFC 768). */
static void no_checksum(struct scene *scene) {
  struct endpoint client = scene_client(scene, IP_V4);
  struct endpoint server = scene_server(scene, IP_V4, ECHO_PORT);
  struct ip_header ip = {.version = IP_V4,
                         .source = client.address,
                         .destination = server.address,
                         .protocol = IP_PROTO_UDP};
  uint8_t octets[BUFFER_LEN];
  struct writer writer = writer_over(octets, sizeof octets);
  udp_encode(&writer, &ip, client.port, server.port, span_of_text("unsummed"));
  writer_patch_u16(&writer, UDP_CHECKSUM_OFFSET, 0);
  packets_ip(&scene->packets, &ip, writer_written(&writer), 0);
}

static void port_unreachable(struct scene *scene) {
  for (int time = 0; time < 2; time++) {
    enum ip_family family = time == 0 ? IP_V4 : IP_V6;
    struct endpoint client = scene_client(scene, family);
    struct endpoint server = scene_server(scene, family, CLOSED_PORT);
    struct span said = span_of_text("anybody?");
    packets_udp(&scene->packets, client, server, said);
    packets_port_unreachable(&scene->packets, client, server, said);
  }
}

/* A router's word about a connection that is being opened: time exceeded. */
static void time_exceeded(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection_segment(&connection, 0, connection.sequence[0], 0, TCP_SYN, (struct span){NULL, 0});
  struct trace *trace = scene->packets.trace;
  struct span syn = trace_packet(trace, trace_count(trace) - 1)->bytes;
  enum { ETHERNET_LEN = 14, V4_HEADER_LEN = 20, QUOTED_LEN = V4_HEADER_LEN + 8 };
  struct ip_header ip = {.version = IP_V4,
                         .source = at("198.51.100.1", 0).address,
                         .destination = connection.ends[0].address,
                         .protocol = IP_PROTO_ICMP};
  uint8_t octets[BUFFER_LEN];
  struct writer writer = writer_over(octets, sizeof octets);
  icmp_encode_error(&writer, &ip, 11, 0, 0, span_part(syn, ETHERNET_LEN, QUOTED_LEN));
  packets_ip(&scene->packets, &ip, writer_written(&writer), 0);
}

/* An echo request and its reply: no errors, so their octets are told. */
static void echo(struct scene *scene) {
  for (int reply = 0; reply < 2; reply++) {
    struct ip_header ip = {.version = IP_V4,
                           .source = at(reply ? "192.0.2.2" : "192.0.2.1", 0).address,
                           .destination = at(reply ? "192.0.2.1" : "192.0.2.2", 0).address,
                           .protocol = IP_PROTO_ICMP};
    uint8_t octets[BUFFER_LEN];
    struct writer writer = writer_over(octets, sizeof octets);
    icmp_encode_error(&writer, &ip, reply ? 0 : 8, 0, 0x00010001, span_of_text("are you there?"));
    assert_false(writer.failed);
    packets_ip(&scene->packets, &ip, writer_written(&writer), 0);
  }
}

const struct play DATAGRAM_PLAYS[] = {
    {"udp-exchange", exchange},
    {"udp-exchange-ipv6", exchange_v6},
    {"udp-partial-checksums", partial_checksums},
    {"udp-empty", empty},
    {"udp-fragments", fragments},
    {"udp-no-checksum", no_checksum},
    {"icmp-port-unreachable", port_unreachable},
    {"icmp-time-exceeded", time_exceeded},
    {"icmp-echo", echo},
};
const size_t DATAGRAM_PLAY_COUNT = sizeof DATAGRAM_PLAYS / sizeof DATAGRAM_PLAYS[0];
