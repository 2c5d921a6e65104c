#include "forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void add_endpoint(struct canonical_head *head, const char *name, const char *address,
                         uint16_t port, enum application application) {
  struct named_endpoint *endpoint = &head->endpoints[head->endpoint_count++];
  (void)snprintf(endpoint->name, sizeof endpoint->name, "%s", name);
  endpoint->at = at(address, port);
  endpoint->canonical_port = port;
  endpoint->application = application;
}

struct canonical_head head_of_case(void) {
  struct canonical_head head = {.case_id = "some-recipe/some-case", .others = "subject"};
  add_endpoint(&head, "peer", "127.0.0.1", 123, APPLICATION_NTP);
  add_endpoint(&head, "echo", "127.0.0.1", 7, APPLICATION_PLAIN);
  add_endpoint(&head, "peer6", "::1", 123, APPLICATION_NTP);
  return head;
}

void head_add_rule(struct canonical_head *head, const char *field, enum field_policy policy,
                   const char *relative_to) {
  struct policy_rule *rule = &head->rules[head->rule_count++];
  *rule = (struct policy_rule){.policy = policy};
  (void)snprintf(rule->field, sizeof rule->field, "%s", field);
  if (relative_to != NULL) {
    (void)snprintf(rule->relative_to, sizeof rule->relative_to, "%s", relative_to);
  }
  if (policy == POLICY_IGNORE) {
    (void)snprintf(rule->reason, sizeof rule->reason, "luck");
  }
}

struct canonical *form_of(const struct trace *trace, const struct canonical_head *head) {
  struct canonical *canonical;
  struct err err = {0};
  enum err_code code = canonical_of(trace, head, &canonical, &err);
  if (code != ERR_OK) print_error("%s\n", err.text);
  assert_int_equal(code, ERR_OK);
  return canonical;
}

void print_form(const struct trace *trace, const struct canonical_head *head, struct text *out) {
  struct canonical *canonical = form_of(trace, head);
  canonical_print(canonical, out);
  canonical_destroy(canonical);
}

void assert_flows(const struct trace *trace, const struct canonical_head *head,
                  const char *expected) {
  struct text text = TEXT_INIT(1 << 20);
  print_form(trace, head, &text);
  const char *body = strstr(text_chars(&text), "\n\n");
  assert_string_equal(body == NULL ? "" : body + 2, expected);
  text_free(&text);
}

static bool same_form(const struct trace *a, const struct trace *b,
                      const struct canonical_head *head, bool wanted) {
  struct text first = TEXT_INIT(1 << 20);
  struct text second = TEXT_INIT(1 << 20);
  print_form(a, head, &first);
  print_form(b, head, &second);
  bool same = strcmp(text_chars(&first), text_chars(&second)) == 0;
  if (same != wanted) print_error("%s\n---\n%s\n", text_chars(&first), text_chars(&second));
  text_free(&first);
  text_free(&second);
  return same;
}

void assert_same_form(const struct trace *a, const struct trace *b,
                      const struct canonical_head *head) {
  assert_true(same_form(a, b, head, true));
}

void assert_other_form(const struct trace *a, const struct trace *b,
                       const struct canonical_head *head) {
  assert_false(same_form(a, b, head, false));
}

void assert_reads_back(const struct trace *trace, const struct canonical_head *head,
                       const char *part) {
  struct text first = TEXT_INIT(8192), second = TEXT_INIT(8192);
  struct canonical *read = NULL;
  struct err err = {0};
  print_form(trace, head, &first);
  assert_int_equal(canonical_parse("a golden", span_of(text_chars(&first), first.len), &read, &err),
                   ERR_OK);
  canonical_print(read, &second);
  assert_string_equal(text_chars(&first), text_chars(&second));
  if (part != NULL) assert_non_null(strstr(text_chars(&first), part));
  canonical_destroy(read);
  text_free(&first);
  text_free(&second);
}

struct ntp_message ntp_request(ntp_timestamp transmit) {
  return (struct ntp_message){.version = 4, .mode = NTP_MODE_CLIENT, .transmit = transmit};
}

struct ntp_message ntp_reply(const struct ntp_message *request, int64_t arrival_ns) {
  return (struct ntp_message){
      .version = request->version,
      .mode = NTP_MODE_SERVER,
      .stratum = 2,
      .poll = request->poll,
      .precision = 0xec,
      .root_delay = 0x400,
      .root_dispersion = 0x400,
      .reference_id = 0xc0000201,
      .reference = ntp_from_unix_ns(arrival_ns - INT64_C(16000000000)),
      .origin = request->transmit,
      .receive = ntp_from_unix_ns(arrival_ns),
      .transmit = ntp_from_unix_ns(arrival_ns + 250000000),
  };
}
