/* The checked forms of calls, which glibc's headers put into libraries that are compiled with
 * _FORTIFY_SOURCE: with musl, the calls themselves. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __fprintf_chk(FILE *file, int flag, const char *format, ...);
int __snprintf_chk(char *to, size_t len, int flag, size_t size, const char *format, ...);
int __vsnprintf_chk(char *to, size_t len, int flag, size_t size, const char *format, va_list rest);
int __vasprintf_chk(char **to, int flag, const char *format, va_list rest);
void *__memcpy_chk(void *to, const void *from, size_t len, size_t size);
char *__strncpy_chk(char *to, const char *from, size_t len, size_t size);

int __fprintf_chk(FILE *file, int flag, const char *format, ...) {
  (void)flag;
  va_list rest;
  va_start(rest, format);
  const int said = vfprintf(file, format, rest);
  va_end(rest);
  return said;
}

int __vsnprintf_chk(char *to, size_t len, int flag, size_t size, const char *format, va_list rest) {
  (void)flag;
  if (len > size) abort();
  return vsnprintf(to, len, format, rest);
}

int __snprintf_chk(char *to, size_t len, int flag, size_t size, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  const int said = __vsnprintf_chk(to, len, flag, size, format, rest);
  va_end(rest);
  return said;
}

int __vasprintf_chk(char **to, int flag, const char *format, va_list rest) {
  (void)flag;
  return vasprintf(to, format, rest);
}

void *__memcpy_chk(void *to, const void *from, size_t len, size_t size) {
  if (len > size) abort();
  return memcpy(to, from, len);
}

char *__strncpy_chk(char *to, const char *from, size_t len, size_t size) {
  if (len > size) abort();
  return strncpy(to, from, len);
}
