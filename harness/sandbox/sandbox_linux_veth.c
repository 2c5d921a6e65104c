/* A second network in the sandbox, at the other end of a pair of virtual Ethernet devices: there
 * the subject lives, on the kernel's own stack, and packets between it and the fixtures pass a
 * wire. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

static const char NETWORK[] = "/proc/self/ns/net";
static const char NO_PAIR[] = "the sandbox gets no pair of virtual Ethernet devices";

/* RTM_NEWLINK of one end, here, and its peer, in the network of `peer_network`. */
struct pair_message {
  struct nlmsghdr header;
  struct ifinfomsg link;
  struct rtattr name_head;
  char name[8];
  struct rtattr info_head; /* holds all that follows */
  struct rtattr kind_head;
  char kind[4];
  struct rtattr data_head; /* holds what follows */
  struct rtattr peer_head; /* as well */
  struct ifinfomsg peer;
  struct rtattr peer_name_head;
  char peer_name[8];
  struct rtattr peer_network_head;
  uint32_t peer_network;
};

/* How long an attribute is that ends with the message, from its head on. */
#define TO_THE_END(head) \
  ((unsigned short)(sizeof(struct pair_message) - offsetof(struct pair_message, head)))

_Static_assert(sizeof(SANDBOX_VETH_PEER) <= 8 && sizeof(SANDBOX_VETH_SUBJECT) <= 8,
               "a name and its NUL have room");

static enum err_code make_pair(int peer_network, struct err *err) {
  struct pair_message message = {
      .header = {.nlmsg_len = sizeof message,
                 .nlmsg_type = RTM_NEWLINK,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL},
      .name_head = {sizeof(struct rtattr) + sizeof message.name, IFLA_IFNAME},
      .name = SANDBOX_VETH_SUBJECT,
      .info_head = {TO_THE_END(info_head), IFLA_LINKINFO},
      .kind_head = {sizeof(struct rtattr) + sizeof message.kind, IFLA_INFO_KIND},
      .kind = {'v', 'e', 't', 'h'},
      .data_head = {TO_THE_END(data_head), IFLA_INFO_DATA},
      .peer_head = {TO_THE_END(peer_head), VETH_INFO_PEER},
      .peer_name_head = {sizeof(struct rtattr) + sizeof message.peer_name, IFLA_IFNAME},
      .peer_name = SANDBOX_VETH_PEER,
      .peer_network_head = {sizeof(struct rtattr) + sizeof message.peer_network, IFLA_NET_NS_FD},
      .peer_network = (uint32_t)peer_network,
  };
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {.error = {.error = -EPROTO}};
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (netlink < 0) return err_set_errno(err, errno, NO_PAIR);
  const bool answered = send(netlink, &message, sizeof message, 0) >= 0 &&
                        recv(netlink, &answer, sizeof answer, MSG_TRUNC) >= (ssize_t)sizeof answer;
  const int reason = answered ? -answer.error.error : errno;
  close(netlink);
  return reason == 0 ? ERR_OK : err_set_errno(err, reason, NO_PAIR);
}

/* --- an end is up when the kernel's own work has given it its queue: before, it drops packets - */

static bool tells_up(const struct nlmsghdr *message) {
  if (message->nlmsg_type != RTM_NEWLINK) return false;
  const struct ifinfomsg *link = NLMSG_DATA(message);
  return (link->ifi_flags & IFF_LOOPBACK) == 0 && (link->ifi_flags & IFF_LOWER_UP) != 0 &&
         (link->ifi_flags & IFF_RUNNING) != 0;
}

