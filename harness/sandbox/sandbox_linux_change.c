/* What a case changes in a sandbox that was made before the case was known: files of /etc, the host
 * name, the families that its network speaks, the ports that it gives out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/sandbox_linux.h"

enum err_code sandbox_set_etc(const struct sandbox *sandbox, const struct sandbox_file *files,
                              struct err *err) {
  if (sandbox->plan.kind != SANDBOX_NONE)
    return mounts_write_etc(files, sandbox_has_wire(sandbox), err);
  if (files == NULL || files->name == NULL) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "an /etc/%s of the case's own needs a private sandbox",
                 files->name);
}

uint64_t names_of_caller(void) {
  struct stat here;
  return stat("/proc/self/ns/uts", &here) == 0 ? (uint64_t)here.st_ino : 0;
}

/* Root could change the host: so nothing is changed but inside, which is where the caller's UTS
 * namespace is the one that was seen to be another than the host's when the sandbox was made. */
static bool is_inside(const struct sandbox *sandbox) {
  return sandbox->plan.kind != SANDBOX_NONE && sandbox->names != 0 &&
         names_of_caller() == sandbox->names;
}

bool sandbox_change_host_name(const struct sandbox *sandbox, const char *name, size_t len) {
  if (is_inside(sandbox)) return sethostname(name, len) == 0;
  errno = EPERM;
  return false;
}

enum err_code sandbox_set_host_name(const struct sandbox *sandbox, const char *name,
                                    struct err *err) {
  enum { NAME_MAX_OCTETS = 64 }; /* Linux's __NEW_UTS_LEN */
  const size_t len = strlen(name);
  if (len == 0 || len > NAME_MAX_OCTETS)
    return err_set(err, ERR_USAGE, "a host name has 1 to %d octets, not %zu", NAME_MAX_OCTETS, len);
  if (!sandbox_change_host_name(sandbox, name, len))
    return err_set(err, ERR_UNAVAILABLE,
                   "the host name \"%s\" needs a private sandbox with names of its own (%s)", name,
                   strerror(errno));
  return mounts_write_host_name(name, sandbox_has_wire(sandbox), err);
}

enum err_code sandbox_turn_off_ipv6(const struct sandbox *sandbox, struct err *err) {
  if (!sandbox->private_network || !is_inside(sandbox))
    return err_set(err, ERR_UNAVAILABLE, "a host without IPv6 needs a private sandbox");
  /* ENOENT: a kernel that never knew IPv6. */
  const bool off = sandbox->far_network > 0 ? veth_switch_ipv6_off(sandbox->far_network)
                                            : network_switch_ipv6(true);
  if (off || errno == ENOENT) return ERR_OK;
  return err_set(err, ERR_UNAVAILABLE, "IPv6 cannot be switched off in this sandbox: %s",
                 strerror(errno));
}

bool sandbox_keep_port(const struct sandbox *sandbox, uint16_t port) {
  char text[8];
  if (!sandbox->private_network || !is_inside(sandbox)) return false;
  snprintf(text, sizeof text, "%u", (unsigned)port);
  return proc_write("/proc/sys/net/ipv4/ip_local_reserved_ports", text); /* IPv6's too */
}
