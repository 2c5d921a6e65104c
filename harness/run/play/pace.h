/* How many cases are run at once. Most wait, so that many go side by side; but a program that needs
 * the processor for a second to start (a virtual machine, a compiler) would be late with all of
 * them, and be blamed for it. So a run begins with a few, and measures.
 *
 * How long a case has gone on tells whether it waits by now, unless the processors have no time to
 * spare: then it may be late itself, and further cases would make all of them later. */
#ifndef SOCKPROOF_RUN_PACE_H
#define SOCKPROOF_RUN_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
  unsigned cpus, most;
  unsigned limit;  /* cases at once, of those that may still be busy, as things stand */
  int64_t busy_ms; /* one that has gone on for longer waits for something else than a processor */
  bool saturated;  /* the processors were hardly idle in the last second */
  bool fixed;
  bool measured; /* a case has ended, so that what one needs is known */
};

/* `fixed`: a person has said how many, and is obeyed. */
void pace_start(struct pace *pace, unsigned cpus, unsigned most, bool fixed);

/* So many cases have ended, for which the processors have worked so long altogether. */
void pace_measure(struct pace *pace, unsigned ended, int64_t cpu_ms);

/* A second or so went by, in which the processors were idle for so long altogether. Where no case
 * has ended yet and they were, cases wait for something else, and some more may; where they hardly
 * were, none beyond the limit may until they are. */
void pace_second(struct pace *pace, int64_t elapsed_ms, int64_t idle_ms);

/* Whether one more may start beside `running` cases, of which so many may be busy. */
bool pace_takes_more(const struct pace *pace, unsigned running, unsigned busy);

#endif
