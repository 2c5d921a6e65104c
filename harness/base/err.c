#include "base/err.h"

#include <stdio.h>
#include <string.h>

enum err_code err_set(struct err *err, enum err_code code, const char *format, ...) {
  if (err == NULL) return code;

  /* Formatted aside first, because an argument may be the text of the same err. */
  char text[ERR_TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);

  *err = (struct err){.code = code};
  memcpy(err->text, text, strlen(text) + 1);
  return code;
}

enum err_code err_set_errno(struct err *err, int errno_value, const char *format, ...) {
  if (err == NULL) return ERR_SYSTEM;

  char text[ERR_TEXT_MAX];
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);

  size_t len = written < 0 ? 0 : strnlen(text, sizeof text - 1);
  (void)snprintf(text + len, sizeof text - len, ": %s", strerror(errno_value));

  *err = (struct err){.code = ERR_SYSTEM, .errno_value = errno_value};
  memcpy(err->text, text, strlen(text) + 1);
  return ERR_SYSTEM;
}
