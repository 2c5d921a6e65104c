/* Whether two canonical forms are the same conversation; if not, which field of which message
 * changed, as a person would tell it: flow, event, field, expected, actual, offset. */
#ifndef SOCKPROOF_TRACE_DIFF_H
#define SOCKPROOF_TRACE_DIFF_H

#include "trace/canonical.h"

struct difference {
  char flow[96];  /* as the golden writes it; "" for the head */
  size_t event;   /* 1-based within its flow (of the golden; of the actual form for an event that is
                     not expected); 0: the flow itself, or with a field its ends, or the head */
  char field[48]; /* "" where a whole event is missing or is not expected */
  char expected[160], actual[160]; /* cut to fit, marked with "..." */
  size_t
      octet_offset; /* in the packet that carried the actual field; SIZE_MAX where there is none */
  size_t packet_index; /* SIZE_MAX where there is none */
};

struct diff_result {
  size_t count;            /* hunks: one deleted packet is one */
  struct difference *list; /* the first 64 fields or events; several fields of one event are one
                              hunk; owned by this */
  size_t listed;
  size_t gave_up; /* flows of which so much differs that events were compared by their numbers */
};

/* Events are aligned within matched flows (a deleted, inserted or altered event is one hunk); flows
 * are matched whatever their order. */
enum err_code diff_canonical(const struct canonical *expected, const struct canonical *actual,
                             struct diff_result *result, struct err *err) MUST_USE;
void diff_free(struct diff_result *result);

/* A person's view with context; `requirement` may be NULL. No escape sequences. */
void diff_print(const struct diff_result *result, const struct canonical *expected,
                const struct canonical *actual, const char *requirement, struct text *out);

/* The listed differences as JSON objects with commas between them: flow, event, field, expected,
 * actual, packet, octet (both from 1; null where there is none). Octets that are no ASCII stay
 * escaped as the canonical text has them. */
void diff_json(const struct diff_result *result, struct text *out);

#endif
