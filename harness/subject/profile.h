/* Subject profiles (INI): how somebody's program maps on to recipes.
 *
 *   [subject]
 *   name = ntpdig            version = ntpdig --version
 *   families = ipv4          ; or ipv6, or both; a recipe may say it for itself
 *   goldens = ../pcaps       ; relative to the profile; only for the subject that owns them
 *
 *   [sntp-client]
 *   command      = ntpdig -t {timeout_s} {host}
 *   command.udp  = ...       ; a variant that some cases of the recipe ask for
 *   observe.time = ^(\S+ \S+)        observe.time.format = %Y-%m-%d %H:%M:%S
 *   observe.error = ^ntpdig: (.+)$   observe.error.stream = stderr
 *   success      = ^\d                env.NAME = value      memory-mib = 256
 *   timeout      = 5                  ; seconds after which it gives up by itself, at most
 *   daemon       = yes                ; never ends by itself
 *   sets-clock   = yes                ; its result is the time to which it sets the clock
 *   root         = yes                ; refuses to run unless its uid is 0, or its groups change
 *   file.NAME    = one line           ; made in {scratch} before it starts; the rest of its lines
 *                  and another        ; are indented, and begin without their blanks
 *
 * Placeholders stand in commands, in env.NAME and in file.NAME.
 * {addresses...} is as many words as the value has: it is split as the line is.
 * One key a line. An indented line goes on with the value above; a blank and ';' begin a comment.
 * A brace that begins no placeholder is written {{. */
#ifndef SOCKPROOF_SUBJECT_PROFILE_H
#define SOCKPROOF_SUBJECT_PROFILE_H

#include "base/arena.h"
#include "base/text.h"

enum {
  PROFILE_OBSERVATIONS_MAX = 24,
  PROFILE_VARIANTS_MAX = 16,
  PROFILE_ENTRIES_MAX = 64,
  PROFILE_ENV_MAX = 16,
  PROFILE_FILES_MAX = 8,
  PROFILE_TIMEOUT_MAX_S = 60 /* a hundred cases that wait so long are nobody's idea of a test */
};

/* Which of the two the subject speaks. */
enum profile_families {
  PROFILE_FAMILIES_UNSAID, /* taken for both */
  PROFILE_FAMILIES_BOTH,
  PROFILE_FAMILIES_IPV4,
  PROFILE_FAMILIES_IPV6
};

struct profile_observation {
  const char *name;    /* "time" */
  const char *pattern; /* PCRE2, multi-line; the first group, or the group named "value" */
  const char *format;  /* strptime(3), or "unix", "ntp", "iso8601"; NULL: the text as it is */
  bool on_stderr;      /* it is looked for on standard error, not on standard output */
};

struct profile_command {
  const char *variant; /* NULL for the plain one */
  const char
      *line; /* words split as a POSIX shell splits them (quotes and backslash; no expansion) */
  unsigned at_line; /* of the profile; 0: it is of no file */
};

/* A file of the subject's, made in its scratch folder before it starts. */
struct profile_file {
  const char *name; /* one path component */
  const char *text; /* with placeholders; ends with a newline */
  unsigned at_line; /* of the profile */
};

struct profile_entry {
  const char *recipe;
  unsigned line; /* of the profile, where its section has its first key */
  struct profile_command commands[PROFILE_VARIANTS_MAX];
  size_t command_count;
  struct profile_observation observations[PROFILE_OBSERVATIONS_MAX];
  size_t observation_count;
  const char
      *success; /* pattern over stdout for programs whose exit status says nothing; or NULL */
  const char *env[PROFILE_ENV_MAX];    /* "NAME=value"; env.NAME keys */
  unsigned env_lines[PROFILE_ENV_MAX]; /* of the profile */
  size_t env_count;
  struct profile_file files[PROFILE_FILES_MAX];
  size_t file_count;
  unsigned timeout_s; /* how long it needs at most to give up by itself; 0: as a case says */
  bool daemon;        /* it never ends by itself: it is stopped, and its exit is not judged */
  bool sets_clock;    /* it tells the time by setting the clock */
  bool root;          /* its uid is 0, where that gives no right over anything */
  enum profile_families families; /* [subject] says it for recipes that do not */
  long memory_mib;                /* -1: the default; 0: unbounded */
};

struct profile {
  const char *name, *about; /* about may be NULL */
  enum profile_families families;
  const char *version_command; /* for sh -c; or NULL */
  const char *path;            /* as given */
  const char *dir;             /* absolute: {dir} */
  const char *goldens_dir;     /* absolute; NULL: owns no goldens */
  struct profile_entry entries[PROFILE_ENTRIES_MAX];
  size_t entry_count;
};

/* ERR_USAGE names file, line, key and what is allowed there; patterns are compiled, so that a wrong
 * one is told now. All memory is the arena's. */
enum err_code profile_load(const char *path, struct arena *arena, const struct profile **profile,
                           struct err *err) MUST_USE;

/* The profile that `run ... -- COMMAND {host} {port}` makes: `recipe` with that command (every
 * recipe where NULL), and no observations of its own but those that `defaults` (the reference
 * profile) has for the recipe. Files that argv names relative to the working directory are told by
 * their whole path, as the subject runs elsewhere; {dir} is the working directory. */
enum err_code profile_of_command(const char *const *argv, const struct profile *defaults,
                                 struct arena *arena, const struct profile **profile,
                                 struct err *err) MUST_USE;

const struct profile_entry *profile_entry_find(const struct profile *profile,
                                               const char *recipe); /* or NULL */
const struct profile_command *profile_command_find(const struct profile_entry *entry,
                                                   const char *variant);

struct placeholder {
  const char *name; /* "host" stands for {host} */
  const char *value;
};

/* Splits the line into words and puts the placeholders' values in. ERR_USAGE: an unknown
 * placeholder (names those that there are), or unbalanced quotes. *argv is NULL-ended and the
 * arena's. */
enum err_code profile_expand(const struct profile_command *command,
                             const struct placeholder *placeholders, size_t placeholder_count,
                             struct arena *arena, const char *const **argv,
                             struct err *err) MUST_USE;
/* The same for a text that stays one: a file's, or a variable's. */
enum err_code profile_fill(const char *text, const struct placeholder *placeholders,
                           size_t placeholder_count, struct arena *arena, const char **filled,
                           struct err *err) MUST_USE;
bool profile_uses(const struct profile_command *command, const char *placeholder_name);
/* Whether the command, or a file or variable that goes with it, has the placeholder. */
bool profile_entry_uses(const struct profile_entry *entry, const struct profile_command *command,
                        const char *placeholder_name);

#endif
