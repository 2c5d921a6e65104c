/* The TCP connections that a wire carries: which of them are not closed yet. */
#ifndef TARGET_GVISOR_FLOWS_H
#define TARGET_GVISOR_FLOWS_H

#include <stdbool.h>
#include <stddef.h>

struct flows;

struct flows *flows_new(void); /* NULL: no memory */

/* An Ethernet frame that passes; `from_subject`: it comes from gVisor. */
void flows_note(struct flows *flows, bool from_subject, const unsigned char *frame, size_t len);

/* Connections of which an end was not heard to close, or not told that it was heard. */
bool flows_are_open(const struct flows *flows);

#endif
