/* Where the subject is on a board: the interface of this host to which it is connected. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "sandbox/sandbox.h"
#include "sandbox/sandbox_plain.h"

static bool has_address(const struct ifaddrs *entry, const char *address) {
  struct in_addr wanted;
  struct sockaddr_in own;
  if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != AF_INET) return false;
  memcpy(&own, entry->ifa_addr, sizeof own);
  return inet_pton(AF_INET, address, &wanted) == 1 && own.sin_addr.s_addr == wanted.s_addr;
}

/* What is wrong with it, as a sentence on which the interface's name goes before. NULL: nothing. */
static const char *objection(const struct ifaddrs *list, const struct sandbox_remote *remote) {
  bool there = false, carries = false, peer = false;
  for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
    if (has_address(entry, remote->places.subject))
      return "the board's address is one of this host's own; give that of the board";
    if (strcmp(entry->ifa_name, remote->interface) != 0) continue;
    there = true;
    if ((entry->ifa_flags & IFF_LOOPBACK) != 0)
      return "it is the loopback, at which no board is; name the one of the board's cable";
    carries = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_RUNNING) != 0;
    peer = peer || has_address(entry, remote->places.peer);
  }
  if (!there) return "this host has no such interface; 'ip link' names those that it has";
  if (!carries)
    return "it is down, or nothing is connected to it; plug the cable in, switch the board on, and "
           "set it up ('ip link set NAME up')";
  return peer ? NULL : "it has not the peer's address; 'ip addr add' gives it";
}

static enum err_code check(const struct sandbox_remote *remote, struct err *err) {
  struct ifaddrs *list = NULL;
  if (getifaddrs(&list) != 0)
    return err_set(err, ERR_SYSTEM, "this host's interfaces are not told");
  const char *wrong = objection(list, remote);
  freeifaddrs(list);
  if (wrong == NULL) return ERR_OK;
  return err_set(err, ERR_USAGE, "network = remote: interface %s, peer %s, address %s: %s",
                 remote->interface, remote->places.peer, remote->places.subject, wrong);
}

enum err_code sandbox_plan_remote(struct sandbox_plan *plan, const struct sandbox_remote *remote,
                                  enum tier at_most,
                                  bool (*may_capture)(const char *, struct err *),
                                  struct err *err) {
  const enum err_code code = check(remote, err);
  if (code != ERR_OK) return code;
  struct err refused = {.code = ERR_OK};
  *plan = (struct sandbox_plan){.kind = SANDBOX_NONE, .tier = TIER_FIXTURE_LOG};
  if (at_most >= TIER_CAPTURE_SHARED && may_capture("any", &refused)) {
    plan->tier = TIER_CAPTURE_SHARED;
    snprintf(plan->sentence, sizeof plan->sentence,
             "capture-shared: packets are captured on %s of this host, to which the board is "
             "connected",
             remote->interface);
    return ERR_OK;
  }
  snprintf(
      plan->sentence, sizeof plan->sentence,
      "fixture-log: no packets are captured on %s, only the fixtures' own bytes are judged; %s",
      remote->interface, refused.code != ERR_OK ? refused.text : "a better tier was not asked for");
  return ERR_OK;
}
