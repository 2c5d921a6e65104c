#include "trace/canonical.h"

#include "trace/canonical_build.h"
#include "trace/policies.h"
#include "trace/variables.h"

#include <stdlib.h>

static enum err_code no_memory(struct err *err) {
  return err_set(err, ERR_LIMIT, "no memory for the canonical form of a trace");
}

static enum err_code build_all(struct build *build, struct err *err) {
  struct canonical *canonical = build->canonical;
  size_t flow_count = conversation_flow_count(build->conversation);
  build->variables = variables_create(canonical);
  build->queries = dns_queries_create();
  build->speeches = calloc(flow_count + 1, sizeof *build->speeches);
  if (build->variables != NULL && build->queries != NULL && build->speeches != NULL) {
    add_flows(build);
    cover_headers(build);
    if (canonical->head.level == LEVEL_PACKET) level_merge_flows(build);
    canonical_order(canonical);
    canonical_count_uses(canonical);
    cover_sort(canonical);
  } else {
    canonical->failed = true;
  }
  variables_destroy(build->variables);
  dns_queries_destroy(build->queries);
  free(build->speeches);
  return canonical->failed ? no_memory(err) : ERR_OK;
}

static enum err_code check_head(const struct canonical_head *head, struct err *err) {
  for (size_t i = 0; i < head->rule_count; i++) {
    enum err_code code = policy_check(&head->rules[i], err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

enum err_code canonical_of(const struct trace *trace, const struct canonical_head *head,
                           struct canonical **canonical, struct err *err) {
  *canonical = NULL;
  enum err_code code = check_head(head, err);
  if (code != ERR_OK) return code;
  struct conversation *conversation;
  code = conversation_of(trace, &conversation, err);
  if (code != ERR_OK) return code;

  struct canonical *made = canonical_create();
  if (made == NULL) {
    code = no_memory(err);
  } else {
    made->head = *head;
    struct build build = {.canonical = made, .trace = trace, .conversation = conversation};
    code = build_all(&build, err);
  }
  conversation_destroy(conversation);
  if (code == ERR_OK) {
    *canonical = made;
  } else {
    canonical_destroy(made);
  }
  return code;
}
