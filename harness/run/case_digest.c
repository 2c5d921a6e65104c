#include "run/case_digest.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 1024 * 1024 };

/* Everything goes into a text first, one `name=value` after the other, so that the digest depends
 * on no layout in memory; and what says nothing is left out, so that a new member of case_def
 * changes no case that does not use it. */
static void add_chars(struct text *words, const char *name, const char *chars) {
  if (chars == NULL) return;
  text_appendf(words, "%s=", name);
  text_append_escaped(words, span_of_text(chars));
  text_append(words, "\n");
}

static void add_number(struct text *words, const char *name, int64_t number) {
  if (number != 0) text_appendf(words, "%s=%" PRId64 "\n", name, number);
}

static void add_files(struct text *words, const struct case_def *def) {
  for (size_t i = 0; i < CASE_FILES_MAX && def->files[i].name != NULL; i++) {
    const struct case_file *file = &def->files[i];
    add_chars(words, "file", file->name);
    add_number(words, "sparse", (int64_t)file->sparse_octets);
    add_chars(words, "text", file->text);
    add_number(words, "pattern", (int64_t)file->pattern_len);
    add_number(words, "directory", file->directory);
    add_number(words, "unreadable", file->unreadable);
  }
  for (const struct sandbox_file *etc = def->etc; etc != NULL && etc->name != NULL; etc++) {
    add_chars(words, "etc", etc->name);
    add_chars(words, "contents", etc->contents);
  }
}

static void add_command(struct text *words, const struct instance *instance) {
  const struct case_def *def = instance->def;
  add_chars(words, "variant", def->variant);
  add_chars(words, "host", def->host);
  add_number(words, "port", def->port == 0 ? instance->recipe->port : def->port);
  add_chars(words, "port_text", def->port_text);
  add_number(words, "timeout_s", def->timeout_s);
  for (size_t i = 0; i < CASE_VALUES_MAX && def->values[i].name != NULL; i++) {
    add_chars(words, "value", def->values[i].name);
    add_chars(words, "is", def->values[i].value);
  }
  for (size_t i = 0; i < CASE_VALUES_MAX && instance->recipe->values[i].name != NULL; i++) {
    add_chars(words, "default", instance->recipe->values[i].name);
    add_chars(words, "is", instance->recipe->values[i].value);
  }
  add_chars(words, "input", def->input);
  add_number(words, "input_stays_open", def->input_stays_open);
}

static void add_world(struct text *words, const struct instance *instance) {
  const struct case_def *def = instance->def;
  add_number(words, "family", instance->family == IP_V6 ? 6 : 4);
  add_number(words, "role", (int64_t)instance_role(instance));
  add_number(words, "needs", (int64_t)def->needs);
  add_number(words, "wants", (int64_t)(def->wants | instance->recipe->wants));
  add_number(words, "listens", (int64_t)def->listens);
  add_chars(words, "host_name", def->host_name);
  add_number(words, "ipv6_off", def->ipv6_off);
  add_number(words, "may_set_host_name", def->may_set_host_name);
  add_number(words, "runs", def->runs);
  add_number(words, "limit_ms", def->limit_ms);
  add_number(words, "stop_signal", def->stop_signal);
  add_number(words, "quiet", def->quiet);
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++)
    add_chars(words, "fixture", def->fixtures[i].class->name);
}

/* The function's name, where the program exports it (ENABLE_EXPORTS). A pointer to a function has
 * no conversion to one to an object in C, but POSIX has both of one size. */
static const char *judge_name(check_function judge) {
  void *address;
  Dl_info info;
  memcpy(&address, &judge, sizeof address);
  if (dladdr(address, &info) == 0 || info.dli_saddr != address) return "";
  return info.dli_sname;
}

static void add_checks(struct text *words, const struct case_def *def) {
  for (size_t i = 0; i < CASE_CHECKS_MAX && def->checks[i].judge != NULL; i++) {
    const struct check *check = &def->checks[i];
    add_chars(words, "check", judge_name(check->judge));
    add_chars(words, "name", check->name);
    add_chars(words, "text", check->text);
    add_number(words, "field", (int64_t)check->field);
    add_number(words, "low", check->low);
    add_number(words, "high", check->high);
    if (check->number < 0 || check->number > 0) text_appendf(words, "number=%.9g\n", check->number);
    add_number(words, "index", check->index);
  }
}

/* FNV-1a of 64 bits: short, well known, and enough where nobody tries to deceive himself. */
static uint64_t hash(const char *chars) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);
  for (const char *at = chars; *at != '\0'; at++)
    sum = (sum ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
  return sum;
}

bool case_digest(const struct instance *instance, const struct requirement *requirement,
                 char digest[static CASE_DIGEST_SIZE]) {
  struct text words = TEXT_INIT(WORDS_MAX);
  add_chars(&words, "requirement", requirement->id);
  add_chars(&words, "level", level_name(requirement->level));
  add_world(&words, instance);
  add_command(&words, instance);
  add_files(&words, instance->def);
  add_checks(&words, instance->def);
  const bool whole = !words.truncated;
  (void)snprintf(digest, CASE_DIGEST_SIZE, "%016" PRIx64, hash(text_chars(&words)));
  text_free(&words);
  return whole;
}
