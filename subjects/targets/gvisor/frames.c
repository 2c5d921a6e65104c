/* gVisor's stack has room for 32 frames that it has not looked at yet, and loses the others. A
 * kernel's wire would come in its own time; this one is as fast as memory. So gVisor is asked now
 * and then, by ARP, as nobody of the test's: it answers when it has come as far as the question. */
#define _GNU_SOURCE

#include "frames.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FRAME_MAX = 64 * 1024, UNHEARD_MAX = 16, ANSWER_LIMIT_MS = 2000 };

/* Who asks: 203.0.113.254, which is nobody in the test's network. */
static const unsigned char PROBER[] = {0x02, 0, 0, 0, 0, 0xfe};
static const unsigned char PROBE[] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0,   0,   0, 0xfe,
    0x08, 0x06, 0,    1,    0x08, 0,    6,    4, 0,   1,   /* a request over Ethernet, for IPv4 */
    0x02, 0,    0,    0,    0,    0xfe, 203,  0, 113, 254, /* from */
    0,    0,    0,    0,    0,    0,    203,  0, 113, 2,   /* whose hardware address is asked for */
};

void frames_open(struct frames *frames, int wire, const char *interface) {
  const int one = 1;
  struct sockaddr_ll at = {.sll_family = AF_PACKET,
                           .sll_protocol = htons(ETH_P_ALL),
                           .sll_ifindex = (int)if_nametoindex(interface)};
  *frames = (struct frames){.wire = wire, .flows = flows_new()};
  if (frames->flows == NULL) wire_give_up("no memory");
  if (fcntl(wire, F_SETFD, FD_CLOEXEC) != 0 || fcntl(wire, F_SETFL, O_NONBLOCK) != 0)
    wire_give_up("descriptor %d is no wire", wire);
  if (at.sll_ifindex == 0) wire_give_up("there is no interface %s", interface);
  frames->interface = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (frames->interface < 0 ||
      setsockopt(frames->interface, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0 ||
      bind(frames->interface, (struct sockaddr *)&at, sizeof at) != 0)
    wire_give_up("packets of %s cannot be had", interface);
}

static bool has_room(const struct frames *frames) {
  return frames->answer_ends_ms == 0 && frames->joined;
}

int frames_wire_to_await(const struct frames *frames) {
  return has_room(frames) ? frames->wire : -1;
}

static void ask(struct frames *frames) {
  frames->unheard = 0;
  frames->answer_ends_ms = wire_now_ms() + ANSWER_LIMIT_MS;
  (void)!write(frames->interface, PROBE, sizeof PROBE);
}

int frames_overdue_in_ms(struct frames *frames) {
  if (frames->answer_ends_ms == 0) return -1;
  long left_ms = frames->answer_ends_ms - wire_now_ms();
  if (left_ms > 0) return (int)left_ms;
  frames->answer_ends_ms = 0;
  return 0; /* what has waited for it goes on at once */
}

void frames_carry_in(struct frames *frames) {
  static unsigned char frame[FRAME_MAX];
  while (has_room(frames)) {
    ssize_t len = read(frames->wire, frame, sizeof frame);
    if (len <= 0) {
      frames->drained = true;
      return;
    }
    flows_note(frames->flows, false, frame, (size_t)len);
    /* What the interface does not take is lost, as on any wire. */
    (void)!write(frames->interface, frame, (size_t)len);
    if (++frames->unheard == UNHEARD_MAX) ask(frames);
  }
}

void frames_carry_out(struct frames *frames) {
  static unsigned char frame[FRAME_MAX];
  ssize_t len;
  while ((len = read(frames->interface, frame, sizeof frame)) > 0) {
    if ((size_t)len >= sizeof PROBER && memcmp(frame, PROBER, sizeof PROBER) == 0) {
      frames->answer_ends_ms = 0;
    } else if (frames->joined) {
      flows_note(frames->flows, true, frame, (size_t)len);
      (void)!write(frames->wire, frame, (size_t)len);
    }
  }
}

bool frames_are_settled(struct frames *frames) {
  if (!frames->joined) return true;
  if (!frames->settling) {
    frames->settling = true;
    frames->drained = false;
  }
  frames_carry_in(frames);
  if (frames->drained && frames->unheard > 0 && has_room(frames)) ask(frames);
  if (!frames->drained || !has_room(frames)) return false;
  frames->settling = false;
  return true;
}

void frames_join(struct frames *frames) {
  frames->joined = true;
}

void frames_cut(struct frames *frames) {
  frames->joined = false;
}
