#include "run/play/byte_log.h"

#include "proto/link.h"
#include "proto/tcp.h"
#include "proto/udp.h"
#include "wire/writer.h"

#include <stdlib.h>
#include <string.h>

enum {
  CONNECTIONS_MAX = 64,
  SEGMENT_MAX =
      1460, /* what Ethernet carries, so that the made-up packets look as captured ones do */
  HEADERS_MAX = 128,
  FIRST_SEQUENCE = 1000,
  HOP_LIMIT = 64,
  WINDOW = 65535,
};

/* One TCP connection as the fixture sees it; `next` counts each side's sequence numbers. */
struct logged_connection {
  bool used;
  struct endpoint local, remote;
  uint32_t next_local, next_remote;
};

struct byte_log {
  struct trace *trace;
  struct clock clock;
  struct logged_connection connections[CONNECTIONS_MAX];
  struct err failure;
  uint8_t packet[HEADERS_MAX + UDP_PAYLOAD_MAX];
};

static void note_failure(struct byte_log *log, const struct err *err) {
  if (log->failure.code == ERR_OK) log->failure = *err;
}

static struct ip_header ip_between(const struct endpoint *from, const struct endpoint *to,
                                   uint8_t protocol) {
  return (struct ip_header){.version = from->address.family,
                            .source = from->address,
                            .destination = to->address,
                            .hop_limit = HOP_LIMIT,
                            .protocol = protocol,
                            .dont_fragment = true};
}

static void add_packet(struct byte_log *log, const struct writer *writer) {
  struct err err = {0};
  if (writer->failed) {
    (void)err_set(&err, ERR_LIMIT, "a fixture's message does not fit a packet of the log");
    note_failure(log, &err);
    return;
  }
  struct span bytes = writer_written(writer);
  struct packet packet = {
      .time_ns = clock_now_ns(&log->clock), .wire_len = (uint32_t)bytes.len, .bytes = bytes};
  if (trace_add(log->trace, &packet, &err) != ERR_OK) note_failure(log, &err);
}

static struct writer begin_packet(struct byte_log *log, const struct ip_header *ip,
                                  size_t payload_len) {
  struct writer writer = writer_over(log->packet, sizeof log->packet);
  link_encode_ethernet(&writer, ip->version == IP_V6 ? LINK_ETHERTYPE_IPV6 : LINK_ETHERTYPE_IPV4);
  ip_encode(&writer, ip, payload_len);
  return writer;
}

static void on_datagram(void *context, const struct endpoint *local, const struct endpoint *remote,
                        bool sent, struct span payload) {
  struct byte_log *log = context;
  const struct endpoint *from = sent ? local : remote;
  const struct endpoint *to = sent ? remote : local;
  struct ip_header ip = ip_between(from, to, IP_PROTO_UDP);
  struct writer writer = begin_packet(log, &ip, UDP_HEADER_LEN + payload.len);
  udp_encode(&writer, &ip, from->port, to->port, payload);
  add_packet(log, &writer);
}

/* --- TCP -------------------------------------------------------------------------------------- */

static struct logged_connection *find(struct byte_log *log, const struct endpoint *local,
                                      const struct endpoint *remote) {
  for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
    struct logged_connection *connection = &log->connections[i];
    if (connection->used && endpoint_equal(&connection->local, local) &&
        endpoint_equal(&connection->remote, remote)) {
      return connection;
    }
  }
  return NULL;
}

static struct logged_connection *find_or_fail(struct byte_log *log, const struct endpoint *local,
                                              const struct endpoint *remote) {
  struct logged_connection *connection = find(log, local, remote);
  if (connection == NULL) {
    struct err err;
    (void)err_set(&err, ERR_SYSTEM, "a fixture noted bytes of a connection that it had not opened");
    note_failure(log, &err);
  }
  return connection;
}

