#include "run/command/rerun.h"

#include <stdbool.h>

/* The value in single quotes, as a shell reads them, behind the option where there is one. */
static void append_option(struct text *line, const char *option, const char *value) {
  if (option != NULL) text_appendf(line, " %s", option);
  text_append(line, " '");
  for (; *value != '\0'; value++) {
    if (*value == '\'') {
      text_append(line, "'\\''");
    } else {
      text_appendf(line, "%c", *value);
    }
  }
  text_append(line, "'");
}

enum err_code rerun_make(const struct run_options *options, struct arena *arena,
                         struct settings *settings, struct err *err) {
  struct text prefix = TEXT_INIT(4096);
  text_append(&prefix, "sockproof run");
  if (options->subject != NULL) append_option(&prefix, "--subject", options->subject);
  if (options->target != NULL) append_option(&prefix, "--target", options->target);
  if (options->cases != NULL) append_option(&prefix, "--cases", options->cases);
  if (options->peer != NULL) append_option(&prefix, "--peer", options->peer);
  if (options->peer_ready != NULL) append_option(&prefix, "--peer-ready", options->peer_ready);
  if (options->mutant != NULL) text_appendf(&prefix, " --mutant %s", options->mutant);
  if (options->valgrind) text_append(&prefix, " --valgrind");
  text_appendf(&prefix, " --seed %llu", (unsigned long long)options->seed);
  struct text suffix = TEXT_INIT(4096);
  for (size_t i = 0; options->command != NULL && options->command[i] != NULL; i++) {
    append_option(&suffix, i == 0 ? "--" : NULL, options->command[i]);
  }
  settings->rerun_prefix = arena_text(arena, text_chars(&prefix));
  settings->rerun_suffix = arena_text(arena, text_chars(&suffix));
  text_free(&prefix);
  text_free(&suffix);
  bool made = settings->rerun_prefix != NULL && settings->rerun_suffix != NULL;
  return made ? ERR_OK : err_set(err, ERR_LIMIT, "no memory for the run");
}
