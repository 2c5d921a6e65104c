/* Whatever a golden says is compared is compared: each change of it is told: masking FOLDER */
#include "gate.h"
#include "golden_set.h"

#include <stdio.h>
#include <stdlib.h>

static bool check(void *context, const struct golden *golden) {
  struct opened opened;
  bool good = golden_open(golden, &opened);
  if (good) {
    struct gate_subject subject = {
        .id = golden->id, .expected = opened.expected, .trace = opened.trace, .at_the_field = true};
    good = gate_pass(&subject, context);
  }
  golden_close(&opened);
  return good;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  struct gate_totals totals = {0};
  bool good = goldens_visit(arguments[1], check, &totals);
  gate_print(&totals);
  /* Where no golden of the folder has a packet, a single one would be told by the goldens
   * themselves: there is nothing that could be masked. Otherwise, nothing tried is nothing tested.
   */
  if (totals.changes == 0 && (totals.octets > 0 || totals.subjects == 0)) good = false;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
