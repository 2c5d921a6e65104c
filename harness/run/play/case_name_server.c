#include "run/play/case_name_server.h"

#include "proto/dns.h"
#include "run/play/case_surroundings.h"

/* Where somebody else in the case is to have the port. */
static bool port_is_taken(const struct instance *instance, uint16_t port) {
  bool somebody =
      instance_role(instance) == ROLE_SERVER || instance->def->fixtures[0].class != NULL;
  return somebody && port == DNS_PORT;
}

enum err_code case_name_server_start(const struct settings *settings,
                                     const struct instance *instance, const struct fixture_env *env,
                                     struct arena *arena, struct case_name_server *server,
                                     struct err *err) {
  const struct fixture_class *class = settings->name_server;
  bool wanted = class != NULL && settings->plan.tier == TIER_CAPTURE_PRIVATE &&
                !case_has_own_names(instance->def) && !port_is_taken(instance, env->port);
  *server = (struct case_name_server){.class = class};
  if (!wanted) return ERR_OK;
  const void *script = NULL;
  enum err_code code = class->parse("(plain)", NULL, arena, &script, err);
  return code != ERR_OK ? code : class->start(env, script, NULL, &server->fixture, err);
}

void case_name_server_stop(struct case_name_server *server) {
  if (server->fixture != NULL) server->class->stop(server->fixture);
  server->fixture = NULL;
}

static bool was_asked(const struct conversation *conversation, const struct endpoint *at) {
  size_t count = conversation_flow_count(conversation);
  for (size_t i = 0; i < count; i++) {
    const struct trace_flow *flow = conversation_flow(conversation, i);
    if (endpoint_equal(&flow->responder, at) || endpoint_equal(&flow->initiator, at)) return true;
  }
  return false;
}

size_t case_name_server_endpoint(const struct case_name_server *server,
                                 const struct conversation *conversation,
                                 struct named_endpoint *list, size_t max) {
  struct named_endpoint endpoint;
  if (server->fixture == NULL || max == 0) return 0;
  if (server->class->endpoints(server->fixture, &endpoint, 1) == 0) return 0;
  if (!was_asked(conversation, &endpoint.at)) return 0;
  list[0] = endpoint;
  return 1;
}
