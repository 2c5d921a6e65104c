/* Live capture of one interface with libpcap, and the sentinels that prove it complete.
 *
 * A packet socket delivers in order, so once a datagram sent after the last packet of interest has
 * been captured, everything before it has been captured too, or was dropped and counted. Each CPU
 * has a queue of its own on its way to the ring: a sentinel is sent from each CPU that the affinity
 * mask allows. */
#ifndef SOCKPROOF_CAPTURE_CAPTURE_H
#define SOCKPROOF_CAPTURE_CAPTURE_H

#include "base/err.h"
#include "base/span.h"
#include "proto/packet.h"

struct capture;

struct capture_options {
  const char *interface; /* "any"; NULL: the loopback, whatever the system calls it */
  const char *filter;    /* a pcap filter; NULL captures all */
  bool flood; /* TPACKET_V3: for cases that send more than some thousand packets; slower to deliver
               */
  bool both_directions; /* also what this host sends: on a loopback each packet would come twice */
  /* With interface "any": each packet's header says at which it was seen (LINK_LINUX_SLL2), and
   * "ifindex N" in a filter asks for one. Elsewhere libpcap knows that but in the kernel, and drops
   * all that came before the kernel had the filter. */
  bool tells_interfaces;
  unsigned snaplen_bytes; /* 0: 1600 */
  size_t buffer_bytes;    /* 0: 16 MiB */
};

/* Opens and activates; when it returns, packets are being captured. ERR_UNAVAILABLE with what would
 * give the permission where libpcap may not capture. */
enum err_code capture_open(struct capture **capture, const struct capture_options *options,
                           struct err *err) MUST_USE;
void capture_close(struct capture *capture); /* NULL is fine; waits for the kernel (some 28 ms) */

int capture_fd(const struct capture *capture); /* readable when packets are there */
enum link_type capture_link_type(const struct capture *capture);

/* Hands every packet that is there to `sink`, without waiting; packet bytes are the ring's: copy
 * them. Sentinels are kept back and counted. After 32,768 packets it returns, however many more
 * there are: capture_fd() is then still readable. */
typedef void (*capture_sink)(void *context, const struct packet *packet);
enum err_code capture_read(struct capture *capture, capture_sink sink, void *context,
                           struct err *err) MUST_USE;

/* The kernel's count of packets that did not fit the ring, since the capture began. */
enum err_code capture_dropped(struct capture *capture, unsigned long *dropped,
                              struct err *err) MUST_USE;

/* Sends one sentinel datagram from each allowed CPU over the loopback; capture_sentinels_due()
 * then falls to 0 as capture_read() meets one from each. A send while some are still due repeats
 * that send, for the CPUs whose sentinel is missing: whichever of the two arrives counts. Sending
 * again after a loss is the caller's. */
enum { SENTINEL_PORT = 9 }; /* "discard"; an ephemeral one where that is not to be had */
enum err_code capture_send_sentinels(struct capture *capture, struct err *err) MUST_USE;
unsigned capture_sentinels_due(const struct capture *capture);

/* True where this process may capture on `interface` (as above) at all; otherwise *err says in one
 * sentence why not. */
bool capture_permitted(const char *interface, struct err *err) MUST_USE;

#endif
