/* A sentinel is a UDP datagram to system_sentinel_address whose payload is
 *
 *   "sockproof sentinel" (18 octets)   nonce (8)   round (4)   CPU (2)
 *
 * The nonce tells this capture's from those of others on a shared loopback; the round tells this
 * send's from what came late of an earlier one. */
#include "capture/sentinel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "capture/capture.h"
#include "capture/system.h"
#include "proto/ip.h"
#include "proto/link.h"
#include "wire/reader.h"
#include "wire/writer.h"

static const char MAGIC[] = "sockproof sentinel";
enum { MAGIC_LEN = sizeof MAGIC - 1, PAYLOAD_LEN = MAGIC_LEN + 8 + 4 + 2 };

struct sentinels {
  int sender, receiver; /* the receiver is there so that no ICMP error answers, and is drained */
  struct sockaddr_in to;
  uint64_t nonce;
  uint32_t round;
  unsigned due;
  bool due_from[SYSTEM_CPUS_MAX];
};

/* Port 9 may be taken, or not ours to have, where the loopback is shared. */
static bool bind_receiver(struct sentinels *sentinels) {
  socklen_t len = sizeof sentinels->to;
  sentinels->to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(SENTINEL_PORT)};
  if (inet_pton(AF_INET, system_sentinel_address, &sentinels->to.sin_addr) != 1) return false;
  if (bind(sentinels->receiver, (const struct sockaddr *)&sentinels->to, len) == 0) return true;
  sentinels->to.sin_port = 0;
  return bind(sentinels->receiver, (const struct sockaddr *)&sentinels->to, len) == 0 &&
         getsockname(sentinels->receiver, (struct sockaddr *)&sentinels->to, &len) == 0;
}

enum err_code sentinels_create(struct sentinels **sentinels, struct err *err) {
  *sentinels = NULL;
  struct sentinels *made = calloc(1, sizeof *made);
  if (made == NULL) return err_set_errno(err, errno, "a capture's sentinels have no memory");
  made->sender = descriptor_own(socket(AF_INET, SOCK_DGRAM, 0), DESCRIPTOR_NEVER_WAITS);
  made->receiver = descriptor_own(socket(AF_INET, SOCK_DGRAM, 0), DESCRIPTOR_NEVER_WAITS);
  if (made->sender < 0 || made->receiver < 0 || !bind_receiver(made) ||
      !system_fill_random(&made->nonce, sizeof made->nonce)) {
    const int reason = errno;
    sentinels_destroy(made);
    return err_set_errno(err, reason, "a capture's sentinels have no socket at %s",
                         system_sentinel_address);
  }
  *sentinels = made;
  return ERR_OK;
}

void sentinels_destroy(struct sentinels *sentinels) {
  if (sentinels == NULL) return;
  if (sentinels->sender >= 0) close(sentinels->sender);
  if (sentinels->receiver >= 0) close(sentinels->receiver);
  free(sentinels);
}

/* So that its queue never fills. */
static void drain(int fd) {
  uint8_t octets[PAYLOAD_LEN];
  while (recv(fd, octets, sizeof octets, 0) >= 0) {
  }
}

static bool send_one(void *context, unsigned cpu) {
  struct sentinels *sentinels = context;
  if (!sentinels->due_from[cpu]) return true;
  uint8_t octets[PAYLOAD_LEN];
  struct writer writer = writer_over(octets, sizeof octets);
  writer_span(&writer, span_of(MAGIC, MAGIC_LEN));
  writer_u64(&writer, sentinels->nonce);
  writer_u32(&writer, sentinels->round);
  writer_u16(&writer, (uint16_t)cpu);
  return sendto(sentinels->sender, octets, sizeof octets, 0,
                (const struct sockaddr *)&sentinels->to,
                sizeof sentinels->to) == (ssize_t)sizeof octets;
}

static bool await_one(void *context, unsigned cpu) {
  struct sentinels *sentinels = context;
  sentinels->due_from[cpu] = true;
  sentinels->due++;
  return true;
}

enum err_code sentinels_send(struct sentinels *sentinels, struct err *err) {
  drain(sentinels->receiver);
  if (sentinels->due == 0) {
    sentinels->round++;
    if (!system_on_each_cpu(await_one, sentinels))
      return err_set_errno(err, errno, "this thread's CPUs cannot be told");
  }
  if (!system_on_each_cpu(send_one, sentinels))
    return err_set_errno(err, errno, "a sentinel cannot be sent to %s", system_sentinel_address);
  return ERR_OK;
}

unsigned sentinels_due(const struct sentinels *sentinels) {
  return sentinels->due;
}

/* Whether the packet is a UDP datagram to the sentinels' address. */
static bool goes_to_receiver(const struct sentinels *sentinels, enum link_type link_type,
                             struct span packet) {
  struct reader reader = reader_over(packet);
  struct link_header link;
  struct ip_header ip;
  return link_decode(&reader, link_type, &link) && link.version == IP_V4 &&
         ip_decode(&reader, &ip) == IP_DECODED && ip.protocol == IP_PROTO_UDP &&
         memcmp(ip.destination.octets, &sentinels->to.sin_addr, 4) == 0;
}

bool sentinels_meet(struct sentinels *sentinels, enum link_type link_type, struct span packet) {
  if (packet.len < PAYLOAD_LEN) return false;
  struct reader reader = reader_over(span_part(packet, packet.len - PAYLOAD_LEN, PAYLOAD_LEN));
  if (!span_equal(reader_take(&reader, MAGIC_LEN), span_of(MAGIC, MAGIC_LEN)) ||
      !goes_to_receiver(sentinels, link_type, packet))
    return false;
  const uint64_t nonce = reader_u64(&reader);
  const uint32_t round = reader_u32(&reader);
  const uint16_t cpu = reader_u16(&reader);
  if (nonce == sentinels->nonce && round == sentinels->round && cpu < SYSTEM_CPUS_MAX &&
      sentinels->due_from[cpu]) {
    sentinels->due_from[cpu] = false;
    sentinels->due--;
  }
  return true;
}
