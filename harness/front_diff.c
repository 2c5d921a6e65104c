#include "front_diff.h"

#include "front_load.h"
#include "trace/capture_diff.h"
#include "trace/diff_screen.h"
#include "trace/policies.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  EXIT_DIFFERENT = 1,
  EXIT_USAGE = 2,
  TEXT_MAX = 1024 * 1024,
  /* Two captures of which one is larger are compared by their outlines; below, the whole canonical
   * forms tell more: numbers of events, and flows that moved to other hosts. */
  WHOLE_OCTETS_MAX = 256 * 1024
};

static const char USAGE[] =
    "usage: sockproof diff [--json | --quiet] [--level stream|transport|packet] "
    "[--policy 'FIELD exact|bind|ignore -- WHY']... GOLDEN ACTUAL";

enum form { FORM_PERSON, FORM_JSON, FORM_QUIET };

struct request {
  enum form form;
  struct canonical_head head; /* level and rules of the command line, and nothing else */
  const char *paths[2];
  size_t path_count;
};

/* What is being told, a difference at a time. Nothing is written before all is known. */
struct telling {
  enum form form;
  struct diff_screen *screen; /* for a person */
  FILE *listed;               /* of JSON: any number of differences */
  size_t listed_count;
};

static int complain(const struct err *err) {
  fprintf(stderr, "sockproof: %s\n", err->text);
  return EXIT_USAGE;
}

/* --- the command line ------------------------------------------------------------------------- */

static enum err_code refuse(struct err *err, const char *sentence) {
  (void)err_set(err, ERR_USAGE, "%s", sentence);
  return ERR_USAGE;
}

static enum err_code take_policy(struct request *request, const char *words, struct err *err) {
  if (request->head.rule_count == CANONICAL_POLICIES_MAX) {
    return err_set(err, ERR_USAGE, "more than %d policies", CANONICAL_POLICIES_MAX);
  }
  struct policy_rule *rule = &request->head.rules[request->head.rule_count];
  if (words == NULL || !policy_rule_read(span_of_text(words), rule)) {
    return err_set(err, ERR_USAGE,
                   "--policy wants 'FIELD exact|verify|bind|ignore [FIELD] [-- WHY]', as in "
                   "--policy 'tcp.turns ignore -- both sides talk at once'");
  }
  struct err why = {0};
  if (policy_check(rule, &why) != ERR_OK) {
    return err_set(err, ERR_USAGE, "--policy: %.400s", why.text);
  }
  request->head.rule_count++;
  return ERR_OK;
}

static enum err_code parse(int argc, char **argv, struct request *request, struct err *err) {
  enum err_code code = ERR_OK;
  for (int i = 1; i < argc && code == ERR_OK; i++) {
    if (strcmp(argv[i], "--json") == 0) {
      request->form = FORM_JSON;
    } else if (strcmp(argv[i], "--quiet") == 0) {
      request->form = FORM_QUIET;
    } else if (strcmp(argv[i], "--level") == 0) {
      i++;
      if (argv[i] == NULL || !canonical_level_parse(argv[i], &request->head.level)) {
        return refuse(err, "--level wants stream, transport or packet");
      }
    } else if (strcmp(argv[i], "--policy") == 0) {
      i++;
      code = take_policy(request, argv[i], err); /* argv[argc] is NULL */
    } else if ((argv[i][0] == '-' && argv[i][1] != '\0') || request->path_count == 2) {
      return refuse(err, USAGE);
    } else {
      request->paths[request->path_count++] = argv[i];
    }
  }
  if (code != ERR_OK) return code;
  if (request->paths[0] == NULL || request->paths[1] == NULL) return refuse(err, USAGE);
  if (strcmp(request->paths[0], "-") == 0 && strcmp(request->paths[1], "-") == 0) {
    return refuse(err, "both sides are '-': standard input can be read only once; name a file");
  }
  return ERR_OK;
}

/* --- telling ---------------------------------------------------------------------------------- */

