#include "scene.h"

#include "proto/link.h"
#include "proto/udp.h"

void check_always(const struct check *check, const struct judged_case *judged,
                  struct finding *finding) {
  (void)judged;
  finding->holds = check->low == 1;
  finding->unjudgeable = check->low == 2;
  finding->unobservable = check->low == 3;
  snprintf(finding->expected, sizeof finding->expected, "what is due");
  snprintf(finding->actual, sizeof finding->actual, "what was seen%s%s",
           check->name == NULL ? "" : " ", check->name == NULL ? "" : check->name);
}

const struct expectation_list NOTHING_FORESEEN;

int scene_set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  scene->def = (struct case_def){.name = "some",
                                 .requirement = "S36",
                                 .about = "What must happen.",
                                 .quiet = true,
                                 .checks = {{.judge = check_always, .low = HOLDS}}};
  scene->recipe = (struct recipe_def){.name = "sntp-client", .role = ROLE_CLIENT};
  scene->instance =
      (struct instance){.recipe = &scene->recipe, .def = &scene->def, .family = IP_V4};
  snprintf(scene->instance.id, sizeof scene->instance.id, "sntp-client/some");
  scene->settings.tool_error_exit = -1;
  scene->settings.expectations = scene->settings.target_expectations = &NOTHING_FORESEEN;
  scene->outcome.started = true;
  scene->run.outcome = &scene->outcome;
  scene->trace = trace_create(LINK_ETHERNET);
  struct err err = {0};
  assert_int_equal(conversation_of(scene->trace, &scene->conversation, &err), ERR_OK);
  scene->evidence = (struct case_evidence){
      .instance = &scene->instance,
      .judged = {.conversation = scene->conversation, .runs = &scene->run, .run_count = 1},
      .trace = scene->trace,
      .sentinels_complete = true};
  scene->result = result_create(scene->instance.id, "sntp-client", "S36");
  *state = scene;
  return 0;
}

int scene_tear_down(void **state) {
  struct scene *scene = *state;
  result_destroy(scene->result);
  conversation_destroy(scene->conversation);
  trace_destroy(scene->trace);
  free(scene);
  return 0;
}

void judged(struct scene *scene, enum verdict verdict, const char *kind) {
  struct canonical *actual = NULL;
  judge_case(&scene->settings, &scene->evidence, scene->result, &actual);
  canonical_destroy(actual);
  assert_string_equal(verdict_name(scene->result->verdict), verdict_name(verdict));
  assert_string_equal(scene->result->kind, kind);
}

void scene_add_flow_to(struct scene *scene, const uint8_t destination[4], uint16_t port) {
  uint8_t octets[LINK_ETHERNET_HEADER_LEN + 20 + UDP_HEADER_LEN] = {[12] = 0x08};
  struct ip_header ip = {.version = IP_V4,
                         .source = {IP_V4, {127, 0, 0, 1}},
                         .destination = {IP_V4, {0}},
                         .protocol = IP_PROTO_UDP,
                         .hop_limit = 64};
  memcpy(ip.destination.octets, destination, 4);
  struct writer writer =
      writer_over(octets + LINK_ETHERNET_HEADER_LEN, sizeof octets - LINK_ETHERNET_HEADER_LEN);
  ip_encode(&writer, &ip, UDP_HEADER_LEN);
  udp_encode(&writer, &ip, port, 123, (struct span){0});
  assert_false(writer.failed);
  const struct packet packet = {.wire_len = sizeof octets, .bytes = span_of(octets, sizeof octets)};
  struct err err = {0};
  assert_int_equal(trace_add(scene->trace, &packet, &err), ERR_OK);
}

void scene_add_flow(struct scene *scene, uint16_t port) {
  scene_add_flow_to(scene, (const uint8_t[]){127, 0, 0, 1}, port);
}

void scene_tell_flows(struct scene *scene) {
  struct err err = {0};
  conversation_destroy(scene->conversation);
  assert_int_equal(conversation_of(scene->trace, &scene->conversation, &err), ERR_OK);
  scene->evidence.judged.conversation = scene->conversation;
}
