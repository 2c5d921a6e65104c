/* Strings of JSON, for programs that load no library for it. */
#ifndef SOCKPROOF_TRACE_JSON_TEXT_H
#define SOCKPROOF_TRACE_JSON_TEXT_H

#include "base/text.h"

/* With its quotes; octets that are no printable ASCII as \\u00XX. */
void json_append_string(struct text *out, const char *value);

#endif