static enum err_code begin_telling(struct telling *telling, struct err *err) {
  if (telling->form == FORM_PERSON) {
    telling->screen = diff_screen_create();
    if (telling->screen == NULL) return err_set(err, ERR_LIMIT, "no memory to tell differences");
  }
  if (telling->form == FORM_JSON) {
    telling->listed = tmpfile();
    if (telling->listed == NULL) return err_set_errno(err, errno, "cannot make a temporary file");
  }
  return ERR_OK;
}

static void end_telling(struct telling *telling) {
  diff_screen_destroy(telling->screen);
  if (telling->listed != NULL) (void)fclose(telling->listed);
}

static void tell(void *context, const struct difference *difference,
                 const struct diff_sides *sides) {
  struct telling *telling = context;
  if (telling->screen != NULL) diff_screen_take(telling->screen, difference, sides);
  if (telling->listed == NULL) return;
  struct text text = TEXT_INIT(TEXT_MAX);
  diff_json(difference, &text);
  /* An error shows when the file is read again. */
  (void)fprintf(telling->listed, "%s%s", telling->listed_count++ > 0 ? ", " : "",
                text_chars(&text));
  text_free(&text);
}

static enum err_code tell_json(const struct telling *telling, size_t differences, struct err *err) {
  FILE *listed = telling->listed;
  if (fflush(listed) != 0 || ferror(listed) || fseek(listed, 0, SEEK_SET) != 0) {
    return err_set_errno(err, errno, "cannot keep the differences in a temporary file");
  }
  printf("{\"schema\": 1, \"same\": %s, \"differences\": %zu, \"listed\": [",
         differences == 0 ? "true" : "false", differences);
  char block[16 * 1024];
  size_t len;
  while ((len = fread(block, 1, sizeof block, listed)) > 0)
    (void)fwrite(block, 1, len, stdout);
  puts("]}");
  return ERR_OK;
}

static int tell_end(const struct telling *telling, const struct diff_totals *totals) {
  struct err err = {0};
  if (telling->listed != NULL && tell_json(telling, totals->count, &err) != ERR_OK)
    return complain(&err);
  if (telling->screen != NULL && totals->count > 0) {
    struct text text = TEXT_INIT(TEXT_MAX);
    diff_screen_print(telling->screen, totals, &text);
    fputs(text_chars(&text), stdout);
    text_free(&text);
  }
  return totals->count == 0 ? 0 : EXIT_DIFFERENT;
}

/* --- comparing -------------------------------------------------------------------------------- */

/* Two captures, of which one has no packet, are compared by mistake: a golden alone may say that
 * there is nothing. */
static enum err_code check_not_empty(const char *const *paths, const uint64_t packets[2],
                                     struct err *err) {
  for (size_t i = 0; i < 2; i++) {
    if (packets[i] > 0) continue;
    return err_set(
        err, ERR_INPUT,
        "%s: there is no packet in it, so that there is nothing to compare; capture again",
        paths[i]);
  }
  return ERR_OK;
}

/* A difference on its way from the differ. */
struct passing {
  struct telling *telling;
  const struct diff_sides *sides;
};

static void pass_on(void *context, const struct difference *difference) {
  const struct passing *passing = context;
  tell(passing->telling, difference, passing->sides);
}

