#include "subject/time_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int64_t second_ns = 1000000000;
static const int64_t seconds_1900_to_1970 = 2208988800;
static const int64_t seconds_max = 9223372035; /* INT64_MAX nanoseconds, and a fraction */

/* Reads ".123" or ",123" where there is one; digits beyond nanoseconds are passed over. */
static const char *read_fraction(const char *chars, int64_t *fraction_ns, int64_t *resolution_ns) {
  *fraction_ns = 0;
  if ((*chars != '.' && *chars != ',') || !isdigit((unsigned char)chars[1])) return chars;
  int64_t step = second_ns;
  for (chars++; isdigit((unsigned char)*chars); chars++) {
    if (step == 1) continue;
    step /= 10;
    *fraction_ns += (*chars - '0') * step;
  }
  *resolution_ns = step;
  return chars;
}

static bool put_together(int64_t seconds, int64_t fraction_ns, struct time_text *time) {
  if (seconds < -seconds_max || seconds > seconds_max) return false;
  time->unix_ns = seconds * second_ns + fraction_ns;
  return true;
}

static bool read_seconds(const char *chars, int64_t epoch_offset, struct time_text *time) {
  const bool negative = *chars == '-';
  if (*chars == '-' || *chars == '+') chars++;
  int64_t seconds = 0;
  if (!isdigit((unsigned char)*chars)) return false;
  for (; isdigit((unsigned char)*chars); chars++) {
    if (seconds > 2 * seconds_max) return false;
    seconds = seconds * 10 + (*chars - '0');
  }
  int64_t fraction_ns = 0;
  time->resolution_ns = second_ns;
  chars = read_fraction(chars, &fraction_ns, &time->resolution_ns);
  if (*chars != '\0') return false;
  if (negative) {
    seconds = -seconds;
    fraction_ns = -fraction_ns;
  }
  return put_together(seconds - epoch_offset, fraction_ns, time);
}

/* "Z", "+01:00", "+0100", "+01" or nothing, which is UTC; NULL: something else. */
static const char *read_zone(const char *chars, int64_t *east_s) {
  *east_s = 0;
  if (*chars == 'Z' || *chars == 'z') return chars + 1;
  if (*chars != '+' && *chars != '-') return chars;
  const int64_t sign = *chars++ == '-' ? -1 : 1;
  int64_t parts[2] = {0, 0};
  for (size_t i = 0; i < 2; i++) {
    if (i == 1 && *chars == ':') chars++;
    if (i == 1 && *chars == '\0' && chars[-1] != ':') break;
    if (!isdigit((unsigned char)chars[0]) || !isdigit((unsigned char)chars[1])) return NULL;
    parts[i] = (chars[0] - '0') * 10 + (chars[1] - '0');
    chars += 2;
  }
  if (parts[0] > 14 || parts[1] > 59) return NULL;
  *east_s = sign * (parts[0] * 3600 + parts[1] * 60);
  return chars;
}

static bool read_iso8601(const char *chars, struct time_text *time) {
  struct tm utc = {.tm_mday = 1};
  const char *rest = strptime(chars, "%Y-%m-%d", &utc);
  if (!rest || (*rest != 'T' && *rest != 't' && *rest != ' ')) return false;
  rest = strptime(rest + 1, "%H:%M:%S", &utc);
  if (!rest) return false;
  int64_t fraction_ns = 0;
  int64_t east_s = 0;
  time->resolution_ns = second_ns;
  rest = read_fraction(rest, &fraction_ns, &time->resolution_ns);
  rest = read_zone(rest, &east_s);
  if (!rest || *rest != '\0') return false;
  return put_together((int64_t)timegm(&utc) - east_s, fraction_ns, time);
}

/* Whether the format has one of these conversions; E and O modify, %% is none. */
static bool converts(const char *format, const char *letters) {
  for (const char *at = format; (at = strchr(at, '%')) != NULL;) {
    at++;
    if (*at == 'E' || *at == 'O') at++;
    if (*at == '\0') return false;
    if (strchr(letters, *at)) return true;
    at++;
  }
  return false;
}

