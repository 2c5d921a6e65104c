/* The Time Protocol (RFC 868): the server's answer is one number, over TCP as over UDP.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *  |        seconds since 00:00 (midnight) 1 January 1900 GMT        |
 *  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ */
#ifndef SOCKPROOF_PROTO_TIME_H
#define SOCKPROOF_PROTO_TIME_H

#include "base/span.h"

enum { TIME_PORT = 37, TIME_LEN = 4 };

/* False: it is not 4 octets, and so no time. */
bool time_decode(struct span octets, uint32_t *seconds);

#endif
