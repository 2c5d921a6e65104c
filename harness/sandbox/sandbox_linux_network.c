/* The sandbox's loopback: up in both families, packets as they are on a wire. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

static struct ifreq request_of(const char *interface) {
  struct ifreq request = {0};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
  return request;
}

static enum err_code set_offload(int fd, const char *interface, uint32_t command, const char *name,
                                 struct err *err) {
  struct ethtool_value value = {.cmd = command, .data = 0};
  struct ifreq request = request_of(interface);
  request.ifr_data = (void *)&value;
  if (ioctl(fd, SIOCETHTOOL, &request) != 0)
    return err_set_errno(err, errno, "%s cannot be switched off on the sandbox's %s", name,
                         interface);
  return ERR_OK;
}

/* Without offload off, the kernel hands 64 KB packets to the loopback, whatever the MTU. */
static enum err_code bring_up(int fd, const char *interface, unsigned mtu_bytes, struct err *err) {
  struct ifreq request = request_of(interface);
  request.ifr_mtu = (int)mtu_bytes;
  if (ioctl(fd, SIOCSIFMTU, &request) != 0)
    return err_set_errno(err, errno, "the sandbox's %s does not take an MTU of %u", interface,
                         mtu_bytes);
  if (set_offload(fd, interface, ETHTOOL_STSO, "TCP segmentation offload", err) != ERR_OK ||
      set_offload(fd, interface, ETHTOOL_SGSO, "generic segmentation offload", err) != ERR_OK)
    return err->code;
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
    return err_set_errno(err, errno, "the sandbox's %s cannot be brought up", interface);
  return ERR_OK;
}

enum err_code network_bring_up(const char *interface, unsigned mtu_bytes, struct err *err) {
  enum { MTU_BYTES = 1500 };
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return err_set_errno(err, errno, "the sandbox's network cannot be set up");
  const enum err_code code = bring_up(fd, interface, mtu_bytes != 0 ? mtu_bytes : MTU_BYTES, err);
  close(fd);
  return code;
}

struct address_message {
  struct nlmsghdr header;
  struct ifaddrmsg address;
  struct rtattr attribute;
  uint8_t octets[16];
};

/* Netlink and not ioctl: an address that an ioctl gave is "tentative" for a moment, and refuses
 * bind. */
static enum err_code ask_for_address(int netlink, const struct interface_address *wanted,
                                     struct err *err) {
  const size_t len = wanted->family == AF_INET6 ? 16 : 4;
  struct address_message message = {
      .header = {.nlmsg_len = (uint32_t)(offsetof(struct address_message, octets) + len),
                 .nlmsg_type = RTM_NEWADDR,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE},
      .address = {.ifa_family = (uint8_t)wanted->family,
                  .ifa_prefixlen = (uint8_t)wanted->prefix_bits,
                  .ifa_flags = IFA_F_NODAD,
                  .ifa_index = if_nametoindex(wanted->interface)},
      .attribute = {.rta_len = (unsigned short)(sizeof(struct rtattr) + len),
                    .rta_type = IFA_LOCAL},
  };
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {.error = {.error = -EPROTO}};
  if (inet_pton(wanted->family, wanted->text, message.octets) != 1) {
    return err_set(err, ERR_USAGE, "%s is not an address", wanted->text);
  }
  if (send(netlink, &message, message.header.nlmsg_len, 0) < 0 ||
      recv(netlink, &answer, sizeof answer, MSG_TRUNC) < (ssize_t)sizeof answer)
    return err_set_errno(err, errno, "the sandbox's %s cannot be given the address %s",
                         wanted->interface, wanted->text);
  if (answer.error.error != 0 && answer.error.error != -EEXIST)
    return err_set_errno(err, -answer.error.error, "the sandbox's %s does not take the address %s",
                         wanted->interface, wanted->text);
  return ERR_OK;
}

/* --- the route to an IPv6 address, which the kernel makes when it finds the time -------------- */

/* A socket that hears of new routes of IPv6; -1 with errno. */
static int open_monitor(void) {
  const struct sockaddr_nl routes = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV6_ROUTE};
  const struct timeval patience = {.tv_sec = 10};
  const int monitor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (monitor < 0) return -1;
  if (bind(monitor, (const struct sockaddr *)&routes, sizeof routes) == 0 &&
      setsockopt(monitor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0)
    return monitor;
  const int reason = errno;
  close(monitor);
  errno = reason;
  return -1;
}