/* One segment from one side; the sequence number that it uses up is the caller's to count. */
static void add_segment(struct byte_log *log, const struct logged_connection *connection,
                        bool from_local, uint8_t flags, struct span payload) {
  const struct endpoint *from = from_local ? &connection->local : &connection->remote;
  const struct endpoint *to = from_local ? &connection->remote : &connection->local;
  struct ip_header ip = ip_between(from, to, IP_PROTO_TCP);
  struct tcp_header tcp = {
      .source_port = from->port,
      .destination_port = to->port,
      .sequence = from_local ? connection->next_local : connection->next_remote,
      .acknowledgement = from_local ? connection->next_remote : connection->next_local,
      .flags = flags,
      .window = WINDOW};
  if ((flags & TCP_ACK) == 0) tcp.acknowledgement = 0;
  struct writer writer = begin_packet(log, &ip, TCP_HEADER_LEN_MIN + payload.len);
  tcp_encode(&writer, &ip, &tcp, payload);
  add_packet(log, &writer);
}

static void use_up(struct logged_connection *connection, bool from_local, size_t count) {
  uint32_t *next = from_local ? &connection->next_local : &connection->next_remote;
  *next += (uint32_t)count;
}

static void on_opened(void *context, const struct endpoint *local, const struct endpoint *remote,
                      bool by_remote) {
  struct byte_log *log = context;
  struct logged_connection *connection = find(log, local, remote); /* a port pair used again */
  for (size_t i = 0; connection == NULL && i < CONNECTIONS_MAX; i++) {
    if (!log->connections[i].used) connection = &log->connections[i];
  }
  if (connection == NULL) {
    struct err err;
    (void)err_set(&err, ERR_LIMIT, "more than %d connections in one case", CONNECTIONS_MAX);
    note_failure(log, &err);
    return;
  }
  *connection = (struct logged_connection){.used = true,
                                           .local = *local,
                                           .remote = *remote,
                                           .next_local = FIRST_SEQUENCE,
                                           .next_remote = FIRST_SEQUENCE};
  struct span none = {0};
  add_segment(log, connection, !by_remote, TCP_SYN, none);
  use_up(connection, !by_remote, 1);
  add_segment(log, connection, by_remote, TCP_SYN | TCP_ACK, none);
  use_up(connection, by_remote, 1);
  add_segment(log, connection, !by_remote, TCP_ACK, none);
}

static void on_data(void *context, const struct endpoint *local, const struct endpoint *remote,
                    bool sent, struct span bytes) {
  struct byte_log *log = context;
  struct logged_connection *connection = find_or_fail(log, local, remote);
  while (connection != NULL && bytes.len > 0) {
    struct span part = span_part(bytes, 0, SEGMENT_MAX);
    add_segment(log, connection, sent, TCP_ACK | TCP_PSH, part);
    use_up(connection, sent, part.len);
    bytes = span_part(bytes, part.len, bytes.len);
  }
}

static void on_ended(void *context, const struct endpoint *local, const struct endpoint *remote,
                     bool by_remote, bool reset) {
  struct byte_log *log = context;
  struct logged_connection *connection = find_or_fail(log, local, remote);
  if (connection == NULL) return;
  uint8_t flag = reset ? TCP_RST : TCP_FIN;
  add_segment(log, connection, !by_remote, (uint8_t)(flag | TCP_ACK), (struct span){0});
  use_up(connection, !by_remote, 1);
}

/* --- the log ---------------------------------------------------------------------------------- */

struct byte_log *byte_log_create(struct trace *trace, struct clock clock) {
  struct byte_log *log = calloc(1, sizeof *log);
  if (log == NULL) return NULL;
  log->trace = trace;
  log->clock = clock;
  return log;
}

void byte_log_destroy(struct byte_log *log) {
  free(log);
}

struct fixture_log byte_log_hooks(struct byte_log *log) {
  return (struct fixture_log){.datagram = on_datagram,
                              .tcp_opened = on_opened,
                              .tcp_data = on_data,
                              .tcp_ended = on_ended,
                              .context = log};
}

enum err_code byte_log_failure(const struct byte_log *log, struct err *err) {
  if (log->failure.code != ERR_OK && err != NULL) *err = log->failure;
  return log->failure.code;
}
