#define _GNU_SOURCE

#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "frames.h"

enum { PATIENCE_S = 10, LOWER_UP = 1 << 16 /* IFF_LOWER_UP, whose header is at odds with ours */ };

static const char GVISORS[] = "gvisor";
static const unsigned char GVISORS_ADDRESS[] = {0x02, 0, 0, 0, 0, 0x02};

/* A request for an interface, as it grows. */
struct request {
  struct nlmsghdr header;
  struct ifinfomsg interface;
  char attributes[256];
};

static bool write_file(const char *path, const char *text) {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool is_written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  const int reason = errno;
  close(fd);
  errno = reason;
  return is_written;
}

void network_leave(void) {
  char users[32], groups[32];
  snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
  snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 || !write_file("/proc/self/setgroups", "deny") ||
      !write_file("/proc/self/uid_map", users) || !write_file("/proc/self/gid_map", groups))
    wire_give_up("no network of its own");
}

/* Returns where its length is to be told when all in it is there. */
static struct rtattr *begin(struct request *request, unsigned short type, const void *value,
                            size_t len) {
  struct rtattr *attribute = (void *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
  attribute->rta_type = type;
  attribute->rta_len = (unsigned short)RTA_LENGTH(len);
  if (len > 0) memcpy(RTA_DATA(attribute), value, len);
  request->header.nlmsg_len =
      (unsigned)(NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len));
  return attribute;
}

static void end(const struct request *request, struct rtattr *attribute) {
  const char *behind = (const char *)request + request->header.nlmsg_len;
  attribute->rta_len = (unsigned short)(behind - (const char *)attribute);
}

static struct request request_of(unsigned flags, int interface) {
  return (struct request){
      .header = {.nlmsg_type = RTM_NEWLINK,
                 .nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags),
                 .nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg))},
      .interface.ifi_index = interface};
}

static void ask(int kernel, const struct request *request, const char *name) {
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char rest[512]; /* the request again, and what the kernel says of it */
  } answer = {.error.error = -EPROTO};
  if (kernel < 0 || send(kernel, request, request->header.nlmsg_len, 0) < 0 ||
      recv(kernel, &answer, sizeof answer, 0) < 0)
    wire_give_up("the kernel cannot be asked for %s", name);
  errno = -answer.error.error;
  if (errno != 0) wire_give_up("the kernel makes no %s", name);
}

static void make_wire(int kernel, const char *name) {
  const struct ifinfomsg peer_interface = {.ifi_family = AF_UNSPEC};
  struct request request = request_of(NLM_F_CREATE | NLM_F_EXCL, 0);
  begin(&request, IFLA_IFNAME, GVISORS, sizeof GVISORS);
  begin(&request, IFLA_ADDRESS, GVISORS_ADDRESS, sizeof GVISORS_ADDRESS);
  struct rtattr *info = begin(&request, IFLA_LINKINFO, NULL, 0);
  begin(&request, IFLA_INFO_KIND, "veth", sizeof "veth");
  struct rtattr *data = begin(&request, IFLA_INFO_DATA, NULL, 0);
  struct rtattr *peer = begin(&request, VETH_INFO_PEER, &peer_interface, sizeof peer_interface);
  begin(&request, IFLA_IFNAME, name, strlen(name) + 1);
  end(&request, peer);
  end(&request, data);
  end(&request, info);
  ask(kernel, &request, name);
}

/* The kernel is to add nothing: no address made of the hardware's. A kernel without IPv6 adds none,
 * and does not know the word. */
static void silence(int kernel, const char *name) {
  const unsigned char none = IN6_ADDR_GEN_MODE_NONE;
  if (access("/proc/sys/net/ipv6", F_OK) != 0) return;
  struct request request = request_of(0, (int)if_nametoindex(name));
  struct rtattr *families = begin(&request, IFLA_AF_SPEC, NULL, 0);
  struct rtattr *family = begin(&request, AF_INET6, NULL, 0);
  begin(&request, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none);
  end(&request, family);
  end(&request, families);
  ask(kernel, &request, name);
}

/* Without questions for neighbours: whose wire it is asks itself. */
static void put_up(int any_socket, const char *name) {
  struct ifreq request = {.ifr_flags = IFF_UP | IFF_NOARP};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(any_socket, SIOCSIFFLAGS, &request) != 0) wire_give_up("%s cannot be put up", name);
}

/* Where the kernel tells of each change of an interface. */
static int hear_of_changes(void) {
  const struct sockaddr_nl at = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
  const struct timeval patience = {.tv_sec = PATIENCE_S};
  const int changes = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (changes < 0 || bind(changes, (const struct sockaddr *)&at, sizeof at) != 0 ||
      setsockopt(changes, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0)
    wire_give_up("changes of interfaces cannot be heard of");
  return changes;
}

/* Whether one of these messages says that the interface hears its peer. That it runs is said of one
 * too of which the kernel does not know yet. */
static bool says_connected(const struct nlmsghdr *message, ssize_t len, int interface) {
  for (size_t left = (size_t)len; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
    const struct ifinfomsg *of = NLMSG_DATA(message);
    if (message->nlmsg_type == RTM_NEWLINK && of->ifi_family == AF_UNSPEC &&
        of->ifi_index == interface && (of->ifi_flags & LOWER_UP) != 0)
      return true;
  }
  return false;
}

/* An interface that is put up while its peer is not loses what is sent on it, until the kernel has
 * come to turn it on: in its own time, which on a busy host is long; it tells when it has. */
static void await_connection(int changes, const int interfaces[2]) {
  union {
    struct nlmsghdr first;
    char octets[16 * 1024];
  } messages;
  bool is_connected[2] = {false, false};
  while (!is_connected[0] || !is_connected[1]) {
    const ssize_t len = recv(changes, &messages, sizeof messages, 0);
    if (len < 0) wire_give_up("the wire does not come up");
    for (size_t i = 0; i < 2; i++)
      is_connected[i] = is_connected[i] || says_connected(&messages.first, len, interfaces[i]);
  }
}

int network_lay_wire(const char *name) {
  struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  const int changes = hear_of_changes();
  const int kernel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  make_wire(kernel, name);
  silence(kernel, GVISORS);
  silence(kernel, name);
  close(kernel);
  const int interfaces[] = {(int)if_nametoindex(GVISORS), (int)if_nametoindex(name)};
  const int gvisors = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (gvisors < 0) wire_give_up("packets cannot be had");
  put_up(gvisors, GVISORS);
  put_up(gvisors, name);
  await_connection(changes, interfaces);
  close(changes);
  at.sll_ifindex = interfaces[0];
  if (bind(gvisors, (struct sockaddr *)&at, sizeof at) != 0) wire_give_up("packets cannot be had");
  return gvisors;
}
