/* Whether an NTP client took a reply for the time, judged by the time that it prints. */
#include "run/check/check_common.h"
#include "run/check/check_ntp_clock.h"
#include "run/check/check_packets.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { NS_PER_S = 1000000000, NS_PER_MS = 1000000 };

/* A client that counts in doubles since 1900 prints microseconds that are off by less than this. */
enum { FINE_SLACK_NS = 1000 };

static int64_t floor_to(int64_t ns, int64_t step_ns) {
  int64_t rest = ns % step_ns;
  return ns - (rest < 0 ? rest + step_ns : rest);
}

static const char *words_of_time(int64_t unix_ns, int64_t resolution_ns, char words[WORDS_MAX]) {
  int64_t whole_ns = floor_to(unix_ns, NS_PER_S);
  time_t seconds = (time_t)(whole_ns / NS_PER_S);
  struct tm utc;
  char date[32] = "?";
  if (gmtime_r(&seconds, &utc) != NULL)
    (void)strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &utc);
  if (resolution_ns < NS_PER_S) {
    (void)snprintf(words, WORDS_MAX, "%s.%06" PRId64, date, (unix_ns - whole_ns) / 1000);
  } else {
    (void)snprintf(words, WORDS_MAX, "%s", date);
  }
  return words;
}

static int64_t resolution_of(const struct observation *seen) {
  return seen->resolution_ns > 0 ? seen->resolution_ns : 1;
}

/* Cut and rounded are both fine: the printed time is the true one, give or take one step. */
static bool is_near(const struct observation *seen, int64_t expected_ns) {
  int64_t step_ns = resolution_of(seen);
  if (step_ns < FINE_SLACK_NS) step_ns = FINE_SLACK_NS;
  int64_t distance_ns = seen->unix_ns - expected_ns;
  return distance_ns >= -step_ns && distance_ns <= step_ns;
}

/* A clock may be set to the time of the reply, or to what the server's clock says by now: the time
 * since the reply is added, and the time that it took to come may be. */
static bool is_set_right(const struct judged_case *judged, const struct walked *reply,
                         const struct observation *seen, int64_t expected_ns) {
  int64_t latest_ns = expected_ns + (seen->taken_ns - check_asked_ns(judged, reply));
  return seen->unix_ns >= expected_ns - FINE_SLACK_NS && seen->unix_ns <= latest_ns + FINE_SLACK_NS;
}

/* A client may print its own clock, moved by the offset (RFC 4330 section 5: the local clock is
 * corrected by t), in place of the reply's transmit timestamp: as it was when the reply came, or
 * some moments later. Where fractions are printed, those moments cannot be told from a fraction
 * that is wrong: only whole seconds are judged so. */
static bool is_moved_clock(const struct judged_case *judged, const struct walked *reply,
                           const struct observation *seen) {
  struct clock_bounds offset;
  if (resolution_of(seen) < NS_PER_S) return false;
  if (!check_offset_bounds(judged, reply, &offset)) return false;
  int64_t step_ns = resolution_of(seen);
  int64_t ended_ns = judged->runs[reply->run].outcome->ended_ns;
  return seen->unix_ns >= reply->event->time_ns + offset.least_ns - step_ns &&
         seen->unix_ns <= ended_ns + offset.most_ns + step_ns;
}

static bool is_cut(const struct observation *seen, int64_t expected_ns) {
  int64_t step_ns = resolution_of(seen);
  if (step_ns >= NS_PER_MS) return seen->unix_ns == floor_to(expected_ns, step_ns);
  return seen->unix_ns <= expected_ns + FINE_SLACK_NS &&
         seen->unix_ns >= expected_ns - step_ns - FINE_SLACK_NS;
}

/* The last reply of the run that could hold a time at all; NULL where there was none. */
static const struct walked *last_reply_of(const struct walk *replies, size_t run) {
  const struct walked *last = NULL;
  for (size_t i = 0; i < replies->count; i++) {
    const struct walked *reply = &replies->list[i];
    if (reply->run == run && reply->event->payload.len >= NTP_HEADER_LEN) last = reply;
  }
  return last;
}

/* The time that the run must print; false, with the finding filled, where no reply says so. */
static bool expected_time(const struct judged_case *judged, const struct walked *reply, size_t run,
                          int64_t *expected_ns, struct finding *finding) {
  char label[WORDS_MAX];
  struct ntp_message message;
  if (reply == NULL || !ntp_decode(reply->event->payload, &message)) {
    finding_expect(finding, "it succeeds, and prints the `time` of the server's reply");
    finding_fails(finding, "%sno reply that could hold a time was sent to it",
                  words_of_run(judged, run, label));
    return false;
  }
  *expected_ns = check_ntp_unix_ns(message.transmit);
  char time[WORDS_MAX];
  finding_expect(finding, "it succeeds, and prints Time=%s",
                 words_of_time(*expected_ns, NS_PER_MS, time));
  return true;
}

