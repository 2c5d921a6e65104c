/* The time as it is told by the small services: in four octets (RFC 868) and in words (RFC 867). A
 * server is held against the clock of the capture, a client against what it was told. */
#include "run/check/check_common.h"
#include "run/check/check_packets.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NS_PER_S = 1000000000, SLACK_S = 2 };

/* From 1900 to 1970. */
#define UNIX_EPOCH_S INT64_C(2208988800)

static int64_t seconds_of(int64_t time_ns) {
  int64_t seconds = time_ns / NS_PER_S;
  return time_ns % NS_PER_S < 0 ? seconds - 1 : seconds;
}

static bool utc_of(int64_t unix_s, struct tm *utc) {
  time_t seconds = (time_t)unix_s;
  return gmtime_r(&seconds, utc) != NULL;
}

static const char *words_of_second(int64_t unix_s, char words[WORDS_MAX]) {
  struct tm utc;
  char date[WORDS_MAX];
  if (utc_of(unix_s, &utc) && strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &utc) > 0) {
    (void)snprintf(words, WORDS_MAX, "%s", date);
  } else {
    (void)snprintf(words, WORDS_MAX, "%" PRId64 " s after 1970", unix_s);
  }
  return words;
}

/* --- what a server said ----------------------------------------------------------------------- */

/* Whether the octets, sent at that time, tell it; false fills the finding. */
typedef bool (*tells)(struct span octets, int64_t sent_ns, struct finding *finding);

/* All that was sent on a connection, at the time of its first octet. */
static bool stream_tells(const struct judged_case *judged, const struct trace_flow *flow,
                         tells tell, struct finding *finding) {
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind != EVENT_DATA || event->from_initiator) continue;
    return tell(conversation_stream(judged->conversation, flow, false), event->time_ns, finding);
  }
  finding_fails(finding, "nothing was sent on a connection");
  return false;
}

static bool flow_tells(const struct judged_case *judged, const struct trace_flow *flow, tells tell,
                       size_t *seen, struct finding *finding) {
  if (flow->transport == TRANSPORT_TCP) {
    ++*seen;
    return stream_tells(judged, flow, tell, finding);
  }
  for (size_t i = 0; i < flow->event_count; i++) {
    const struct trace_event *event = &flow->events[i];
    if (event->kind != EVENT_DATAGRAM || event->from_initiator) continue;
    ++*seen;
    if (!tell(event->payload, event->time_ns, finding)) return false;
  }
  return true;
}

static void judge_server(const struct judged_case *judged, tells tell, struct finding *finding) {
  size_t seen = 0;
  size_t count = conversation_flow_count(judged->conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(judged->conversation, i);
    if (check_named_endpoint(judged, &flow->responder) == NULL) continue;
    if (!flow_tells(judged, flow, tell, &seen, finding)) return;
  }
  if (seen == 0) {
    finding_fails(finding, "it sent nothing");
  } else {
    finding_holds(finding, "it told the time");
  }
}

static bool tells_number(struct span octets, int64_t sent_ns, struct finding *finding) {
  char words[WORDS_MAX];
  if (octets.len != 4) {
    finding_fails(finding, "%zu octets were sent: %s", octets.len, words_of_octets(octets, words));
    return false;
  }
  uint32_t told = (uint32_t)octets.bytes[0] << 24 | (uint32_t)octets.bytes[1] << 16 |
                  (uint32_t)octets.bytes[2] << 8 | octets.bytes[3];
  uint32_t right = (uint32_t)(uint64_t)(seconds_of(sent_ns) + UNIX_EPOCH_S); /* in any era */
  uint32_t ahead = told - right, behind = right - told;
  if (ahead <= SLACK_S || behind <= SLACK_S) return true;
  finding_fails(finding, "%" PRIu32 " was sent at %s, which is %" PRIu32, told,
                words_of_second(seconds_of(sent_ns), words), right);
  return false;
}

void check_server_tells_time(const struct check *check, const struct judged_case *judged,
                             struct finding *finding) {
  (void)check;
  finding_expect(finding,
                 "each client gets the seconds since 1900, in four octets, the most significant "
                 "first, right to %d s",
                 SLACK_S);
  judge_server(judged, tells_number, finding);
}

static bool is_of_clock(struct span text, size_t at) {
  return at < text.len && (isdigit(text.bytes[at]) || text.bytes[at] == ':');
}

/* How often the figures stand in the text, as no part of a longer number or of a time of day. */
static size_t count_number(struct span text, const char *figures) {
  size_t len = strlen(figures), count = 0;
  for (size_t i = 0; i + len <= text.len; i++) {
    if (memcmp(text.bytes + i, figures, len) != 0) continue;
    if ((i == 0 || !is_of_clock(text, i - 1)) && !is_of_clock(text, i + len)) count++;
  }
  return count;
}

