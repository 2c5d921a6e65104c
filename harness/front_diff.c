#include "front_diff.h"

#include "front_load.h"
#include "trace/capture_diff.h"
#include "trace/policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  EXIT_DIFFERENT = 1,
  EXIT_USAGE = 2,
  TEXT_MAX = 64 * 1024 * 1024,
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

/* What is being told, a part at a time. */
struct telling {
  enum form form;
  size_t parts;
  struct text listed; /* of JSON */
};

static int complain(const struct err *err) {
  fprintf(stderr, "sockproof: %s\n", err->text);
  return EXIT_USAGE;
}

/* --- the command line ------------------------------------------------------------------------- */

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
        return err_set(err, ERR_USAGE, "--level wants stream, transport or packet");
      }
    } else if (strcmp(argv[i], "--policy") == 0) {
      i++;
      code = take_policy(request, argv[i], err); /* argv[argc] is NULL */
    } else if ((argv[i][0] == '-' && argv[i][1] != '\0') || request->path_count == 2) {
      return err_set(err, ERR_USAGE, "%s", USAGE);
    } else {
      request->paths[request->path_count++] = argv[i];
    }
  }
  if (code != ERR_OK) return code;
  if (request->path_count != 2) {
    (void)err_set(err, ERR_USAGE, "%s", USAGE);
    return ERR_USAGE;
  }
  if (strcmp(request->paths[0], "-") == 0 && strcmp(request->paths[1], "-") == 0) {
    return err_set(err, ERR_USAGE,
                   "both sides are '-': standard input can be read only once; name a file");
  }
  return ERR_OK;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell_part(void *context, const struct capture_difference *difference) {
  struct telling *telling = context;
  if (telling->form == FORM_QUIET) return;
  if (telling->form == FORM_JSON) {
    if (telling->parts++ > 0) text_append(&telling->listed, ",");
    diff_json(difference->result, &telling->listed);
    return;
  }
  struct text text = TEXT_INIT(TEXT_MAX);
  diff_print(difference->result, difference->expected, difference->actual, NULL, &text);
  fputs(text_chars(&text), stdout);
  text_free(&text);
}

static int tell_end(struct telling *telling, size_t differences) {
  if (telling->form == FORM_JSON) {
    printf("{\"schema\": 1, \"same\": %s, \"differences\": %zu, \"listed\": [%s]}\n",
           differences == 0 ? "true" : "false", differences, text_chars(&telling->listed));
  }
  text_free(&telling->listed);
  return differences == 0 ? 0 : EXIT_DIFFERENT;
}

/* --- comparing -------------------------------------------------------------------------------- */

static int compare_whole(const struct request *request, struct telling *telling) {
  const char *const *paths = request->paths;
  struct canonical *sides[2] = {NULL, NULL};
  struct trace *traces[2] = {NULL, NULL};
  struct diff_result result = {0};
  struct err err = {0};
  size_t differences = 0;
  /* The side that is a golden's text says by which names and policies the other is to be read. */
  size_t first = front_is_golden_text(paths[0]) || !front_is_golden_text(paths[1]) ? 0 : 1;
  enum err_code code =
      front_load(paths[first], &request->head, &traces[first], &sides[first], &err);
  if (code == ERR_OK) {
    code = front_load(paths[1 - first], canonical_head_of(sides[first]), &traces[1 - first],
                      &sides[1 - first], &err);
  }
  if (code == ERR_OK) code = diff_canonical(sides[0], sides[1], &result, &err);
  if (code == ERR_OK && result.count > 0) {
    const struct capture_difference difference = {&result, sides[0], sides[1]};
    differences = result.count;
    tell_part(telling, &difference);
  }
  if (code == ERR_OK) diff_free(&result);
  for (size_t i = 0; i < 2; i++) {
    canonical_destroy(sides[i]);
    trace_destroy(traces[i]);
  }
  return code == ERR_OK ? tell_end(telling, differences) : complain(&err);
}

static int compare_outlines(struct capture_file *files[2], struct telling *telling) {
  struct err err = {0};
  struct capture_diff_outcome outcome;
  const struct capture_diff_hooks hooks = {.differs = tell_part, .context = telling};
  if (capture_diff(files[0], files[1], &hooks, &outcome, &err) != ERR_OK) return complain(&err);
  return tell_end(telling, outcome.differences);
}

/* Both are captures, at least one of them is large, and no rule asks for the whole forms. *files
 * stay open where it is so. */
static bool open_large(const struct request *request, struct capture_file *files[2]) {
  uint64_t largest = 0;
  struct err err;
  if (request->head.level != LEVEL_STREAM) return false;
  for (size_t i = 0; i < 2; i++) {
    if (request->head.rule_count > 0 || front_is_golden_text(request->paths[i])) return false;
    if (strcmp(request->paths[i], "-") == 0) return false;
  }
  for (size_t i = 0; i < 2; i++) {
    if (capture_file_open(request->paths[i], &files[i], &err) != ERR_OK) return false;
    uint64_t octets = capture_file_size(files[i]);
    if (octets > largest) largest = octets;
    if (!capture_file_is_seekable(files[i])) return false;
  }
  return largest > WHOLE_OCTETS_MAX;
}

int front_diff(int argc, char **argv) {
  struct request request = {.form = FORM_PERSON};
  struct err err = {0};
  if (parse(argc, argv, &request, &err) != ERR_OK) return complain(&err);
  struct telling telling = {.form = request.form, .listed = TEXT_INIT(TEXT_MAX)};
  struct capture_file *files[2] = {NULL, NULL};
  /* A file that cannot be opened is told by the way that reads all of it. */
  int status = open_large(&request, files) ? compare_outlines(files, &telling)
                                           : compare_whole(&request, &telling);
  for (size_t i = 0; i < 2; i++)
    capture_file_close(files[i]);
  return status;
}
