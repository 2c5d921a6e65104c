/* The anti-masking gate: every octet of a capture that is said to be compared is changed in turn,
 * and each change must be told.
 *
 * An octet that is compared for itself is changed a second time with all checksums made right
 * again, as a checksum alone would hide that nothing else is compared.
 *
 * What is said not to be compared is held against the conversation: the octets that applications
 * sent may be left out by a rule of the head alone. */
#ifndef SOCKPROOF_TESTS_GOLDENS_GATE_H
#define SOCKPROOF_TESTS_GOLDENS_GATE_H

#include "trace/canonical.h"

enum { GATE_COVERS = OCTET_IGNORED + 1 };

/* Of all captures so far. */
struct gate_totals {
  size_t octets, covers[GATE_COVERS];
  size_t changes, undetected, uncompared;
  size_t subjects, sampled_subjects;
  size_t shown; /* octets that were told */
};

struct gate_subject {
  const char *id;
  const struct canonical *expected; /* its head says what is compared, and how */
  const struct trace *trace;        /* gives `expected` */
  bool at_the_field;                /* each change of what was said is to be told at its field */
  bool sparing;                     /* one bit of most octets is changed, not each */
};

/* False: something is masked; it said what on stdout. */
bool gate_pass(const struct gate_subject *subject, struct gate_totals *totals);
void gate_print(const struct gate_totals *totals);

#endif
