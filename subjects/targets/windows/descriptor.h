/* POSIX's small numbers for what Windows knows by handles: sockets, pipes, the C library's files.
 */
#ifndef TARGET_WINDOWS_DESCRIPTOR_H
#define TARGET_WINDOWS_DESCRIPTOR_H

#include "posix.h"

enum { DESCRIPTORS_MAX = 1024 };

enum descriptor_kind {
  DESCRIPTOR_FREE = 0,
  DESCRIPTOR_FILE,
  DESCRIPTOR_SOCKET,
  DESCRIPTOR_PIPE_OUT, /* the end that is read from */
  DESCRIPTOR_PIPE_IN,
  DESCRIPTOR_RANDOM /* /dev/urandom */
};

struct pipe;

struct descriptor {
  enum descriptor_kind kind;
  bool nonblocking;
  SOCKET socket;
  int file; /* the C library's number */
  struct pipe *pipe;
  bool receive_times_out; /* SO_RCVTIMEO is set */
  int reset;              /* Winsock's error that ended the connection; 0: none was told */
  FILE *stream;           /* that has taken the socket over; NULL: none */
};

/* The lowest free number; -1 with EMFILE. The kind is to be set by the caller. */
int descriptor_take(void);

/* What is behind a number that was taken; the number. */
int descriptor_set(int number, const struct descriptor *made);

/* NULL where nothing of that number is open. */
struct descriptor *descriptor_get(int number);

/* INVALID_SOCKET where it is none: Winsock then says what it says of such. */
SOCKET descriptor_socket(int number);

/* A number for a new socket, which is closed where there is none left; -1 with errno. */
int descriptor_of_socket(SOCKET socket);

/* What is on stdout leaves: Windows has no buffering by lines, and a wait may be long. */
void stream_flush(void);

/* POSIX's number of an error of Winsock's. */
int errors_of_winsock(int error);

/* Sets errno to POSIX's name of Winsock's last error; -1. */
int errors_from_winsock(void);

/* Room for a few octets between a signal's handler, on a thread of its own, and poll(). */
struct pipe *pipe_make(void);
HANDLE pipe_readable(const struct pipe *pipe); /* an event, set while there is something */
ssize_t pipe_read(struct pipe *pipe, void *buffer, size_t size, bool nonblocking);
ssize_t pipe_write(struct pipe *pipe, const void *buffer, size_t size);
void pipe_close_end(struct pipe *pipe); /* the second one frees it */

#endif
