/* A frame may still wait in the wire's device, in the emulator or in the kernel when something else
 * that was sent after it is here already. So the peer is asked for its hardware address: its answer
 * comes over the same wire, in its turn, and the kernel gives the sockets what came in that order.
 *
 * The question is a probe (RFC 5227, 2.1.1), from no address: neither side's neighbours change, and
 * the answer goes to no address too, which tells it from those to the kernel's own questions. */
#define _GNU_SOURCE

#include "settle.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

/* Less than a case gives a program to end after a signal. There is one question: an answer to one
 * before it would say nothing of the frames between the two. */
enum { ANSWER_LIMIT_MS = 5000 };

static const uint8_t PEER[] = {203, 0, 113, 1}, NOBODY[] = {0, 0, 0, 0};

static int wire = -1;
static struct sockaddr_ll everybody;
static struct ether_arp question;

bool settle_prepare(const char *interface) {
  struct ifreq hardware = {.ifr_flags = 0};
  wire = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  strncpy(hardware.ifr_name, interface, sizeof hardware.ifr_name - 1);
  if (wire < 0 || ioctl(wire, SIOCGIFHWADDR, &hardware) != 0) return false;
  everybody = (struct sockaddr_ll){.sll_family = AF_PACKET,
                                   .sll_protocol = htons(ETH_P_ARP),
                                   .sll_ifindex = (int)if_nametoindex(interface),
                                   .sll_halen = ETH_ALEN};
  memset(everybody.sll_addr, 0xff, ETH_ALEN);
  question = (struct ether_arp){.ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER),
                                           .ar_pro = htons(ETH_P_IP),
                                           .ar_hln = ETH_ALEN,
                                           .ar_pln = sizeof PEER,
                                           .ar_op = htons(ARPOP_REQUEST)}};
  memcpy(question.arp_sha, hardware.ifr_hwaddr.sa_data, ETH_ALEN);
  memcpy(question.arp_tpa, PEER, sizeof PEER);
  return bind(wire, (struct sockaddr *)&everybody, sizeof everybody) == 0;
}

static int64_t now_ms(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether the answer is among what has come. */
static bool take_answer(void) {
  struct ether_arp heard;
  bool answered = false;
  ssize_t len;
  while ((len = recv(wire, &heard, sizeof heard, 0)) >= 0) {
    if ((size_t)len == sizeof heard && heard.arp_op == htons(ARPOP_REPLY) &&
        memcmp(heard.arp_spa, PEER, sizeof PEER) == 0 &&
        memcmp(heard.arp_tpa, NOBODY, sizeof NOBODY) == 0)
      answered = true;
  }
  return answered;
}

const char *settle(void) {
  static char words[160];
  struct pollfd answer = {.fd = wire, .events = POLLIN};
  if (sendto(wire, &question, sizeof question, 0, (struct sockaddr *)&everybody, sizeof everybody) <
      0) {
    snprintf(words, sizeof words,
             "a signal is due, and the wire cannot be asked for what comes before it: %s",
             strerror(errno));
    return words;
  }
  const int64_t ends_ms = now_ms() + ANSWER_LIMIT_MS;
  for (int64_t left_ms; (left_ms = ends_ms - now_ms()) > 0;) {
    if (poll(&answer, 1, (int)left_ms) > 0 && take_answer()) return NULL;
  }
  snprintf(words, sizeof words,
           "a signal is due, and whether all frames before it are there cannot be told: the wire's "
           "other end answers nothing within %d s",
           ANSWER_LIMIT_MS / 1000);
  return words;
}