static enum err_code open_monitor(int *monitor, struct err *err) {
  const struct sockaddr_nl links = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
  const struct timeval patience = {.tv_sec = 10};
  *monitor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (*monitor >= 0 && bind(*monitor, (const struct sockaddr *)&links, sizeof links) == 0 &&
      setsockopt(*monitor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0)
    return ERR_OK;
  return err_set_errno(err, errno, "the subject's end of the wire cannot be watched");
}

static enum err_code await_up(int monitor, struct err *err) {
  _Alignas(struct nlmsghdr) char buffer[8192];
  for (;;) {
    const ssize_t got = recv(monitor, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return err_set_errno(err, errno, "the subject's end of the wire does not come up");
    size_t left = (size_t)got;
    for (const struct nlmsghdr *at = (const void *)buffer; NLMSG_OK(at, left);
         at = NLMSG_NEXT(at, left)) {
      if (tells_up(at)) return ERR_OK;
    }
  }
}

/* --- the ends --------------------------------------------------------------------------------- */

/* Made up, with its addresses. */
static enum err_code set_up_end(const struct interface_address *addresses, size_t count, bool ipv6,
                                struct err *err) {
  const char *interface = addresses[0].interface;
  if (ipv6) wire_keep_quiet(interface);
  enum err_code code = network_bring_up(interface, 0, err);
  for (size_t i = 0; i < count && code == ERR_OK; i++) {
    if (addresses[i].family == AF_INET || ipv6) code = network_add_address(&addresses[i], err);
  }
  return code;
}

/* In the subject's network, which is new and the caller's. */
static enum err_code set_up_far_end(int near, const struct sandbox_options *options,
                                    struct err *err) {
  static const struct interface_address addresses[] = {
      {SANDBOX_VETH_SUBJECT, AF_INET, SANDBOX_TAP_SUBJECT_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_VETH_SUBJECT, AF_INET, SANDBOX_TAP_SUBJECT2_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_VETH_SUBJECT, AF_INET6, SANDBOX_TAP_SUBJECT_IPV6, SANDBOX_TAP_PREFIX_IPV6},
      {SANDBOX_VETH_SUBJECT, AF_INET6, SANDBOX_TAP_SUBJECT2_IPV6, SANDBOX_TAP_PREFIX_IPV6},
  };
  bool ipv6;
  enum err_code code = network_set_up(options, &ipv6, err);
  if (code == ERR_OK) code = make_pair(near, err);
  return code == ERR_OK ? set_up_end(addresses, 4, ipv6, err) : code;
}

static enum err_code set_up_near_end(bool ipv6, struct err *err) {
  static const struct interface_address addresses[] = {
      {SANDBOX_VETH_PEER, AF_INET, SANDBOX_TAP_PEER_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_VETH_PEER, AF_INET, SANDBOX_TAP_PEER2_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_VETH_PEER, AF_INET6, SANDBOX_TAP_PEER_IPV6, SANDBOX_TAP_PREFIX_IPV6},
      {SANDBOX_VETH_PEER, AF_INET6, SANDBOX_TAP_PEER2_IPV6, SANDBOX_TAP_PREFIX_IPV6},
  };
  return set_up_end(addresses, 4, ipv6, err);
}

bool veth_enter(int network) {
  return setns(network, CLONE_NEWNET) == 0;
}

static enum err_code set_up_both(int near, const struct sandbox_options *options, bool ipv6,
                                 int *monitor, struct err *err) {
  enum err_code code = open_monitor(monitor, err);
  if (code == ERR_OK) code = set_up_far_end(near, options, err);
  if (!veth_enter(near) && code == ERR_OK)
    code = err_set_errno(err, errno, "there is no way back from the subject's network");
  if (code == ERR_OK) code = set_up_near_end(ipv6, err);
  return code == ERR_OK ? await_up(*monitor, err) : code;
}

enum err_code veth_set_up(const struct sandbox_options *options, bool ipv6, int *far_network,
                          struct err *err) {
  const int near = open(NETWORK, O_RDONLY | O_CLOEXEC);
  if (near < 0 || unshare(CLONE_NEWNET) != 0) {
    const int reason = errno;
    if (near >= 0) close(near);
    return err_set_errno(err, reason, "the sandbox gets no second network");
  }
  const int far = open(NETWORK, O_RDONLY | O_CLOEXEC);
  int monitor = -1;
  enum err_code code = far < 0 ? err_set_errno(err, errno, "the second network cannot be named")
                               : set_up_both(near, options, ipv6, &monitor, err);
  /* The way out of the subject's network is the wire, not its loopback. */
  if (code == ERR_OK && veth_enter(far)) {
    code = network_route_outside(SANDBOX_VETH_SUBJECT, SANDBOX_TAP_PEER_IPV4, err);
    if (!veth_enter(near) && code == ERR_OK) code = err_set_errno(err, errno, "setns failed");
  }
  close(near);
  if (monitor >= 0) close(monitor);
  if (code == ERR_OK) {
    *far_network = far;
  } else if (far >= 0) {
    close(far);
  }
  return code;
}

bool veth_switch_ipv6_off(int far_network) {
  const int near = open(NETWORK, O_RDONLY | O_CLOEXEC);
  if (near < 0) return false;
  const bool off = veth_enter(far_network) && network_switch_ipv6(true);
  const int reason = errno;
  const bool back = veth_enter(near);
  close(near);
  errno = off ? errno : reason;
  return off && back;
}
