#include "run/play/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 32, WORDS_MAX = 512 };

void journal_open(struct journal *journal, struct arena *arena, struct clock clock,
                  const struct fixture_log *next) {
  *journal = (struct journal){.arena = arena, .clock = clock, .next = *next};
}

void journal_close(struct journal *journal) {
  free(journal->list);
  journal->list = NULL;
  journal->count = journal->capacity = 0;
}

/* NULL: it is full, or memory is short; then the entry is counted as left out. */
static struct journal_entry *add(struct journal *journal, enum journal_source source,
                                 const char *words) {
  if (journal->count == journal->capacity && journal->count < JOURNAL_ENTRIES_MAX) {
    size_t capacity = journal->capacity == 0 ? FIRST_CAPACITY : journal->capacity * 2;
    struct journal_entry *list = realloc(journal->list, capacity * sizeof *list);
    if (list != NULL) {
      journal->list = list;
      journal->capacity = capacity;
    }
  }
  if (journal->count == journal->capacity || words == NULL) {
    journal->left_out++;
    return NULL;
  }
  struct journal_entry *entry = &journal->list[journal->count++];
  *entry = (struct journal_entry){
      .time_ns = clock_now_ns(&journal->clock), .source = source, .words = words};
  return entry;
}

static struct journal_entry *add_words(struct journal *journal, enum journal_source source,
                                       const char *format, va_list arguments) {
  char words[WORDS_MAX];
  (void)vsnprintf(words, sizeof words, format, arguments);
  return add(journal, source, arena_text(journal->arena, words));
}

void journal_note(struct journal *journal, enum journal_source source, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  (void)add_words(journal, source, format, arguments);
  va_end(arguments);
}

void journal_note_at(struct journal *journal, int64_t time_ns, enum journal_source source,
                     const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct journal_entry *entry = add_words(journal, source, format, arguments);
  va_end(arguments);
  if (entry != NULL) entry->time_ns = time_ns;
}

/* --- what fixtures note ----------------------------------------------------------------------- */

static struct journal_entry *add_peer(struct journal *journal, const char *words,
                                      const struct endpoint *local, const struct endpoint *remote) {
  struct journal_entry *entry = add(journal, JOURNAL_PEER, words);
  if (entry == NULL) return NULL;
  entry->at_endpoints = true;
  entry->local = *local;
  entry->remote = *remote;
  return entry;
}

/* What it received is in the capture; what it sent is what a replay is about. */
static void add_octets(struct journal *journal, struct journal_entry *entry, bool sent,
                       struct span octets) {
  if (entry == NULL) return;
  entry->sent = sent;
  entry->has_len = true;
  entry->len = octets.len;
  if (!sent) return;
  struct span kept = span_part(octets, 0, JOURNAL_OCTETS_MAX - journal->octets);
  if (kept.len == 0) return;
  entry->octets = arena_span(journal->arena, kept);
  journal->octets += entry->octets.len;
}

static void on_datagram(void *context, const struct endpoint *local, const struct endpoint *remote,
                        bool sent, struct span payload) {
  struct journal *journal = context;
  const struct fixture_log *next = &journal->next;
  struct journal_entry *entry =
      add_peer(journal, sent ? "sent a datagram of" : "received a datagram of", local, remote);
  add_octets(journal, entry, sent, payload);
  if (next->datagram != NULL) next->datagram(next->context, local, remote, sent, payload);
}

static void on_opened(void *context, const struct endpoint *local, const struct endpoint *remote,
                      bool by_remote) {
  struct journal *journal = context;
  const struct fixture_log *next = &journal->next;
  (void)add_peer(journal, by_remote ? "accepted a connection" : "opened a connection", local,
                 remote);
  if (next->tcp_opened != NULL) next->tcp_opened(next->context, local, remote, by_remote);
}

static void on_data(void *context, const struct endpoint *local, const struct endpoint *remote,
                    bool sent, struct span bytes) {
  struct journal *journal = context;
  const struct fixture_log *next = &journal->next;
  struct journal_entry *entry = add_peer(journal, sent ? "sent" : "received", local, remote);
  if (entry != NULL) entry->tcp = true;
  add_octets(journal, entry, sent, bytes);
  if (next->tcp_data != NULL) next->tcp_data(next->context, local, remote, sent, bytes);
}

static void on_tcp_ended(void *context, const struct endpoint *local, const struct endpoint *remote,
                         bool by_remote, bool reset) {
  struct journal *journal = context;
  const struct fixture_log *next = &journal->next;
  static const char *const words[2][2] = {
      {"ended its direction", "reset the connection"},
      {"saw the subject end its direction", "saw the subject reset the connection"}};
  (void)add_peer(journal, words[by_remote][reset], local, remote);
  if (next->tcp_ended != NULL) next->tcp_ended(next->context, local, remote, by_remote, reset);
}

struct fixture_log journal_hooks(struct journal *journal) {
  return (struct fixture_log){.datagram = on_datagram,
                              .tcp_opened = on_opened,
                              .tcp_data = on_data,
                              .tcp_ended = on_tcp_ended,
                              .context = journal};
}
