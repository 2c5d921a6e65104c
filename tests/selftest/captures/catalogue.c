#include "catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { ECHO_PORT = 7, CLOSED_PORT = 9 };

static void perform_some(struct scene *scene, enum ip_family family) {
  struct connection connection = scene_connection(scene, family, ECHO_PORT);
  connection_open(&connection);
  scene_say_text(scene, &connection, 0, "hello");
  struct endpoint client = scene_client(scene, family);
  struct endpoint server = scene_server(scene, family, NTP_PORT);
  struct ntp_message request = {
      .version = 4, .mode = NTP_MODE_CLIENT, .transmit = ntp_from_unix_ns(scene->packets.time_ns)};
  packets_ntp(&scene->packets, client, server, &request);
  scene_say_text(scene, &connection, 1, "well, hello");
  struct endpoint asker = scene_client(scene, family);
  struct endpoint closed = scene_server(scene, family, CLOSED_PORT);
  packets_text(&scene->packets, asker, closed, "anybody?");
  packets_port_unreachable(&scene->packets, asker, closed, span_of_text("anybody?"));
  connection_close(&connection, 0);
}

static void perform_v4(struct scene *scene) {
  perform_some(scene, IP_V4);
}

static void perform_v6(struct scene *scene) {
  perform_some(scene, IP_V6);
}

static void perform_both(struct scene *scene) {
  perform_some(scene, IP_V4);
  perform_some(scene, IP_V6);
}

const struct play BOTH_PLAY = {"some-of-all", perform_both};
const struct play V4_PLAY = {"some-ipv4", perform_v4};
const struct play V6_PLAY = {"some-ipv6", perform_v6};

const struct play *catalogue_play_for(enum dress dress) {
  if (dress == DRESS_IPV4) return &V4_PLAY;
  return dress == DRESS_IPV6 ? &V6_PLAY : &BOTH_PLAY;
}

static bool visit_plays(capture_visitor visit, void *context, const struct play *plays,
                        size_t count) {
  static const struct luck NO_LUCK = {0};
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    struct scene scene = scene_of(&plays[i], &NO_LUCK);
    struct sample_capture capture = {.head = &scene.head, .trace = scene.packets.trace};
    (void)snprintf(capture.name, sizeof capture.name, "%s.pcap", plays[i].name);
    good = visit(context, &capture) && good;
    packets_destroy(&scene.packets);
  }
  return good;
}

static bool visit_dresses(capture_visitor visit, void *context) {
  static const struct luck NO_LUCK = {0};
  bool good = true;
  for (enum dress dress = DRESS_ETHERNET; dress < DRESS_COUNT; dress++) {
    struct scene scene = scene_of(catalogue_play_for(dress), &NO_LUCK);
    struct trace *trace = dress_trace(scene.packets.trace, dress);
    assert_non_null(trace);
    struct sample_capture capture = {.head = &scene.head, .trace = trace};
    (void)snprintf(capture.name, sizeof capture.name, "dress-%s.pcap", dress_name(dress));
    good = visit(context, &capture) && good;
    trace_destroy(trace);
    packets_destroy(&scene.packets);
  }
  return good;
}

static bool visit_formats(capture_visitor visit, void *context) {
  static const struct luck NO_LUCK = {0};
  bool good = true;
  struct scene scene = scene_of(&BOTH_PLAY, &NO_LUCK);
  for (enum format format = FORMAT_PCAP_LITTLE; format < FORMAT_COUNT; format++) {
    struct sample_capture capture = {
        .head = &scene.head, .format = format, .trace = scene.packets.trace};
    (void)snprintf(capture.name, sizeof capture.name, "format-%s.%s", format_name(format),
                   format_extension(format));
    good = visit(context, &capture) && good;
  }
  packets_destroy(&scene.packets);
  return good;
}

bool catalogue_visit(capture_visitor visit, void *context) {
  bool good = visit_plays(visit, context, TCP_PLAYS, TCP_PLAY_COUNT);
  good = visit_plays(visit, context, DATAGRAM_PLAYS, DATAGRAM_PLAY_COUNT) && good;
  good = visit_plays(visit, context, APPLICATION_PLAYS, APPLICATION_PLAY_COUNT) && good;
  good = visit_dresses(visit, context) && good;
  return visit_formats(visit, context) && good;
}
