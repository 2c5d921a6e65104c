/* What a replay rests on: the clock of the fixtures, the timeline, and what replay.json may say. */
#include "files.h"
#include "run/evidence/replay_file.h"
#include "run/evidence/timeline.h"

static void test_the_clock_gives_recorded_readings_and_then_goes_on(void **state) {
  (void)state;
  int64_t now_ns = 1000;
  const int64_t recorded[] = {100, 250};
  struct peer_clock clock;
  peer_clock_start(&clock, clock_fixed(&now_ns), recorded, 2);
  struct clock given = peer_clock_for_fixtures(&clock);
  assert_int_equal(clock_now_ns(&given), 100);
  now_ns = 2000;
  assert_int_equal(clock_now_ns(&given), 250);
  now_ns = 2030;
  assert_int_equal(clock_now_ns(&given), 280);
  assert_int_equal(clock.count, 3);
  assert_int_equal(clock.readings[1].given_ns, 250);
  assert_int_equal(peer_clock_ahead_ns(&clock, 999), 0);
  assert_int_equal(peer_clock_ahead_ns(&clock, 1000), -900);
  assert_int_equal(peer_clock_ahead_ns(&clock, 5000), -1750);
}

static void test_without_a_record_it_is_the_hosts(void **state) {
  (void)state;
  int64_t now_ns = 77;
  struct peer_clock clock;
  peer_clock_start(&clock, clock_fixed(&now_ns), NULL, 0);
  struct clock given = peer_clock_for_fixtures(&clock);
  for (int i = 0; i < PEER_CLOCK_READINGS_MAX + 3; i++, now_ns++)
    assert_int_equal(clock_now_ns(&given), now_ns);
  assert_int_equal(clock.count, PEER_CLOCK_READINGS_MAX + 3);
  assert_int_equal(peer_clock_ahead_ns(&clock, now_ns), 0);
}

struct scene {
  struct arena *arena;
  struct journal journal;
  int64_t now_ns;
  unsigned forwarded;
};

static void count_datagram(void *context, const struct endpoint *local,
                           const struct endpoint *remote, bool sent, struct span payload) {
  (void)local;
  (void)remote;
  (void)sent;
  (void)payload;
  (*(unsigned *)context)++;
}

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  assert_non_null(scene);
  scene->arena = arena_create((size_t)4 * 1024 * 1024);
  assert_non_null(scene->arena);
  struct fixture_log next = {.datagram = count_datagram, .context = &scene->forwarded};
  journal_open(&scene->journal, scene->arena, clock_fixed(&scene->now_ns), &next);
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  journal_close(&scene->journal);
  arena_destroy(scene->arena);
  free(scene);
  return 0;
}

static struct endpoint at(const char *address, uint16_t port) {
  struct endpoint endpoint = {.port = port};
  assert_true(ip_address_parse(address, &endpoint.address));
  return endpoint;
}

static void test_the_timeline_goes_by_time_and_names_the_peer(void **state) {
  struct scene *scene = *state;
  struct endpoint peer = at("127.0.0.1", 123), subject = at("::1", 4000);
  struct fixture_log log = journal_hooks(&scene->journal);
  scene->now_ns = 2000000;
  log.datagram(log.context, &peer, &subject, true, span_of("\x01\x02", 2));
  log.tcp_opened(log.context, &peer, &subject, true);
  journal_note_at(&scene->journal, 500000, JOURNAL_PROCESS, "started %d", 7);
  assert_int_equal(scene->forwarded, 1);

  struct named_endpoint names[] = {{.name = "peer", .at = peer, .canonical_port = 123}};
  struct timeline timeline = {.journal = &scene->journal, .endpoints = names, .endpoint_count = 1};
  struct text text = TEXT_INIT(4096);
  struct err err = {0};
  assert_int_equal(timeline_print(&timeline, &text, &err), ERR_OK);
  assert_string_equal(text_chars(&text),
                      "     0.000  process  started 7\n"
                      "     1.500  peer     peer:123 sent a datagram of 2 octets to [::1]:4000  "
                      "0102\n"
                      "     1.500  peer     peer:123 accepted a connection, other end "
                      "[::1]:4000\n");
  text_free(&text);
}

static void test_a_full_journal_counts_what_it_leaves_out(void **state) {
  struct scene *scene = *state;
  for (int i = 0; i < JOURNAL_ENTRIES_MAX + 5; i++)
    journal_note(&scene->journal, JOURNAL_HARNESS, "x");
  assert_int_equal(scene->journal.count, JOURNAL_ENTRIES_MAX);
  assert_int_equal(scene->journal.left_out, 5);
  struct timeline timeline = {.journal = &scene->journal};
  struct text text = TEXT_INIT((size_t)1024 * 1024);
  struct err err = {0};
  assert_int_equal(timeline_print(&timeline, &text, &err), ERR_OK);
  assert_non_null(strstr(text_chars(&text), "\nand 5 more\n"));
  text_free(&text);
}

