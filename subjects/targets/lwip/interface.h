/* The one interface of a stack that is lwIP: its addresses, as each case of a target with a tap has
 * them. */
#ifndef TARGET_LWIP_INTERFACE_H
#define TARGET_LWIP_INTERFACE_H

#include <lwip/netif.h>

struct interface_plan {
  netif_linkoutput_fn send; /* a frame on to the wire */
  netif_input_fn take;      /* one that came */
  const char *router;       /* NULL: there is no way to any other network */
};

/* Call it where lwIP's core may be called. */
void interface_add(struct netif *netif, struct interface_plan *plan);

#endif
