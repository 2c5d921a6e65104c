/* Times as programs print them. */
#ifndef SOCKPROOF_SUBJECT_TIME_TEXT_H
#define SOCKPROOF_SUBJECT_TIME_TEXT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct time_text {
  int64_t unix_ns;
  int64_t resolution_ns; /* the smallest step that the text can show */
};

/* ERR_USAGE: `format` is none of "unix" (decimal seconds since 1970), "ntp" (decimal seconds since
 * 1900), "iso8601" and a format of strptime(3). */
enum err_code time_text_check_format(const char *format, struct err *err) MUST_USE;

/* Reads all of `chars`. A strptime format is UTC unless it has %z; a decimal fraction may follow
 * what it reads. False: the text does not fit the format, or is outside of the years 1678 to 2261,
 * which 64 bits of nanoseconds hold. */
bool time_text_read(const char *chars, const char *format, struct time_text *time) MUST_USE;

#endif
