#include "run/evidence/replay.h"

#include "run/catalogue/case_digest.h"
#include "run/catalogue/case_folder.h"
#include "run/verdict/golden.h"
#include "trace/diff.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 * 1024 * 1024, TOLD_MAX = 1024 * 1024, NS_PER_S = 1000000000 };

static const char REPORTS_DEFAULT[] = "reports/replay";

static enum err_code check_case(const struct replay *replay, const struct catalogue *catalogue,
                                struct err *err) {
  const struct replay_record *record = &replay->record;
  struct instance_list all;
  struct ledger ledger;
  struct catalogue extended = *catalogue;
  const char *folder = arena_format(replay->arena, "%s/cases/requirements", catalogue->root);
  if (folder == NULL) return err_set(err, ERR_LIMIT, "no memory for the replay");
  enum err_code code = ledger_load(folder, replay->arena, &ledger, err);
  if (code == ERR_OK && replay->options.cases != NULL) {
    code =
        case_folder_load(replay->options.cases, catalogue, replay->arena, &extended, &ledger, err);
  }
  if (code == ERR_OK) {
    code = instance_expand(extended.recipes, extended.recipe_count, replay->arena, &all, err);
  }
  if (code != ERR_OK) return code;
  const struct instance *instance = instance_find(&all, record->case_id);
  if (instance == NULL) {
    return err_set(err, ERR_USAGE,
                   "--replay %s: its case %s is no longer there ('sockproof list' names those that "
                   "are)",
                   replay->options.replay, record->case_id);
  }
  const struct requirement *requirement = ledger_find(&ledger, instance->def->requirement);
  if (requirement == NULL) {
    return err_set(err, ERR_INPUT, "no ledger in %s has the requirement %s of the case %s", folder,
                   instance->def->requirement, instance->id);
  }
  char digest[CASE_DIGEST_SIZE];
  code = case_digest(instance, requirement, digest, err);
  if (code != ERR_OK) return code;
  if (strcmp(digest, record->digest) == 0) return ERR_OK;
  return err_set(err, ERR_USAGE,
                 "--replay %s: the case %s asks something else than when this was recorded; run it "
                 "anew: sockproof run '%s'",
                 replay->options.replay, record->case_id, record->case_id);
}

static enum err_code check_subject(const struct replay *replay, struct err *err) {
  const struct replay_record *record = &replay->record;
  const struct run_options *options = &replay->options;
  if (options->subject != NULL && access(options->subject, R_OK) != 0) {
    return err_set(err, ERR_USAGE,
                   "--replay %s: its profile %s cannot be read (%s); --subject FILE.ini names it "
                   "where it is now",
                   options->replay, options->subject, strerror(errno));
  }
  char here[PATH_MAX];
  if (options->command == NULL || options->command != record->command) return ERR_OK;
  if (getcwd(here, sizeof here) != NULL && strcmp(here, record->folder) == 0) return ERR_OK;
  return err_set(err, ERR_USAGE,
                 "--replay %s: its command was given in %s; go there, or say behind '--' what to "
                 "run here",
                 options->replay, record->folder);
}

/* The run would write to <reports>/evidence/<case>: not over what it reads. */
static enum err_code check_reports(const struct replay *replay, struct err *err) {
  const struct run_options *options = &replay->options;
  char path[PATH_MAX];
  struct stat source, target;
  int len = snprintf(path, sizeof path, "%s/evidence/%s", options->reports, replay->record.case_id);
  if (len < 0 || (size_t)len >= sizeof path) return ERR_OK; /* it is refused where it is made */
  if (stat(options->replay, &source) != 0 || stat(path, &target) != 0) return ERR_OK;
  if (source.st_dev != target.st_dev || source.st_ino != target.st_ino) return ERR_OK;
  return err_set(err, ERR_USAGE,
                 "--replay %s: the replay would be written over it; --reports names another folder",
                 options->replay);
}

static void take_over(const struct run_options *given, struct replay *replay) {
  const struct replay_record *record = &replay->record;
  struct run_options *options = &replay->options;
  *options = *given;
  options->globs[0] = record->case_id;
  options->glob_count = 1;
  if (options->cases == NULL) options->cases = record->cases;
  options->seed = record->seed;
  options->seed_given = true;
  options->strict = given->strict || record->strict;
  options->at_most = record->tier;
  options->keep_evidence = true;
  options->mutant = record->mutant;
  options->target = record->target;
  options->wrapper = record->wrapper;
  options->valgrind = record->valgrind;
  if (options->peer == NULL) {
    options->peer = record->peer;
    options->peer_ready = record->peer_ready;
  }
  if (options->reports == NULL) options->reports = REPORTS_DEFAULT;
  if (given->command != NULL || given->subject != NULL) {
    options->mutant = NULL; /* it was another program's */
    return;
  }
  options->command = record->command;
  options->subject = record->command == NULL ? record->profile : NULL;
}

static enum err_code read_packets(struct replay *replay, struct err *err) {
  char path[GOLDEN_PATH_MAX];
  bool missing;
  int len = snprintf(path, sizeof path, "%s/actual.txt", replay->options.replay);
  if (len < 0 || (size_t)len >= sizeof path) {
    return err_set(err, ERR_USAGE, "--replay %s: the path is too long", replay->options.replay);
  }
  return golden_read(path, &replay->recorded, &missing, err);
}

