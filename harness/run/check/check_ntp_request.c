/* What an NTP client's requests hold (RFC 4330 section 5, the table of the request). */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NS_PER_S UINT64_C(1000000000)
#define LOW_BITS UINT64_C(0xff)

/* The n-th request as a message; false, with the finding filled, where it is too short for one. */
static bool decode_request(const struct walk *requests, size_t index, struct ntp_message *message,
                           struct finding *finding) {
  struct span payload = requests->list[index].event->payload;
  if (ntp_decode(payload, message)) return true;
  finding_fails(finding, "request %zu has %zu octets, too few for a header", index + 1,
                payload.len);
  return false;
}

static bool collect_requests(const struct judged_case *judged, struct walk *requests,
                             struct finding *finding) {
  check_walk(judged, WALK_REQUESTS, requests);
  if (requests->count > 0) return true;
  finding_fails(finding, "no request was sent to an endpoint of the case");
  return false;
}

void check_ntp_request_field(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  const char *name = ntp_field_place(check->field)->name;
  if (check->low == check->high) {
    finding_expect(finding, "`%s` of every request is %" PRId64, name, check->low);
  } else {
    finding_expect(finding, "`%s` of every request is from %" PRId64 " to %" PRId64, name,
                   check->low, check->high);
  }
  struct walk requests;
  if (!collect_requests(judged, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    struct ntp_message message;
    if (!decode_request(&requests, i, &message, finding)) return;
    uint64_t value = ntp_field_get(&message, check->field);
    if (value >= (uint64_t)check->low && value <= (uint64_t)check->high) continue;
    finding_fails(finding, "`%s` of request %zu is %" PRIu64, name, i + 1, value);
    return;
  }
  finding_holds(finding, "every request has it so");
}

void check_ntp_request_choice(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  const char *name = ntp_field_place(check->field)->name;
  finding_expect(finding, "`%s` of every request is %" PRId64 " or %" PRId64, name, check->low,
                 check->high);
  struct walk requests;
  if (!collect_requests(judged, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    struct ntp_message message;
    if (!decode_request(&requests, i, &message, finding)) return;
    uint64_t value = ntp_field_get(&message, check->field);
    if (value == (uint64_t)check->low || value == (uint64_t)check->high) continue;
    finding_fails(finding, "`%s` of request %zu is %" PRIu64, name, i + 1, value);
    return;
  }
  finding_holds(finding, "every request has it so");
}

void check_ntp_request_length(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  if (check->low == check->high) {
    finding_expect(finding, "every request has %" PRId64 " octets", check->low);
  } else {
    finding_expect(finding, "every request has %" PRId64 " to %" PRId64 " octets", check->low,
                   check->high);
  }
  struct walk requests;
  if (!collect_requests(judged, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    int64_t len = (int64_t)requests.list[i].event->payload.len;
    if (len >= check->low && len <= check->high) continue;
    finding_fails(finding, "request %zu has %" PRId64 " octets", i + 1, len);
    return;
  }
  finding_holds(finding, "every request is that long");
}

static bool is_well_formed(struct span trailer) {
  struct ntp_trailer_element element;
  do {
    element = ntp_trailer_next(&trailer);
  } while (element.kind == NTP_TRAILER_EXTENSION || element.kind == NTP_TRAILER_MAC);
  return element.kind == NTP_TRAILER_END;
}

void check_ntp_request_trailer(const struct check *check, const struct judged_case *judged,
                               struct finding *finding) {
  (void)check;
  finding_expect(finding, "extension fields and a MAC at most follow the header of a request");
  struct walk requests;
  if (!collect_requests(judged, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    struct ntp_message message;
    if (!decode_request(&requests, i, &message, finding)) return;
    if (is_well_formed(message.trailer)) continue;
    char words[WORDS_MAX];
    finding_fails(finding, "request %zu goes on with %s", i + 1,
                  words_of_octets(message.trailer, words));
    return;
  }
  finding_holds(finding, "nothing else follows");
}

/* Transmit timestamps of all requests. False, with the finding filled, where one has none. */
static bool collect_transmits(const struct judged_case *judged, uint64_t transmits[WALK_MAX],
                              struct walk *requests, struct finding *finding) {
  if (!collect_requests(judged, requests, finding)) return false;
  for (size_t i = 0; i < requests->count; i++) {
    struct ntp_message message;
    if (!decode_request(requests, i, &message, finding)) return false;
    transmits[i] = message.transmit;
  }
  return true;
}

static int compare_numbers(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a;
  uint64_t y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Whether two of the numbers are alike under a mask. */
static bool has_twins(const uint64_t *numbers, size_t count, uint64_t mask, uint64_t *twin) {
  uint64_t parts[WALK_MAX] = {0};
  for (size_t i = 0; i < count; i++) {
    parts[i] = numbers[i] & mask;
  }
  qsort(parts, count, sizeof parts[0], compare_numbers);
  for (size_t i = 1; i < count; i++) {
    if (parts[i] != parts[i - 1]) continue;
    *twin = parts[i];
    return true;
  }
  return false;
}

/* As a clock that was made a double leaves them: cut, and always with the same end. */
static bool end_alike(const uint64_t *transmits, size_t count) {
  for (size_t i = 1; i < count; i++) {
    if ((transmits[i] & LOW_BITS) != (transmits[0] & LOW_BITS)) return false;
  }
  return count > 1;
}

/* Whether all fractions are whole nanoseconds that were made units of 2^-32 s, `rounding` units of
 * 10^-9 * 2^-32 s being added before they were cut. Of random fractions less than a quarter are. */
static bool are_whole_ns(const uint64_t *transmits, size_t count, uint64_t rounding) {
  for (size_t i = 0; i < count; i++) {
    uint64_t fraction = transmits[i] & UINT32_MAX;
    uint64_t ns = fraction * NS_PER_S >> 32;
    bool is_whole = false;
    for (uint64_t k = ns; k <= ns + 1 && !is_whole; k++) {
      is_whole = (((k << 32) + rounding) / NS_PER_S & UINT32_MAX) == fraction;
    }
    if (!is_whole) return false;
  }
  return true;
}

/* Cut, to the nearest, or up. */
static bool are_of_a_clock(const uint64_t *transmits, size_t count) {
  return are_whole_ns(transmits, count, 0) || are_whole_ns(transmits, count, NS_PER_S / 2) ||
         are_whole_ns(transmits, count, NS_PER_S - 1);
}

void check_ntp_transmit_unpredictable(const struct check *check, const struct judged_case *judged,
                                      struct finding *finding) {
  (void)check;
  finding_expect(finding, "transmit timestamps whose low half nobody can foretell");
  uint64_t transmits[WALK_MAX];
  struct walk requests;
  if (!collect_transmits(judged, transmits, &requests, finding)) return;
  uint64_t twin;
  if (has_twins(transmits, requests.count, UINT32_MAX, &twin)) {
    finding_fails(finding, "two transmit timestamps end with %08" PRIx64, twin);
  } else if (end_alike(transmits, requests.count)) {
    finding_fails(finding, "every transmit timestamp ends with %02" PRIx64,
                  transmits[0] & LOW_BITS);
  } else if (are_of_a_clock(transmits, requests.count)) {
    finding_fails(finding,
                  "every transmit timestamp is a clock's whole nanoseconds, with nothing added");
  } else {
    finding_holds(finding, "%zu transmit timestamps, no low halves alike", requests.count);
  }
}

void check_ntp_sends_transmit(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  (void)check;
  finding_expect(finding, "every request has a transmit timestamp to go by");
  uint64_t transmits[WALK_MAX];
  struct walk requests;
  if (!collect_transmits(judged, transmits, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    if (transmits[i] != 0) continue;
    finding_unobservable(finding,
                         "the client sends no transmit timestamp, so this cannot be observed");
    return;
  }
  finding_holds(finding, "every request has one");
}

void check_ntp_transmit_fresh(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  (void)check;
  finding_expect(finding, "every request has a transmit timestamp of its own, and none has zero");
  uint64_t transmits[WALK_MAX];
  struct walk requests;
  if (!collect_transmits(judged, transmits, &requests, finding)) return;
  for (size_t i = 0; i < requests.count; i++) {
    if (transmits[i] != 0) continue;
    finding_fails(finding, "the transmit timestamp of request %zu is 0", i + 1);
    return;
  }
  uint64_t twin;
  if (has_twins(transmits, requests.count, UINT64_MAX, &twin)) {
    finding_fails(finding, "two requests have the transmit timestamp %016" PRIx64, twin);
  } else {
    finding_holds(finding, "%zu requests, no transmit timestamp twice", requests.count);
  }
}
