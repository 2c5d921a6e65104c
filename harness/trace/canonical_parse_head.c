/* The head of a golden: everything that differs from the defaults. */
#include "trace/golden_reader.h"
#include "trace/policies.h"

#include <string.h>

static enum err_code nothing_more(const struct golden_reader *reader, struct span rest) {
  struct span word = golden_word(&rest);
  if (word.len == 0) return ERR_OK;
  return golden_refuse(reader, "'%.*s' is too much here; the line ends before it", span_width(word),
                       (const char *)word.bytes);
}

static enum err_code read_case(struct golden_reader *reader, struct span rest) {
  struct canonical_head *head = &reader->canonical->head;
  struct span id = golden_word(&rest);
  if (id.len == 0 || !span_copy(id, head->case_id, sizeof head->case_id)) {
    return golden_refuse(reader, "'case' wants the id of a case, at most %zu characters",
                         sizeof head->case_id - 1);
  }
  return nothing_more(reader, rest);
}

static enum err_code read_level(struct golden_reader *reader, struct span rest) {
  char name[16];
  if (!span_copy(golden_word(&rest), name, sizeof name) ||
      !canonical_level_parse(name, &reader->canonical->head.level)) {
    return golden_refuse(reader, "a level is 'stream', 'transport' or 'packet'");
  }
  return nothing_more(reader, rest);
}

static enum err_code read_others(struct golden_reader *reader, struct span rest) {
  struct canonical_head *head = &reader->canonical->head;
  struct span name = golden_word(&rest);
  if (name.len == 0 || !span_copy(name, head->others, sizeof head->others)) {
    return golden_refuse(reader, "'others' wants a name of at most %zu characters",
                         sizeof head->others - 1);
  }
  return nothing_more(reader, rest);
}

/* 127.0.0.1:123 or [::1]:123 */
static bool read_place(struct span word, struct endpoint *at) {
  size_t colon = word.len;
  while (colon > 0 && word.bytes[colon - 1] != ':') {
    colon--;
  }
  if (colon == 0) return false;
  struct span address = span_part(word, 0, colon - 1);
  bool bracketed =
      address.len >= 2 && address.bytes[0] == '[' && address.bytes[address.len - 1] == ']';
  if (bracketed) address = span_part(address, 1, address.len - 2);
  char text[IP_ADDRESS_TEXT_MAX];
  long port;
  if (!span_copy(address, text, sizeof text) || !ip_address_parse(text, &at->address) ||
      bracketed != (at->address.family == IP_V6) ||
      !span_to_long(span_part(word, colon, SIZE_MAX), 0, UINT16_MAX, &port)) {
    return false;
  }
  at->port = (uint16_t)port;
  return true;
}

static enum err_code read_endpoint(struct golden_reader *reader, struct span rest) {
  struct canonical_head *head = &reader->canonical->head;
  if (head->endpoint_count == CANONICAL_ENDPOINTS_MAX) {
    return golden_refuse(reader, "at most %d endpoints can be named", CANONICAL_ENDPOINTS_MAX);
  }
  struct named_endpoint *endpoint = &head->endpoints[head->endpoint_count];
  struct span name = golden_word(&rest);
  struct span place = golden_word(&rest);
  struct span application = golden_word(&rest);
  char word[16];
  if (name.len == 0 || !span_copy(name, endpoint->name, sizeof endpoint->name) ||
      !read_place(place, &endpoint->at) || !span_copy(application, word, sizeof word) ||
      !application_parse(word, &endpoint->application)) {
    return golden_refuse(
        reader,
        "this is not 'endpoint NAME ADDRESS:PORT plain|ntp|dns|time|http|lines [as PORT]' (an IPv6 "
        "address in brackets, a name of at most %d characters)",
        ENDPOINT_NAME_MAX - 1);
  }
  endpoint->canonical_port = endpoint->at.port;
  struct span ahead = rest;
  if (span_is(golden_word(&ahead), "as")) {
    long port;
    if (!span_to_long(golden_word(&ahead), 0, UINT16_MAX, &port)) {
      return golden_refuse(reader, "'as' wants a port, 0 to 65535");
    }
    endpoint->canonical_port = (uint16_t)port;
    rest = ahead;
  }
  head->endpoint_count++;
  return nothing_more(reader, rest);
}

/* [FIELD] [-- REASON] behind the policy. */
static bool read_rule_end(struct span rest, struct policy_rule *rule) {
  struct span ahead = rest;
  struct span word = golden_word(&ahead);
  if (word.len > 0 && !span_is(word, "--")) {
    if (!span_copy(word, rule->relative_to, sizeof rule->relative_to)) return false;
    word = golden_word(&ahead);
  }
  if (word.len == 0) return true;
  if (!span_is(word, "--") || ahead.len < 2) return false;
  return span_copy(span_part(ahead, 1, SIZE_MAX), rule->reason, sizeof rule->reason);
}

bool policy_rule_read(struct span words, struct policy_rule *rule) {
  char policy[16];
  *rule = (struct policy_rule){0};
  return span_copy(golden_word(&words), rule->field, sizeof rule->field) &&
         span_copy(golden_word(&words), policy, sizeof policy) &&
         policy_parse(policy, &rule->policy) && read_rule_end(words, rule);
}

static enum err_code read_rule(struct golden_reader *reader, struct span rest) {
  struct canonical_head *head = &reader->canonical->head;
  if (head->rule_count == CANONICAL_POLICIES_MAX) {
    return golden_refuse(reader, "at most %d rules can be given", CANONICAL_POLICIES_MAX);
  }
  struct policy_rule *rule = &head->rules[head->rule_count];
  if (!policy_rule_read(rest, rule)) {
    return golden_refuse(reader,
                         "this is not 'policy FIELD exact|verify|bind|ignore [FIELD] [-- REASON]'");
  }
  struct err why = {0};
  if (policy_check(rule, &why) != ERR_OK) return golden_refuse(reader, "%s", why.text);
  head->rule_count++;
  return ERR_OK;
}

static enum err_code read_line(struct golden_reader *reader, bool *level_seen) {
  struct span rest = reader->line;
  struct span word = golden_word(&rest);
  if (span_is(word, "case")) return read_case(reader, rest);
  if (span_is(word, "endpoint")) return read_endpoint(reader, rest);
  if (span_is(word, "others")) return read_others(reader, rest);
  if (span_is(word, "policy")) return read_rule(reader, rest);
  if (span_is(word, "level")) {
    *level_seen = true;
    return read_level(reader, rest);
  }
  return golden_refuse(reader,
                       "'%.*s' is not known in a head; known are case, level, endpoint, others and "
                       "policy, then an empty line and the flows",
                       span_width(word), (const char *)word.bytes);
}

enum err_code golden_read_head(struct golden_reader *reader) {
  bool end;
  bool level_seen = false;
  enum err_code code = golden_next_line(reader, &end);
  if (code != ERR_OK) return code;
  if (end || !span_is(reader->line, "sockproof-golden 1")) {
    reader->number = 1;
    return golden_refuse(reader, "not a golden; the first line must be 'sockproof-golden 1'");
  }
  for (;;) {
    code = golden_next_line(reader, &end);
    if (code != ERR_OK) return code;
    if (end || reader->line.len == 0) break;
    code = read_line(reader, &level_seen);
    if (code != ERR_OK) return code;
  }
  if (!end) golden_line_back(reader);
  if (level_seen) return ERR_OK;
  return golden_refuse(reader, "the head does not say its level; add the line 'level stream'");
}
