/* `sockproof`: the verbs that only read captures, with what they need and no more; all other verbs
 * are handed over to the program beside this one, which knows the cases. */
#include "trace/canonical.h"
#include "trace/diff.h"
#include "trace/pcap_file.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  EXIT_DIFFERENT = 1,
  EXIT_USAGE = 2,
  SHOWN_MAX = 64 * 1024 * 1024,
  GOLDEN_MAX = 16 * 1024 * 1024
};

static const char USAGE[] =
    "usage: sockproof run [CASE-GLOB...] [OPTION...] [-- COMMAND {host} {port}]\n"
    "                                  prove the reference recipes, a profile's subject, or a "
    "command\n"
    "       sockproof list [--json] [--requirements]\n"
    "       sockproof show CASE | CAPTURE      the story of a case; a capture in canonical text\n"
    "       sockproof diff GOLDEN ACTUAL       is it the same conversation? (goldens or captures)\n"
    "       sockproof bless CASE               make what the reference does now the golden\n"
    "       sockproof serve FIXTURE [SCRIPT]   run a fake peer by hand\n"
    "       sockproof report RESULTS.json...   merge or compare results\n"
    "exit: 0 fine, 1 a failure or a difference, 2 usage or bad input, 3 something could not be "
    "judged\n";

static int complain(const struct err *err) {
  fprintf(stderr, "sockproof: %s\n", err->text);
  return EXIT_USAGE;
}

static bool is_golden_text(const char *path) {
  const char *dot = strrchr(path, '.');
  return dot != NULL && strcmp(dot, ".txt") == 0;
}

static enum err_code load_golden_text(const char *path, struct canonical **canonical,
                                      struct err *err) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return err_set_errno(err, errno, "cannot read %s", path);
  struct text text = TEXT_INIT(GOLDEN_MAX);
  char block[16 * 1024];
  size_t len;
  while ((len = fread(block, 1, sizeof block, file)) > 0) {
    text_append_span(&text, span_of(block, len));
  }
  enum err_code code = ERR_OK;
  if (ferror(file)) code = err_set_errno(err, errno, "cannot read %s", path);
  if (code == ERR_OK && text.truncated) {
    code = err_set(err, ERR_LIMIT, "%s is longer than %d octets, too long for a golden", path,
                   GOLDEN_MAX);
  }
  if (code == ERR_OK) {
    code = canonical_parse(path, span_of(text_chars(&text), text.len), canonical, err);
  }
  fclose(file);
  text_free(&text);
  return code;
}

static enum err_code load_capture(const char *path, const struct canonical_head *head,
                                  struct trace **trace, struct canonical **canonical,
                                  struct err *err) {
  enum err_code code = pcap_file_read(path, trace, err);
  if (code != ERR_OK) return code;
  return canonical_of(*trace, head, canonical, err);
}

/* A golden or a capture; a capture is made canonical under `head`, so that it can be held against
 * the golden that has it. */
static enum err_code load(const char *path, const struct canonical_head *head, struct trace **trace,
                          struct canonical **canonical, struct err *err) {
  if (is_golden_text(path)) return load_golden_text(path, canonical, err);
  return load_capture(path, head, trace, canonical, err);
}

static int print_difference(const struct canonical *expected, const struct canonical *actual,
                            struct err *err) {
  struct diff_result result = {0};
  if (diff_canonical(expected, actual, &result, err) != ERR_OK) return complain(err);
  int status = result.count == 0 ? 0 : EXIT_DIFFERENT;
  if (result.count > 0) {
    struct text shown = TEXT_INIT(SHOWN_MAX);
    diff_print(&result, expected, actual, NULL, &shown);
    fputs(text_chars(&shown), stdout);
    text_free(&shown);
  }
  diff_free(&result);
  return status;
}

static int verb_diff(int argc, char **argv) {
  struct err err = {0};
  if (argc != 3) {
    (void)err_set(&err, ERR_USAGE, "usage: sockproof diff GOLDEN ACTUAL (goldens or captures)");
    return complain(&err);
  }
  struct canonical *sides[2] = {NULL, NULL};
  struct trace *traces[2] = {NULL, NULL};
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  if (strcmp(argv[1], "-") == 0 && strcmp(argv[2], "-") == 0) {
    (void)err_set(&err, ERR_USAGE, "both sides are '-': standard input can be read only once");
    return complain(&err);
  }
  /* The side that is a golden's text says by which names and policies the other side is to be read.
   */
  size_t first = is_golden_text(argv[1]) || !is_golden_text(argv[2]) ? 0 : 1;
  size_t second = 1 - first;
  enum err_code code = load(argv[1 + first], &NO_HEAD, &traces[first], &sides[first], &err);
  if (code == ERR_OK) {
    code = load(argv[1 + second], canonical_head_of(sides[first]), &traces[second], &sides[second],
                &err);
  }
  int status = code == ERR_OK ? print_difference(sides[0], sides[1], &err) : complain(&err);
  for (size_t i = 0; i < 2; i++) {
    canonical_destroy(sides[i]);
    trace_destroy(traces[i]);
  }
  return status;
}

/* actual.pcap and good.pcap have a text beside them whose head says the names and policies of the
 * case. */
static struct canonical *load_text_beside(const char *path) {
  char beside[PATH_MAX];
  size_t len = strlen(path);
  struct canonical *text = NULL;
  struct err err;
  if (len < 5 || len >= sizeof beside || strcmp(path + len - 5, ".pcap") != 0) return NULL;
  snprintf(beside, sizeof beside, "%.*s.txt", (int)(len - 5), path);
  return load_golden_text(beside, &text, &err) == ERR_OK ? text : NULL;
}

static int show_capture(const char *path) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  struct err err = {0};
  struct trace *trace = NULL;
  struct canonical *canonical = NULL;
  struct canonical *beside = load_text_beside(path);
  const struct canonical_head *head = beside != NULL ? canonical_head_of(beside) : &NO_HEAD;
  int status = 0;
  if (load(path, head, &trace, &canonical, &err) == ERR_OK) {
    struct text text = TEXT_INIT(SHOWN_MAX);
    canonical_print(canonical, &text);
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
  ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
  struct err err = {0};
  if (len > 0) {
    path[len] = '\0';
    snprintf(engine, sizeof engine, "%s/sockproof-engine", dirname(path));
    execv(engine, argv);
  }
  (void)err_set_errno(&err, errno, "cannot start %s, which belongs beside this program",
                      len > 0 ? engine : "sockproof-engine");
  return complain(&err);
}

static bool asks_for_help(int argc, char **argv) {
  if (argc < 2) return false;
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) return true;
  /* `run` has many options of its own to tell. */
  return argc == 3 && strcmp(argv[2], "--help") == 0 && strcmp(argv[1], "run") != 0;
}

static bool is_verb(const char *word, const char *verb) {
  return strcmp(word, verb) == 0;
}

int main(int argc, char **argv) {
  if (argc < 2 || asks_for_help(argc, argv)) {
    fputs(USAGE, argc < 2 ? stderr : stdout);
    return argc < 2 ? EXIT_USAGE : 0;
  }
  if (is_verb(argv[1], "diff")) return verb_diff(argc - 1, argv + 1);
  struct stat status;
  bool is_stdin = argc == 3 && strcmp(argv[2], "-") == 0;
  if (is_verb(argv[1], "show") && argc == 3 && (is_stdin || stat(argv[2], &status) == 0)) {
    return show_capture(argv[2]);
  }
  return hand_over(argv);
}
