/* The addresses of a sandbox's network, by the names that the texts of a case have for them: what
 * holds on the loopback so holds on a wire. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_ADDRESSES_H
#define SOCKPROOF_SANDBOX_SANDBOX_ADDRESSES_H

#include "base/text.h"

/* {peer} {peer2} {peer6} {peer2_6} {subject} {subject6} {subject2} {subject2_6} in `text` become
 * addresses in figures, of the wire where there is one (`tap`), else of the loopback; all else,
 * other braces too, stays as it is. The result is appended to *filled, which has a maximum of its
 * own. */
void sandbox_fill_addresses(bool tap, const char *text, struct text *filled);

/* The text names a second address of the subject's own. `text` may be NULL. */
bool sandbox_wants_second_address(const char *text) MUST_USE;

#endif
