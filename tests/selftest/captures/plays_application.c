/* What is spoken over UDP and TCP: NTP (RFC 5905), DNS (RFC 1035), the time protocol (RFC 868) and
 * HTTP (RFC 9112). */
#include "scene.h"

#include "proto/dns.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { TIME_PORT = 37, HTTP_PORT = 80, BUFFER_LEN = 1024 };

/* --- NTP -------------------------------------------------------------------------------------- */

static struct ntp_message request_of(const struct scene *scene) {
  return (struct ntp_message){.version = 4,
                              .mode = NTP_MODE_CLIENT,
                              .poll = 6,
                              .transmit = ntp_from_unix_ns(scene->packets.time_ns)};
}

static struct ntp_message reply_to(const struct ntp_message *request, const struct scene *scene) {
  int64_t arrival_ns = scene->packets.time_ns + 1000;
  return (struct ntp_message){.version = request->version,
                              .mode = NTP_MODE_SERVER,
                              .stratum = 2,
                              .poll = request->poll,
                              .precision = 0xec,
                              .root_delay = 0x400,
                              .root_dispersion = 0x500,
                              .reference_id = 0xc6336401,
                              .reference = ntp_from_unix_ns(arrival_ns - INT64_C(16000000000)),
                              .origin = request->transmit,
                              .receive = ntp_from_unix_ns(arrival_ns),
                              .transmit = ntp_from_unix_ns(arrival_ns + 250000)};
}

static void ntp_exchange_with(struct scene *scene, enum ip_family family, struct span trailer) {
  struct endpoint client = scene_client(scene, family);
  struct endpoint server = scene_server(scene, family, NTP_PORT);
  struct ntp_message request = request_of(scene);
  request.trailer = trailer;
  packets_ntp(&scene->packets, client, server, &request);
  struct ntp_message reply = reply_to(&request, scene);
  reply.trailer = trailer;
  packets_ntp(&scene->packets, server, client, &reply);
}

static void ntp_exchange(struct scene *scene) {
  ntp_exchange_with(scene, IP_V4, (struct span){NULL, 0});
  ntp_exchange_with(scene, IP_V6, (struct span){NULL, 0});
}

/* Two extension fields (RFC 7822): a unique identifier and one of no meaning. */
static void ntp_extension_fields(struct scene *scene) {
  uint8_t octets[64];
  struct writer writer = writer_over(octets, sizeof octets);
  writer_u16(&writer, 0x0104);
  writer_u16(&writer, 36);
  writer_span(&writer, span_of_text("unique identifier of 32 octets.."));
  writer_u16(&writer, 0xf323);
  writer_u16(&writer, 28);
  writer_span(&writer, span_of_text("a last one has to be 28."));
  assert_int_equal(writer.len, sizeof octets);
  ntp_exchange_with(scene, IP_V4, writer_written(&writer));
}

static void ntp_mac(struct scene *scene) {
  uint8_t octets[4 + 20];
  struct writer writer = writer_over(octets, sizeof octets);
  writer_u32(&writer, 42);
  writer_span(&writer, span_of_text("digest of 16 o.."));
  ntp_exchange_with(scene, IP_V4, writer_written(&writer)); /* MD5's length */
  writer_span(&writer, span_of_text("...."));
  ntp_exchange_with(scene, IP_V4, writer_written(&writer)); /* SHA-1's */
  static const uint8_t CRYPTO_NAK[4] = {0};
  ntp_exchange_with(scene, IP_V4, span_of(CRYPTO_NAK, sizeof CRYPTO_NAK));
}

