/* Connections, well and badly behaved (RFC 9293). */
#include "scene.h"

#include <string.h>

enum { ECHO_PORT = 7, CLOSED_PORT = 9 };

static const struct span NOTHING = {NULL, 0};

static void greet(struct scene *scene, struct connection *connection) {
  connection_open(connection);
  scene_say_text(scene, connection, 0, "hello\r\n");
  scene_say_text(scene, connection, 1, "well, hello\r\n");
}

static void exchange_of(struct scene *scene, enum ip_family family) {
  struct connection connection = scene_connection(scene, family, ECHO_PORT);
  greet(scene, &connection);
  connection_close(&connection, 0);
}

static void exchange(struct scene *scene) {
  exchange_of(scene, IP_V4);
}

static void exchange_v6(struct scene *scene) {
  exchange_of(scene, IP_V6);
}

/* As Linux's loopback leaves them. */
static void partial_checksums(struct scene *scene) {
  scene->packets.partial_checksums = true;
  exchange_of(scene, IP_V4);
  exchange_of(scene, IP_V6);
}

/* No operation twice, timestamps (RFC 7323). */
static void with_options(struct scene *scene) {
  static uint8_t options[12] = {1, 1, 8, 10};
  for (size_t i = 4; i < sizeof options; i++) {
    options[i] = (uint8_t)scene_number(scene, (uint32_t)i);
  }
  scene->packets.tcp_options = span_of(options, sizeof options);
  exchange_of(scene, IP_V4);
}

static void reset(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  greet(scene, &connection);
  connection_rst(&connection, 1);
}

/* A side that closes with octets unread resets, though the other side had closed in order. */
static void reset_behind_fin(struct scene *scene) {
  scene->packets.partial_checksums = true;
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  greet(scene, &connection);
  connection_fin(&connection, 1);
  connection_receive(&connection, 0, false);
  connection_rst(&connection, 0);
}

static void refused(struct scene *scene) {
  for (int time = 0; time < 2; time++) {
    enum ip_family family = time == 0 ? IP_V4 : IP_V6;
    struct connection connection = scene_connection(scene, family, CLOSED_PORT);
    connection_segment(&connection, 0, connection.sequence[0], 0, TCP_SYN, NOTHING);
    connection_segment(&connection, 1, 0, connection.sequence[0] + 1, TCP_RST | TCP_ACK, NOTHING);
  }
}

static void half_close(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection_open(&connection);
  scene_say_text(scene, &connection, 0, "all that there is");
  connection_fin(&connection, 0);
  connection_receive(&connection, 1, true);
  scene_say_text(scene, &connection, 1, "thank you");
  connection_fin(&connection, 1);
  connection_receive(&connection, 0, true);
}

static void retransmission(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection_segment(&connection, 0, connection.sequence[0], 0, TCP_SYN, NOTHING);
  connection_open(&connection);
  uint32_t first = connection.sequence[0];
  connection_send(&connection, 0, "said ");
  connection_send(&connection, 0, "twice");
  connection_segment(&connection, 0, first, connection.received[0], TCP_ACK | TCP_PSH,
                     span_of_text("said twice"));
  connection_receive(&connection, 1, true);
  scene_say_text(scene, &connection, 1, "yes, yes");
  connection_close(&connection, 1);
}

/* The second segment begins with octets of the first. */
static void overlap(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection_open(&connection);
  uint32_t first = connection.sequence[0];
  connection_send(&connection, 0, "one two");
  connection_segment(&connection, 0, first + (uint32_t)strlen("one "), connection.received[0],
                     TCP_ACK | TCP_PSH, span_of_text("two three"));
  connection.sequence[0] = first + (uint32_t)strlen("one two three");
  connection_receive(&connection, 1, true);
  scene_say_text(scene, &connection, 1, "four");
  connection_close(&connection, 0);
}

