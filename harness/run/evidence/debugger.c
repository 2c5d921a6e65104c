#include "run/evidence/debugger.h"

#include "subject/subject.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { A_DAY_AND_MORE = 6000 /* of the limits of a case, 15 s as a rule */ };

static const char STREAMS_AND_ENVIRONMENT[] =
    "set exec-wrapper /bin/sh -c 'unset TERM LINES COLUMNS PWD OLDPWD; "
    "exec \"$@\" <&3 >&4 2>&5 3<&- 4>&- 5>&-' sh";

/* gdb has the terminal. The program has the streams that it would have without it: input, output
 * and errors of the harness, which gdb was given as 3, 4 and 5 (subject_command.debugger); what it
 * prints is shown by the harness. Nor does it get what gdb and the shell add to the environment.
 * gdb answers with the program's own exit status. */
static const char *const GDB[] = {"gdb",
                                  "-q",
                                  "--return-child-result",
                                  "-iex",
                                  "set confirm off",
                                  "-iex",
                                  "set debuginfod enabled off",
                                  "-iex",
                                  "handle SIGTERM nostop print pass",
                                  "-iex",
                                  STREAMS_AND_ENVIRONMENT,
                                  "--args",
                                  NULL};

/* The environment of a subject names no terminal. */
static const char *const *on_this_terminal(struct arena *arena) {
  const char *terminal = getenv("TERM");
  const char **words = arena_alloc(arena, sizeof GDB + 2 * sizeof *words);
  if (words == NULL) return NULL;
  words[0] = "env";
  words[1] = arena_format(arena, "TERM=%s", terminal == NULL ? "dumb" : terminal);
  memcpy(words + 2, GDB, sizeof GDB);
  return words[1] == NULL ? NULL : words;
}

enum err_code debugger_place(struct session *session, struct err *err) {
  struct settings *settings = &session->settings;
  char path[1024];
  if (session->chosen.count != 1) {
    return err_set(err, ERR_USAGE, "--gdb debugs one case, and %zu are chosen",
                   session->chosen.count);
  }
  if (settings->target != NULL) {
    return err_set(err, ERR_USAGE, "--gdb debugs programs of this host, and not of a --target");
  }
  if (subject_find_program(GDB[0], path, sizeof path, err) != ERR_OK)
    return err_set(err, ERR_USAGE, "--gdb: there is no program gdb on PATH; install it");
  settings->wrapper = on_this_terminal(session->arena);
  if (settings->wrapper == NULL) return err_set(err, ERR_LIMIT, "no memory for the debugger");
  settings->slowness = A_DAY_AND_MORE;
  settings->unbounded_memory = true;
  return ERR_OK;
}

void debugger_take_back_terminal(void) {
  if (!isatty(STDIN_FILENO)) return;
  /* Who asks for the terminal from the background is stopped, unless he ignores it. */
  void (*before)(int) = signal(SIGTTOU, SIG_IGN);
  (void)tcsetpgrp(STDIN_FILENO, getpgrp());
  (void)signal(SIGTTOU, before);
}

void debugger_show(struct span octets) {
  while (octets.len > 0) {
    const ssize_t written = write(STDOUT_FILENO, octets.bytes, octets.len);
    if (written <= 0) return; /* it is only shown; all of it is kept */
    octets = span_part(octets, (size_t)written, octets.len);
  }
}

void debugger_tell(const struct result *result, FILE *out) {
  if (result->verdict == VERDICT_BROKEN) return;
  fprintf(out, "not judged: under a debugger; by what was seen it would be %s\n",
          verdict_name(result->verdict));
}
