/* `sockproof`: the verbs that only read captures, with what they need and no more; all other verbs
 * are handed over to the program beside this one, which knows the cases. */
#include "front_diff.h"
#include "front_load.h"

#include "base/program_path.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, SHOWN_MAX = 64 * 1024 * 1024 };

static const char USAGE[] =
    "usage: sockproof run [CASE-GLOB...] [OPTION...] [-- COMMAND {host} {port}]\n"
    "                                  prove the reference recipes, a profile's subject, or a "
    "command\n"
    "       sockproof list [--cases DIR] [--json] [CASE-GLOB...] | --requirements [GLOB...]\n"
    "       sockproof show [--cases DIR] [--ini] CASE | [--json] [--level LEVEL] CAPTURE\n"
    "                                  the story of a case; a capture in canonical text\n"
    "       sockproof diff [--json | --quiet] [--level LEVEL] GOLDEN ACTUAL\n"
    "                                  is it the same conversation? (goldens or captures)\n"
    "       sockproof bless CASE               make what the reference does now the golden\n"
    "       sockproof serve FIXTURE [SCRIPT]   run a fake peer by hand\n"
    "       sockproof report RESULTS.json...   one report, or several subjects side by side\n"
    "       sockproof report --gate OLD NEW    did a verdict get worse?\n"
    "exit: 0 fine, 1 a failure or a difference, 2 usage or bad input, 3 something could not be "
    "judged\n";

static int complain(const struct err *err) {
  fprintf(stderr, "sockproof: %s\n", err->text);
  return EXIT_USAGE;
}

/* actual.pcap and good.pcap have a text beside them whose head says the names and policies of the
 * case. */
static struct canonical *load_text_beside(const char *path) {
  char beside[PATH_MAX];
  size_t len = strlen(path);
  struct canonical *text = NULL;
  struct trace *none = NULL;
  struct err err;
  if (len < 5 || len >= sizeof beside || strcmp(path + len - 5, ".pcap") != 0) return NULL;
  snprintf(beside, sizeof beside, "%.*s.txt", (int)(len - 5), path);
  return front_load(beside, NULL, &none, &text, &err) == ERR_OK ? text : NULL;
}

struct show_request {
  const char *path;
  bool json;
  enum canonical_level level;
};

/* False: this is no `show` of a capture, but of a case, or a mistake; the engine tells. */
static bool asks_for_capture(int argc, char **argv, struct show_request *request) {
  *request = (struct show_request){.level = LEVEL_STREAM};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--json") == 0) {
      request->json = true;
    } else if (strcmp(argv[i], "--level") == 0 && i + 1 < argc) {
      if (!canonical_level_parse(argv[++i], &request->level)) return false;
    } else if (request->path == NULL) {
      request->path = argv[i];
    } else {
      return false;
    }
  }
  struct stat status;
  return request->path != NULL &&
         (strcmp(request->path, "-") == 0 || stat(request->path, &status) == 0);
}

static int show_capture(const struct show_request *request) {
  const char *path = request->path;
  struct err err = {0};
  struct trace *trace = NULL;
  struct canonical *canonical = NULL;
  struct canonical *beside = load_text_beside(path);
  struct canonical_head head = {.case_id = ""};
  if (beside != NULL) head = *canonical_head_of(beside);
  if (request->level != LEVEL_STREAM) head.level = request->level;
  int status = 0;
  if (front_load(path, &head, &trace, &canonical, &err) == ERR_OK) {
    struct text text = TEXT_INIT(SHOWN_MAX);
    if (request->json) {
      canonical_json(canonical, &text);
    } else {
      canonical_print(canonical, &text);
    }
    fputs(text_chars(&text), stdout);
    text_free(&text);
  } else {
    status = complain(&err);
  }
  canonical_destroy(canonical);
  canonical_destroy(beside);
  trace_destroy(trace);
  return status;
}

static int hand_over(char **argv) {
  char path[PATH_MAX], engine[PATH_MAX + 32];
  struct err err = {0};
  const bool found = program_path(argv[0], path);
  if (found) {
    snprintf(engine, sizeof engine, "%s/sockproof-engine", dirname(path));
    execv(engine, argv);
  }
  (void)err_set_errno(&err, errno, "cannot start %s, which belongs beside this program",
                      found ? engine : "sockproof-engine");
  return complain(&err);
}

static bool asks_for_help(int argc, char **argv) {
  if (argc < 2) return false;
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) return true;
  /* These have many options of their own to tell. */
  return argc == 3 && strcmp(argv[2], "--help") == 0 && strcmp(argv[1], "run") != 0 &&
         strcmp(argv[1], "report") != 0;
}

static bool is_verb(const char *word, const char *verb) {
  return strcmp(word, verb) == 0;
}

int main(int argc, char **argv) {
  if (argc < 2 || asks_for_help(argc, argv)) {
    fputs(USAGE, argc < 2 ? stderr : stdout);
    return argc < 2 ? EXIT_USAGE : 0;
  }
  if (is_verb(argv[1], "diff")) return front_diff(argc - 1, argv + 1);
  struct show_request request;
  if (is_verb(argv[1], "show") && asks_for_capture(argc - 1, argv + 1, &request)) {
    return show_capture(&request);
  }
  return hand_over(argv);
}
