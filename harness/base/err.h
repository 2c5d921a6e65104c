/* What went wrong, told once: a code to branch on and one sentence for a person.
 *
 * Every function that can fail returns an `enum err_code` (ERR_OK is 0) that must be looked at, and
 * fills a `struct err` when it is not ERR_OK. Verdicts are another type: an err is about the
 * harness and its input, never about the subject. */
#ifndef SOCKPROOF_BASE_ERR_H
#define SOCKPROOF_BASE_ERR_H

#include <stdarg.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_index) \
  __attribute__((format(printf, format_index, first_index)))

enum err_code {
  ERR_OK = 0,
  ERR_USAGE,  /* the command line or a configuration file asks for something that does not exist */
  ERR_INPUT,  /* a file or a message is not what it claims to be */
  ERR_SYSTEM, /* the operating system refused; errno_value says why */
  ERR_LIMIT,  /* a stated bound was met */
  ERR_UNAVAILABLE, /* this host lacks something (namespaces, capture permission, ...) */
};

enum { ERR_TEXT_MAX = 512 };

struct err {
  enum err_code code;
  int errno_value;         /* 0 where no system call was involved */
  char text[ERR_TEXT_MAX]; /* one sentence: what, where, what to do; no trailing newline */
};

/* Fills *err (which may be NULL) and returns `code`, so that a failure is one `return
 * err_set(...)`. */
enum err_code err_set(struct err *err, enum err_code code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The same for a failed system call: appends ": " and the text of `errno_value`; the code is
 * ERR_SYSTEM. */
enum err_code err_set_errno(struct err *err, int errno_value, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
