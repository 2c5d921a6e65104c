#include "capture/datalink.h"

#include <pcap.h>
#include <stddef.h>

/* OpenBSD's numbers for LOOP and RAW are others than those of capture files, and 12 is RAW
 * elsewhere; <pcap/dlt.h> has those of the system that this is compiled on. 276
 * is LINUX_SLL2 on all, where libpcap knows it. */
static const struct {
  int datalink;
  enum link_type type;
} KNOWN[] = {
    {DLT_NULL, LINK_NULL},           {DLT_LOOP, LINK_LOOP},
    {DLT_EN10MB, LINK_ETHERNET},     {DLT_RAW, LINK_RAW},
    {DLT_IPV4, LINK_IPV4},           {DLT_IPV6, LINK_IPV6},
    {DLT_LINUX_SLL, LINK_LINUX_SLL}, {276, LINK_LINUX_SLL2},
};

bool datalink_to_link_type(int datalink, enum link_type *type) {
  for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++) {
    if (KNOWN[i].datalink == datalink) {
      *type = KNOWN[i].type;
      return true;
    }
  }
  return false;
}
