/* Whether a difference is told at the field that changed, and not just somewhere. */
#ifndef SOCKPROOF_TESTS_GOLDENS_RIGHT_FIELD_H
#define SOCKPROOF_TESTS_GOLDENS_RIGHT_FIELD_H

#include "trace/diff.h"

/* `name` is what octet_name calls the octet `octet` of packet `packet_index`. Of what applications
 * sent, the field is asked for; a header may change what a whole message is. */
bool right_field(const char *name, size_t packet_index, size_t octet,
                 const struct diff_result *result);

#endif
