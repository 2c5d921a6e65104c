/* The name server of a case that brings none: every name is the peer's, so that a program with the
 * name of a public server built in asks the case's own. */
#ifndef SOCKPROOF_RUN_CASE_NAME_SERVER_H
#define SOCKPROOF_RUN_CASE_NAME_SERVER_H

#include "run/play/settings.h"
#include "trace/conversation.h"

struct case_name_server {
  const struct fixture_class *class;
  struct fixture *fixture; /* NULL: the case has none */
};

/* Starts it at the peer's address, where the sandbox is private and the case has no names of its
 * own. Nothing is done where the class is NULL. */
enum err_code case_name_server_start(const struct settings *settings,
                                     const struct instance *instance, const struct fixture_env *env,
                                     struct arena *arena, struct case_name_server *server,
                                     struct err *err) MUST_USE;
void case_name_server_stop(struct case_name_server *server);

/* Its endpoint, if anybody talked to it: a case that looks up nothing knows nothing of it. Returns
 * how many were stored. */
size_t case_name_server_endpoint(const struct case_name_server *server,
                                 const struct conversation *conversation,
                                 struct named_endpoint *list, size_t max);

#endif