static int64_t resolution_of(const char *format) {
  if (converts(format, "ScrTX")) return second_ns;
  if (converts(format, "MR")) return 60 * second_ns;
  if (converts(format, "HIkl")) return 3600 * second_ns;
  return 86400 * second_ns;
}

static const char *zone_conversion(const char *format) {
  for (const char *at = format; (at = strchr(at, '%')) != NULL && at[1] != '\0'; at += 2) {
    if (at[1] == 'z') return at;
  }
  return NULL;
}

/* As strptime(3), but for %z, which not every C library has. */
static const char *read_fields(const char *chars, const char *format, struct tm *local,
                               int64_t *east_s) {
  const char *zone = zone_conversion(format);
  if (zone == NULL) return strptime(chars, format, local);
  char *before = strndup(format, (size_t)(zone - format));
  const char *rest = before != NULL ? strptime(chars, before, local) : NULL;
  free(before);
  while (rest != NULL && isspace((unsigned char)*rest))
    rest++;
  if (rest == NULL || *rest == '\0' || strchr("+-Zz", *rest) == NULL) return NULL;
  rest = read_zone(rest, east_s);
  return rest != NULL ? read_fields(rest, zone + 2, local, east_s) : NULL;
}

static bool read_by_strptime(const char *chars, const char *format, struct time_text *time) {
  struct tm local = {.tm_mday = 1, .tm_year = 70};
  int64_t east_s = 0;
  const char *rest = read_fields(chars, format, &local, &east_s);
  if (!rest) return false;
  int64_t fraction_ns = 0;
  time->resolution_ns = resolution_of(format);
  if (time->resolution_ns == second_ns)
    rest = read_fraction(rest, &fraction_ns, &time->resolution_ns);
  if (*rest != '\0') return false;
  return put_together((int64_t)timegm(&local) - east_s, fraction_ns, time);
}

/* The first conversion that strptime(3) has not; NULL: it has them all. */
static const char *unknown_conversion(const char *format) {
  for (const char *at = format; (at = strchr(at, '%')) != NULL; at++) {
    const char *begin = at++;
    if (*at == 'E' || *at == 'O') at++;
    if (*at == '\0' || !strchr("%aAbBcCdDeFgGhHIjklmMnpPrRStTuUVwWxXyYzZ", *at)) return begin;
  }
  return NULL;
}

enum err_code time_text_check_format(const char *format, struct err *err) {
  if (strcmp(format, "unix") == 0 || strcmp(format, "ntp") == 0 || strcmp(format, "iso8601") == 0)
    return ERR_OK;
  if (!strchr(format, '%'))
    return err_set(err, ERR_USAGE,
                   "'%.60s' is no format: allowed are unix, ntp, iso8601, or one of strptime(3) "
                   "such as %%Y-%%m-%%d %%H:%%M:%%S",
                   format);
  /* strptime reads %s by the harness's own time zone. */
  if (converts(format, "s")) return err_set(err, ERR_USAGE, "for %%s write the format unix");
  const char *unknown = unknown_conversion(format);
  if (unknown)
    return err_set(err, ERR_USAGE,
                   "'%.3s' in '%.60s' is no conversion of strptime(3); common ones are %%Y %%m %%d "
                   "%%H %%M %%S %%b %%a %%y %%z, and %%%% for a %%",
                   unknown, format);
  return ERR_OK;
}

bool time_text_read(const char *chars, const char *format, struct time_text *time) {
  if (strcmp(format, "unix") == 0) return read_seconds(chars, 0, time);
  if (strcmp(format, "ntp") == 0) return read_seconds(chars, seconds_1900_to_1970, time);
  if (strcmp(format, "iso8601") == 0) return read_iso8601(chars, time);
  return read_by_strptime(chars, format, time);
}
