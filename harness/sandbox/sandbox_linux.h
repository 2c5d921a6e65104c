/* The parts of a Linux sandbox: its network, its mounts, and what a subject may see of them. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_LINUX_H
#define SOCKPROOF_SANDBOX_SANDBOX_LINUX_H

#include "sandbox/sandbox.h"

/* The empty directory that a subject owns; it lives on the sandbox's own /run. */
#define SANDBOX_PROGRAMS "/run/sockproof/programs"
#define SANDBOX_SCRATCH "/run/sockproof/scratch"

/* The subject's uid in a sandbox whose root stands for the host's. */
enum { MAPPED_UID = 1000 };

struct interface_address {
  const char *interface;
  int family;
  const char *text; /* "127.0.0.2" */
  unsigned prefix_bits;
};

/* ERR_OK also where it has that address already. */
enum err_code network_add_address(const struct interface_address *wanted, struct err *err) MUST_USE;

/* Inside the new namespaces, after network_set_up: the tap device, up, with the peers' addresses.
 * *tap_fd is the caller's. ERR_SYSTEM where the system gives none; it says what would. */
enum err_code tap_set_up(bool ipv6, int *tap_fd, struct err *err) MUST_USE;

/* The second network and the wire to it, both ends up and with their addresses. The caller is in
 * the first again, whatever happens, or the process is of no more use. *far_network is the
 * caller's: a descriptor of the subject's network. */
enum err_code veth_set_up(const struct sandbox_options *options, bool ipv6, int *far_network,
                          struct err *err) MUST_USE;
/* The calling process lives there from now on. Async-signal-safe. False with errno. */
bool veth_enter(int network) MUST_USE;
/* In the subject's network. False with errno. */
bool veth_switch_ipv6_off(int far_network) MUST_USE;

/* On a wire, the kernel says nothing by itself but what finds neighbours. */
void wire_keep_quiet(const char *interface);

/* Up, with that MTU (0: 1500) and packets as they are on a wire. */
enum err_code network_bring_up(const char *interface, unsigned mtu_bytes, struct err *err) MUST_USE;

/* After the addresses: IPv4 leads to that interface, wherever it is for. `gateway`: the next host's
 * address; NULL: there is none. */
enum err_code network_route_outside(const char *interface, const char *gateway,
                                    struct err *err) MUST_USE;

/* Inside the new namespaces: lo up with its addresses, MTU and offloads; privileged ports free. */
enum err_code network_set_up(const struct sandbox_options *options, bool *has_ipv6,
                             struct err *err) MUST_USE;
/* False where the kernel's settings may not be written, with errno. */
bool network_switch_ipv6(bool off) MUST_USE;

/* Inside the new namespaces: /run, /etc, /proc and the scratch directory, which is given to `owner`
 * (0: stays the caller's). Before network_set_up, which wants the new /proc. */
enum err_code mounts_set_up(const struct sandbox_options *options, uid_t owner,
                            struct err *err) MUST_USE;
/* Where there is a `tap` device, addresses by name are those of its network. */
enum err_code mounts_write_etc(const struct sandbox_file *files, bool tap,
                               struct err *err) MUST_USE;
/* The host's name in /etc/hostname and /etc/hosts, as on any well-kept machine. */
enum err_code mounts_write_host_name(const char *host_name, bool tap, struct err *err) MUST_USE;

/* Why the caller may not live where it lives: what it runs and works on must not lie below /run. */
enum err_code mounts_check_caller(struct err *err) MUST_USE;

/* In a mount namespace of the caller's own: everything read-only but `scratch`. Async-signal-safe.
 * The second is for kernels before 5.12, which cannot do it in one call. */
bool readonly_but(const char *scratch, const char **what) MUST_USE;
bool readonly_one_by_one(const char *scratch, const char **what) MUST_USE;

/* After one of these: /proc is writable again, where a process maps ids into its namespaces, and
 * /proc/sys is not. Async-signal-safe. */
bool readonly_but_ids(const char **what) MUST_USE;

/* Which UTS namespace the caller is in, as the kernel counts them; 0: unknown. */
uint64_t names_of_caller(void);

/* Writes a short text to a file of /proc; async-signal-safe. */
bool proc_write(const char *path, const char *text) MUST_USE;

/* Why no user namespace can be had here, and what would give one, as the end of a sentence. */
const char *denial_reason(int errno_value, char *buffer, size_t buffer_len);

#endif
