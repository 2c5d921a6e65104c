#include "scene.h"

#include "proto/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum {
  CLIENT_PORT_FIRST = 40000,
  CLIENT_PORT_SPREAD = 20000,
  PORT_STEP = 131,
  IDENTIFICATION_STEP = 1009
};
#define TIME_STEP_NS INT64_C(86399123456000)

struct scene scene_of(const struct play *play, const struct luck *luck) {
  struct scene scene = {.packets = packets_create(), .luck = *luck};
  scene.next_port = (uint16_t)(CLIENT_PORT_FIRST + luck->number * PORT_STEP % CLIENT_PORT_SPREAD);
  scene.packets.partial_checksums = false;
  scene.packets.identification += luck->number * IDENTIFICATION_STEP;
  scene.packets.time_ns += (int64_t)luck->number * TIME_STEP_NS;
  (void)snprintf(scene.head.case_id, sizeof scene.head.case_id, "captures/%s", play->name);
  (void)snprintf(scene.head.others, sizeof scene.head.others, "subject");
  play->perform(&scene);
  return scene;
}

static enum application application_at(uint16_t port) {
  if (port == NTP_PORT) return APPLICATION_NTP;
  return port == DNS_PORT ? APPLICATION_DNS : APPLICATION_PLAIN;
}

struct endpoint scene_server(struct scene *scene, enum ip_family family, uint16_t port) {
  struct endpoint server = at(family == IP_V4 ? "192.0.2.2" : "2001:db8::2", port);
  struct canonical_head *head = &scene->head;
  for (size_t i = 0; i < head->endpoint_count; i++) {
    if (endpoint_equal(&head->endpoints[i].at, &server)) return server;
  }
  assert_true(head->endpoint_count < CANONICAL_ENDPOINTS_MAX);
  struct named_endpoint *named = &head->endpoints[head->endpoint_count++];
  *named = (struct named_endpoint){
      .at = server, .canonical_port = port, .application = application_at(port)};
  (void)snprintf(named->name, sizeof named->name, "peer%zu", head->endpoint_count);
  return server;
}

struct endpoint scene_client(struct scene *scene, enum ip_family family) {
  return at(family == IP_V4 ? "192.0.2.1" : "2001:db8::1", scene->next_port++);
}

uint32_t scene_number(const struct scene *scene, uint32_t salt) {
  uint32_t value = (scene->luck.number + 1) * UINT32_C(2654435761) + salt * UINT32_C(2246822519);
  return (value ^ value >> 15) * UINT32_C(3266489917);
}

struct connection scene_connection(struct scene *scene, enum ip_family family, uint16_t port) {
  struct endpoint client = scene_client(scene, family);
  return connection_between(&scene->packets, client, scene_server(scene, family, port),
                            scene_number(scene, client.port), scene_number(scene, port));
}

static void acknowledge(const struct scene *scene, struct connection *connection, size_t by) {
  connection_receive(connection, by, true);
  if (scene->luck.acknowledged) connection_receive(connection, by, true);
}

void scene_say(struct scene *scene, struct connection *connection, size_t from, struct span said) {
  size_t step = scene->luck.cut > 0 ? scene->luck.cut : said.len;
  for (size_t offset = 0; offset < said.len; offset += step) {
    struct span part = span_part(said, offset, step);
    for (int time = 0; time < (scene->luck.resent ? 2 : 1); time++) {
      connection_segment(connection, from, connection->sequence[from], connection->received[from],
                         TCP_ACK | TCP_PSH, part);
    }
    connection->sequence[from] += (uint32_t)part.len;
    acknowledge(scene, connection, 1 - from);
  }
}

void scene_say_text(struct scene *scene, struct connection *connection, size_t from,
                    const char *text) {
  scene_say(scene, connection, from, span_of_text(text));
}
