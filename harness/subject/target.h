/* A target: another system, libc, processor or TCP/IP stack on which the recipes are built and run;
 * one INI file each, subjects/targets/<name>.ini.
 *
 *   [target]
 *   about      = Linux on a big-endian processor of 64 bits, in QEMU's user mode
 *   differs    = processor libc         ; what is not this host's own, of: processor word-size
 *                                       ; byte-order libc API kernel stack
 *   system     = Linux                  ; as uname tells there; for conditions of expectations, and
 *                                       ; its sockets are held to what that system does
 *   machine    = s390x
 *   byte-order = big                    ; or little
 *   lacks      = sendfile               ; of the capabilities below; it has all others
 *   version    = qemu-s390x-static --version   ; for sh -c: the first line, where it exits with 0;
 *                                       ; conditions of its expectations ask for the first number
 *   programs   = s390x-linux-gnu-gcc qemu-s390x-static       ; which must be there, and ...
 *   files      = libc.a                 ; ... as must these, each a whole path or a name that the
 *                                       ; compiler finds (-print-file-name), and ...
 *   packages   = gcc-s390x-linux-gnu qemu-user-static        ; ... Debian's packages with them all
 *   expectations = lwip                 ; what is foreseen of it is in lwip.expect beside it; else
 *                                       ; in the file of its own name, if there is one
 *
 *   [build]
 *   compiler   = s390x-linux-gnu-gcc    ; flags, link: options of it. All are for a CMake toolchain
 *   flags      = -O2
 *   link       = -static
 *   system     = Linux                  ; CMAKE_SYSTEM_NAME; Generic: a program needs no system
 *   runtime    = lwip                   ; a folder beside the file, whose CMakeLists.txt defines
 *                                       ; the library target_runtime, which recipes are linked with
 *
 *   [run]
 *   launcher   = qemu-s390x-static {program} {args...}       ; each argument a word; within a
 *                                       ; word, as for sh -c, {args} is all of them, quoted
 *   far-side   = {bin}/agent --line 3   ; with veth: runs in the second network, and the launcher
 *                                       ; in the first; each has an end of a line at descriptor 3
 *   line-port  = 2222                   ; with a far-side that listens at this TCP port for the
 *                                       ; line: the launcher waits for that, and the line's packets
 *                                       ; are none of the case's
 *   broken-exit = 125                   ; by which the launcher says that it could not judge
 *   broken-says = ^qemu-s390x-static:   ; what the launcher says on standard error, and no program,
 *                                       ; where it exits otherwise than 0 for want of something of
 *                                       ; its own (PCRE2, at every line)
 *   network    = loopback               ; or tap: the recipe's stack is behind a tap device; or
 *                                       ; veth: the recipe is in a second network, behind a wire;
 *                                       ; or remote: it is on a board, which is reached by ...
 *   interface  = eth1                   ; ... this interface of this host's, has
 *   address    = 192.0.2.10             ; this IPv4 address, and sees this host at
 *   peer       = 192.0.2.1              ; this one. Its cases are run one at a time, at the tier
 *                                       ; capture-shared at best; whatever of TARGET_REMOTE_LACKS
 *                                       ; a case needs, or a network of its own, is unsupported
 *   slowness   = 2                      ; how much longer than natively a case may take
 *   early-ms   = 50                     ; how much before its time a wait may end there
 *   memory-mib = 0                      ; that it may write to; 0: without bound
 *   file-mib   = 0                      ; the largest file, 64 if not said; 0: without bound, as
 *                                       ; where an emulator has its guest's memory in one
 *   maps-ids   = yes                    ; into user namespaces that the launcher makes: it may
 *                                       ; write to /proc
 *   env.NAME   = value                  ; as it is: {dir} is nothing special in it
 *
 *   [without]                           ; recipes that cannot be built for it, with the reason
 *   unix-echo  = it has no AF_UNIX
 *
 * One key a line; a blank and ';' begin a comment. {dir} is the file's folder, {bin} that of the
 * programs built. */
#ifndef SOCKPROOF_SUBJECT_TARGET_H
#define SOCKPROOF_SUBJECT_TARGET_H

#include "sandbox/sandbox.h"
#include "subject/profile.h"

/* What a case may need of the system on which its subject runs. */
enum capability {
  CAN_NETDB = 1U << 0,         /* its names come from /etc: hosts, resolv.conf, nsswitch.conf */
  CAN_RESOLVE = 1U << 1,       /* getaddrinfo() asks a name server */
  CAN_SERVICES = 1U << 2,      /* getservbyname(), getservbyport() */
  CAN_REVERSE = 1U << 3,       /* getnameinfo() finds an address's name */
  CAN_IPV6 = 1U << 4,          /* AF_INET6 */
  CAN_ICMP_ERRORS = 1U << 5,   /* a port unreachable becomes the error of a connected UDP socket */
  CAN_SIGNALS = 1U << 6,       /* signals stop a program (SIGSTOP) and interrupt it */
  CAN_AF_UNIX = 1U << 7,       /* AF_UNIX sockets */
  CAN_SENDFILE = 1U << 8,      /* sendfile() */
  CAN_FILES = 1U << 9,         /* files to read and write */
  CAN_STDIN = 1U << 10,        /* standard input */
  CAN_HOST_NAME = 1U << 11,    /* gethostname() */
  CAN_BUFFER_SIZES = 1U << 12, /* SO_RCVBUF and SO_SNDBUF can be set and read */
  CAN_SECOND_ADDRESS = 1U << 13, /* it can have a second address of its own */
  CAN_SHARED_STACK = 1U << 14,   /* programs share one TCP/IP stack, which outlives them: a port can
                                    be another's, or wait for the end of TIME_WAIT */
  CAN_IPV6_OFF = 1U << 15,       /* its IPv6 can be switched off */
  CAN_STOP_SIGNALS = 1U << 16,   /* SIGINT and SIGTERM reach a program, which can end by itself */
  CAN_CLOSED_WINDOW = 1U << 17,  /* its TCP takes acknowledgements while its own window is closed
                                    (RFC 9293 section 3.10.7.4) */
};

