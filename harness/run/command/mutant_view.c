#include "run/command/mutant_view.h"

#include "run/programs/mutant.h"
#include "run/verdict/golden.h"
#include "trace/columns.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { WIDTH_DEFAULT = 80, WIDTH_MAX = 400, VIEW_MAX = 1024 * 1024 };

bool mutant_view_wanted(const struct session *session) {
  return session->mutant != NULL && session->chosen.count <= MUTANT_VIEW_CASES_MAX;
}

/* The terminal's; where there is none, as COLUMNS says. */
static size_t width_of(FILE *out) {
  struct winsize size;
  if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char *columns = getenv("COLUMNS");
  long width;
  if (columns != NULL && text_to_long(columns, 1, WIDTH_MAX, &width)) return (size_t)width;
  return WIDTH_DEFAULT;
}

/* Where two conversations are one, something else must have told the mistake. */
static const char *elsewhere(const struct result *result) {
  if (strcmp(result->kind, "never-ended") == 0) return "that it does not end";
  if (strcmp(result->kind, "crash") == 0) return "how it ends";
  return "what it prints, when, or how it ends (expected and actual, above)";
}

static void print_pair(const struct result *result, const struct canonical *golden,
                       const struct canonical *actual, FILE *out) {
  struct diff_result difference = {0};
  struct text text = TEXT_INIT(VIEW_MAX);
  struct err err = {0};
  struct columns_options options = {.expected_title = "the packets of the reference",
                                    .actual_title = "with the mistake",
                                    .width = width_of(out)};
  enum err_code code = diff_canonical(golden, actual, &difference, &err);
  if (code == ERR_OK && difference.count == 0) {
    bool failed = result->verdict != VERDICT_PASS;
    fprintf(out, "  the packets are the same%s%s\n", failed ? ": the mistake shows in " : "",
            failed ? elsewhere(result) : "");
  } else if (code == ERR_OK) {
    code = columns_print(&difference, golden, actual, &options, &text, &err);
    text_append(&text, "\n");
    diff_print(&difference, golden, actual, NULL, &text);
    if (code == ERR_OK) fprintf(out, "\n%s\n", text_chars(&text));
  }
  if (code != ERR_OK) fprintf(out, "  the packets cannot be shown: %s\n", err.text);
  diff_free(&difference);
  text_free(&text);
}

static void print_packets(const struct session *session, const struct result *result, FILE *out) {
  const struct instance *instance = instance_find(&session->chosen, result->id);
  if (instance == NULL || result->evidence[0] == '\0') return;
  if (instance->def->no_golden != NULL) {
    fprintf(out, "  its packets are not held against a golden: %s\n", instance->def->no_golden);
    return;
  }
  struct canonical *golden = NULL, *actual = NULL;
  bool missing = false;
  struct err err = {0};
  const char *goldens = session->settings.profile->goldens_dir;
  enum err_code code = golden_load(instance, goldens, &golden, &missing, &err);
  char path[GOLDEN_PATH_MAX];
  (void)snprintf(path, sizeof path, "%s/%s/actual.txt", session->reports, result->evidence);
  bool none = false;
  if (code == ERR_OK && !missing) code = golden_read(path, &actual, &none, &err);
  if (code != ERR_OK) {
    fprintf(out, "  the packets cannot be shown: %s\n", err.text);
  } else if (missing || none) {
    fprintf(out, "  there is nothing to compare: %s is missing\n", missing ? "the golden" : path);
  } else {
    print_pair(result, golden, actual, out);
  }
  canonical_destroy(golden);
  canonical_destroy(actual);
}

void mutant_view_print(const struct session *session, const struct result *result, FILE *out) {
  const struct mutant *mutant = session->mutant;
  if (result->verdict == VERDICT_BROKEN) return;
  fprintf(out, "  %-13s%s\n  %-13scases/%s/mutants/%s.patch\n", "the mistake", mutant->why,
          "its code", result->recipe, mutant->name);
  if (result->verdict == VERDICT_PASS) {
    fprintf(out, "  %-13ssockproof run '%s/%s' --mutant %s\n", "is found by", result->recipe,
            mutant->case_name, mutant->name);
  }
  print_packets(session, result, out);
}