/* The printed time; NULL, with the finding filled, where there is none to compare. */
static const struct observation *printed_time(const struct judged_case *judged, size_t run,
                                              struct finding *finding) {
  const struct observation *seen = check_observation(judged, run, "time", finding);
  if (seen == NULL || seen->is_time) return seen;
  char label[WORDS_MAX];
  char words[WORDS_MAX];
  finding_fails(finding, "%s`time` is %s, which is no time in the profile's format",
                words_of_run(judged, run, label), words_of_octets(span_of_text(seen->text), words));
  return NULL;
}

/* Fills the finding with what was printed, and with the exit. */
static void tell_time(const struct judged_case *judged, size_t run, const struct observation *seen,
                      struct finding *finding) {
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  char time[WORDS_MAX];
  finding_fails(finding, "%s%s%s, %s", words_of_run(judged, run, label),
                seen->from_clock ? "set the clock to " : "printed the time ",
                words_of_time(seen->unix_ns, resolution_of(seen), time),
                words_of_exit(&judged->runs[run], how));
}

/* Whether what the run printed, or did to the clock, is what this reply says. */
static bool is_of_reply(const struct judged_case *judged, const struct walked *reply,
                        const struct observation *seen, int64_t expected_ns) {
  if (is_near(seen, expected_ns) || is_moved_clock(judged, reply, seen)) return true;
  return seen->from_clock && is_set_right(judged, reply, seen, expected_ns);
}

static bool accepts(const struct judged_case *judged, const struct walked *reply, size_t run,
                    struct finding *finding) {
  int64_t expected_ns;
  if (!expected_time(judged, reply, run, &expected_ns, finding)) return false;
  if (!judged->runs[run].success) {
    const struct observation *seen = observation_find(&judged->runs[run].observed, "time");
    char label[WORDS_MAX];
    char how[WORDS_MAX];
    if (seen != NULL && seen->is_time) {
      tell_time(judged, run, seen, finding);
    } else {
      char sought[WORDS_MAX];
      finding_fails(
          finding, "%s%s, %s", words_of_run(judged, run, label),
          words_of_missing(judged, check_tells_offset_alone(judged) ? "offset" : "time", sought),
          words_of_exit(&judged->runs[run], how));
    }
    return false;
  }
  if (check_tells_offset_alone(judged)) return check_offset_is_of(judged, reply, run, finding);
  const struct observation *seen = printed_time(judged, run, finding);
  if (seen == NULL) return false;
  if (is_of_reply(judged, reply, seen, expected_ns)) return true;
  tell_time(judged, run, seen, finding);
  return false;
}

static size_t replies_in(const struct walk *replies, size_t run) {
  size_t count = 0;
  for (size_t i = 0; i < replies->count; i++) {
    if (replies->list[i].run == run) count++;
  }
  return count;
}

/* Whether the run waited for so many replies; otherwise the finding says what it did instead. */
static bool waits_for(const struct judged_case *judged, const struct walk *replies, size_t run,
                      int64_t wanted, struct finding *finding) {
  const size_t came = replies_in(replies, run);
  if ((int64_t)came >= wanted) return true;
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  const struct observation *seen = observation_find(&judged->runs[run].observed, "time");
  finding_expect(finding, "it waits for reply %" PRId64 ", which is the one to believe", wanted);
  if (seen != NULL && seen->is_time) {
    tell_time(judged, run, seen, finding);
  } else {
    finding_fails(finding, "%sdone after %zu replies, %s", words_of_run(judged, run, label), came,
                  words_of_exit(&judged->runs[run], how));
  }
  return false;
}

void check_ntp_accepted(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  struct walk replies;
  check_walk(judged, WALK_REPLIES, &replies);
  if (check->index > 0) {
    const struct walked *reply =
        check->index <= replies.count ? &replies.list[check->index - 1] : NULL;
    size_t run = reply == NULL ? 0 : reply->run;
    if (accepts(judged, reply, run, finding)) finding_holds(finding, "the right time is printed");
    return;
  }
  for (size_t i = 0; i < judged->run_count; i++) {
    if (!waits_for(judged, &replies, i, check->low, finding)) return;
    if (!accepts(judged, last_reply_of(&replies, i), i, finding)) return;
  }
  finding_holds(finding, "the right time is printed");
}

/* Whether the run took the reply; then the finding says what it did. */
static bool takes(const struct judged_case *judged, const struct walked *reply, int64_t transmit_ns,
                  struct finding *finding) {
  const struct observations *observed = &judged->runs[reply->run].observed;
  if (check_tells_offset_alone(judged)) {
    const struct observation *offset = observation_find(observed, "offset");
    struct finding of_offset = {0};
    if (offset == NULL || !check_offset_is_of(judged, reply, reply->run, &of_offset)) return false;
    char label[WORDS_MAX];
    finding_fails(finding, "%soffset %s s, which is that reply's",
                  words_of_run(judged, reply->run, label), offset->text);
    return true;
  }
  const struct observation *seen = observation_find(observed, "time");
  if (seen == NULL || !seen->is_time || !is_of_reply(judged, reply, seen, transmit_ns))
    return false;
  tell_time(judged, reply->run, seen, finding);
  return true;
}