/* RFC 5905 section 7.4, as ntpd sends them and with plausible times. */
static void ntp_kiss_codes(struct scene *scene) {
  static const uint32_t CODES[] = {0x44454e59, 0x52535452, 0x52415445}; /* DENY RSTR RATE */
  for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
    struct endpoint client = scene_client(scene, IP_V4);
    struct endpoint server = scene_server(scene, IP_V4, NTP_PORT);
    struct ntp_message request = request_of(scene);
    packets_ntp(&scene->packets, client, server, &request);
    struct ntp_message kiss = reply_to(&request, scene);
    kiss.stratum = 0;
    kiss.reference_id = CODES[i];
    if (i > 0) {
      kiss.leap = 3;
      kiss.reference = 0;
      kiss.receive = kiss.transmit = kiss.origin;
    }
    packets_ntp(&scene->packets, server, client, &kiss);
  }
}

/* --- DNS -------------------------------------------------------------------------------------- */

static void write_name(struct writer *writer, const char *text) {
  struct dns_name name;
  assert_true(dns_name_of_text(text, &name));
  dns_write_name(writer, &name);
}

/* What stands behind a record's name. */
static void write_record(struct writer *writer, enum dns_type type, struct span rdata) {
  writer_u16(writer, (uint16_t)type);
  writer_u16(writer, DNS_CLASS_IN);
  writer_u32(writer, 300);
  writer_u16(writer, (uint16_t)rdata.len);
  writer_span(writer, rdata);
}

static void write_question(struct writer *writer, const struct dns_header *header,
                           enum dns_type type) {
  dns_write_header(writer, header);
  write_name(writer, "www.example.test");
  writer_u16(writer, (uint16_t)type);
  writer_u16(writer, DNS_CLASS_IN);
}

/* A query with EDNS (RFC 6891): a record of type OPT at the root, whose class is a size. */
static void write_query(struct writer *writer, uint16_t id, enum dns_type type) {
  struct dns_header header = {.id = id, .flags = DNS_RD, .counts = {1, 0, 0, 1}};
  write_question(writer, &header, type);
  writer_u8(writer, 0);
  writer_u16(writer, DNS_TYPE_OPT);
  writer_u16(writer, 1232);
  writer_u32(writer, 0);
  writer_u16(writer, 0);
}

/* An alias, and the address of what it stands for. */
static void write_reply(struct writer *writer, uint16_t id, enum dns_type type) {
  static const uint8_t ADDRESS[] = {192, 0, 2, 3};
  static const uint8_t ADDRESS6[16] = {0x20, 1, 0xd, 0xb8, [15] = 3};
  struct dns_header header = {
      .id = id, .flags = DNS_QR | DNS_AA | DNS_RD | DNS_RA, .counts = {1, 2, 0, 0}};
  size_t start = writer->len;
  write_question(writer, &header, type);
  dns_write_pointer(writer, DNS_HEADER_LEN);
  static const uint8_t ALIAS[] = {4, 'h', 'o', 's', 't', 0xc0, DNS_HEADER_LEN + 4};
  write_record(writer, DNS_TYPE_CNAME, span_of(ALIAS, sizeof ALIAS));
  dns_write_pointer(writer, writer->len - start - sizeof ALIAS);
  write_record(
      writer, type,
      type == DNS_TYPE_A ? span_of(ADDRESS, sizeof ADDRESS) : span_of(ADDRESS6, sizeof ADDRESS6));
}

static void dns_udp(struct scene *scene) {
  for (int time = 0; time < 2; time++) {
    enum dns_type type = time == 0 ? DNS_TYPE_A : DNS_TYPE_AAAA;
    struct endpoint client = scene_client(scene, time == 0 ? IP_V4 : IP_V6);
    struct endpoint server = scene_server(scene, time == 0 ? IP_V4 : IP_V6, DNS_PORT);
    uint16_t id = (uint16_t)scene_number(scene, client.port);
    uint8_t octets[BUFFER_LEN];
    struct writer writer = writer_over(octets, sizeof octets);
    write_query(&writer, id, type);
    packets_udp(&scene->packets, client, server, writer_written(&writer));
    writer = writer_over(octets, sizeof octets);
    write_reply(&writer, id, type);
    packets_udp(&scene->packets, server, client, writer_written(&writer));
  }
}