static enum err_code open_all(const struct run_options *given, const struct catalogue *catalogue,
                              struct replay *replay, struct err *err) {
  const char *path = arena_format(replay->arena, "%s/replay.json", given->replay);
  if (path == NULL) return err_set(err, ERR_LIMIT, "no memory for the replay");
  enum err_code code = replay_file_read(path, replay->arena, &replay->record, err);
  if (code != ERR_OK) return code;
  take_over(given, replay);
  code = check_case(replay, catalogue, err);
  if (code == ERR_OK) code = check_subject(replay, err);
  if (code == ERR_OK) code = check_reports(replay, err);
  return code == ERR_OK ? read_packets(replay, err) : code;
}

enum err_code replay_open(const struct run_options *given, const struct catalogue *catalogue,
                          struct replay *replay, struct err *err) {
  *replay = (struct replay){.arena = arena_create(ARENA_BYTES)};
  if (replay->arena == NULL) return err_set(err, ERR_LIMIT, "no memory for the replay");
  enum err_code code = open_all(given, catalogue, replay, err);
  if (code != ERR_OK) replay_close(replay);
  return code;
}

void replay_close(struct replay *replay) {
  canonical_destroy(replay->recorded);
  arena_destroy(replay->arena);
  replay->recorded = NULL;
  replay->arena = NULL;
}

void replay_prepare(const struct replay *replay, struct session *session) {
  session->settings.peer_clock_ns = replay->record.clock_ns;
  session->settings.peer_clock_count = replay->record.clock_count;
}

/* --- what came of it ---------------------------------------------------------------------------
 */

static void tell_clock(const struct replay *replay, FILE *out) {
  if (replay->record.clock_count == 0) return;
  struct clock clock = clock_realtime();
  int64_t behind_s = (clock_now_ns(&clock) - replay->record.clock_ns[0]) / NS_PER_S;
  fprintf(out, "the peer told the time of the recorded run, %lld s ago\n", (long long)behind_s);
}

static bool verdict_is_same(const struct replay *replay, const struct result *result, FILE *out) {
  enum verdict recorded = replay->record.verdict;
  if (replay->options.strict && recorded == VERDICT_WARN) recorded = VERDICT_FAIL;
  if (recorded != result->verdict) {
    fprintf(out, "the verdict differs: it was %s, and is %s\n", verdict_name(recorded),
            verdict_name(result->verdict));
    return false;
  }
  if (strcmp(replay->record.kind, result->kind) == 0) return true;
  fprintf(out, "the verdict is %s again, for another reason: it was %s, and is %s\n",
          verdict_name(recorded), replay->record.kind, result->kind);
  return false;
}

/* Two forms held against each other: the recorded one stands in a golden's place. */
static bool are_same(const struct canonical *recorded, const struct canonical *now,
                     const char *no_golden, FILE *out) {
  struct diff_result difference = {0};
  struct text text = TEXT_INIT(TOLD_MAX);
  struct err err = {0};
  bool same = false;
  if (diff_canonical(recorded, now, &difference, &err) != ERR_OK) {
    fprintf(out, "the packets cannot be compared: %s\n", err.text);
  } else if (difference.count == 0) {
    same = true;
  } else {
    diff_print(&difference, recorded, now, NULL, &text);
    fputs("the packets differ from those recorded (expected: recorded, actual: now)\n", out);
    if (no_golden != NULL) fprintf(out, "which they may here: %s\n", no_golden);
    fprintf(out, "%s\n", text_chars(&text));
  }
  diff_free(&difference);
  text_free(&text);
  return same;
}

static bool packets_are_same(const struct replay *replay, const struct session *session,
                             const struct result *result, FILE *out) {
  char path[GOLDEN_PATH_MAX];
  struct canonical *now = NULL;
  struct err err = {0};
  bool missing = true;
  snprintf(path, sizeof path, "%s/%s/actual.txt", session->reports, result->evidence);
  if (result->evidence[0] != '\0' && golden_read(path, &now, &missing, &err) != ERR_OK) {
    fprintf(out, "the packets cannot be compared: %s\n", err.text);
    return false;
  }
  if ((replay->recorded == NULL) != missing) {
    fprintf(out, "the packets %s\n",
            missing ? "were recorded, and could not be dissected now"
                    : "could not be dissected when this was recorded; they can now");
    canonical_destroy(now);
    return false;
  }
  if (missing) return true;
  const struct instance *instance = instance_find(&session->chosen, result->id);
  bool same =
      are_same(replay->recorded, now, instance == NULL ? NULL : instance->def->no_golden, out);
  canonical_destroy(now);
  return same;
}

void replay_tell(const struct replay *replay, const struct session *session,
                 const struct result *result, FILE *out) {
  if (result == NULL) return;
  fprintf(out, "\nreplay of %s\n", replay->options.replay);
  tell_clock(replay, out);
  bool same_verdict = verdict_is_same(replay, result, out);
  bool same_packets = packets_are_same(replay, session, result, out);
  if (same_verdict && same_packets && replay->recorded == NULL) {
    fprintf(out, "the same verdict (%s); there are no packets to compare\n",
            verdict_name(result->verdict));
  } else if (same_verdict && same_packets) {
    fprintf(out, "the same verdict (%s) and packets\n", verdict_name(result->verdict));
  } else if (same_verdict) {
    fprintf(out, "the same verdict (%s)\n", verdict_name(result->verdict));
  } else if (same_packets) {
    fputs("the same packets\n", out);
  }
  fprintf(out, "its reports are in %s\n", session->reports);
}
