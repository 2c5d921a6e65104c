/* A private place for one case: network, names, mounts, processes; and the confinement of a subject
 * inside it.
 *
 * One file an operating system implements this: sandbox_linux.c with namespaces, sandbox_none.c
 * without. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_H
#define SOCKPROOF_SANDBOX_SANDBOX_H

#include "base/verdict.h"
#include "proto/ip.h"
#include "sandbox/sandbox_addresses.h"

#include <sys/types.h>

/* What this host allows. */
enum sandbox_kind {
  SANDBOX_USER_NAMESPACE, /* user, network, mount, UTS, IPC and PID namespaces; needs no privilege
                           */
  SANDBOX_ROOT, /* the same without a user namespace, as root where user namespaces are denied */
  SANDBOX_NONE, /* no namespaces: the host's loopback, ephemeral ports */
};

struct sandbox_plan {
  enum sandbox_kind kind;
  enum tier tier;
  char sentence[384]; /* which tier this is and, below the best, what gives a better one */
};

/* Tries what works here, by making a sandbox and throwing it away. `at_most` forces a lower tier
 * (tests, diagnosis); TIER_CAPTURE_PRIVATE leaves the choice free. Whether a shared capture is
 * permitted is asked of `may_capture` (capture_permitted; NULL: of the loopback), so that this
 * module needs no libpcap. */
enum err_code sandbox_probe(struct sandbox_plan *plan, enum tier at_most,
                            bool (*may_capture)(const char *, struct err *),
                            struct err *err) MUST_USE;

/* A board: another machine at the end of a cable, which is plugged in at an interface of this host.
 */
struct sandbox_remote {
  const char *interface;        /* "eth1" */
  struct sandbox_places places; /* `subject`: the board's; `peer`: this host's on the interface */
};

/* The plan where the subject is on a board: this host's own network, as it is. ERR_USAGE: the
 * interface is not there, is down, or has no such address; it says what to do. */
enum err_code sandbox_plan_remote(struct sandbox_plan *plan, const struct sandbox_remote *remote,
                                  enum tier at_most,
                                  bool (*may_capture)(const char *, struct err *),
                                  struct err *err) MUST_USE;

/* What every private sandbox has on its loopback besides 127.0.0.0/8 and ::1. */
#define SANDBOX_SECOND_IPV4 "127.0.0.2"
#define SANDBOX_SECOND_IPV6 "fd00:50::2"
/* Nobody talks to this one (RFC 5737). It is there because getaddrinfo with AI_ADDRCONFIG refuses
 * even "127.0.0.1" on a host whose only IPv4 addresses are loopback ones. */
#define SANDBOX_GLOBAL_IPV4 "192.0.2.50"

/* Where a subject has a TCP/IP stack of its own, its wire is a tap device whose other end is the
 * sandbox's: fixtures are at these addresses, the stack takes the subject's by itself. RFC 5737's
 * third block, and a local IPv6 prefix. */
#define SANDBOX_TAP "tap0"          /* of hardware address 02:00:00:00:00:01 */
#define SANDBOX_VETH_PEER "veth0"   /* the fixtures' end of a wire between two networks */
#define SANDBOX_VETH_SUBJECT "eth0" /* the subject's */
#define SANDBOX_TAP_SUBJECT_IPV4 "203.0.113.2"
#define SANDBOX_TAP_SUBJECT2_IPV4 "203.0.113.4" /* if it can have a second one */
#define SANDBOX_TAP_PEER_IPV4 "203.0.113.1"
#define SANDBOX_TAP_PEER2_IPV4 "203.0.113.3"
#define SANDBOX_TAP_SUBJECT_IPV6 "fd00:51::2"
#define SANDBOX_TAP_SUBJECT2_IPV6 "fd00:51::4"
#define SANDBOX_TAP_PEER_IPV6 "fd00:51::1"
#define SANDBOX_TAP_PEER2_IPV6 "fd00:51::3"
enum { SANDBOX_TAP_PREFIX_IPV4 = 24, SANDBOX_TAP_PREFIX_IPV6 = 64 };

/* A file of the sandbox's own /etc, over the host's. NULL contents: the file is missing there.
 * Addresses of its network stand in them by name (sandbox_addresses.h). */
struct sandbox_file {
  const char *name; /* "hosts" */
  const char *contents;
};

struct sandbox_options {
  const char *host_name;          /* its UTS host name */
  const struct sandbox_file *etc; /* ended by a name of NULL; may be NULL */
  bool ipv6_off;
  bool tap;  /* it has a tap device, for a subject with a stack of its own */
  bool veth; /* it has a second network, of the subject's, behind a wire; addresses as for `tap` */
  /* A folder of programs that a subject may execute wherever it lies, also below folders that only
   * their owner may search; seen in the sandbox at struct sandbox's `programs`. NULL: none. */
  const char *programs;
  /* The subject is on a board; with SANDBOX_NONE alone. It outlives the process. NULL: it is not.
   */
  const struct sandbox_remote *remote;
  unsigned mtu_bytes; /* 0: 1500 */
};

/* The inside view, handed to the worker. */
struct sandbox {
  struct sandbox_plan plan;
  char scratch[128];  /* an empty directory of the subject's own; a tmpfs of 64 MiB where mounts are
                         private */
  char programs[128]; /* where the options' programs are seen; "": where they are on the host */
  bool has_ipv6;
  int tap_fd; /* the subject's end of the wire, which reads and writes Ethernet frames; 0: none */
  int far_network; /* a descriptor of the subject's own network, at the other end of a wire; 0: none
                    */
  const struct sandbox_remote *remote; /* the options' */
  bool private_network; /* well-known ports are free, every loopback address is ours */
  uid_t subject_uid;    /* what a subject changes to; 0: its own user namespace makes it ordinary */
  uint64_t names;       /* which UTS namespace is its own, as the system counts them; 0: none, and
                           no host name may be set */
};

