/* What is captured on a wire of the case's own, in libpcap's words: all but its upkeep. */
#ifndef SOCKPROOF_RUN_WIRE_FILTER_H
#define SOCKPROOF_RUN_WIRE_FILTER_H

#include "base/text.h"

#include <stdint.h>

/* Appends the filter. The line to the far side may go over the same wire, to that TCP port; 0: it
 * does not. */
void wire_filter(uint16_t line_port, struct text *filter);

#endif
