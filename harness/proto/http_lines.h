/* Lines, fields and tokens of HTTP (RFC 9110 section 5, RFC 9112 section 5); for the files http*.c
 * alone. */
#ifndef SOCKPROOF_PROTO_HTTP_LINES_H
#define SOCKPROOF_PROTO_HTTP_LINES_H

#include "proto/http.h"

enum { HTTP_LINE_END_LEN = 2 };

extern const char HTTP_NO_END[]; /* why there is no line: its end is not there */

/* Takes the first line off *rest, without its CRLF; NULL, or why there is none. */
const char *http_take_line(struct span *rest, struct span *line);
/* Takes all lines of fields and the empty line behind them; *fields does not have that one. */
const char *http_take_fields(struct span *rest, struct span *fields);

bool http_is_token(struct span text);
bool http_is_text(struct span text); /* what can be seen, blanks, tabs, octets from 0x80 on */

#endif