/* "ipv6", ...; NULL: there is no such capability. `capability` is one bit. */
const char *capability_name(unsigned capability);
bool capability_parse(const char *name, unsigned *capability) MUST_USE;
void capability_append_names(struct text *names); /* of all, with blanks between */

enum target_network { TARGET_LOOPBACK = 0, TARGET_TAP, TARGET_VETH, TARGET_REMOTE };

/* What no target on a board has, as it is not the harness's to give there: files and names of a
 * case's own, further addresses, a second program beside the first, and SIGSTOP, which its launcher
 * cannot catch: it stops that alone. */
enum {
  TARGET_REMOTE_LACKS = CAN_NETDB | CAN_RESOLVE | CAN_REVERSE | CAN_IPV6 | CAN_SIGNALS |
                        CAN_AF_UNIX | CAN_FILES | CAN_HOST_NAME | CAN_SECOND_ADDRESS |
                        CAN_SHARED_STACK | CAN_IPV6_OFF
};

enum { TARGET_ENV_MAX = 16, TARGET_WITHOUT_MAX = 64, TARGET_FILE_MIB = 64 };

struct target_without {
  const char *recipe, *reason;
  unsigned line; /* of the file */
};

struct target {
  const char *name; /* the file's, without ".ini" */
  const char *path, *dir;
  const char *about, *differs;
  const char *system, *machine; /* NULL: this host's */
  enum { ORDER_OF_HOST = 0, ORDER_LITTLE, ORDER_BIG } byte_order;
  unsigned lacks;              /* bits of enum capability */
  const char *version_command; /* for sh -c; NULL: none */
  const char *const *programs; /* NULL-ended */
  const char *const *files;    /* NULL-ended */
  const char *expectations;    /* a path; NULL: its own, which may not be there */
  const char *packages;        /* Debian's; "" where none are needed */

  const char *compiler, *flags, *link;               /* NULL: CMake's own choice, or nothing */
  const char *cmake_system;                          /* NULL: this host's */
  const char *runtime;                               /* absolute; NULL: none */
  struct target_without without[TARGET_WITHOUT_MAX]; /* recipes that are not built */
  size_t without_count;

  const struct profile_command *launcher; /* NULL: the program is started as it is */
  const struct profile_command *far_side; /* NULL: none */
  enum target_network network;
  struct sandbox_remote remote; /* with TARGET_REMOTE */
  uint16_t line_port;           /* 0: the line is no TCP connection over the wire */
  int broken_exit;              /* -1: none */
  const char *broken_says;      /* a pattern that compiles; NULL: none */
  unsigned slowness;
  unsigned early_ms;
  long memory_mib; /* -1: as the profile says */
  long file_mib;   /* 0: without bound */
  bool maps_ids;
  const char *env[TARGET_ENV_MAX];
  size_t env_count;
};

/* ERR_USAGE names file, line, key and what is allowed there. All memory is the arena's. */
enum err_code target_load(const char *path, struct arena *arena, const struct target **target,
                          struct err *err) MUST_USE;

/* The file of that name in `folder`; ERR_USAGE: there is none, and it says which there are. */
enum err_code target_find(const char *folder, const char *name, struct arena *arena,
                          const struct target **target, struct err *err) MUST_USE;

/* ERR_UNAVAILABLE names the first of its programs, which its compiler is one of, and files that is
 * not there, and the packages. */
enum err_code target_check_needs(const struct target *target, struct arena *arena,
                                 struct err *err) MUST_USE;

/* Of the target's processor; NULL: of this host's. */
bool target_is_big_endian(const struct target *target);

/* By how many milliseconds a wait may end there before its time; 0 for NULL: this host. */
unsigned target_early_ms(const struct target *target);

/* Its sockets are another system's, kernel's or stack's: what the system decides of them, this host
 * cannot be asked. False for NULL. */
bool target_has_own_sockets(const struct target *target);

/* Their system is that one: the target's, where its file names one; else, where they are this
 * host's, what uname tells. `target` may be NULL. */
bool target_has_sockets_of(const struct target *target, const char *system);

/* The board on which programs run; NULL: they run on this host. `target` may be NULL. */
const struct sandbox_remote *target_remote(const struct target *target);

/* The addresses of its network, for texts. `target` may be NULL: the loopback's. */
const struct sandbox_places *target_places(const struct target *target);

/* Why the recipe is not built for it; NULL: it is. */
const char *target_is_without(const struct target *target, const char *recipe);

/* The subject's words as they are started here: its program and arguments put into the launcher.
 * `bin` is where the target's programs are. *argv is replaced; the arena's. */
enum err_code target_launch(const struct target *target, const char *bin, struct arena *arena,
                            const char *const **argv, struct err *err) MUST_USE;

/* The words of its far side, which it has. The arena's. */
enum err_code target_far_side(const struct target *target, const char *bin, struct arena *arena,
                              const char *const **argv, struct err *err) MUST_USE;

#endif
