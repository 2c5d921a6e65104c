/* A result as JSON, both ways: what results.json holds of a case, and what a worker sends. */
#ifndef SOCKPROOF_REPORT_RESULT_JSON_H
#define SOCKPROOF_REPORT_RESULT_JSON_H

#include "base/text.h"
#include "report/result.h"

#include <jansson.h>

/* Octets that are not UTF-8 become \xNN. The caller owns *json. */
enum err_code result_to_json(const struct result *result, json_t **json, struct err *err) MUST_USE;

/* ERR_INPUT names the case (where it has a name) and the member that is missing or wrong. Members
 * that are not known are passed over: a later version may add some. The caller owns *result. */
enum err_code result_from_json(const json_t *json, struct result **result,
                               struct err *err) MUST_USE;

/* The same as one line of text without its newline; result_to_line appends. */
enum err_code result_to_line(const struct result *result, struct text *line,
                             struct err *err) MUST_USE;
enum err_code result_from_line(struct span line, struct result **result, struct err *err) MUST_USE;

/* A JSON string of any octets; NULL: no memory. */
json_t *json_of_chars(const char *chars) MUST_USE;

/* The lines of a text as an array of strings; NULL: no memory. */
json_t *json_of_lines(const char *chars) MUST_USE;

#endif
