#include "run/play/wire_filter.h"

/* How a stack finds its neighbours is no case's concern: ARP, IGMP, and of ICMPv6 what RFC 4861
 * has, and the multicast listener's messages (RFC 2710 section 3, RFC 3810 section 5), which stand
 * behind a hop-by-hop header: its first octet tells what follows, and the second how many times
 * eight octets it has more than eight. Whatever else has such a header is somebody's packet. */
#define HEADER_BEHIND_HOPS "ip6[40]"
#define TYPE_BEHIND_HOPS "ip6[48 + 8 * ip6[41]]"
static const char WITHOUT_UPKEEP[] =
    "(ip and not igmp) or (ip6"
    " and not (icmp6 and ip6[40] >= 130 and ip6[40] <= 137)"
    " and not (ip6[6] = 0 and " HEADER_BEHIND_HOPS " = 58 and (" TYPE_BEHIND_HOPS
    " = 143 or (" TYPE_BEHIND_HOPS " >= 130 and " TYPE_BEHIND_HOPS " <= 132))))";

void wire_filter(uint16_t line_port, struct text *filter) {
  text_appendf(filter, "(%s)", WITHOUT_UPKEEP);
  if (line_port != 0) text_appendf(filter, " and not tcp port %u", (unsigned)line_port);
}
