#include "run/verdict/golden.h"

#include "sandbox/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { GOLDEN_TEXT_MAX = 4 * 1024 * 1024, RULES_MAX = 16 };

bool golden_path(const struct instance *instance, const char *goldens_dir, const char *extension,
                 char path[static GOLDEN_PATH_MAX]) {
  const char *own = instance->def->golden;
  bool second = instance->def->families == ON_BOTH && instance->family == IP_V6;
  int len = own == NULL
                ? snprintf(path, GOLDEN_PATH_MAX, "%s/%s%s", goldens_dir, instance->id, extension)
                : snprintf(path, GOLDEN_PATH_MAX, "%s%s%s", own, second ? "-ipv6" : "", extension);
  return len > 0 && len < GOLDEN_PATH_MAX;
}

static bool policy_of_word(const char *word, enum field_policy *policy) {
  static const struct {
    const char *word;
    enum field_policy policy;
  } words[] = {{"exact", POLICY_EXACT},
               {"verify", POLICY_VERIFY},
               {"bind", POLICY_BIND},
               {"ignore", POLICY_IGNORE}};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (strcmp(word, words[i].word) == 0) {
      *policy = words[i].policy;
      return true;
    }
  }
  return false;
}

static enum err_code add_rule(const char *id, const struct fixture_rule *rule,
                              struct canonical_head *head, struct err *err) {
  if (head->rule_count == CANONICAL_POLICIES_MAX) {
    return err_set(err, ERR_LIMIT, "%s: more than %d rules for its golden", id,
                   CANONICAL_POLICIES_MAX);
  }
  struct policy_rule *into = &head->rules[head->rule_count];
  memset(into, 0, sizeof *into);
  if (!policy_of_word(rule->policy, &into->policy)) {
    return err_set(err, ERR_USAGE, "%s: rule for %s: unknown policy '%s'", id, rule->field,
                   rule->policy);
  }
  snprintf(into->field, sizeof into->field, "%s", rule->field);
  snprintf(into->relative_to, sizeof into->relative_to, "%s",
           rule->relative_to == NULL ? "" : rule->relative_to);
  snprintf(into->reason, sizeof into->reason, "%s", rule->reason == NULL ? "" : rule->reason);
  head->rule_count++;
  return ERR_OK;
}