/* Between the subject and the fixtures is a wire of the sandbox's own. */
static inline bool sandbox_has_own_wire(const struct sandbox *sandbox) {
  return sandbox->tap_fd > 0 || sandbox->far_network > 0;
}

/* Between the subject and the fixtures is a wire, and no loopback. */
static inline bool sandbox_has_wire(const struct sandbox *sandbox) {
  return sandbox_has_own_wire(sandbox) || sandbox->remote != NULL;
}

/* The addresses of its network. */
static inline const struct sandbox_places *sandbox_places_of(const struct sandbox *sandbox) {
  if (sandbox->remote != NULL) return &sandbox->remote->places;
  return sandbox_has_wire(sandbox) ? &sandbox_on_wire : &sandbox_on_loopback;
}

/* Whether a subject can be root of a user namespace of its own, and of nothing else. */
static inline bool sandbox_has_roots(const struct sandbox *sandbox) {
  return sandbox->plan.kind == SANDBOX_USER_NAMESPACE;
}

/* Runs in a new process, PID 1 of its PID namespace where there is one; its return is the process's
 * exit status. `sandbox` is NULL where the setting up failed, and *setup_error says what.
 * Everything that it started dies with it. */
typedef int (*sandbox_main)(void *context, const struct sandbox *sandbox,
                            const struct err *setup_error);

struct sandbox_process {
  pid_t pid;
  int pidfd;      /* readable when the process has ended; -1 where the system has none */
  int end_signal; /* makes it end, with all that it started; SIGKILL where a namespace sees to that
                   */
};

/* Starts `main_function` in a new sandbox; returns as soon as the process exists. All descriptors
 * are inherited, those marked close-on-exec too, as nothing is executed: the worker closes what it
 * must not have. The process gets SIGKILL when the calling thread ends; with SANDBOX_NONE
 * a process between the two ends it when the caller has ended. ERR_UNAVAILABLE: this host
 * does not let us (says which setting); ERR_USAGE: the caller itself lives below /run, which a
 * sandbox replaces. stdio is flushed before; the new process leaves by _exit. With SANDBOX_NONE the
 * scratch directory is removed when the process has ended, however it did. */
enum err_code sandbox_spawn(const struct sandbox_plan *plan, const struct sandbox_options *options,
                            sandbox_main main_function, void *context,
                            struct sandbox_process *process, struct err *err) MUST_USE;

/* Changes the files of the sandbox's /etc after it was made (a warm sandbox is made before its case
 * is known). ERR_UNAVAILABLE where the sandbox has no /etc of its own. */
enum err_code sandbox_set_etc(const struct sandbox *sandbox, const struct sandbox_file *files,
                              struct err *err) MUST_USE;

/* Gives it another host name after it was made: to its kernel, to /etc/hostname, and to /etc/hosts,
 * which is as it was at first but for the new name. Files of a case's own go over these, later.
 * ERR_UNAVAILABLE where it has no names of its own: the host's name is never touched; ERR_USAGE
 * for a name that no system takes. */
enum err_code sandbox_set_host_name(const struct sandbox *sandbox, const char *name,
                                    struct err *err) MUST_USE;

/* What the system would do at a sethostname() of the subject's, in the sandbox alone: its kernel's
 * name changes, no file does. False with errno; EPERM where it has no names of its own. */
bool sandbox_change_host_name(const struct sandbox *sandbox, const char *name, size_t len) MUST_USE;

/* From now on no IPv6 address is the sandbox's, as on a host where IPv6 is switched off. Sockets
 * of the family can still be made, as there, but nothing bound or reached with them.
 * ERR_UNAVAILABLE where its network is not its own, or may not be changed. */
enum err_code sandbox_turn_off_ipv6(const struct sandbox *sandbox, struct err *err) MUST_USE;

/* From now on the sandbox gives this port to nobody who asks for any: a peer that came to speak
 * from the port of the server that it asks would be taken for that server, once in 28,000 times.
 * Who names the port gets it. False where the network is not its own, or may not be changed. */
bool sandbox_keep_port(const struct sandbox *sandbox, uint16_t port);

struct sandbox_limits {
  size_t memory_bytes; /* that it may write to; 0: unbounded (sanitizers map terabytes) */
  unsigned processes;  /* of the subject's own user; 0: unbounded. Only a user namespace can count
                          them for one sandbox: SANDBOX_NONE has no bound */
  size_t file_bytes;   /* largest file */
  bool far;            /* it lives in the sandbox's second network */
  bool maps_ids;       /* into user namespaces that it makes: /proc stays writable for that */
  bool
      as_root; /* its uid is 0, in a user namespace of its own, and gives it no right over anything:
                  for programs that refuse to be anybody else. Only where sandbox_has_roots */
  bool keep_terminal; /* no session of its own, but a process group, which gets the terminal that is
                         its standard input, if there is one: a debugger's */
};

/* Called in a forked child, just before exec: new user and mount namespace (where there are any),
 * everything read-only but the scratch directory, which becomes the working directory; an ordinary
 * uid; no capabilities, no_new_privs; limits; a session of its own. Async-signal-safe: no
 * allocation. False with errno and *what (static text) on failure. */
bool sandbox_confine(const struct sandbox *sandbox, const struct sandbox_limits *limits,
                     const char **what) MUST_USE;

/* Kills every process of the sandbox but the caller (where there is a PID namespace; else the
 * process group `group` and, on Linux, whatever became the caller's child), and reaps it: whoever
 * wants a child's exit status takes it before. Returns how many were still running. */
unsigned sandbox_kill_all(const struct sandbox *sandbox, pid_t group);

#endif
