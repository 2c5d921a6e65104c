#include "run/command/bless.h"

#include "report/result.h"
#include "run/play/pool.h"
#include "run/verdict/golden.h"
#include "trace/diff.h"
#include "trace/pcap_file.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLESS_RUNS = 3, EXIT_REFUSED = 1, EXIT_PROBLEM = 2, SHOWN_MAX = 256 * 1024 };

/* What one of the runs left. */
struct take {
  char folder[64]; /* its reports folder */
  char id[CASE_ID_MAX];
  char golden[GOLDEN_PATH_MAX], capture[GOLDEN_PATH_MAX]; /* what is to be written */
  struct result *result;
  struct canonical *canonical;
};

static bool keep_result(void *context, struct result *result) {
  struct take *take = context;
  take->result = result_copy(result);
  return true;
}

static enum err_code run_once(struct session *session, struct take *take, struct err *err) {
  int32_t schedule = 0;
  struct pool_plan plan = {.settings = &session->settings,
                           .instances = &session->chosen,
                           .schedule = &schedule,
                           .schedule_count = 1,
                           .jobs = 1,
                           .result = keep_result,
                           .context = take};
  bool interrupted = false;
  enum err_code code = pool_run(&plan, &interrupted, err);
  if (code != ERR_OK) return code;
  if (interrupted || take->result == NULL) {
    return err_set(err, ERR_SYSTEM, "interrupted; the golden is as it was");
  }
  return ERR_OK;
}

static enum err_code check_verdict(const struct take *take, struct err *err) {
  const struct result *result = take->result;
  if (result->verdict == VERDICT_PASS) return ERR_OK;
  return err_set(err, ERR_INPUT, "%s is %s, and only what passes can be a golden: %s%s%s%s%s",
                 result->id, verdict_name(result->verdict), result->reason,
                 result->expected_text[0] == '\0' ? "" : "; expected: ", result->expected_text,
                 result->actual_text[0] == '\0' ? "" : "; actual: ", result->actual_text);
}

static enum err_code read_take(struct take *take, struct err *err) {
  char path[GOLDEN_PATH_MAX];
  snprintf(path, sizeof path, "%s/evidence/%s/actual.txt", take->folder, take->id);
  bool missing;
  enum err_code code = golden_read(path, &take->canonical, &missing, err);
  if (code == ERR_OK && missing) {
    return err_set(err, ERR_SYSTEM, "the run of %s left no packets: %s", take->id,
                   take->result->details);
  }
  return code;
}

static enum err_code place_golden(const struct session *session, struct take *take,
                                  struct err *err) {
  const struct instance *instance = &session->chosen.items[0];
  const char *folder = session->settings.profile->goldens_dir;
  if (golden_path(instance, folder, ".txt", take->golden) &&
      golden_path(instance, folder, ".pcap", take->capture)) {
    return ERR_OK;
  }
  return err_set(err, ERR_LIMIT, "the path of the golden of %s is too long", take->id);
}

static enum err_code make_take(const struct catalogue *catalogue, const struct run_options *options,
                               struct take *take, struct err *err) {
  struct run_options own = *options;
  own.reports = take->folder;
  own.keep_evidence = true;
  own.at_least = TIER_CAPTURE_PRIVATE;
  struct session session;
  enum err_code code = session_open(catalogue, &own, &session, err);
  if (code != ERR_OK) return code;
  session.settings.compare_goldens = session.settings.compare_own_goldens = false;
  if (session.chosen.count != 1) {
    code = err_set(err, ERR_USAGE, "'%s' names %zu cases; bless takes one, by its whole name",
                   options->globs[0], session.chosen.count);
  } else if (session.settings.profile->goldens_dir == NULL &&
             session.chosen.items[0].def->golden == NULL) {
    code =
        err_set(err, ERR_USAGE, "the profile %s owns no goldens (its key 'goldens' names a folder)",
                session.settings.profile->path);
  } else if (session.chosen.items[0].def->no_golden != NULL) {
    code = err_set(err, ERR_USAGE, "%s has no golden, and says why: %s", session.chosen.items[0].id,
                   session.chosen.items[0].def->no_golden);
  } else {
    snprintf(take->id, sizeof take->id, "%s", session.chosen.items[0].id);
    code = place_golden(&session, take, err);
    if (code == ERR_OK) code = run_once(&session, take, err);
  }
  session_close(&session);
  if (code == ERR_OK) code = check_verdict(take, err);
  return code == ERR_OK ? read_take(take, err) : code;
}

