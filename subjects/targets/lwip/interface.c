#include "interface.h"

#include "first_port.h"
#include "neighbours.h"

#include <string.h>

#include <lwip/etharp.h>
#include <lwip/ethip6.h>

static err_t prepare(struct netif *netif) {
  static const u8_t address[ETH_HWADDR_LEN] = {0x02, 0, 0, 0, 0, 2};
  const struct interface_plan *plan = netif->state;
  netif->name[0] = 'e';
  netif->name[1] = 'n';
  netif->mtu = 1500;
  netif->hwaddr_len = ETH_HWADDR_LEN;
  memcpy(netif->hwaddr, address, sizeof address);
  netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                 NETIF_FLAG_LINK_UP | NETIF_FLAG_MLD6;
  netif->output = etharp_output;
  netif->output_ip6 = ethip6_output;
  netif->linkoutput = plan->send;
  return ERR_OK;
}

void interface_add(struct netif *netif, struct interface_plan *plan) {
  ip4_addr_t own, mask, router;
  ip6_addr_t own6;
  s8_t index;
  ip4addr_aton("203.0.113.2", &own);
  ip4addr_aton("255.255.255.0", &mask);
  ip4_addr_set_any(&router);
  if (plan->router != NULL) ip4addr_aton(plan->router, &router);
  ip6addr_aton("fd00:51::2", &own6);
  netif_add(netif, &own, &mask, &router, plan, prepare, plan->take);
  netif_set_default(netif);
  netif_set_up(netif);
  /* It is known to be nobody else's: asking first would only be packets more. */
  netif_add_ip6_address(netif, &own6, &index);
  netif_ip6_addr_set_state(netif, index, IP6_ADDR_PREFERRED);
  first_port_draw();
  neighbours_introduce(netif);
}
