/* Systems without a way to supervise another process's calls: a subject runs unsupervised. Without
 * rights it cannot set the clock; when it listens is not told. */
#include "subject/supervisor.h"

bool supervisor_is_there(void) {
  return false;
}

enum err_code supervisor_filter_make(bool as_root, struct supervisor_filter **filter,
                                     struct err *err) {
  (void)as_root;
  (void)err;
  *filter = NULL;
  return ERR_OK;
}

void supervisor_filter_free(struct supervisor_filter *filter) {
  (void)filter;
}

bool supervisor_filter_install(const struct supervisor_filter *filter, int *notify_fd) {
  (void)filter;
  *notify_fd = -1;
  return true;
}

enum err_code supervisor_attach(uv_loop_t *loop, int notify_fd,
                                const struct supervisor_rules *rules,
                                struct supervisor **supervisor, struct err *err) {
  (void)loop;
  (void)notify_fd;
  (void)rules;
  (void)err;
  *supervisor = NULL;
  return ERR_OK;
}

void supervisor_close(struct supervisor *supervisor) {
  (void)supervisor;
}
