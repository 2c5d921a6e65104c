#include "trace/capture_diff.h"

#include "trace/capture_excerpt.h"

#include <pthread.h>

enum {
  SIDES = 2,
  /* A canonical form takes some 2 KiB a packet; more than this is only taken together where so many
   * flows differ that there would be too many readings. */
  PART_PACKETS_MIN = 2000,
  READINGS_MAX = 64
};

struct outlining {
  struct capture_file *file;
  struct outline *outline;
  enum err_code code;
  struct err err;
};

static void *make_outline(void *context) {
  struct outlining *outlining = context;
  outlining->code = outline_of(outlining->file, &outlining->outline, &outlining->err);
  return NULL;
}

/* Both at once: each reading keeps a processor busy. */
static enum err_code make_outlines(struct outlining sides[SIDES], struct err *err) {
  pthread_t other;
  bool aside = pthread_create(&other, NULL, make_outline, &sides[1]) == 0;
  (void)make_outline(&sides[0]);
  if (aside) {
    (void)pthread_join(other, NULL);
  } else {
    (void)make_outline(&sides[1]);
  }
  for (size_t side = 0; side < SIDES; side++) {
    if (sides[side].code == ERR_OK) continue;
    *err = sides[side].err;
    return sides[side].code;
  }
  return ERR_OK;
}

/* What is told of one part. */
struct part_telling {
  const struct capture_diff_hooks *hooks;
  const struct diff_sides *sides;
  const struct excerpt *excerpts;
  size_t hunks_before; /* of the parts before */
  bool of_excerpt;
};

static size_t number_in_file(const struct excerpt *excerpt, size_t index) {
  return index < trace_count(excerpt->trace) ? excerpt->numbers[index] : index;
}

/* The differ numbers the packets of the excerpt; a person wants those of the file. */
static void pass_on(void *context, const struct difference *difference) {
  const struct part_telling *telling = context;
  struct difference named = *difference;
  named.expected_packet = number_in_file(&telling->excerpts[0], difference->expected_packet);
  named.packet_index = number_in_file(&telling->excerpts[1], difference->packet_index);
  named.hunk += telling->hunks_before;
  named.of_excerpt = telling->of_excerpt;
  if (telling->hooks->differs == NULL) return;
  telling->hooks->differs(telling->hooks->context, &named, telling->sides);
}

static enum err_code compare_excerpts(const struct excerpt excerpts[SIDES], bool of_excerpt,
                                      const struct capture_diff_hooks *hooks,
                                      struct diff_totals *totals, struct err *err) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  struct canonical *forms[SIDES] = {NULL, NULL};
  enum err_code code = ERR_OK;
  for (size_t side = 0; side < SIDES && code == ERR_OK; side++)
    code = canonical_of(excerpts[side].trace, &NO_HEAD, &forms[side], err);
  struct diff_sides sides = {forms[0], forms[1], excerpts[0].trace, excerpts[1].trace};
  struct part_telling telling = {hooks, &sides, excerpts, totals->count, of_excerpt};
  struct diff_totals more = {0};
  if (code == ERR_OK) code = diff_each(&sides, pass_on, &telling, &more, err);
  totals->count += more.count;
  totals->gave_up += more.gave_up;
  for (size_t side = 0; side < SIDES; side++)
    canonical_destroy(forms[side]);
  return code;
}

/* Whether a flow had begun before the part. */
static bool is_excerpt(const struct outlining sides[SIDES], const struct outline_part *part) {
  for (size_t side = 0; side < SIDES; side++) {
    const struct outline_flow *flows = sides[side].outline->flows;
    for (size_t i = 0; i < part->sides[side].count; i++) {
      const struct outline_slice *slice = &part->sides[side].slices[i];
      if (slice->from_offset > flows[slice->flow].first_offset) return true;
    }
  }
  return false;
}

static enum err_code compare_part(const struct outlining sides[SIDES],
                                  const struct outline_part *part,
                                  const struct capture_diff_hooks *hooks,
                                  struct diff_totals *totals, struct err *err) {
  struct excerpt excerpts[SIDES] = {{0}, {0}};
  enum err_code code = ERR_OK;
  for (size_t side = 0; side < SIDES && code == ERR_OK; side++) {
    code = excerpt_read(sides[side].file, sides[side].outline, &part->sides[side], &excerpts[side],
                        err);
  }
  if (code == ERR_OK) {
    code = compare_excerpts(excerpts, is_excerpt(sides, part), hooks, totals, err);
  }
  for (size_t side = 0; side < SIDES; side++)
    excerpt_free(&excerpts[side]);
  return code;
}

static uint64_t packets_at_once(const struct outline *outline) {
  uint64_t share = outline->packets / READINGS_MAX;
  return share > PART_PACKETS_MIN ? share : PART_PACKETS_MIN;
}

enum err_code capture_diff(struct capture_file *expected, struct capture_file *actual,
                           const struct capture_diff_hooks *hooks,
                           struct capture_diff_outcome *outcome, struct err *err) {
  *outcome = (struct capture_diff_outcome){0};
  struct outlining sides[SIDES] = {{.file = expected}, {.file = actual}};
  struct outline_parts parts = {0};
  enum err_code code = make_outlines(sides, err);
  if (code == ERR_OK) {
    code = outline_compare(sides[0].outline, sides[1].outline, packets_at_once(sides[0].outline),
                           &parts, err);
  }
  for (size_t i = 0; i < parts.count && code == ERR_OK; i++)
    code = compare_part(sides, &parts.list[i], hooks, &outcome->totals, err);
  outcome->parts = parts.count;
  for (size_t side = 0; side < SIDES; side++) {
    const struct outline *outline = sides[side].outline;
    if (outline == NULL) continue;
    outcome->packets[side] = outline->packets;
    outcome->octets[side] = outline->octets;
    outcome->flows[side] = outline->count;
    outline_destroy(sides[side].outline);
  }
  outline_parts_free(&parts);
  return code;
}
