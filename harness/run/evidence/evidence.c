#include "run/evidence/evidence.h"

#include "run/catalogue/case_words.h"
#include "run/evidence/replay_file.h"
#include "run/evidence/timeline.h"
#include "run/verdict/golden.h"
#include "trace/pcap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  EVIDENCE_PATH_MAX = 512,
  EVIDENCE_TEXT_MAX = 4 * 1024 * 1024,
  EXPECTED_MAX = 64 * 1024 * 1024
};

static enum err_code make_folders(const struct settings *settings, const char *folder,
                                  struct err *err) {
  char part[EVIDENCE_PATH_MAX];
  snprintf(part, sizeof part, "%s", folder);
  for (char *slash = strchr(part, '/');; slash = strchr(slash + 1, '/')) {
    if (slash != NULL) *slash = '\0';
    if (mkdirat(settings->reports_fd, part, 0777) != 0 && errno != EEXIST) {
      return err_set_errno(err, errno, "cannot make the folder %s in the reports folder", part);
    }
    if (slash == NULL) return ERR_OK;
    *slash = '/';
  }
}

/* Below the reports folder by its descriptor: its path may lie under mounts that the sandbox has
 * covered. */
static enum err_code open_file(const struct settings *settings, const char *folder,
                               const char *name, int *fd, struct err *err) {
  char path[EVIDENCE_PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  *fd = openat(settings->reports_fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return *fd >= 0 ? ERR_OK : err_set_errno(err, errno, "cannot write %s", path);
}

static enum err_code write_file(const struct settings *settings, const char *folder,
                                const char *name, struct span bytes, struct err *err) {
  int fd = -1;
  enum err_code code = open_file(settings, folder, name, &fd, err);
  if (code != ERR_OK) return code;
  while (bytes.len > 0 && code == ERR_OK) {
    ssize_t written = write(fd, bytes.bytes, bytes.len);
    if (written < 0) code = err_set_errno(err, errno, "cannot write %s/%s", folder, name);
    if (written > 0) bytes = span_part(bytes, (size_t)written, bytes.len);
  }
  close(fd);
  return code;
}

static enum err_code write_outputs(const struct settings *settings, const char *folder,
                                   const struct evidence_files *files, struct err *err) {
  for (size_t i = 0; i < files->run_count; i++) {
    const struct subject_outcome *outcome = files->runs[i].outcome;
    const struct {
      const char *name;
      const struct subject_output *output;
    } streams[] = {{"stdout", &outcome->out}, {"stderr", &outcome->err}};
    for (size_t s = 0; s < 2; s++) {
      char name[32];
      snprintf(name, sizeof name, i == 0 ? "%s.txt" : "%s-%zu.txt", streams[s].name, i + 1);
      const struct text *kept = &streams[s].output->kept;
      enum err_code code =
          write_file(settings, folder, name, span_of(text_chars(kept), kept->len), err);
      if (code != ERR_OK) return code;
    }
  }
  return ERR_OK;
}

static enum err_code write_text(const struct settings *settings, const char *folder,
                                const char *name, const struct text *text, struct err *err) {
  return write_file(settings, folder, name, span_of(text_chars(text), text->len), err);
}

/* In quotes that a shell takes off, whatever the octets are. */
static void append_quoted(struct text *text, const char *word) {
  text_append(text, "'");
  for (; *word != '\0'; word++) {
    if (*word == '\'') {
      text_append(text, "'\\''");
    } else {
      text_append_span(text, span_of(word, 1));
    }
  }
  text_append(text, "'");
}

/* As a person would run it; the sandbox gives it its peer, its names and its working directory. */
static enum err_code write_command(const struct settings *settings, const char *folder,
                                   const struct evidence_files *files, const struct result *result,
                                   struct err *err) {
  struct text text = TEXT_INIT(EVIDENCE_TEXT_MAX);
  text_appendf(&text, "# again: %s\n# this one: sockproof run --replay FOLDER-OF-THIS-FILE\n",
               result->rerun);
  if (files->argv != NULL) text_append(&text, "env -i");
  for (size_t i = 0; files->envp != NULL && files->envp[i] != NULL; i++) {
    text_append(&text, " \\\n  ");
    append_quoted(&text, files->envp[i]);
  }
  for (size_t i = 0; files->argv != NULL && files->argv[i] != NULL; i++) {
    text_append(&text, i == 0 ? " \\\n  " : " ");
    append_quoted(&text, files->argv[i]);
  }
  text_append(&text, "\n");
  enum err_code code = write_text(settings, folder, "command.txt", &text, err);
  text_free(&text);
  return code;
}

/* --- packets ---------------------------------------------------------------------------------- */

static enum err_code write_pcap(const struct settings *settings, const char *folder,
                                const struct trace *trace, struct err *err) {
  static const char name[] = "actual.pcap";
  int fd = -1;
  enum err_code code = open_file(settings, folder, name, &fd, err);
  if (code != ERR_OK) return code;
  FILE *file = fdopen(fd, "wb");
  if (file == NULL) {
    const int reason = errno;
    close(fd);
    return err_set_errno(err, reason, "cannot write %s/%s", folder, name);
  }
  code = pcap_file_write_open(file, name, trace, err);
  if (fclose(file) != 0 && code == ERR_OK)
    code = err_set_errno(err, errno, "cannot write %s/%s", folder, name);
  return code;
}

static enum err_code write_trace(const struct settings *settings, const char *folder,
                                 const struct evidence_files *files, struct err *err) {
  if (files->trace != NULL) {
    enum err_code code = write_pcap(settings, folder, files->trace, err);
    if (code != ERR_OK) return code;
  }
  if (files->canonical == NULL) return ERR_OK;
  struct text text = TEXT_INIT(EVIDENCE_TEXT_MAX);
  canonical_print(files->canonical, &text);
  enum err_code code =
      write_file(settings, folder, "actual.txt", span_of(text_chars(&text), text.len), err);
  text_free(&text);
  return code;
}

/* A copy; a golden that is not there is no failure of the evidence. */
static enum err_code copy_file(const struct settings *settings, const char *from,
                               const char *folder, const char *name, struct err *err) {
  FILE *file = fopen(from, "re");
  if (file == NULL) return ERR_OK;
  struct text text = TEXT_INIT(EXPECTED_MAX);
  char block[16 * 1024];
  size_t len;
  while ((len = fread(block, 1, sizeof block, file)) > 0)
    text_append_span(&text, span_of(block, len));
  bool whole = !ferror(file) && !text.truncated;
  fclose(file);
  enum err_code code = whole ? write_text(settings, folder, name, &text, err)
                             : err_set(err, ERR_SYSTEM, "cannot copy the golden %s", from);
  text_free(&text);
  return code;
}

/* Of a subject without goldens of its own: what the reference does, which binds it to nothing. */
static enum err_code write_expected(const struct settings *settings, const char *folder,
                                    const struct instance *instance, struct err *err) {
  static const char *const extensions[] = {".txt", ".pcap"};
  const char *own = settings->profile->goldens_dir;
  char goldens[EVIDENCE_PATH_MAX], path[GOLDEN_PATH_MAX], name[32];
  snprintf(goldens, sizeof goldens, "%s/pcaps", settings->root);
  bool binds = own != NULL || instance->def->golden != NULL;
  if (instance->def->no_golden != NULL) return ERR_OK;
  for (size_t i = 0; i < 2; i++) {
    if (!golden_path(instance, own != NULL ? own : goldens, extensions[i], path)) return ERR_OK;
    snprintf(name, sizeof name, "%s%s", binds ? "expected" : "reference", extensions[i]);
    enum err_code code = copy_file(settings, path, folder, name, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

/* --- the story, and what a replay needs ------------------------------------------------------- */

static enum err_code write_timeline(const struct settings *settings, const char *folder,
                                    const struct evidence_files *files, struct err *err) {
  struct text text = TEXT_INIT(EVIDENCE_TEXT_MAX);
  struct timeline timeline = {.trace = files->trace,
                              .journal = files->journal,
                              .endpoints = files->endpoints,
                              .endpoint_count = files->endpoint_count,
                              .made_up = settings->plan.tier == TIER_FIXTURE_LOG};
  enum err_code code = timeline_print(&timeline, &text, err);
  if (code == ERR_OK) code = write_text(settings, folder, "timeline.txt", &text, err);
  text_free(&text);
  return code;
}

static enum err_code write_replay(const struct settings *settings, const char *folder,
                                  const struct evidence_files *files, const struct result *result,
                                  struct err *err) {
  struct text text = TEXT_INIT(EVIDENCE_TEXT_MAX);
  struct replay_source source = {.settings = settings,
                                 .instance = files->instance,
                                 .result = result,
                                 .journal = files->journal,
                                 .clock = files->peer_clock};
  enum err_code code = replay_file_text(&source, &text, err);
  if (code == ERR_OK && text.truncated)
    code = err_set(err, ERR_LIMIT, "replay.json would be longer than %d octets", EVIDENCE_TEXT_MAX);
  if (code == ERR_OK) code = write_text(settings, folder, "replay.json", &text, err);
  text_free(&text);
  return code;
}

/* The case with the scripts of its fixtures, as a case file. One that has no such form (it is too
 * long for a line, or calls a function of its own) leaves none. */
static enum err_code write_case(const struct settings *settings, const char *folder,
                                const struct evidence_files *files, struct err *err) {
  struct text text = TEXT_INIT(EVIDENCE_TEXT_MAX);
  struct err why;
  enum err_code code = ERR_OK;
  if (case_words_print(files->instance, &text, &why) == ERR_OK)
    code = write_text(settings, folder, "case.ini", &text, err);
  text_free(&text);
  return code;
}

/* What an earlier run left there, of another verdict, would tell of two runs as if they were one.
 */
static void clear_folder(const struct settings *settings, const char *folder) {
  static const char *const names[] = {"actual.pcap",   "actual.txt",     "expected.pcap",
                                      "expected.txt",  "reference.pcap", "reference.txt",
                                      "difference.txt"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[EVIDENCE_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    (void)unlinkat(settings->reports_fd, path, 0);
  }
}

void evidence_write(const struct settings *settings, const struct evidence_files *files,
                    struct result *result) {
  char folder[EVIDENCE_PATH_MAX];
  snprintf(folder, sizeof folder, "evidence/%s", result->id);
  struct err err = {0};
  enum err_code code = make_folders(settings, folder, &err);
  if (code == ERR_OK) clear_folder(settings, folder);
  if (code == ERR_OK) code = write_trace(settings, folder, files, &err);
  if (code == ERR_OK) code = write_expected(settings, folder, files->instance, &err);
  if (code == ERR_OK) code = write_outputs(settings, folder, files, &err);
  if (code == ERR_OK) code = write_command(settings, folder, files, result, &err);
  if (code == ERR_OK) code = write_timeline(settings, folder, files, &err);
  if (code == ERR_OK) code = write_case(settings, folder, files, &err);
  if (code == ERR_OK) code = write_replay(settings, folder, files, result, &err);
  if (code == ERR_OK && result->details[0] != '\0') {
    code = write_file(settings, folder, "difference.txt", span_of_text(result->details), &err);
  }
  if (code == ERR_OK) {
    result_set(&result->evidence, folder);
  } else {
    result_setf(&result->details, "%sno evidence could be kept: %s\n", result->details, err.text);
  }
}
