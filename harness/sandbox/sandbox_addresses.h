/* The addresses of a sandbox's network, by the names that the texts of a case have for them: what
 * holds on the loopback so holds on a wire. */
#ifndef SOCKPROOF_SANDBOX_SANDBOX_ADDRESSES_H
#define SOCKPROOF_SANDBOX_SANDBOX_ADDRESSES_H

#include "base/text.h"

/* In figures; NULL: there is no such address. */
struct sandbox_places {
  const char *peer, *peer2, *peer6, *peer2_6;
  const char *subject, *subject2, *subject6, *subject2_6;
};

extern const struct sandbox_places sandbox_on_loopback, sandbox_on_wire;

/* {peer} {peer2} {peer6} {peer2_6} {subject} {subject6} {subject2} {subject2_6} in `text` become
 * those of `places` that there are; all else, other braces too, stays as it is. The result is
 * appended to *filled, which has a maximum of its own. */
void sandbox_fill_addresses(const struct sandbox_places *places, const char *text,
                            struct text *filled);

/* The text names a second address of the subject's own. `text` may be NULL. */
bool sandbox_wants_second_address(const char *text) MUST_USE;

#endif
