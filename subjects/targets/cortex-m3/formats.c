/* The `z` of "%zu": Debian's newlib is built without the length modifiers of C99, prints such a
 * format as it is, and gives its value to the next one. Octets are counted by an unsigned int here,
 * so that without the letter it says the same. The linker puts these before newlib's own. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(size_t) == sizeof(unsigned), "%zu is %u");

int __real_vfprintf(FILE *file, const char *format, va_list rest);
int __real_vsnprintf(char *room, size_t size, const char *format, va_list rest);

int __wrap_printf(const char *format, ...);
int __wrap_fprintf(FILE *file, const char *format, ...);
int __wrap_snprintf(char *room, size_t size, const char *format, ...);
int __wrap_vfprintf(FILE *file, const char *format, va_list rest);
int __wrap_vsnprintf(char *room, size_t size, const char *format, va_list rest);

/* To be freed; NULL with errno. */
static char *without_z(const char *format) {
  char *plain = malloc(strlen(format) + 1);
  char *to = plain;
  while (plain != NULL && *format != '\0') {
    size_t len = 1;
    if (*format == '%') len += strspn(format + 1, "-+ #0123456789.*");
    memcpy(to, format, len);
    to += len;
    if (*format == '%' && format[len] == 'z') len++;
    if (*format == '%' && format[len] != '\0') *to++ = format[len++];
    format += len;
  }
  if (plain != NULL) *to = '\0';
  return plain;
}

int __wrap_vfprintf(FILE *file, const char *format, va_list rest) {
  char *plain = without_z(format);
  int printed = plain == NULL ? -1 : __real_vfprintf(file, plain, rest);
  free(plain);
  return printed;
}

int __wrap_vsnprintf(char *room, size_t size, const char *format, va_list rest) {
  char *plain = without_z(format);
  int len = plain == NULL ? -1 : __real_vsnprintf(room, size, plain, rest);
  free(plain);
  return len;
}

int __wrap_printf(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  int printed = __wrap_vfprintf(stdout, format, rest);
  va_end(rest);
  return printed;
}

int __wrap_fprintf(FILE *file, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  int printed = __wrap_vfprintf(file, format, rest);
  va_end(rest);
  return printed;
}

int __wrap_snprintf(char *room, size_t size, const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  int len = __wrap_vsnprintf(room, size, format, rest);
  va_end(rest);
  return len;
}
