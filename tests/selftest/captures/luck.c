/* What two runs of one exchange need not have in common is told in neither way of comparing; and
 * what they must have is told in both. */
#include "catalogue.h"
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct totals {
  size_t comparisons, wrong;
};

static void judge(struct totals *totals, const char *name, const char *luck,
                  const struct comparison *comparison, bool differ) {
  totals->comparisons++;
  bool forms = (comparison->by_forms > 0) == differ;
  bool outlines = (comparison->by_outlines > 0) == differ;
  if (forms && outlines) return;
  totals->wrong++;
  printf("%s, %s: %s%s%s%s:\n%s\n", name, luck, forms ? "" : "whole forms",
         forms || outlines ? "" : " and ", outlines ? "" : "outlines",
         differ ? " tell no difference" : " tell a difference", text_chars(&comparison->told));
}

static void compare_once(struct totals *totals, const char *name, const char *luck,
                         const struct sample_capture *sides[2], bool differ) {
  struct comparison comparison;
  bool compared = compare_captures(sides[0]->head, sides[0]->trace, sides[0]->format,
                                   sides[1]->trace, sides[1]->format, &comparison);
  if (compared) judge(totals, name, luck, &comparison, differ);
  if (!compared) totals->wrong++;
  text_free(&comparison.told);
}

/* Both ways round: the differ is not the same to both of its sides. */
static void try_both(struct totals *totals, const char *name, const char *luck,
                     const struct sample_capture *one, const struct sample_capture *other,
                     bool differ) {
  compare_once(totals, name, luck, (const struct sample_capture *[]){one, other}, differ);
  compare_once(totals, name, luck, (const struct sample_capture *[]){other, one}, differ);
}

/* --- luck of the two ends --------------------------------------------------------------------- */

static const struct {
  const char *name;
  struct luck luck;
} LUCKS[] = {
    {"the same once more", {0}},
    {"other ports, numbers, ids and times", {.number = 1}},
    {"ports and numbers that wrap around", {.number = 148}},
    {"segments of one octet", {.cut = 1}},
    {"segments of seven octets", {.number = 3, .cut = 7}},
    {"everything sent twice", {.number = 4, .resent = true}},
    {"duplicate acknowledgements", {.number = 5, .acknowledged = true}},
    {"all of it", {.number = 6, .cut = 5, .resent = true, .acknowledged = true}},
};

static void try_lucks(struct totals *totals, const struct play *play) {
  static const struct luck NO_LUCK = {0};
  struct scene expected = scene_of(play, &NO_LUCK);
  struct sample_capture one = {.head = &expected.head, .trace = expected.packets.trace};
  for (size_t i = 0; i < sizeof LUCKS / sizeof LUCKS[0]; i++) {
    struct scene actual = scene_of(play, &LUCKS[i].luck);
    struct sample_capture other = {.head = &actual.head, .trace = actual.packets.trace};
    try_both(totals, play->name, LUCKS[i].name, &one, &other, false);
    packets_destroy(&actual.packets);
  }
  packets_destroy(&expected.packets);
}

static void try_all_lucks(struct totals *totals) {
  const struct {
    const struct play *plays;
    size_t count;
  } parts[] = {{TCP_PLAYS, TCP_PLAY_COUNT},
               {DATAGRAM_PLAYS, DATAGRAM_PLAY_COUNT},
               {APPLICATION_PLAYS, APPLICATION_PLAY_COUNT}};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    for (size_t p = 0; p < parts[i].count; p++) {
      try_lucks(totals, &parts[i].plays[p]);
    }
  }
}

/* --- how it was captured ---------------------------------------------------------------------- */

static void try_dresses(struct totals *totals) {
  static const struct luck NO_LUCK = {0}, OTHER_LUCK = {.number = 2};
  for (enum dress dress = DRESS_ETHERNET; dress < DRESS_COUNT; dress++) {
    const struct play *play = catalogue_play_for(dress);
    struct scene expected = scene_of(play, &NO_LUCK);
    struct scene actual = scene_of(play, &OTHER_LUCK);
    struct trace *dressed = dress_trace(actual.packets.trace, dress);
    struct sample_capture one = {.head = &expected.head, .trace = expected.packets.trace};
    struct sample_capture other = {.head = &actual.head, .trace = dressed};
    try_both(totals, play->name, dress_name(dress), &one, &other, false);
    trace_destroy(dressed);
    packets_destroy(&actual.packets);
    packets_destroy(&expected.packets);
  }
}

