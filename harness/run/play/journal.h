/* What happens in a case beside its packets: what the fixtures did, what became of the subject,
 * what the harness did to it; for the timeline of a case that did not pass, and for its replay. */
#ifndef SOCKPROOF_RUN_JOURNAL_H
#define SOCKPROOF_RUN_JOURNAL_H

#include "fixture/fixture.h"

enum {
  JOURNAL_ENTRIES_MAX = 4096,
  JOURNAL_OCTETS_MAX = 256 * 1024 /* of what the fixtures sent */
};

enum journal_source { JOURNAL_PEER, JOURNAL_PROCESS, JOURNAL_HARNESS };

struct journal_entry {
  int64_t time_ns; /* CLOCK_REALTIME, as capture timestamps are */
  enum journal_source source;
  const char *words; /* the arena's, or static: "sent a datagram" */
  bool at_endpoints; /* `local` (the fixture's end) and `remote` are told */
  struct endpoint local, remote;
  bool tcp, sent;     /* a fixture sent `len` octets, over TCP or as one datagram */
  bool has_len;       /* `len` octets were moved, either way */
  size_t len;         /* of them `octets` are kept: all, but where the journal is full */
  struct span octets; /* the arena's */
};

/* Initialised by journal_open; freed by journal_close. */
struct journal {
  struct arena *arena;
  struct clock clock;
  struct fixture_log next;
  struct journal_entry *list;
  size_t count, capacity, left_out, octets;
};

/* What the fixtures note goes on to `next` too (its members may be NULL). `arena` outlives the
 * journal. */
void journal_open(struct journal *journal, struct arena *arena, struct clock clock,
                  const struct fixture_log *next);
void journal_close(struct journal *journal);

/* What a fixture is given to note into. */
struct fixture_log journal_hooks(struct journal *journal);

/* A line without octets; beyond JOURNAL_ENTRIES_MAX, or without memory, it is only counted. */
void journal_note(struct journal *journal, enum journal_source source, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* The same of something that was at another time. */
void journal_note_at(struct journal *journal, int64_t time_ns, enum journal_source source,
                     const char *format, ...) PRINTF_LIKE(4, 5);

#endif
