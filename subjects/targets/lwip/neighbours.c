#include "neighbours.h"

#include <stdlib.h>
#include <string.h>

#include <lwip/inet_chksum.h>
#include <lwip/prot/etharp.h>
#include <lwip/prot/iana.h>
#include <lwip/prot/icmp6.h>
#include <lwip/prot/ip6.h>
#include <lwip/prot/nd6.h>
#include <netif/ethernet.h>

/* The sandbox's end of the wire. */
static const u8_t HARDWARE[ETH_HWADDR_LEN] = {0x02, 0, 0, 0, 0, 1};

/* A message over IPv6: its header, the question (RFC 4861 section 4.3), and one option. */
enum { OPTION_LEN = 8, QUESTION_LEN = sizeof(struct ns_header) + OPTION_LEN, HOPS = 255 };

static void hear(struct netif *netif, u16_t type, const void *message, u16_t len) {
  struct eth_hdr header = {.type = lwip_htons(type)};
  memcpy(&header.dest, netif->hwaddr, sizeof header.dest);
  memcpy(&header.src, HARDWARE, sizeof header.src);
  struct pbuf *frame = pbuf_alloc(PBUF_RAW, (u16_t)(sizeof header + len), PBUF_RAM);
  if (frame == NULL) abort();
  pbuf_take(frame, &header, sizeof header);
  pbuf_take_at(frame, message, len, sizeof header);
  if (ethernet_input(frame, netif) != ERR_OK) pbuf_free(frame);
}

static void hear_over_ipv4(struct netif *netif, const char *from) {
  struct etharp_hdr request = {.hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET),
                               .proto = PP_HTONS(ETHTYPE_IP),
                               .hwlen = ETH_HWADDR_LEN,
                               .protolen = sizeof(ip4_addr_t),
                               .opcode = PP_HTONS(ARP_REQUEST)};
  ip4_addr_t asker;
  ip4addr_aton(from, &asker);
  memcpy(&request.shwaddr, HARDWARE, sizeof request.shwaddr);
  memcpy(&request.sipaddr, &asker, sizeof request.sipaddr);
  memcpy(&request.dipaddr, netif_ip4_addr(netif), sizeof request.dipaddr);
  hear(netif, ETHTYPE_ARP, &request, sizeof request);
}

static u16_t checksum(const u8_t question[QUESTION_LEN], const ip6_addr_t *from,
                      const ip6_addr_t *to) {
  struct pbuf *copy = pbuf_alloc(PBUF_RAW, QUESTION_LEN, PBUF_RAM);
  if (copy == NULL) abort();
  pbuf_take(copy, question, QUESTION_LEN);
  const u16_t sum = ip6_chksum_pseudo(copy, IP6_NEXTH_ICMP6, QUESTION_LEN, from, to);
  pbuf_free(copy);
  return sum;
}

static void hear_over_ipv6(struct netif *netif, const char *from, const char *to) {
  u8_t message[IP6_HLEN + QUESTION_LEN] = {0};
  u8_t *question = message + IP6_HLEN, *option = question + sizeof(struct ns_header);
  struct ip6_hdr ip;
  struct ns_header ask = {.type = ICMP6_TYPE_NS};
  ip6_addr_t asker, own;
  ip6addr_aton(from, &asker);
  ip6addr_aton(to, &own);
  IP6H_VTCFL_SET(&ip, 6, 0, 0);
  IP6H_PLEN_SET(&ip, QUESTION_LEN);
  IP6H_NEXTH_SET(&ip, IP6_NEXTH_ICMP6);
  IP6H_HOPLIM_SET(&ip, HOPS);
  ip6_addr_copy_to_packed(ip.src, asker);
  ip6_addr_copy_to_packed(ip.dest, own);
  ip6_addr_copy_to_packed(ask.target_address, own);
  option[0] = ND6_OPTION_TYPE_SOURCE_LLADDR;
  option[1] = OPTION_LEN / 8;
  memcpy(option + 2, HARDWARE, sizeof HARDWARE);
  memcpy(question, &ask, sizeof ask);
  ask.chksum = checksum(question, &asker, &own);
  memcpy(question, &ask, sizeof ask);
  memcpy(message, &ip, sizeof ip);
  hear(netif, ETHTYPE_IPV6, message, sizeof message);
}

void neighbours_introduce(struct netif *netif) {
  hear_over_ipv4(netif, "203.0.113.3");
  hear_over_ipv6(netif, "fd00:51::3", "fd00:51::2");
}
