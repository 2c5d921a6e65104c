/* Addresses and their families are lwIP's. */
#ifndef TARGET_CORTEX_M3_IN_H
#define TARGET_CORTEX_M3_IN_H

#include <lwip/inet.h>
#include <sys/socket.h>

extern const struct in6_addr in6addr_loopback;

#endif
