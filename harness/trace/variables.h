/* The timestamps of a trace that are bound: which variable stands for which value.
 *
 * Two timestamps that are equal although they were made in different messages are one variable:
 * somebody repeated the other. Within one message equal timestamps are two: on a fast machine two
 * readings of the clock may give the same, which is luck. */
#ifndef SOCKPROOF_TRACE_VARIABLES_H
#define SOCKPROOF_TRACE_VARIABLES_H

#include "proto/ntp.h"
#include "trace/canonical_model.h"

#define CLASS_TRANSMIT "ntp.xmt"

struct variables;

struct variables *variables_create(struct canonical *canonical); /* NULL: no memory */
void variables_destroy(struct variables *variables);             /* NULL is fine */

/* What stands for a timestamp: a variable, or a variable and an offset. */
struct bound {
  ntp_timestamp value;
  const char *class; /* "ntp.xmt", "ntp.rec", ... */
  size_t message;    /* the packet that bound it */
  size_t variable;
  const char *rest; /* "" or "+0.250000000" */
  size_t next;      /* private */
};

/* Binds `value` as seen in message `message` to a new variable of the class, unless another message
 * has bound it already. */
void variables_bind(struct variables *variables, const char *class, ntp_timestamp value,
                    size_t message);
/* The same, where it is told by another variable and an offset. */
void variables_bind_relative(struct variables *variables, const char *class, ntp_timestamp value,
                             size_t message, size_t variable, const char *rest);

/* What that field of that message bound; NULL: nothing, another message had bound the value. */
const struct bound *variables_own(const struct variables *variables, const char *class,
                                  ntp_timestamp value, size_t message);
/* What stands for the value: a transmit timestamp before others, an earlier one before a later one.
 * NULL: nothing does. */
const struct bound *variables_find(const struct variables *variables, ntp_timestamp value);

/* The same, but only a variable without an offset: what another value can be told relative to. */
const struct bound *variables_find_itself(const struct variables *variables, ntp_timestamp value);

/* The newest of the class whose value differs from `value` in one or two bits; NULL: none. */
const struct bound *variables_find_near(const struct variables *variables, const char *class,
                                        ntp_timestamp value);

#endif
