/* What libpcap calls a link header, which differs between systems, as the number that capture files
 * have for it. */
#ifndef SOCKPROOF_CAPTURE_DATALINK_H
#define SOCKPROOF_CAPTURE_DATALINK_H

#include <stdbool.h>

#include "base/err.h"
#include "proto/packet.h"

/* `datalink` is what pcap_datalink(3PCAP) says. False: a header that cannot be read here. */
bool datalink_to_link_type(int datalink, enum link_type *type) MUST_USE;

#endif
