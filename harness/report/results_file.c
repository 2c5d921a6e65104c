#include "report/results_file.h"

#include "report/result_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  LINES_MAX = 64 * 1024 * 1024, /* of cases that one of the two files lacks */
  HEAD_MAX = 64 * 1024,
  TAIL_MAX = 4 * 1024 * 1024,
  STATE_WIDTH = 48 /* of the members that change, at the end of "run", filled with blanks */
};

/* One of the two files. */
struct version {
  int fd;
  off_t cases_end; /* where the next case goes */
};

struct results_file {
  char *path, *next_path, *spare_path; /* shown; being written; a name during the change */
  struct version shown, next;          /* fd -1: there is none */
  off_t state_at;                      /* of the members that change; the same in both */
  struct text pending;                 /* cases that `next` lacks, as they stand in the file ... */
  size_t pending_shown;                /* ... of which `shown` has so many octets */
  size_t case_count;
  struct summary summary;
  char *requirements; /* of the whole, as JSON; NULL: not told yet */
};

static enum err_code cannot_write(const struct results_file *file, int errno_value,
                                  struct err *err) {
  return err_set_errno(err, errno_value, "cannot write %s", file->path);
}

/* 0, or why not: also where the system took a part only. */
static int write_at(int fd, const char *chars, size_t len, off_t offset) {
  for (size_t done = 0; done < len;) {
    const ssize_t wrote = pwrite(fd, chars + done, len - done, offset + (off_t)done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return errno;
    if (wrote == 0) return ENOSPC;
    done += (size_t)wrote;
  }
  return 0;
}

static void append_state(struct text *text, double elapsed_ms, bool finished) {
  char state[STATE_WIDTH + 1];
  (void)snprintf(state, sizeof state, "\"duration_ms\": %.3f, \"finished\": %s", elapsed_ms,
                 finished ? "true" : "false");
  text_appendf(text, "%-*s", STATE_WIDTH, state);
}

/* All of "schema" and "run", up to the bracket that opens "cases". */
static enum err_code make_head(const struct results_file *file, const struct run_info *run,
                               struct text *head, off_t *state_at, struct err *err) {
  json_t *json = run_info_to_json(run);
  char *chars = json ? json_dumps(json, 0) : NULL;
  json_decref(json);
  if (!chars) return err_set(err, ERR_SYSTEM, "%s: no memory", file->path);
  /* The object without its closing brace: the members that change come last. */
  text_appendf(head, "{\"schema\": 1,\n\"run\": %.*s, ", (int)strlen(chars) - 1, chars);
  free(chars);
  *state_at = (off_t)head->len;
  append_state(head, run->duration_ms, run->finished);
  text_append(head, "},\n\"cases\": [");
  if (head->truncated) return err_set(err, ERR_LIMIT, "%s: its head is too long", file->path);
  return ERR_OK;
}

static enum err_code append_tail(const struct results_file *file, struct text *text,
                                 struct err *err) {
  json_t *json = summary_to_json(&file->summary);
  char *chars = json ? json_dumps(json, 0) : NULL;
  json_decref(json);
  if (!chars) return err_set(err, ERR_SYSTEM, "%s: no memory", file->path);
  text_appendf(text, "\n],\n\"summary\": %s", chars);
  free(chars);
  if (file->requirements) text_appendf(text, ",\n\"requirements\": %s", file->requirements);
  text_append(text, "}\n");
  if (text->truncated) return err_set(err, ERR_LIMIT, "%s: its end is too long", file->path);
  return ERR_OK;
}

static enum err_code create_next(struct results_file *file, struct err *err) {
  (void)unlink(file->next_path);
  file->next.fd = open(file->next_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  return file->next.fd < 0 ? cannot_write(file, errno, err) : ERR_OK;
}

/* `next` becomes a copy of what is shown. */
static enum err_code copy_shown(struct results_file *file, struct err *err) {
  enum err_code code = create_next(file, err);
  char block[16384];
  for (off_t offset = 0; !code && offset < file->shown.cases_end;) {
    const ssize_t got = pread(file->shown.fd, block, sizeof block, offset);
    const int failed =
        got > 0 ? write_at(file->next.fd, block, (size_t)got, offset) : (got < 0 ? errno : EIO);
    if (failed) code = cannot_write(file, failed, err);
    offset += got;
  }
  if (code && file->next.fd >= 0) {
    close(file->next.fd);
    file->next.fd = -1;
  }
  file->next.cases_end = file->shown.cases_end;
  return code;
}

/* Makes `next` whole: the cases that it lacks, and the tail. What stood there, whole or not, was
 * never longer: cases and counts only grow. */
static enum err_code write_next(struct results_file *file, double elapsed_ms, bool finished,
                                struct err *err) {
  struct text state = TEXT_INIT(STATE_WIDTH + 1);
  struct text tail = TEXT_INIT(TAIL_MAX);
  append_state(&state, elapsed_ms, finished);
  enum err_code code = append_tail(file, &tail, err);
  if (!code && file->next.fd < 0) code = copy_shown(file, err);
  if (!code) {
    const off_t tail_at = file->next.cases_end + (off_t)file->pending.len;
    int failed = write_at(file->next.fd, text_chars(&state), state.len, file->state_at);
    if (!failed)
      failed = write_at(file->next.fd, text_chars(&file->pending), file->pending.len,
                        file->next.cases_end);
    if (!failed) failed = write_at(file->next.fd, text_chars(&tail), tail.len, tail_at);
    if (failed) code = cannot_write(file, failed, err);
  }
  text_free(&state);
  text_free(&tail);
  return code;
}

/* `next` takes the shown name in one step (rename), and what was shown is kept under the other
 * name. Where there are no hard links it cannot be kept, and is copied when it is needed. */
static enum err_code change_places(struct results_file *file, struct err *err) {
  (void)unlink(file->spare_path);
  bool kept = file->shown.fd >= 0 && link(file->path, file->spare_path) == 0;
  if (rename(file->next_path, file->path)) {
    const int why = errno;
    (void)unlink(file->spare_path);
    return cannot_write(file, why, err);
  }
  kept = kept && rename(file->spare_path, file->next_path) == 0;
  const struct version was_shown = file->shown;
  file->shown = file->next;
  file->shown.cases_end += (off_t)file->pending.len;
  file->next = was_shown;
  if (kept && file->pending_shown > 0) {
    file->pending.len -= file->pending_shown;
    memmove(file->pending.chars, file->pending.chars + file->pending_shown, file->pending.len);
  } else if (!kept) {
    if (file->next.fd >= 0) close(file->next.fd);
    file->next.fd = -1;
    text_clear(&file->pending);
  }
  file->pending_shown = file->pending.len;
  return ERR_OK;
}

static char *beside(const char *path, const char *suffix) {
  const char *slash = strrchr(path, '/');
  const int dir_len = slash ? (int)(slash - path + 1) : 0;
  char *name = NULL;
  return asprintf(&name, "%.*s.%s%s", dir_len, path, path + dir_len, suffix) < 0 ? NULL : name;
}

/* The second file with its head; nothing is shown yet. */
static enum err_code start_next(struct results_file *file, const struct run_info *run,
                                struct err *err) {
  struct text head = TEXT_INIT(HEAD_MAX);
  enum err_code code = make_head(file, run, &head, &file->state_at, err);
  if (!code) code = create_next(file, err);
  if (!code) {
    const int failed = write_at(file->next.fd, text_chars(&head), head.len, 0);
    if (failed) code = cannot_write(file, failed, err);
  }
  file->next.cases_end = (off_t)head.len;
  text_free(&head);
  return code;
}

static enum err_code start(const char *path, const struct run_info *run, struct results_file **file,
                           struct err *err) {
  struct results_file *made = calloc(1, sizeof *made);
  if (!made) return err_set(err, ERR_SYSTEM, "%s: no memory", path);
  made->shown.fd = made->next.fd = -1;
  made->pending = TEXT_INIT(LINES_MAX);
  made->summary.not_implemented = run->not_implemented_cases;
  made->path = strdup(path);
  made->next_path = beside(path, ".next");
  made->spare_path = beside(path, ".spare");
  enum err_code code = ERR_OK;
  if (!made->path || !made->next_path || !made->spare_path)
    code = err_set(err, ERR_SYSTEM, "%s: no memory", path);
  if (!code) code = start_next(made, run, err);
  if (code) {
    results_file_close(made);
    return code;
  }
  *file = made;
  return ERR_OK;
}

enum err_code results_file_create(const char *path, const struct run_info *run,
                                  struct results_file **file, struct err *err) {
  struct results_file *made = NULL;
  enum err_code code = start(path, run, &made, err);
  if (!code) code = write_next(made, run->duration_ms, run->finished, err);
  if (!code) code = change_places(made, err);
  if (code) {
    results_file_close(made);
    return code;
  }
  *file = made;
  return ERR_OK;
}

static enum err_code append_case(struct results_file *file, const struct result *result,
                                 struct err *err) {
  struct text line = TEXT_INIT(LINES_MAX);
  enum err_code code = result_to_line(result, &line, err);
  if (!code && file->pending.len + line.len + 4 > LINES_MAX)
    code = err_set(err, ERR_LIMIT, "%s: more than %d MiB of results could not be written",
                   file->path, LINES_MAX / 1024 / 1024);
  if (!code) {
    text_append(&file->pending, file->case_count > 0 ? ",\n" : "\n");
    text_append_span(&file->pending, span_of(text_chars(&line), line.len));
    if (file->pending.truncated) code = err_set(err, ERR_SYSTEM, "%s: no memory", file->path);
    file->case_count++;
    summary_add(&file->summary, result);
  }
  text_free(&line);
  return code;
}

enum err_code results_file_add(struct results_file *file, const struct result *result,
                               double elapsed_ms, struct err *err) {
  enum err_code code = append_case(file, result, err);
  if (!code) code = write_next(file, elapsed_ms, false, err);
  return code ? code : change_places(file, err);
}

enum err_code results_file_cover(struct results_file *file, json_t *json, struct err *err) {
  free(file->requirements);
  file->requirements = json ? json_dumps(json, 0) : NULL;
  json_decref(json);
  return file->requirements ? ERR_OK : err_set(err, ERR_SYSTEM, "%s: no memory", file->path);
}

enum err_code results_file_finish(struct results_file *file, double elapsed_ms, bool finished,
                                  struct err *err) {
  const enum err_code code = write_next(file, elapsed_ms, finished, err);
  return code ? code : change_places(file, err);
}

const struct summary *results_file_summary(const struct results_file *file) {
  return &file->summary;
}

void results_file_close(struct results_file *file) {
  if (!file) return;
  if (file->shown.fd >= 0) close(file->shown.fd);
  if (file->next.fd >= 0) close(file->next.fd);
  if (file->next_path) (void)unlink(file->next_path);
  if (file->spare_path) (void)unlink(file->spare_path);
  free(file->requirements);
  free(file->path);
  free(file->next_path);
  free(file->spare_path);
  text_free(&file->pending);
  free(file);
}

enum err_code results_write(const char *path, const struct results *results, json_t *requirements,
                            struct err *err) {
  struct results_file *file = NULL;
  enum err_code code = start(path, &results->run, &file, err);
  if (!file) {
    json_decref(requirements);
    return code;
  }
  code = results_file_cover(file, requirements, err);
  for (size_t i = 0; i < results->case_count && !code; i++)
    code = append_case(file, results->cases[i], err);
  if (!code) code = write_next(file, results->run.duration_ms, results->run.finished, err);
  if (!code) code = change_places(file, err);
  results_file_close(file);
  return code;
}
