/* What two programs say over one TCP connection, for tests of its canonical form. */
#ifndef SOCKPROOF_TESTS_TRACE_TALK_H
#define SOCKPROOF_TESTS_TRACE_TALK_H

#include "forms.h"

/* Who says what, one after the other: '>' (the subject) or '<' and the octets. NULL ends them. */
enum { TALK_TURNS_MAX = 8, TALK_SEGMENT_MAX = 512 };
typedef const char *turns[TALK_TURNS_MAX];

/* The subject's connection to the server, each turn in segments of at most `segment` octets, fewer
 * than TALK_SEGMENT_MAX. The caller destroys the packets. */
struct packets talk_packets(struct endpoint server, const turns texts, size_t segment);

/* The form is `flow` (its head and its opening), then `expected`, and the end, whatever the
 * segments: each of three lengths. */
void assert_talk(const struct canonical_head *head, const turns texts, const char *flow,
                 const char *expected, const size_t segments[3]);

/* Each bit of each octet that was said makes another form; `octets` were said. */
void assert_every_bit_told(const struct packets *packets, const struct canonical_head *head,
                           size_t octets);

#endif