static void out_of_order(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection_open(&connection);
  uint32_t first = connection.sequence[0];
  uint32_t second = first + (uint32_t)strlen("first ");
  uint32_t third = second + (uint32_t)strlen("second ");
  uint32_t seen = connection.received[0];
  connection_segment(&connection, 0, third, seen, TCP_ACK, span_of_text("third"));
  connection_receive(&connection, 1, true);
  connection_segment(&connection, 0, first, seen, TCP_ACK, span_of_text("first "));
  connection_segment(&connection, 0, second, seen, TCP_ACK | TCP_PSH, span_of_text("second "));
  connection.sequence[0] = third + (uint32_t)strlen("third");
  connection_receive(&connection, 1, true);
  scene_say_text(scene, &connection, 1, "in order");
  connection_close(&connection, 0);
}

/* RFC 9293 section 3.8.4: a number that was acknowledged, with an octet of rubbish or without. */
static void keep_alive(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  greet(scene, &connection);
  for (size_t len = 0; len < 2; len++) {
    connection_segment(&connection, 0, connection.sequence[0] - 1, connection.received[0], TCP_ACK,
                       span_of("\0", len));
    connection_receive(&connection, 1, true);
  }
  scene_say_text(scene, &connection, 0, "still there?");
  connection_close(&connection, 1);
}

static void simultaneous_close(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  greet(scene, &connection);
  connection_fin(&connection, 0);
  connection_fin(&connection, 1);
  connection_receive(&connection, 1, true);
  connection_receive(&connection, 0, true);
}

static void sequence_wrap(struct scene *scene) {
  struct connection connection = scene_connection(scene, IP_V4, ECHO_PORT);
  connection.sequence[0] = connection.received[1] = UINT32_MAX - 3;
  connection.sequence[1] = connection.received[0] = UINT32_MAX;
  greet(scene, &connection);
  connection_close(&connection, 0);
}

static void port_reuse(struct scene *scene) {
  struct connection first = scene_connection(scene, IP_V4, ECHO_PORT);
  greet(scene, &first);
  connection_close(&first, 0);
  struct connection second =
      connection_between(&scene->packets, first.ends[0], first.ends[1], scene_number(scene, 1001),
                         scene_number(scene, 1002));
  connection_open(&second);
  scene_say_text(scene, &second, 0, "me again");
  connection_close(&second, 1);
}

/* Longer than what is told as text. */
static void long_message(struct scene *scene) {
  uint8_t said[700];
  for (size_t i = 0; i < sizeof said; i++) {
    said[i] = (uint8_t)(i * 7 + i / 251);
  }
  struct connection connection = scene_connection(scene, IP_V6, ECHO_PORT);
  connection_open(&connection);
  scene_say(scene, &connection, 0, span_of(said, sizeof said));
  scene_say_text(scene, &connection, 1, "received");
  connection_close(&connection, 0);
}

static void side_by_side(struct scene *scene) {
  struct connection one = scene_connection(scene, IP_V4, ECHO_PORT);
  struct connection other = scene_connection(scene, IP_V6, ECHO_PORT);
  connection_open(&one);
  connection_open(&other);
  scene_say_text(scene, &one, 0, "here");
  scene_say_text(scene, &other, 0, "there");
  scene_say_text(scene, &one, 1, "and back");
  connection_rst(&other, 0);
  connection_close(&one, 1);
}

const struct play TCP_PLAYS[] = {
    {"tcp-exchange", exchange},
    {"tcp-exchange-ipv6", exchange_v6},
    {"tcp-partial-checksums", partial_checksums},
    {"tcp-options", with_options},
    {"tcp-reset", reset},
    {"tcp-reset-behind-fin", reset_behind_fin},
    {"tcp-refused", refused},
    {"tcp-half-close", half_close},
    {"tcp-retransmission", retransmission},
    {"tcp-overlap", overlap},
    {"tcp-out-of-order", out_of_order},
    {"tcp-keep-alive", keep_alive},
    {"tcp-simultaneous-close", simultaneous_close},
    {"tcp-sequence-wrap", sequence_wrap},
    {"tcp-port-reuse", port_reuse},
    {"tcp-long-message", long_message},
    {"tcp-side-by-side", side_by_side},
};
const size_t TCP_PLAY_COUNT = sizeof TCP_PLAYS / sizeof TCP_PLAYS[0];
