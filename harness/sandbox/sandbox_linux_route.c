/* A route to everywhere, which leads back to lo or to the fixtures' end of a wire: what a subject
 * sends to a host outside is then seen in the capture, with the address that it was for, and
 * reaches nobody. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

/* Neither an interface (0) nor a destination (0.0.0.0) needs to be left out: the kernel takes both
 * for what they are. */
struct route_message {
  struct nlmsghdr header;
  struct rtmsg route;
  struct rtattr to_head;
  uint8_t to[4];
  struct rtattr interface_head;
  uint32_t interface;
  struct rtattr gateway_head; /* from here on, left out where there is none */
  uint8_t gateway[4];
};

static int ask_for_route(int netlink, const struct route_message *message) {
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
  } answer = {.error = {.error = -EPROTO}};
  if (send(netlink, message, message->header.nlmsg_len, 0) < 0 ||
      recv(netlink, &answer, sizeof answer, MSG_TRUNC) < (ssize_t)sizeof answer)
    return errno;
  return answer.error.error == -EEXIST ? 0 : -answer.error.error;
}

static struct route_message route_of(unsigned char type, unsigned char scope) {
  return (struct route_message){
      .header = {.nlmsg_len = offsetof(struct route_message, gateway_head),
                 .nlmsg_type = RTM_NEWROUTE,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE},
      .route = {.rtm_family = AF_INET,
                .rtm_table = RT_TABLE_MAIN,
                .rtm_protocol = RTPROT_STATIC,
                .rtm_scope = scope,
                .rtm_type = type},
      .to_head = {.rta_len = sizeof(struct rtattr) + 4, .rta_type = RTA_DST},
      .interface_head = {.rta_len = sizeof(struct rtattr) + sizeof(uint32_t), .rta_type = RTA_OIF}};
}

/* 1.2.3, by which cases mean no host at all, is 1.2.0.3 to inet_aton: there is still no way there.
 */
static int leave_out_three_figures(int netlink) {
  struct route_message message = route_of(RTN_THROW, RT_SCOPE_UNIVERSE);
  message.route.rtm_dst_len = 16;
  message.to[0] = 1;
  message.to[1] = 2;
  return ask_for_route(netlink, &message);
}

static int lead_to(int netlink, const char *interface, const char *gateway) {
  struct route_message message =
      route_of(RTN_UNICAST, gateway == NULL ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
  message.interface = if_nametoindex(interface);
  if (gateway != NULL) {
    message.header.nlmsg_len = sizeof message;
    message.gateway_head =
        (struct rtattr){sizeof(struct rtattr) + sizeof message.gateway, RTA_GATEWAY};
    if (inet_pton(AF_INET, gateway, message.gateway) != 1) return EINVAL;
  }
  return ask_for_route(netlink, &message);
}

enum err_code network_route_outside(const char *interface, const char *gateway, struct err *err) {
  const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  int reason = netlink < 0 ? errno : leave_out_three_figures(netlink);
  if (reason == 0) reason = lead_to(netlink, interface, gateway);
  if (netlink >= 0) close(netlink);
  if (reason == 0) return ERR_OK;
  return err_set_errno(err, reason, "the sandbox's %s cannot be made the way to everywhere",
                       interface);
}
