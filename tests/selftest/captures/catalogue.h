/* The captures that the tests look at: every play, and one of them in every dress and format. */
#ifndef SOCKPROOF_TESTS_CAPTURES_CATALOGUE_H
#define SOCKPROOF_TESTS_CAPTURES_CATALOGUE_H

#include "dress.h"
#include "format.h"
#include "scene.h"

enum { CAPTURE_NAME_MAX = 64, CAPTURE_OCTETS_MAX = 64 * 1024 };

struct sample_capture {
  char name[CAPTURE_NAME_MAX];       /* of its file: "tcp-reset.pcap", "dress-sll2.pcap" */
  const struct canonical_head *head; /* names the servers */
  enum format format;
  const struct trace *trace;
};

/* False: this one is not as it should be; the visitor said why. */
typedef bool (*capture_visitor)(void *context, const struct sample_capture *capture);
/* False: some visit said so. */
bool catalogue_visit(capture_visitor visit, void *context);

/* What is shown in every dress and format: a bit of everything, over both versions of IP, or over
 * version 4 or 6 alone. */
extern const struct play BOTH_PLAY, V4_PLAY, V6_PLAY;
/* The one of these that suits the dress. */
const struct play *catalogue_play_for(enum dress dress);

#endif