static int compare_whole(const struct request *request, struct telling *telling) {
  const char *const *paths = request->paths;
  struct canonical *sides[2] = {NULL, NULL};
  struct trace *traces[2] = {NULL, NULL};
  struct diff_totals totals = {0};
  struct err err = {0};
  /* The side that is a golden's text says by which names and policies the other is to be read. */
  size_t first = front_is_golden_text(paths[0]) || !front_is_golden_text(paths[1]) ? 0 : 1;
  enum err_code code =
      front_load(paths[first], &request->head, &traces[first], &sides[first], &err);
  if (code == ERR_OK) {
    code = front_load(paths[1 - first], canonical_head_of(sides[first]), &traces[1 - first],
                      &sides[1 - first], &err);
  }
  if (code == ERR_OK && traces[0] != NULL && traces[1] != NULL) {
    const uint64_t packets[2] = {trace_count(traces[0]), trace_count(traces[1])};
    code = check_not_empty(paths, packets, &err);
  }
  if (code == ERR_OK) {
    const struct diff_sides compared = {sides[0], sides[1], traces[0], traces[1]};
    struct passing passing = {telling, &compared};
    code = diff_each(&compared, pass_on, &passing, &totals, &err);
  }
  for (size_t i = 0; i < 2; i++) {
    canonical_destroy(sides[i]);
    trace_destroy(traces[i]);
  }
  return code == ERR_OK ? tell_end(telling, &totals) : complain(&err);
}

static int compare_outlines(const struct request *request, struct capture_file *files[2],
                            struct telling *telling) {
  struct err err = {0};
  struct capture_diff_outcome outcome;
  const struct capture_diff_hooks hooks = {.differs = tell, .context = telling};
  if (capture_diff(files[0], files[1], &hooks, &outcome, &err) != ERR_OK) return complain(&err);
  if (check_not_empty(request->paths, outcome.packets, &err) != ERR_OK) return complain(&err);
  for (size_t i = 0; i < 2; i++) {
    if (front_check_order(files[i], false, &err) != ERR_OK) return complain(&err);
  }
  return tell_end(telling, &outcome.totals);
}

/* Both are captures that can be read twice, at least one of them is large, and nothing asks for the
 * whole forms. A pipe must not be opened here: what is read of it is gone. */
static bool is_for_outlines(const struct request *request) {
  if (request->head.level != LEVEL_STREAM || request->head.rule_count > 0) return false;
  off_t largest = 0;
  for (size_t i = 0; i < 2; i++) {
    struct stat status;
    if (front_is_golden_text(request->paths[i]) || stat(request->paths[i], &status) != 0 ||
        !S_ISREG(status.st_mode))
      return false;
    if (status.st_size > largest) largest = status.st_size;
  }
  return largest > WHOLE_OCTETS_MAX;
}

/* *files stay open, also where they are not to be used. */
static bool open_large(const struct request *request, struct capture_file *files[2]) {
  struct err err;
  if (!is_for_outlines(request)) return false;
  for (size_t i = 0; i < 2; i++) {
    if (capture_file_open(request->paths[i], &files[i], &err) != ERR_OK) return false;
    if (!capture_file_is_seekable(files[i])) return false;
  }
  return true;
}

/* One file that is named twice is always the same as itself: nobody wants to know that. */
static enum err_code check_paths(const struct request *request, struct err *err) {
  struct stat sides[2];
  for (size_t i = 0; i < 2; i++) {
    if (stat(request->paths[i], &sides[i]) != 0) return ERR_OK; /* the reader will tell */
  }
  if (sides[0].st_dev != sides[1].st_dev || sides[0].st_ino != sides[1].st_ino) return ERR_OK;
  return err_set(err, ERR_USAGE, "%s and %s are one file, compared with itself; name another",
                 request->paths[0], request->paths[1]);
}

int front_diff(int argc, char **argv) {
  struct request request = {.form = FORM_PERSON};
  struct err err = {0};
  if (parse(argc, argv, &request, &err) != ERR_OK) return complain(&err);
  if (check_paths(&request, &err) != ERR_OK) return complain(&err);
  struct telling telling = {.form = request.form};
  if (begin_telling(&telling, &err) != ERR_OK) return complain(&err);
  struct capture_file *files[2] = {NULL, NULL};
  /* A file that cannot be opened is told by the way that reads all of it. */
  int status = open_large(&request, files) ? compare_outlines(&request, files, &telling)
                                           : compare_whole(&request, &telling);
  for (size_t i = 0; i < 2; i++)
    capture_file_close(files[i]);
  end_telling(&telling);
  return status;
}
