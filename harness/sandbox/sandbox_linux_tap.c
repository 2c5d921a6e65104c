/* A tap device in the sandbox: what a TCP/IP stack of the subject's own has for its wire. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

static const char DEVICE[] = "/dev/net/tun";

/* An address made of the hardware's, router solicitations and multicast listener reports of the
 * kernel's own would be packets that nobody asked for; a host whose IPv6 is off has no such files.
 */
void wire_keep_quiet(const char *interface) {
  static const char *const settings[][2] = {
      {"addr_gen_mode", "1"}, {"router_solicitations", "0"}, {"accept_ra", "0"},
      {"accept_dad", "0"},    {"force_mld_version", "1"},
  };
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/%s", interface, settings[i][0]);
    if (!proc_write(path, settings[i][1])) return; /* they are as they are, all of them */
  }
}

/* With an address that a stack can be told beforehand: one that asks for it first may end with what
 * it had to send still waiting for the answer. */
static enum err_code bring_up(struct err *err) {
  static const char address[ETH_ALEN] = {0x02, 0, 0, 0, 0, 0x01};
  struct ifreq hardware = {.ifr_name = SANDBOX_TAP, .ifr_hwaddr.sa_family = ARPHRD_ETHER};
  struct ifreq request = {.ifr_name = SANDBOX_TAP};
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return err_set_errno(err, errno, "the sandbox's tap device cannot be set up");
  memcpy(hardware.ifr_hwaddr.sa_data, address, sizeof address);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up =
      ioctl(fd, SIOCSIFHWADDR, &hardware) == 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  const int reason = errno;
  close(fd);
  return up ? ERR_OK : err_set_errno(err, reason, "the sandbox's tap device cannot be brought up");
}

enum err_code tap_set_up(bool ipv6, int *tap_fd, struct err *err) {
  struct ifreq request = {.ifr_name = SANDBOX_TAP, .ifr_flags = IFF_TAP | IFF_NO_PI};
  const int fd = open(DEVICE, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return err_set_errno(err, errno,
                         "%s cannot be opened, which a stack of the subject's own needs for its "
                         "wire; run as root, or allow it: chmod 0666 %s",
                         DEVICE, DEVICE);
  if (ioctl(fd, TUNSETIFF, &request) != 0) {
    const int reason = errno;
    close(fd);
    return err_set_errno(err, reason, "the sandbox gets no tap device%s",
                         reason == EBUSY ? ": its network has a " SANDBOX_TAP " already" : "");
  }
  if (ipv6) wire_keep_quiet(SANDBOX_TAP);
  enum err_code code = bring_up(err);
  static const struct interface_address addresses[] = {
      {SANDBOX_TAP, AF_INET, SANDBOX_TAP_PEER_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_TAP, AF_INET, SANDBOX_TAP_PEER2_IPV4, SANDBOX_TAP_PREFIX_IPV4},
      {SANDBOX_TAP, AF_INET6, SANDBOX_TAP_PEER_IPV6, SANDBOX_TAP_PREFIX_IPV6},
      {SANDBOX_TAP, AF_INET6, SANDBOX_TAP_PEER2_IPV6, SANDBOX_TAP_PREFIX_IPV6},
  };
  for (size_t i = 0; i < sizeof addresses / sizeof addresses[0] && code == ERR_OK; i++) {
    if (addresses[i].family == AF_INET || ipv6) code = network_add_address(&addresses[i], err);
  }
  if (code != ERR_OK) {
    close(fd);
    return code;
  }
  *tap_fd = fd;
  return ERR_OK;
}
