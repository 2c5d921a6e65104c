#include "front_load.h"

#include "trace/pcap_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { GOLDEN_MAX = 16 * 1024 * 1024 };

bool front_is_golden_text(const char *path) {
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

enum err_code front_check_order(const struct capture_file *file, bool ordered, struct err *err) {
  const struct capture_backstep *backstep = capture_file_backstep(file);
  if (backstep == NULL) return ERR_OK;
  struct text told = TEXT_INIT(ERR_TEXT_MAX);
  capture_backstep_tell(backstep, &told);
  enum err_code code = ERR_OK;
  if (ordered) {
    code = err_set(err, ERR_INPUT, "%s: %s", capture_file_name(file), text_chars(&told));
  } else {
    fprintf(stderr, "sockproof: note: %s: %s\n", capture_file_name(file), text_chars(&told));
  }
  text_free(&told);
  return code;
}

static enum err_code load_capture(const char *path, const struct canonical_head *head,
                                  struct trace **trace, struct canonical **canonical,
                                  struct err *err) {
  struct capture_file *file = NULL;
  enum err_code code = capture_file_open(path, &file, err);
  if (code == ERR_OK) code = pcap_file_read_open(file, trace, err);
  if (code == ERR_OK) code = front_check_order(file, head->level == LEVEL_PACKET, err);
  capture_file_close(file);
  if (code != ERR_OK) return code;
  return canonical_of(*trace, head, canonical, err);
}

enum err_code front_load(const char *path, const struct canonical_head *head, struct trace **trace,
                         struct canonical **canonical, struct err *err) {
  if (front_is_golden_text(path)) return load_golden_text(path, canonical, err);
  return load_capture(path, head, trace, canonical, err);
}
