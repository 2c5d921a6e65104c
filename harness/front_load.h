/* What the verbs on captures read: a golden's text, or a capture as a canonical form. */
#ifndef SOCKPROOF_FRONT_LOAD_H
#define SOCKPROOF_FRONT_LOAD_H

#include "trace/canonical.h"
#include "trace/capture_file.h"
#include "trace/trace.h"

bool front_is_golden_text(const char *path); /* by its name */

/* A capture is made canonical under `head`, so that it can be held against the golden that has it;
 * *trace is then the caller's, as *canonical is in both cases, also on failure. */
/* ERR_INPUT where packets of a capture stand before earlier ones, and `ordered`: their order is
 * what is compared; else that is noted on stderr. */
enum err_code front_check_order(const struct capture_file *file, bool ordered,
                                struct err *err) MUST_USE;

enum err_code front_load(const char *path, const struct canonical_head *head, struct trace **trace,
                         struct canonical **canonical, struct err *err) MUST_USE;

#endif