/* ":17" behind the hour: what stands behind the minute is the second. */
static bool has_minute(struct span text, int minute) {
  char figures[16];
  size_t len = (size_t)snprintf(figures, sizeof figures, ":%02d", minute);
  for (size_t i = 1; i + len <= text.len; i++) {
    size_t hour = i;
    while (hour > 0 && isdigit(text.bytes[hour - 1]))
      hour--;
    bool is_behind_hour = hour < i && (hour == 0 || text.bytes[hour - 1] != ':');
    bool ends = i + len == text.len || !isdigit(text.bytes[i + len]);
    if (is_behind_hour && ends && memcmp(text.bytes + i, figures, len) == 0) return true;
  }
  return false;
}

/* A line has no set form, and may be of any zone. In nearly all of them minute and year are those
 * of UTC; they stand there as ":17" and as "1982" or "82", which is not to be taken for the day. */
static bool is_of_second(struct span text, int64_t unix_s) {
  struct tm utc;
  char year[16], short_year[16];
  if (!utc_of(unix_s, &utc)) return false;
  int years = utc.tm_year % 100;
  (void)snprintf(year, sizeof year, "%d", utc.tm_year + 1900);
  (void)snprintf(short_year, sizeof short_year, "%02d", years);
  size_t days = utc.tm_mday == years ? 1 : 0;
  return has_minute(text, utc.tm_min) &&
         (count_number(text, year) > 0 || count_number(text, short_year) > days);
}

static bool tells_words(struct span octets, int64_t sent_ns, struct finding *finding) {
  char words[WORDS_MAX], date[WORDS_MAX];
  for (int64_t s = -SLACK_S; s <= SLACK_S; s++) {
    if (is_of_second(octets, seconds_of(sent_ns) + s)) return true;
  }
  finding_fails(finding, "%s was sent at %s", words_of_octets(octets, words),
                words_of_second(seconds_of(sent_ns), date));
  return false;
}

void check_server_tells_daytime(const struct check *check, const struct judged_case *judged,
                                struct finding *finding) {
  (void)check;
  finding_expect(finding, "each client gets a text with the year and the minute, right to %d s",
                 SLACK_S);
  judge_server(judged, tells_words, finding);
}

/* --- what a client made of it ----------------------------------------------------------------- */

/* The count begins again in 2036: as RFC 4330 section 3 does for NTP, a number without its highest
 * bit is taken for a time after that. */
static int64_t unix_second_of(uint32_t number) {
  int64_t era_s = (number & UINT32_C(0x80000000)) == 0 ? INT64_C(1) << 32 : 0;
  return (int64_t)number + era_s - UNIX_EPOCH_S;
}

static bool is_second(const struct run_record *run, const struct observation *seen,
                      int64_t unix_s) {
  int64_t step_ns = seen->resolution_ns > 0 ? seen->resolution_ns : 1;
  int64_t late_ns = unix_s * NS_PER_S - seen->unix_ns; /* what a coarser format has cut off */
  /* A clock may be set to what the server's says by now, a moment after it was read. */
  if (seen->from_clock && late_ns < 0 && late_ns > -(seen->taken_ns - run->outcome->started_ns))
    return true;
  return seen->is_time && late_ns >= 0 && late_ns < step_ns;
}

static bool refused(const struct run_record *run) {
  return !run->success && check_ended_itself(run) &&
         observation_find(&run->observed, "time") == NULL;
}

void check_time_told(const struct check *check, const struct judged_case *judged,
                     struct finding *finding) {
  int64_t unix_s = unix_second_of((uint32_t)check->low);
  bool may_refuse = check->high != 0;
  char label[WORDS_MAX], words[WORDS_MAX], how[WORDS_MAX];
  finding_expect(finding, "it succeeds, and its `time` is %s%s", words_of_second(unix_s, words),
                 may_refuse ? "; or it fails and tells none" : "");
  for (size_t i = 0; i < judged->run_count; i++) {
    const struct run_record *run = &judged->runs[i];
    if (may_refuse && refused(run)) continue;
    const struct observation *seen = check_observation(judged, i, "time", finding);
    if (seen == NULL) return;
    if (run->success && is_second(run, seen, unix_s)) continue;
    finding_fails(finding, "%s`time` is %s%s, %s", words_of_run(judged, i, label),
                  words_of_octets(span_of_text(seen->text), words),
                  seen->is_time ? "" : ", which is no time in the profile's format",
                  words_of_exit(run, how));
    return;
  }
  finding_holds(finding, "the right time was told, or none where that may be");
}
