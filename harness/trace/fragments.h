/* IP fragments joined (RFC 791 section 3.2, RFC 8200 section 4.5), within bounds. */
#ifndef SOCKPROOF_TRACE_FRAGMENTS_H
#define SOCKPROOF_TRACE_FRAGMENTS_H

#include "base/arena.h"
#include "trace/datagram.h"

struct fragments;

/* `arena` keeps the joined datagrams and must outlive them. NULL: no memory. */
struct fragments *fragments_create(struct arena *arena);
void fragments_destroy(struct fragments *fragments); /* NULL is fine */

/* Takes one fragment. *done tells that *whole was filled: the datagram that it completes, or, where
 * too many are unfinished, the oldest of those as an opaque one. ERR_LIMIT: no memory. */
enum err_code fragments_add(struct fragments *fragments, const struct ip_datagram *fragment,
                            struct ip_datagram *whole, bool *done, struct err *err) MUST_USE;

/* What is left unfinished when the trace is at its end, the oldest first, as opaque datagrams;
 * *done is false when there is none. */
enum err_code fragments_leftover(struct fragments *fragments, struct ip_datagram *whole, bool *done,
                                 struct err *err) MUST_USE;

#endif
