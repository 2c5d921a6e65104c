/* The packets of a case or of a capture file, in the order in which they were captured. */
#ifndef SOCKPROOF_TRACE_TRACE_H
#define SOCKPROOF_TRACE_TRACE_H

#include "base/err.h"
#include "proto/packet.h"

struct trace;

struct trace *trace_create(enum link_type link_type); /* NULL: no memory */
void trace_destroy(struct trace *trace);              /* NULL is fine */

/* Copies the packet. ERR_LIMIT beyond 256 MiB of packets: a trace of that size is not a case's. */
enum err_code trace_add(struct trace *trace, const struct packet *packet, struct err *err) MUST_USE;

/* The same of another link type than the trace's: a pcapng file has one for each interface. */
enum err_code trace_add_of(struct trace *trace, enum link_type link_type,
                           const struct packet *packet, struct err *err) MUST_USE;

enum link_type trace_link_type(const struct trace *trace);
enum link_type trace_packet_link_type(const struct trace *trace, size_t index);
size_t trace_count(const struct trace *trace);
const struct packet *trace_packet(const struct trace *trace, size_t index); /* owned by the trace */

#endif
