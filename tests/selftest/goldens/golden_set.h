/* The goldens of one folder: <case>.txt, what is expected, and <case>.pcap, what it was made of. */
#ifndef SOCKPROOF_TESTS_GOLDENS_GOLDEN_SET_H
#define SOCKPROOF_TESTS_GOLDENS_GOLDEN_SET_H

#include "trace/canonical.h"

enum { GOLDEN_NAME_MAX = 128, GOLDEN_PATH_MAX = 1024, GOLDEN_TEXT_MAX = 4 * 1024 * 1024 };

struct golden {
  char id[2 * GOLDEN_NAME_MAX]; /* "<recipe>/<case>" */
  char text_path[GOLDEN_PATH_MAX], capture_path[GOLDEN_PATH_MAX];
  bool has_text, has_capture;
};

/* True: the golden is as it should be. What is wrong, it prints. */
typedef bool (*golden_visitor)(void *context, const struct golden *golden);

/* Visits the goldens of a folder in the order of their names; a file that is none is told and
 * counts as wrong. False: some visit said so, or there is nothing to visit. */
bool goldens_visit(const char *folder, golden_visitor visit, void *context);

/* A golden as read from its files. */
struct opened {
  struct text text;
  struct canonical *expected;
  struct trace *trace;
};

/* Reads a file as far as the text's maximum allows. False: it said why on stdout. */
bool golden_read(const char *path, struct text *text);
/* False: it said why on stdout. In either case golden_close() what was opened. */
bool golden_open(const struct golden *golden, struct opened *opened);
void golden_close(struct opened *opened);

/* Whether the trace, seen under the head of `expected`, is another conversation than it. One that
 * cannot be made canonical at all is. */
bool golden_differs(const struct canonical *expected, const struct trace *trace);
bool golden_differs_from(const struct canonical *expected, const struct canonical *actual);

#endif
