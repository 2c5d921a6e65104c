/* Ethernet frames on their way between two wires: sockproof's, and gVisor's. */
#ifndef TARGET_GVISOR_FRAMES_H
#define TARGET_GVISOR_FRAMES_H

#include "flows.h"

struct frames {
  int wire;      /* sockproof's */
  int interface; /* the other end of gVisor's */
  struct flows *flows;
  unsigned unheard;    /* how many were given to gVisor since it has been asked last */
  long answer_ends_ms; /* until when its answer is awaited; 0: none is */
  bool joined, settling, drained;
};

/* Ends the process, with a sentence, where it cannot be done. */
void frames_open(struct frames *frames, int wire, const char *interface);

/* What is to be awaited now; -1 while gVisor is behind. */
int frames_wire_to_await(const struct frames *frames);

/* As many as there are, and gVisor has room for. */
void frames_carry_in(struct frames *frames);
void frames_carry_out(struct frames *frames);

/* Gives up an answer that is overdue. Returns for how long one can still be awaited, 0 where it was
 * given up just now; -1: none is. */
int frames_overdue_in_ms(struct frames *frames);

/* Whether all that was on the wire at the first call is dealt with. Then the next call is a first
 * one again. */
bool frames_are_settled(struct frames *frames);

/* At first nothing passes, neither in nor out. */
void frames_join(struct frames *frames);
void frames_cut(struct frames *frames);

_Noreturn void wire_give_up(const char *format, ...);
long wire_now_ms(void);

#endif