static void dns_no_such_name(struct scene *scene) {
  struct endpoint client = scene_client(scene, IP_V4);
  struct endpoint server = scene_server(scene, IP_V4, DNS_PORT);
  uint16_t id = (uint16_t)scene_number(scene, client.port);
  for (int reply = 0; reply < 2; reply++) {
    uint8_t octets[BUFFER_LEN];
    struct writer writer = writer_over(octets, sizeof octets);
    uint16_t flags = reply ? DNS_QR | DNS_RD | DNS_RA | DNS_RCODE_NXDOMAIN : DNS_RD;
    struct dns_header header = {.id = id, .flags = flags, .counts = {1}};
    write_question(&writer, &header, DNS_TYPE_A);
    packets_udp(&scene->packets, reply ? server : client, reply ? client : server,
                writer_written(&writer));
  }
}

static void say_dns(struct scene *scene, struct connection *connection, size_t from,
                    void (*write)(struct writer *, uint16_t, enum dns_type), uint16_t id) {
  uint8_t octets[BUFFER_LEN];
  struct writer writer = writer_over(octets, sizeof octets);
  writer_u16(&writer, 0);
  struct writer message = writer_over(octets + DNS_TCP_LENGTH_LEN, sizeof octets - 2);
  write(&message, id, DNS_TYPE_AAAA);
  writer_patch_u16(&writer, 0, (uint16_t)message.len);
  scene_say(scene, connection, from, span_of(octets, DNS_TCP_LENGTH_LEN + message.len));
}

static void dns_tcp(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, DNS_PORT);
  uint16_t id = (uint16_t)scene_number(scene, 53);
  connection_open(&connection);
  say_dns(scene, &connection, 0, write_query, id);
  say_dns(scene, &connection, 1, write_reply, id);
  connection_close(&connection, 0);
}

/* --- the time protocol, HTTP ------------------------------------------------------------------ */

static const uint8_t TIME_1980[] = {0x96, 0x7b, 0xd2, 0x80};

static void time_udp(struct scene *scene) {
  struct endpoint client = scene_client(scene, IP_V4);
  struct endpoint server = scene_server(scene, IP_V4, TIME_PORT);
  packets_text(&scene->packets, client, server, "");
  packets_udp(&scene->packets, server, client, span_of(TIME_1980, sizeof TIME_1980));
}

static void time_tcp(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V6, TIME_PORT);
  connection_open(&connection);
  scene_say(scene, &connection, 1, span_of(TIME_1980, sizeof TIME_1980));
  connection_close(&connection, 1);
}

static void http_exchange(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, HTTP_PORT);
  connection_open(&connection);
  scene_say_text(scene, &connection, 0, "GET / HTTP/1.1\r\nHost: example.test\r\n\r\n");
  scene_say_text(scene, &connection, 1,
                 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n");
  scene_say_text(scene, &connection, 0, "GET /chunks HTTP/1.1\r\nHost: example.test\r\n\r\n");
  scene_say_text(scene, &connection, 1,
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "5\r\nfirst\r\n4\r\nlast\r\n0\r\n\r\n");
  connection_close(&connection, 1);
}

const struct play APPLICATION_PLAYS[] = {
    {"ntp-exchange", ntp_exchange}, {"ntp-extension-fields", ntp_extension_fields},
    {"ntp-mac", ntp_mac},           {"ntp-kiss-codes", ntp_kiss_codes},
    {"dns-udp", dns_udp},           {"dns-no-such-name", dns_no_such_name},
    {"dns-tcp", dns_tcp},           {"time-udp", time_udp},
    {"time-tcp", time_tcp},         {"http-exchange", http_exchange},
};
const size_t APPLICATION_PLAY_COUNT = sizeof APPLICATION_PLAYS / sizeof APPLICATION_PLAYS[0];
