/* Put before a program by -include where it is built with sanitizers: what they find ends it by
 * SIGABRT, for an exit with 1 is what many a case expects. A subject's environment is clean, so
 * that it can be said nowhere else. It includes nothing: the program's own macros come first. */
#ifndef SOCKPROOF_TESTS_SANITIZER_OPTIONS_H
#define SOCKPROOF_TESTS_SANITIZER_OPTIONS_H

const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "abort_on_error=1:detect_leaks=1:detect_stack_use_after_return=1";
}

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) {
  return "abort_on_error=1:print_stacktrace=1";
}

#endif