static void test_octets_beyond_the_maximum_are_counted_alone(void **state) {
  struct scene *scene = *state;
  struct endpoint peer = at("127.0.0.1", 7), subject = at("127.0.0.1", 4000);
  struct fixture_log log = journal_hooks(&scene->journal);
  static uint8_t block[JOURNAL_OCTETS_MAX - 1];
  log.tcp_data(log.context, &peer, &subject, true, span_of(block, sizeof block));
  log.tcp_data(log.context, &peer, &subject, true, span_of(block, 10));
  log.tcp_data(log.context, &peer, &subject, true, span_of(block, 10));
  assert_int_equal(scene->journal.list[0].octets.len, sizeof block);
  assert_int_equal(scene->journal.list[1].octets.len, 1);
  assert_int_equal(scene->journal.list[2].octets.len, 0);
  assert_int_equal(scene->journal.list[2].len, 10);
}

static const char WHOLE[] =
    "{\"schema\": 1, \"case\": \"a/b\", \"digest\": \"00\", \"seed\": 9, \"tier\": "
    "\"capture-private\",\n"
    " \"strict\": true, \"verdict\": \"warn\", \"kind\": \"assertion\",\n"
    " \"subject\": {\"name\": \"x\", \"profile\": null, \"command\": [\"p\", \"{port}\"], "
    "\"folder\": \"/f\",\n"
    "  \"mutant\": null, \"target\": null, \"wrapper\": null, \"valgrind\": false},\n"
    " \"peer\": {\"clock_ns\": [5, -6], \"sent\": []}}\n";

static enum err_code read_text(struct arena *arena, const char *text, struct replay_record *record,
                               struct err *err) {
  char folder[FILES_PATH_MAX], path[FILES_PATH_MAX];
  files_make_folder(folder);
  files_write(folder, "replay.json", text, path);
  enum err_code code = replay_file_read(path, arena, record, err);
  files_remove(folder, path);
  return code;
}

static void test_a_whole_record_is_read(void **state) {
  struct scene *scene = *state;
  struct replay_record record;
  struct err err = {0};
  assert_int_equal(read_text(scene->arena, WHOLE, &record, &err), ERR_OK);
  assert_string_equal(record.case_id, "a/b");
  assert_int_equal(record.seed, 9);
  assert_true(record.strict);
  assert_int_equal(record.verdict, VERDICT_WARN);
  assert_null(record.profile);
  assert_string_equal(record.command[1], "{port}");
  assert_null(record.command[2]);
  assert_int_equal(record.clock_count, 2);
  assert_int_equal(record.clock_ns[1], -6);
}

/* Each change makes one member wrong, and the error names it. */
static void test_what_is_wrong_is_named(void **state) {
  struct scene *scene = *state;
  static const struct {
    const char *was, *is, *named;
  } changes[] = {{"\"schema\": 1", "\"schema\": 2", "schema 2"},
                 {"\"seed\": 9", "\"seed\": -1", "\"seed\""},
                 {"\"case\": \"a/b\"", "\"case\": null", "\"case\""},
                 {"\"warn\"", "\"perhaps\"", "\"verdict\""},
                 {"capture-private", "capture-nice", "\"tier\""},
                 {"\"{port}\"", "4", "\"command\""},
                 {"[5, -6]", "[5, 1.5]", "\"clock_ns\""},
                 {"[5, -6]", "7", "\"clock_ns\""},
                 {"\"valgrind\": false", "\"valgrind\": 0", "\"valgrind\""},
                 {"\"subject\": {", "\"subject\": 1, \"was\": {", "\"subject\""},
                 {"{\"schema\"", "\"schema\"", ":1:"}};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    struct text text = TEXT_INIT(4096);
    const char *place = strstr(WHOLE, changes[i].was);
    assert_non_null(place);
    text_append_span(&text, span_of(WHOLE, (size_t)(place - WHOLE)));
    text_append(&text, changes[i].is);
    text_append(&text, place + strlen(changes[i].was));
    struct replay_record record;
    struct err err = {0};
    assert_int_equal(read_text(scene->arena, text_chars(&text), &record, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, changes[i].named));
    text_free(&text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_clock_gives_recorded_readings_and_then_goes_on),
      cmocka_unit_test(test_without_a_record_it_is_the_hosts),
      cmocka_unit_test_setup_teardown(test_the_timeline_goes_by_time_and_names_the_peer, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_a_full_journal_counts_what_it_leaves_out, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_octets_beyond_the_maximum_are_counted_alone, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(test_a_whole_record_is_read, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_what_is_wrong_is_named, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
