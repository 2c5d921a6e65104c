#include "trace/policies.h"

#include <string.h>

enum {
  EXACT = 1 << POLICY_EXACT,
  VERIFY = 1 << POLICY_VERIFY,
  BIND = 1 << POLICY_BIND,
  IGNORE = 1 << POLICY_IGNORE
};

static const char *const NAMES[] = {[POLICY_EXACT] = "exact",
                                    [POLICY_VERIFY] = "verify",
                                    [POLICY_BIND] = "bind",
                                    [POLICY_IGNORE] = "ignore"};
enum { NAME_COUNT = sizeof NAMES / sizeof NAMES[0] };

struct known_field {
  const char *name;
  unsigned allowed;
};

static const struct known_field FIELDS[] = {
    {"ntp.leap", EXACT | IGNORE},
    {"ntp.version", EXACT | IGNORE},
    {"ntp.mode", EXACT | IGNORE},
    {"ntp.stratum", EXACT | IGNORE},
    {"ntp.poll", EXACT | IGNORE},
    {"ntp.precision", EXACT | IGNORE},
    {"ntp.root_delay", EXACT | IGNORE},
    {"ntp.root_dispersion", EXACT | IGNORE},
    {"ntp.reference_id", EXACT | IGNORE},
    {"ntp.reference", EXACT | BIND | IGNORE},
    {"ntp.origin", EXACT | BIND | IGNORE},
    {"ntp.receive", EXACT | BIND | IGNORE},
    {"ntp.transmit", EXACT | BIND | IGNORE},
    {"ntp.trailer", EXACT | IGNORE},
    {"ntp.length", EXACT | IGNORE},
    {"dns.id", IGNORE},
    {"dns.flags", EXACT | IGNORE},
    {"dns.question", EXACT | IGNORE},
    {"dns.answer", EXACT | IGNORE},
    {"dns.authority", EXACT | IGNORE},
    {"dns.additional", EXACT | IGNORE},
    {"dns.length", EXACT | IGNORE},
    {"time.seconds", EXACT | VERIFY | IGNORE},
    {"http.date", EXACT | VERIFY | IGNORE},
    {"line.text", EXACT | IGNORE},
    {"udp.payload", EXACT | IGNORE},
    {"udp.length", EXACT | IGNORE},
    {"udp.checksum", VERIFY | IGNORE},
    {"udp.turns", EXACT | IGNORE},
    {"tcp.payload", EXACT | IGNORE},
    {"tcp.turns", EXACT | IGNORE},
    {"tcp.close", EXACT | IGNORE},
    {"tcp.half_close", EXACT | IGNORE},
    {"ip.hop_limit", VERIFY | IGNORE},
};
enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0] };

const char *policy_name(enum field_policy policy) {
  return NAMES[policy];
}

bool policy_parse(const char *name, enum field_policy *policy) {
  for (size_t i = 0; i < NAME_COUNT; i++) {
    if (strcmp(NAMES[i], name) != 0) continue;
    *policy = (enum field_policy)i;
    return true;
  }
  return false;
}

/* Any field of an HTTP header, under the name that events give it: http.content_length. */
static const struct known_field HTTP_FIELD = {"http.<field>", EXACT | IGNORE};

static bool is_http_field(const char *name) {
  static const char PREFIX[] = "http.";
  size_t len = sizeof PREFIX - 1;
  if (strncmp(name, PREFIX, len) != 0) return false;
  const char *field = name + len;
  return field[0] != '\0' && field[strspn(field, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static const struct known_field *find(const char *name) {
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    if (strcmp(FIELDS[i].name, name) == 0) return &FIELDS[i];
  }
  return is_http_field(name) ? &HTTP_FIELD : NULL;
}

static enum err_code refuse_field(const char *name, struct err *err) {
  struct text known = TEXT_INIT(ERR_TEXT_MAX);
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    text_appendf(&known, "%s, ", FIELDS[i].name);
  }
  text_append(&known, HTTP_FIELD.name);
  enum err_code code = err_set(err, ERR_USAGE, "no field '%s' can have a rule; known are %s", name,
                               text_chars(&known));
  text_free(&known);
  return code;
}

static enum err_code refuse_policy(const char *name, const struct known_field *field,
                                   const char *asked, struct err *err) {
  struct text allowed = TEXT_INIT(ERR_TEXT_MAX);
  for (size_t i = 0; i < NAME_COUNT; i++) {
    if ((field->allowed & 1U << i) == 0) continue;
    text_appendf(&allowed, "%s%s", allowed.len == 0 ? "" : ", ", NAMES[i]);
  }
  enum err_code code = err_set(err, ERR_USAGE, "'%s' cannot be '%s'; it can be %s", name, asked,
                               text_chars(&allowed));
  text_free(&allowed);
  return code;
}

enum err_code policy_check(const struct policy_rule *rule, struct err *err) {
  const struct known_field *field = find(rule->field);
  if (field == NULL) return refuse_field(rule->field, err);
  if ((field->allowed & 1U << rule->policy) == 0) {
    return refuse_policy(rule->field, field, NAMES[rule->policy], err);
  }
  if (rule->policy == POLICY_IGNORE && rule->reason[0] == '\0') {
    return err_set(err, ERR_USAGE, "'%s' is ignored without a reason; write '%s ignore -- WHY'",
                   rule->field, rule->field);
  }
  if (rule->relative_to[0] == '\0') return ERR_OK;
  const struct known_field *base = find(rule->relative_to);
  bool good =
      rule->policy == POLICY_BIND && base != NULL && base != field && (base->allowed & BIND) != 0;
  if (good) return ERR_OK;
  return err_set(err, ERR_USAGE,
                 "'%s' cannot be told relative to '%s'; a bound timestamp can be, to another "
                 "timestamp of the same message (ntp.reference, ntp.origin, ntp.receive, "
                 "ntp.transmit)",
                 rule->field, rule->relative_to);
}

const struct policy_rule *policy_rule_for(const struct canonical_head *head, const char *field) {
  for (size_t i = head->rule_count; i > 0; i--) {
    if (strcmp(head->rules[i - 1].field, field) == 0) return &head->rules[i - 1];
  }
  return NULL;
}

enum field_policy policy_for_time(const struct canonical_head *head, const char *field,
                                  enum field_policy of_any_time) {
  return policy_for(head, field, head->endpoint_count == 0 ? of_any_time : POLICY_EXACT);
}

enum field_policy policy_for(const struct canonical_head *head, const char *field,
                             enum field_policy by_default) {
  const struct policy_rule *rule = policy_rule_for(head, field);
  return rule == NULL ? by_default : rule->policy;
}