static bool leads_to(const struct nlmsghdr *message, const struct in6_addr *address) {
  if (message->nlmsg_type != RTM_NEWROUTE) return false;
  const struct rtmsg *route = NLMSG_DATA(message);
  /* Of the two that an address brings, the one to itself comes last, and is the one that counts. */
  if (route->rtm_type != RTN_LOCAL || route->rtm_dst_len != 128) return false;
  size_t left = RTM_PAYLOAD(message);
  for (const struct rtattr *at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTA_DST && RTA_PAYLOAD(at) == sizeof *address)
      return memcmp(RTA_DATA(at), address, sizeof *address) == 0;
  }
  return false;
}

/* Without it a connection to an address that is there already finds the network unreachable. */
static enum err_code await_route(int monitor, const struct interface_address *wanted,
                                 struct err *err) {
  _Alignas(struct nlmsghdr) char buffer[8192];
  struct in6_addr address;
  if (inet_pton(AF_INET6, wanted->text, &address) != 1)
    return err_set(err, ERR_USAGE, "%s is not an address", wanted->text);
  for (;;) {
    const ssize_t got = recv(monitor, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return err_set_errno(err, errno, "the sandbox's %s has no route to its address %s",
                           wanted->interface, wanted->text);
    size_t left = (size_t)got;
    for (const struct nlmsghdr *at = (const void *)buffer; NLMSG_OK(at, left);
         at = NLMSG_NEXT(at, left)) {
      if (leads_to(at, &address)) return ERR_OK;
    }
  }
}

enum err_code network_add_address(const struct interface_address *wanted, struct err *err) {
  const bool ipv6 = wanted->family == AF_INET6;
  const int monitor = ipv6 ? open_monitor() : -1;
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  enum err_code code;
  if (netlink < 0 || (ipv6 && monitor < 0)) {
    code = err_set_errno(err, errno, "addresses of the sandbox cannot be set");
  } else {
    code = ask_for_address(netlink, wanted, err);
    if (code == ERR_OK && ipv6) code = await_route(monitor, wanted, err);
  }
  if (netlink >= 0) close(netlink);
  if (monitor >= 0) close(monitor);
  return code;
}

static enum err_code add_addresses(bool ipv6, struct err *err) {
  static const struct interface_address global = {"lo", AF_INET, SANDBOX_GLOBAL_IPV4, 32};
  static const struct interface_address second = {"lo", AF_INET6, SANDBOX_SECOND_IPV6, 128};
  const enum err_code code = network_add_address(&global, err);
  return code == ERR_OK && ipv6 ? network_add_address(&second, err) : code;
}

bool network_switch_ipv6(bool off) {
  const char *value = off ? "1" : "0";
  return proc_write("/proc/sys/net/ipv6/conf/all/disable_ipv6", value) &&
         proc_write("/proc/sys/net/ipv6/conf/lo/disable_ipv6", value);
}

/* True where the kernel speaks IPv6 and it is wanted. The sysctls of a new network namespace may
 * come from the host's. */
static bool choose_ipv6(bool off) {
  if (!network_switch_ipv6(off)) {
    /* A read-only /proc/sys (containers) leaves what there is: look. */
    const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    close(fd);
  }
  return !off;
}

enum err_code network_set_up(const struct sandbox_options *options, bool *has_ipv6,
                             struct err *err) {
  *has_ipv6 = choose_ipv6(options->ipv6_off);
  const enum err_code code = network_bring_up("lo", options->mtu_bytes, err);
  if (code != ERR_OK) return code;

  /* Where this cannot be written (a container's read-only /proc/sys), a subject still gets its
   * port: the supervisor binds on its behalf. */
  if (!proc_write("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0") && errno != EROFS)
    return err_set_errno(err, errno, "the ports below 1024 cannot be freed in the sandbox");

  struct err of_address;
  if (add_addresses(*has_ipv6, &of_address) == ERR_OK) return ERR_OK;
  if (!*has_ipv6) return err_set(err, of_address.code, "%s", of_address.text);
  /* The kernel was built without IPv6, or started with ipv6.disable=1. */
  *has_ipv6 = false;
  return add_addresses(false, err);
}
