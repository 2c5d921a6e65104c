/* Parts of the Linux supervisor. */
#ifndef SOCKPROOF_SUBJECT_SUPERVISOR_LINUX_H
#define SOCKPROOF_SUBJECT_SUPERVISOR_LINUX_H

#include "subject/supervisor.h"

/* A supervised call, whatever the architecture it was made in. */
struct supervised_call {
  pid_t thread;
  const char *name; /* "listen", ...; static */
  bool is_64_bit;   /* the caller's words */
  uint64_t args[6];
};

/* The names of all supervised calls, ended by NULL. */
extern const char *const supervised_names[];

/* Reads the subject's memory. */
bool supervised_read(const struct supervised_call *call, uint64_t address, void *bytes,
                     size_t len) MUST_USE;

/* True: the call would set the clock, and *attempt says to what. False: the kernel may answer. */
bool clock_call_sets(const struct supervised_call *call, struct clock_attempt *attempt) MUST_USE;

#endif
