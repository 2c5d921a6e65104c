#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "subject/subject.h"

enum { CANDIDATE_MAX = 4096, INTERPRETER_LINE_MAX = 256 };

/* What keeps `path` from being run; NULL: nothing that can be seen from here. *is_there says
 * whether something of that name was seen. */
static const char *obstacle(const char *path, bool *is_there) {
  struct stat status;
  *is_there = stat(path, &status) == 0;
  if (!*is_there && (errno == ENOENT || errno == ENOTDIR)) return "does not exist";
  if (!*is_there)
    return errno == EACCES ? "lies in a directory that may not be searched" : "cannot be looked at";
  if (S_ISDIR(status.st_mode)) return "is a directory";
  if (!S_ISREG(status.st_mode)) return "is not a file";
  return access(path, X_OK) == 0 ? NULL : "is not executable; chmod +x makes it so";
}

/* The interpreter that a script's first line names; "" for what is no script, or cannot be read. */
static void read_interpreter(const char *path, char *interpreter, size_t size) {
  char line[INTERPRETER_LINE_MAX] = "";
  interpreter[0] = '\0';
  FILE *file = fopen(path, "re");
  if (file == NULL) return;
  const size_t len = fread(line, 1, sizeof line - 1, file);
  fclose(file);
  line[len] = '\0';
  if (strncmp(line, "#!", 2) != 0) return;
  const char *name = line + 2 + strspn(line + 2, " \t");
  (void)snprintf(interpreter, size, "%.*s", (int)strcspn(name, " \t\n"), name);
}

/* The kernel says "no such file" of the script itself where its interpreter is not there. */
static enum err_code check_interpreter(const char *path, struct err *err) {
  char interpreter[INTERPRETER_LINE_MAX];
  read_interpreter(path, interpreter, sizeof interpreter);
  const size_t len = strlen(interpreter);
  if (len == 0 || access(interpreter, F_OK) == 0) return ERR_OK;
  if (interpreter[len - 1] == '\r')
    return err_set(err, ERR_USAGE,
                   "the first line of the program %s ends with a carriage return, which is taken "
                   "for a part of the interpreter's name; end its lines with a newline alone",
                   path);
  return err_set(err, ERR_USAGE,
                 "the first line of the program %s asks for the interpreter %s, which does not "
                 "exist; name one that does, or put it into the command",
                 path, interpreter);
}

static bool fits(int len, size_t size) {
  return len >= 0 && (size_t)len < size;
}

/* As given, but absolute: the subject works in another directory. */
static enum err_code find_by_path(const char *name, char *path, size_t path_max, struct err *err) {
  char here[CANDIDATE_MAX] = "";
  if (name[0] != '/' && getcwd(here, sizeof here) == NULL)
    return err_set_errno(err, errno, "the program %s cannot be found from here", name);
  if (!fits(snprintf(path, path_max, "%s%s%s", here, here[0] != '\0' ? "/" : "", name), path_max))
    return err_set(err, ERR_USAGE, "the program's path is too long: %s", name);
  bool is_there;
  const char *why = obstacle(path, &is_there);
  if (why != NULL) return err_set(err, ERR_USAGE, "the program %s %s", path, why);
  return check_interpreter(path, err);
}

static enum err_code find_on_path(const char *name, const char *search, char *path, size_t path_max,
                                  struct err *err) {
  char tried[CANDIDATE_MAX] = "";
  const char *why = NULL;
  for (const char *part = search; part != NULL;) {
    const char *end = strchr(part, ':');
    const size_t len = end != NULL ? (size_t)(end - part) : strlen(part);
    char candidate[CANDIDATE_MAX];
    const char *prefix = len == 0 ? "." : part;
    const bool whole = fits(
        snprintf(candidate, sizeof candidate, "%.*s/%s", len == 0 ? 1 : (int)len, prefix, name),
        sizeof candidate);
    bool is_there = false;
    const char *problem = whole ? obstacle(candidate, &is_there) : "has too long a path";
    if (problem == NULL) return find_by_path(candidate, path, path_max, err);
    if (is_there && why == NULL) {
      why = problem;
      memcpy(tried, candidate, sizeof tried);
    }
    part = end != NULL ? end + 1 : NULL;
  }
  if (why != NULL) return err_set(err, ERR_USAGE, "the program %s %s", tried, why);
  return err_set(err, ERR_USAGE, "the program %s is in no directory of PATH (%s)", name, search);
}

enum err_code subject_find_program(const char *name, char *path, size_t path_max, struct err *err) {
  if (name == NULL || name[0] == '\0')
    return err_set(err, ERR_USAGE, "the command names no program");
  if (strchr(name, '/') != NULL) return find_by_path(name, path, path_max, err);
  const char *search = getenv("PATH");
  return find_on_path(name, search != NULL ? search : "/bin:/usr/bin", path, path_max, err);
}