static void try_formats(struct totals *totals) {
  static const struct luck NO_LUCK = {0};
  struct scene scene = scene_of(&BOTH_PLAY, &NO_LUCK);
  struct sample_capture one = {.head = &scene.head, .trace = scene.packets.trace};
  for (enum format format = FORMAT_PCAP_LITTLE; format < FORMAT_COUNT; format++) {
    struct sample_capture other = {
        .head = &scene.head, .format = format, .trace = scene.packets.trace};
    try_both(totals, BOTH_PLAY.name, format_name(format), &one, &other, false);
  }
  packets_destroy(&scene.packets);
}

/* --- what is no luck -------------------------------------------------------------------------- */

/* The first octet that is said in one packet, in every dress and format: what is looked at again is
 * what was read the first time. */
static void try_altered(struct totals *totals) {
  static const struct luck NO_LUCK = {0}, OTHER_LUCK = {.number = 2};
  enum { V4_SAID_AT = 14 + 20 + 20, V6_SAID_AT = 14 + 40 + 20, SAID_IN = 3, LATER_STEP = 13 };
  for (unsigned i = 0; i < DRESS_COUNT + FORMAT_COUNT; i++) {
    enum dress dress = i < DRESS_COUNT ? (enum dress)i : DRESS_ETHERNET;
    enum format format = i < DRESS_COUNT ? FORMAT_PCAP_LITTLE : (enum format)(i - DRESS_COUNT);
    const struct play *play = catalogue_play_for(dress);
    struct scene expected = scene_of(play, &NO_LUCK);
    struct scene actual = scene_of(play, &OTHER_LUCK);
    struct sample_capture one = {
        .head = &expected.head, .format = format, .trace = expected.packets.trace};
    for (size_t packet = SAID_IN; packet < trace_count(one.trace); packet += LATER_STEP) {
      bool v4 = trace_packet(one.trace, packet)->bytes.bytes[14] >> 4 == IP_V4;
      struct trace *altered =
          trace_with_octet(actual.packets.trace, packet, v4 ? V4_SAID_AT : V6_SAID_AT, 1);
      struct trace *dressed = dress_trace(altered, dress);
      struct sample_capture other = {.head = &expected.head, .format = format, .trace = dressed};
      const char *how = i < DRESS_COUNT ? dress_name(dress) : format_name(format);
      try_both(totals, "an altered octet", how, &one, &other, true);
      trace_destroy(dressed);
      trace_destroy(altered);
    }
    packets_destroy(&actual.packets);
    packets_destroy(&expected.packets);
  }
}

/* A test that never tells a difference would pass all of the above. */
static void try_two_plays(struct totals *totals) {
  static const struct luck NO_LUCK = {0};
  for (size_t i = 0; i < TCP_PLAY_COUNT; i++) {
    struct scene expected = scene_of(&TCP_PLAYS[i], &NO_LUCK);
    struct scene actual = scene_of(&DATAGRAM_PLAYS[i % DATAGRAM_PLAY_COUNT], &NO_LUCK);
    struct sample_capture one = {.head = &expected.head, .trace = expected.packets.trace};
    struct sample_capture other = {.head = &expected.head, .trace = actual.packets.trace};
    try_both(totals, TCP_PLAYS[i].name, "against another play", &one, &other, true);
    packets_destroy(&actual.packets);
    packets_destroy(&expected.packets);
  }
}

int main(void) {
  struct totals totals = {0};
  if (!compare_begin()) return EXIT_FAILURE;
  try_all_lucks(&totals);
  try_dresses(&totals);
  try_formats(&totals);
  try_altered(&totals);
  try_two_plays(&totals);
  compare_end();
  printf("%zu comparisons, each in two ways; %zu went wrong\n", totals.comparisons, totals.wrong);
  return totals.wrong == 0 && totals.comparisons > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