void check_ntp_reply_not_taken(const struct check *check, const struct judged_case *judged,
                               struct finding *finding) {
  struct walk replies;
  check_walk(judged, WALK_REPLIES, &replies);
  finding_expect(finding, "the time of reply %u is not taken", check->index);
  struct ntp_message message;
  if (check->index <= replies.count &&
      ntp_decode(replies.list[check->index - 1].event->payload, &message)) {
    const int64_t transmit_ns = check_ntp_unix_ns(message.transmit);
    if (takes(judged, &replies.list[check->index - 1], transmit_ns, finding)) return;
  }
  finding_holds(finding, "it is not");
}

/* Whether the run printed no time and did not succeed; otherwise the finding says what it did. A
 * profile without `time` leaves success alone to judge by. */
static bool rejects(const struct judged_case *judged, size_t run, struct finding *finding) {
  const struct run_record *record = &judged->runs[run];
  const struct observation *seen = observation_find(&record->observed, "time");
  const struct observation *offset = observation_find(&record->observed, "offset");
  const bool shifted = offset != NULL && (offset->from_clock || check_tells_offset_alone(judged));
  if (seen == NULL && !record->success && !shifted) return true;
  char label[WORDS_MAX];
  char how[WORDS_MAX];
  char words[WORDS_MAX];
  if (shifted) {
    finding_fails(finding, "%s%s%s s, %s", words_of_run(judged, run, label),
                  offset->from_clock ? "shifted the clock by " : "printed an offset of ",
                  offset->text, words_of_exit(record, how));
  } else if (seen == NULL) {
    finding_fails(finding, "%s%s, but %s", words_of_run(judged, run, label),
                  words_of_missing(judged, "time", words), words_of_exit(record, how));
  } else if (seen->is_time) {
    tell_time(judged, run, seen, finding);
  } else {
    finding_fails(finding, "%sprinted %s as `time`, %s", words_of_run(judged, run, label),
                  words_of_octets(span_of_text(seen->text), words), words_of_exit(record, how));
  }
  return false;
}

void check_ntp_rejected(const struct check *check, const struct judged_case *judged,
                        struct finding *finding) {
  finding_expect(finding, "no time is printed and the exit is not 0");
  if (check->index > judged->run_count) {
    finding_unjudgeable(finding, "there was no run %u", check->index);
    return;
  }
  size_t first = check->index > 0 ? check->index - 1 : 0;
  size_t end = check->index > 0 ? check->index : judged->run_count;
  for (size_t i = first; i < end; i++) {
    if (!rejects(judged, i, finding)) return;
  }
  finding_holds(finding, "no time, and no success");
}

void check_ntp_accepted_or_rejected(const struct check *check, const struct judged_case *judged,
                                    struct finding *finding) {
  (void)check;
  struct walk replies;
  check_walk(judged, WALK_REPLIES, &replies);
  for (size_t i = 0; i < judged->run_count; i++) {
    finding_expect(finding, "either the reply's time and success, or no time and no success");
    if (rejects(judged, i, finding)) continue;
    if (!accepts(judged, last_reply_of(&replies, i), i, finding)) return;
  }
  finding_holds(finding, "one or the other, whole");
}

void check_ntp_rejected_or_delay(const struct check *check, const struct judged_case *judged,
                                 struct finding *finding) {
  for (size_t i = 0; i < judged->run_count; i++) {
    finding_expect(finding, "no time and no success");
    if (rejects(judged, i, finding)) continue;
    if (observation_find(&judged->runs[i].observed, "delay") == NULL) {
      finding_unobservable(finding, "no `delay` is printed that could be below zero");
    } else {
      check_ntp_delay(check, judged, finding);
    }
    return;
  }
  finding_holds(finding, "no time, and no success");
}

void check_ntp_time_truncated(const struct check *check, const struct judged_case *judged,
                              struct finding *finding) {
  (void)check;
  struct walk replies;
  check_walk(judged, WALK_REPLIES, &replies);
  for (size_t i = 0; i < judged->run_count; i++) {
    int64_t expected_ns;
    if (!expected_time(judged, last_reply_of(&replies, i), i, &expected_ns, finding)) return;
    const struct observation *seen = printed_time(judged, i, finding);
    if (seen == NULL) return;
    if (seen->from_clock) {
      finding_unobservable(finding, "the time is set, and not printed");
      return;
    }
    char time[WORDS_MAX];
    finding_expect(
        finding, "the printed time is Time=%s, cut and not rounded",
        words_of_time(floor_to(expected_ns, resolution_of(seen)), resolution_of(seen), time));
    if (is_cut(seen, expected_ns)) continue;
    tell_time(judged, i, seen, finding);
    return;
  }
  finding_holds(finding, "the printed time is cut");
}
