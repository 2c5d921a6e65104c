/* Octets of anybody's making turned into text that can be put where it goes. */
#ifndef SOCKPROOF_REPORT_SAFE_H
#define SOCKPROOF_REPORT_SAFE_H

#include "base/text.h"

enum safe_for {
  SAFE_JSON,  /* valid UTF-8; a JSON writer escapes the rest itself */
  SAFE_LINES, /* for a terminal and for XML: no control character but newline and tab, nothing that
                 reorders text, nothing that XML 1.0 forbids (section 2.2) */
  SAFE_LINE,  /* the same, on one line: newline as \n, tab as \t */
};

/* What may not stay is written as \xNN, octet by octet. A backslash stays as it is: these texts are
 * read by people, and the octets themselves are kept with the evidence. */
void safe_append(struct text *text, struct span bytes, enum safe_for purpose);

#endif