static enum err_code check_alike(const struct take takes[BLESS_RUNS], struct err *err) {
  for (size_t i = 1; i < BLESS_RUNS; i++) {
    struct diff_result difference = {0};
    enum err_code code = diff_canonical(takes[0].canonical, takes[i].canonical, &difference, err);
    if (code == ERR_OK && difference.count > 0) {
      struct text shown = TEXT_INIT(SHOWN_MAX);
      diff_print(&difference, takes[0].canonical, takes[i].canonical, NULL, &shown);
      fputs(text_chars(&shown), stderr);
      text_free(&shown);
      code =
          err_set(err, ERR_INPUT,
                  "%s: run %zu differs from the first (above); a golden needs %d runs of one form",
                  takes[0].id, i + 1, (int)BLESS_RUNS);
    }
    diff_free(&difference);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

/* Tells what changes; *same: nothing does. */
static enum err_code show_change(const struct take *take, FILE *out, bool *same, struct err *err) {
  *same = false;
  struct canonical *old = NULL;
  bool missing;
  struct err unreadable = {0};
  struct text shown = TEXT_INIT(SHOWN_MAX);
  struct diff_result difference = {0};
  enum err_code code = ERR_OK;
  if (golden_read(take->golden, &old, &missing, &unreadable) != ERR_OK) {
    text_appendf(&shown, "the old golden cannot be read (%s); the new one:\n", unreadable.text);
    canonical_print(take->canonical, &shown);
  } else if (missing) {
    text_append(&shown, "a new golden:\n");
    canonical_print(take->canonical, &shown);
  } else {
    code = diff_canonical(old, take->canonical, &difference, err);
    *same = code == ERR_OK && difference.count == 0;
    if (code == ERR_OK && !*same) diff_print(&difference, old, take->canonical, NULL, &shown);
  }
  fputs(text_chars(&shown), out);
  diff_free(&difference);
  canonical_destroy(old);
  text_free(&shown);
  return code;
}

static enum err_code write_text(const char *path, const struct canonical *canonical,
                                struct err *err) {
  struct text text = TEXT_INIT(4 * 1024 * 1024);
  canonical_print(canonical, &text);
  char temporary[GOLDEN_PATH_MAX + 16];
  snprintf(temporary, sizeof temporary, "%s.new", path);
  FILE *file = fopen(temporary, "we");
  bool written = file != NULL && fwrite(text_chars(&text), 1, text.len, file) == text.len;
  if (file != NULL && fclose(file) != 0) written = false;
  if (written) written = rename(temporary, path) == 0;
  int reason = errno;
  if (!written) unlink(temporary);
  text_free(&text);
  return written ? ERR_OK : err_set_errno(err, reason, "cannot write the golden %s", path);
}

static enum err_code write_golden(const struct take *take, struct err *err) {
  char evidence[GOLDEN_PATH_MAX];
  snprintf(evidence, sizeof evidence, "%s/evidence/%s/actual.pcap", take->folder, take->id);
  char folder[GOLDEN_PATH_MAX];
  snprintf(folder, sizeof folder, "%s", take->golden);
  *strrchr(folder, '/') = '\0';
  if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
    return err_set_errno(err, errno, "cannot make the folder %s", folder);
  }
  struct trace *trace = NULL;
  enum err_code code = pcap_file_read(evidence, &trace, err);
  if (code == ERR_OK) code = pcap_file_write(take->capture, trace, err);
  if (code == ERR_OK) code = write_text(take->golden, take->canonical, err);
  trace_destroy(trace);
  return code;
}

static enum err_code bless(const struct catalogue *catalogue, const struct run_options *options,
                           struct take takes[BLESS_RUNS], FILE *out, struct err *err) {
  for (size_t i = 0; i < BLESS_RUNS; i++) {
    enum err_code code = make_take(catalogue, options, &takes[i], err);
    if (code != ERR_OK) return code;
  }
  bool same = false;
  enum err_code code = check_alike(takes, err);
  if (code == ERR_OK) code = show_change(&takes[0], out, &same, err);
  if (code != ERR_OK) return code;
  if (same) {
    fprintf(out, "%s: the golden stands as it is\n", takes[0].id);
    return ERR_OK;
  }
  code = write_golden(&takes[0], err);
  if (code == ERR_OK) fprintf(out, "%s: blessed\n", takes[0].id);
  return code;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
  (void)status;
  (void)type;
  (void)walk;
  return remove(path);
}

static enum err_code make_folders(char root[static 64], struct take takes[BLESS_RUNS],
                                  struct err *err) {
  const char *temporary = getenv("TMPDIR");
  int len = snprintf(root, 48, "%s/sockproof-bless-XXXXXX", temporary == NULL ? "/tmp" : temporary);
  if (len >= 48) snprintf(root, 48, "/tmp/sockproof-bless-XXXXXX");
  if (mkdtemp(root) == NULL) return err_set_errno(err, errno, "cannot make a folder in %s", root);
  for (int i = 0; i < BLESS_RUNS; i++) {
    snprintf(takes[i].folder, sizeof takes[i].folder, "%s/%d", root, i + 1);
  }
  return ERR_OK;
}

int bless_case(const struct catalogue *catalogue, const struct run_options *options, FILE *out,
               struct err *err) {
  if (options->glob_count != 1 || options->command != NULL || options->mutant != NULL) {
    (void)err_set(err, ERR_USAGE, "usage: sockproof bless RECIPE/CASE [--subject FILE.ini]");
    return EXIT_PROBLEM;
  }
  if (getenv("CI") != NULL) {
    (void)err_set(err, ERR_USAGE,
                  "a golden is blessed by a person who has read it, never in CI (CI is set)");
    return EXIT_REFUSED;
  }
  char root[64];
  struct take takes[BLESS_RUNS] = {0};
  enum err_code code = make_folders(root, takes, err);
  if (code == ERR_OK) {
    code = bless(catalogue, options, takes, out, err);
    nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  }
  for (size_t i = 0; i < BLESS_RUNS; i++) {
    result_destroy(takes[i].result);
    canonical_destroy(takes[i].canonical);
  }
  if (code == ERR_OK) return 0;
  return code == ERR_USAGE ? EXIT_PROBLEM : EXIT_REFUSED;
}
