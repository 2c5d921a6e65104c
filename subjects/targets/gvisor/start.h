/* Starts gVisor: its kernel and the server of its files, which `runsc run` would start too; but not
 * that itself, a third and a fourth process of the same size, which cost as much as the kernel. */
#ifndef TARGET_GVISOR_START_H
#define TARGET_GVISOR_START_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

struct start {
  pid_t kernel;          /* ends with the exit status of the program in it */
  int input, output;     /* of that program; -1: it is told the end, and has told it */
  int ended;             /* readable when the kernel has ended: it, as a descriptor */
  int log;               /* what both say of themselves */
  int synchronised;      /* when it takes calls */
  struct sockaddr_un at; /* where */
  socklen_t at_len;
};

/* Starts both processes, with `program` to be run by the kernel: in this directory, as root, with
 * this process's standard error. They end with this process. Ends it, with a sentence, where it
 * cannot be done. What gVisor says of itself is told only where it does not start. */
void start_processes(struct start *start, const char *program);

/* Gives the kernel, when it is there, its network, of which `packets` is the wire, and lets the
 * program begin. Takes over `packets`. Ends the process, with a sentence, where it cannot be done.
 */
void start_program(struct start *start, int packets);

#endif
