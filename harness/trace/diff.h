/* Whether two canonical forms are the same conversation; if not, which field of which message
 * changed, as a person would tell it: flow, event, field, expected, actual, offset. */
#ifndef SOCKPROOF_TRACE_DIFF_H
#define SOCKPROOF_TRACE_DIFF_H

#include "trace/canonical.h"
#include "trace/trace.h"

/* What is compared. Where both forms were made of traces and these are given, a difference also
 * tells the octets behind a digest, the real endpoints, and the packets of the expected side. */
struct diff_sides {
  const struct canonical *expected, *actual;
  const struct trace *expected_trace, *actual_trace; /* NULL: a golden's text, or not to be told */
};

struct difference {
  char flow[96];  /* as the golden writes it; "" for the head */
  size_t event;   /* 1-based within its flow (of the golden; of the actual form for an event that is
                     not expected); 0: the flow itself, or with a field its ends, or the head */
  char field[48]; /* "" where a whole event is missing or is not expected */
  char expected[160], actual[160]; /* cut to fit, marked with "..." */
  size_t
      octet_offset; /* in the packet that carried the actual field; SIZE_MAX where there is none */
  size_t packet_index;    /* SIZE_MAX where there is none */
  size_t expected_packet; /* the packet of the expected trace; SIZE_MAX where there is none */
  char kind[16];          /* of the event; "" where there is none */
  char ends[2][112]; /* of the flow, expected and actual: "127.0.0.1:40000 > 127.0.0.1:80"; "" */
  size_t hunk;       /* 1-based: several fields of one event are one hunk */
  bool of_excerpt;   /* its flow began before what was compared: `event` counts from there */
};

struct diff_totals {
  size_t count;   /* hunks: one deleted packet is one */
  size_t gave_up; /* flows of which so much differs that events were compared by their numbers */
};

struct diff_result {
  size_t count;            /* hunks: one deleted packet is one */
  struct difference *list; /* the first 64 fields or events; several fields of one event are one
                              hunk; owned by this */
  size_t listed;
  size_t gave_up; /* flows of which so much differs that events were compared by their numbers */
};

typedef void (*difference_visitor)(void *context, const struct difference *difference);

/* Calls `visit` for each difference, all of them. The same as diff_canonical otherwise. */
enum err_code diff_each(const struct diff_sides *sides, difference_visitor visit, void *context,
                        struct diff_totals *totals, struct err *err) MUST_USE;

/* Events are aligned within matched flows (a deleted, inserted or altered event is one hunk); flows
 * are matched whatever their order. */
enum err_code diff_canonical(const struct canonical *expected, const struct canonical *actual,
                             struct diff_result *result, struct err *err) MUST_USE;
void diff_free(struct diff_result *result);

/* A person's view with context; `requirement` may be NULL. No escape sequences. */
void diff_print(const struct diff_result *result, const struct canonical *expected,
                const struct canonical *actual, const char *requirement, struct text *out);
/* The line above the differences of a flow, and one difference; `same_event`: the one before was of
 * the same event, whose context need not be shown again. */
void diff_print_flow(const struct difference *difference, struct text *out);
void diff_print_one(const struct difference *difference, bool same_event,
                    const struct canonical *expected, const struct canonical *actual,
                    struct text *out);

/* A JSON object: flow, expected_ends, actual_ends, event (null in an excerpt), field, expected,
 * actual, expected_packet, packet (both from 1), octet (from 0); null where there is none. Octets
 * that are no ASCII stay escaped as the canonical text has them. */
void diff_json(const struct difference *difference, struct text *out);

#endif
