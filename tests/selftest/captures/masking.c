/* What is said to be compared in the captures made by hand is compared: each change of it is told,
 * with a head that names the servers and with none. */
#include "catalogue.h"
#include "gate.h"

#include <stdio.h>
#include <stdlib.h>

static bool pass_with(const struct canonical_head *head, const struct sample_capture *capture,
                      struct gate_totals *totals) {
  struct canonical *expected = NULL;
  struct err err = {0};
  bool good = canonical_of(capture->trace, head, &expected, &err) == ERR_OK;
  if (good) {
    struct gate_subject subject = {.id = capture->name,
                                   .expected = expected,
                                   .trace = capture->trace,
                                   .at_the_field = true,
                                   .sparing = true};
    good = gate_pass(&subject, totals);
  } else {
    printf("%s: %s\n", capture->name, err.text);
  }
  canonical_destroy(expected);
  return good;
}

static bool check(void *context, const struct sample_capture *capture) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  /* The packets are the same in every format. */
  if (capture->format != FORMAT_PCAP_LITTLE) return true;
  bool named = pass_with(capture->head, capture, context);
  return pass_with(&NO_HEAD, capture, context) && named;
}

int main(void) {
  struct gate_totals totals = {0};
  bool good = catalogue_visit(check, &totals);
  gate_print(&totals);
  if (totals.changes == 0) good = false;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