enum err_code golden_head(const struct instance *instance, const struct named_endpoint *endpoints,
                          size_t endpoint_count, struct canonical_head *head, struct err *err) {
  memset(head, 0, sizeof *head);
  snprintf(head->case_id, sizeof head->case_id, "%s", instance->id);
  snprintf(head->others, sizeof head->others, "%s",
           instance_role(instance) == ROLE_SERVER ? "peer" : "subject");
  if (endpoint_count > CANONICAL_ENDPOINTS_MAX) endpoint_count = CANONICAL_ENDPOINTS_MAX;
  memcpy(head->endpoints, endpoints, endpoint_count * sizeof *endpoints);
  head->endpoint_count = endpoint_count;
  const struct case_def *def = instance->def;
  for (size_t f = 0; f < CASE_FIXTURES_MAX && def->fixtures[f].class != NULL; f++) {
    const struct fixture_class *class = def->fixtures[f].class;
    if (class->rules == NULL || def->fixtures[f].script == NULL) continue;
    struct fixture_rule rules[RULES_MAX];
    size_t count = class->rules(def->fixtures[f].script, rules, RULES_MAX);
    for (size_t r = 0; r < count; r++) {
      enum err_code code = add_rule(instance->id, &rules[r], head, err);
      if (code != ERR_OK) return code;
    }
  }
  for (size_t r = 0; r < CASE_RULES_MAX && def->rules[r].field != NULL; r++) {
    enum err_code code = add_rule(instance->id, &def->rules[r], head, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

void golden_head_of_tap(struct canonical_head *head) {
  static const char *const hosts[][2] = {
      {SANDBOX_TAP_PEER_IPV4, "127.0.0.1"},
      {SANDBOX_TAP_PEER2_IPV4, SANDBOX_SECOND_IPV4},
      {SANDBOX_TAP_PEER_IPV6, "::1"},
      {SANDBOX_TAP_PEER2_IPV6, SANDBOX_SECOND_IPV6},
  };
  _Static_assert(sizeof hosts / sizeof hosts[0] <= CANONICAL_HOSTS_MAX, "the head has room");
  for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
    snprintf(head->hosts[i].seen, sizeof head->hosts[i].seen, "%s", hosts[i][0]);
    snprintf(head->hosts[i].told, sizeof head->hosts[i].told, "%s", hosts[i][1]);
  }
}

static enum err_code read_text(FILE *file, const char *path, struct text *text, struct err *err) {
  char block[16 * 1024];
  size_t len;
  while ((len = fread(block, 1, sizeof block, file)) > 0) {
    text_append_span(text, span_of(block, len));
  }
  if (ferror(file)) return err_set_errno(err, errno, "cannot read the golden %s", path);
  if (text->truncated) {
    return err_set(err, ERR_LIMIT, "the golden %s is longer than %d octets", path, GOLDEN_TEXT_MAX);
  }
  return ERR_OK;
}

enum err_code golden_read(const char *path, struct canonical **canonical, bool *missing,
                          struct err *err) {
  *canonical = NULL;
  *missing = false;
  FILE *file = fopen(path, "re");
  if (file == NULL && errno == ENOENT) {
    *missing = true;
    return ERR_OK;
  }
  if (file == NULL) return err_set_errno(err, errno, "cannot read the golden %s", path);
  struct text text = TEXT_INIT(GOLDEN_TEXT_MAX);
  enum err_code code = read_text(file, path, &text, err);
  fclose(file);
  if (code == ERR_OK) {
    code = canonical_parse(path, span_of(text_chars(&text), text.len), canonical, err);
  }
  text_free(&text);
  return code;
}

enum err_code golden_load(const struct instance *instance, const char *goldens_dir,
                          struct canonical **canonical, bool *missing, struct err *err) {
  char path[GOLDEN_PATH_MAX];
  if (!golden_path(instance, goldens_dir, ".txt", path)) {
    *canonical = NULL;
    *missing = false;
    return err_set(err, ERR_LIMIT, "the path of the golden of %s is too long", instance->id);
  }
  return golden_read(path, canonical, missing, err);
}

static bool is_golden_of(const char *file_name, const char *recipe,
                         const struct instance_list *all) {
  const char *dot = strrchr(file_name, '.');
  if (dot == NULL || (strcmp(dot, ".txt") != 0 && strcmp(dot, ".pcap") != 0)) return false;
  char id[CASE_ID_MAX * 2];
  snprintf(id, sizeof id, "%s/%.*s", recipe, (int)(dot - file_name), file_name);
  const struct instance *instance = instance_find(all, id);
  return instance != NULL && instance->def->no_golden == NULL;
}

static void look_in(const char *folder, const char *recipe, const struct instance_list *all,
                    void (*found)(void *context, const char *path), void *context) {
  DIR *dir = opendir(folder);
  if (dir == NULL) return;
  for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    if (entry->d_name[0] == '.' || is_golden_of(entry->d_name, recipe, all)) continue;
    char path[GOLDEN_PATH_MAX + 300];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    found(context, path);
  }
  closedir(dir);
}

enum err_code golden_orphans(const char *goldens_dir, const struct instance_list *all,
                             void (*found)(void *context, const char *path), void *context,
                             struct err *err) {
  DIR *dir = opendir(goldens_dir);
  if (dir == NULL) return err_set_errno(err, errno, "cannot read the goldens in %s", goldens_dir);
  for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
    char folder[GOLDEN_PATH_MAX];
    snprintf(folder, sizeof folder, "%s/%s", goldens_dir, entry->d_name);
    struct stat status;
    if (entry->d_name[0] == '.' || stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) continue;
    look_in(folder, entry->d_name, all, found, context);
  }
  closedir(dir);
  return ERR_OK;
}
