/* The printed form: what a review reads, and canonical_parse.c reads back. */
#include "trace/canonical_model.h"
#include "trace/policies.h"

#include <string.h>

void print_value(const struct canonical *canonical, const struct canonical_value *value,
                 const unsigned *numbers, struct text *out) {
  if (value->variable != NO_VARIABLE) {
    const struct canonical_variable *variable = &canonical->variables[value->variable];
    unsigned number = numbers == NULL ? variable->number : numbers[value->variable];
    text_appendf(out, "$%s", variable->class);
    if (number != 0) text_appendf(out, "%u", number);
  }
  text_append(out, value->rest);
}

static void print_end(const struct canonical *canonical, const struct canonical_end *end,
                      const unsigned *numbers, struct text *out) {
  print_value(canonical, &end->host, numbers, out);
  if (!end->has_port) return;
  text_append(out, ":");
  print_value(canonical, &end->port, numbers, out);
}

void print_flow_line(const struct canonical *canonical, const struct canonical_flow *flow,
                     const unsigned *numbers, struct text *out) {
  text_appendf(out, "flow %s %s ", flow->transport, flow->family);
  print_end(canonical, &flow->ends[0], numbers, out);
  text_append(out, " > ");
  print_end(canonical, &flow->ends[1], numbers, out);
}

void print_field(const struct canonical *canonical, const struct canonical_field *field,
                 const unsigned *numbers, struct text *out) {
  if (!field->positional) text_appendf(out, "%s=", field->name);
  print_value(canonical, &field->value, numbers, out);
}

void print_event(const struct canonical *canonical, const struct canonical_event *event,
                 const unsigned *numbers, struct text *out) {
  if (event->direction != 0) text_appendf(out, "%c ", event->direction);
  text_append(out, event->kind);
  for (size_t i = 0; i < event->count; i++) {
    text_append(out, " ");
    print_field(canonical, &event->fields[i], numbers, out);
  }
}

static void print_endpoint(const struct named_endpoint *endpoint, struct text *out) {
  char address[IP_ADDRESS_TEXT_MAX];
  bool v6 = endpoint->at.address.family == IP_V6;
  text_appendf(out, "endpoint %s %s%s%s:%u %s", endpoint->name, v6 ? "[" : "",
               ip_address_text(&endpoint->at.address, address), v6 ? "]" : "", endpoint->at.port,
               application_name(endpoint->application));
  if (endpoint->canonical_port != endpoint->at.port) {
    text_appendf(out, " as %u", endpoint->canonical_port);
  }
  text_append(out, "\n");
}

static void print_rule(const struct policy_rule *rule, struct text *out) {
  text_appendf(out, "policy %s %s", rule->field, policy_name(rule->policy));
  if (rule->relative_to[0] != '\0') text_appendf(out, " %s", rule->relative_to);
  if (rule->reason[0] != '\0') text_appendf(out, "  -- %s", rule->reason);
  text_append(out, "\n");
}

void print_head(const struct canonical_head *head, struct text *out) {
  text_append(out, "sockproof-golden 1\n");
  if (head->case_id[0] != '\0') text_appendf(out, "case %s\n", head->case_id);
  text_appendf(out, "level %s\n", canonical_level_name(head->level));
  for (size_t i = 0; i < head->endpoint_count; i++) {
    print_endpoint(&head->endpoints[i], out);
  }
  if (head->others[0] != '\0') text_appendf(out, "others %s\n", head->others);
  for (size_t i = 0; i < head->rule_count; i++) {
    print_rule(&head->rules[i], out);
  }
}

void canonical_print(const struct canonical *canonical, struct text *out) {
  print_head(&canonical->head, out);
  for (size_t i = 0; i < canonical->count; i++) {
    const struct canonical_flow *flow = &canonical->flows[i];
    text_append(out, "\n");
    print_flow_line(canonical, flow, NULL, out);
    text_append(out, "\n");
    for (size_t e = 0; e < flow->count; e++) {
      print_event(canonical, &flow->events[e], NULL, out);
      text_append(out, "\n");
    }
  }
}
