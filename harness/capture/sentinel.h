/* Datagrams that prove a capture complete: sent after the last packet of interest, recognised when
 * they are captured. */
#ifndef SOCKPROOF_CAPTURE_SENTINEL_H
#define SOCKPROOF_CAPTURE_SENTINEL_H

#include "base/err.h"
#include "base/span.h"
#include "proto/packet.h"

struct sentinels;

enum err_code sentinels_create(struct sentinels **sentinels, struct err *err) MUST_USE;
void sentinels_destroy(struct sentinels *sentinels); /* NULL is fine */

enum err_code sentinels_send(struct sentinels *sentinels, struct err *err) MUST_USE;
unsigned sentinels_due(const struct sentinels *sentinels);

/* True for a sentinel, of this or of another capture: no packet of interest. */
bool sentinels_meet(struct sentinels *sentinels, enum link_type link_type, struct span packet);

#endif
