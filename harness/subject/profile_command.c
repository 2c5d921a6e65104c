/* The commands of a profile: found, made from a command line, and filled in. */
#include "subject/profile.h"
#include "subject/words.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_OCTETS "abcdefghijklmnopqrstuvwxyz0123456789_"

enum {
  LINE_MAX_OCTETS = 128 * 1024,
  WORD_MAX_OCTETS = 64 * 1024,
  NAMES_MAX_OCTETS = 256,
  ARGUMENTS_MAX = 512
};

const struct profile_entry *profile_entry_find(const struct profile *profile, const char *recipe) {
  for (size_t i = 0; i < profile->entry_count; i++) {
    if (strcmp(profile->entries[i].recipe, recipe) == 0) return &profile->entries[i];
  }
  return NULL;
}

const struct profile_command *profile_command_find(const struct profile_entry *entry,
                                                   const char *variant) {
  for (size_t i = 0; i < entry->command_count; i++) {
    const char *name = entry->commands[i].variant;
    if (name == variant || (name && variant && strcmp(name, variant) == 0))
      return &entry->commands[i];
  }
  return NULL;
}

/* The length of the placeholder that begins at this '{', braces included; 0: it is none. What is
 * not of this form, as {print $1}, is a word like any other. */
static size_t placeholder_at(const char *chars) {
  const size_t len = strspn(chars + 1, NAME_OCTETS);
  return len > 0 && chars[len + 1] == '}' ? len + 2 : 0;
}

/* The length of the name, where the word is {name...} and nothing else; 0: it is not. */
static size_t words_placeholder(const char *word) {
  if (word[0] != '{') return 0;
  const size_t len = strspn(word + 1, NAME_OCTETS);
  return strcmp(word + 1 + len, "...}") == 0 ? len : 0;
}

static bool text_uses(const char *text, const char *placeholder_name) {
  const size_t name_len = strlen(placeholder_name);
  for (const char *at = text; (at = strchr(at, '{')) != NULL;) {
    if (at[1] == '{') {
      at += 2;
      continue;
    }
    const bool named = strncmp(at + 1, placeholder_name, name_len) == 0;
    const char *end = at + 1 + (named ? name_len : 0);
    if (named && (*end == '}' || strncmp(end, "...}", 4) == 0)) return true;
    at++;
  }
  return false;
}

bool profile_uses(const struct profile_command *command, const char *placeholder_name) {
  return text_uses(command->line, placeholder_name);
}

bool profile_entry_uses(const struct profile_entry *entry, const struct profile_command *command,
                        const char *placeholder_name) {
  bool uses = profile_uses(command, placeholder_name);
  for (size_t i = 0; i < entry->env_count; i++)
    uses = uses || text_uses(entry->env[i], placeholder_name);
  for (size_t i = 0; i < entry->file_count; i++)
    uses = uses || text_uses(entry->files[i].text, placeholder_name);
  return uses;
}

static enum err_code unknown(const char *name, size_t len, const struct placeholder *placeholders,
                             size_t count, struct err *err) {
  struct text names = TEXT_INIT(NAMES_MAX_OCTETS);
  for (size_t i = 0; i < count; i++)
    text_appendf(&names, "%s{%s}", i > 0 ? " " : "", placeholders[i].name);
  const enum err_code code =
      err_set(err, ERR_USAGE,
              "there is no placeholder %.*s; there are %s (a brace that is none is written {{)",
              (int)(len < 60 ? len : 60), name, text_chars(&names));
  text_free(&names);
  return code;
}

static const char *value_of(const char *name, size_t len, const struct placeholder *placeholders,
                            size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strlen(placeholders[i].name) == len && strncmp(placeholders[i].name, name, len) == 0)
      return placeholders[i].value;
  }
  return NULL;
}

static enum err_code fill(const char *word, const struct placeholder *placeholders, size_t count,
                          struct text *filled, struct err *err) {
  for (const char *at = word; *at != '\0';) {
    const size_t plain = strcspn(at, "{");
    text_append_span(filled, span_of(at, plain));
    at += plain;
    if (*at == '\0') break;
    const size_t len = at[1] == '{' ? 0 : placeholder_at(at);
    if (len == 0) {
      text_append(filled, "{");
      at += at[1] == '{' ? 2 : 1;
      continue;
    }
    const char *value = value_of(at + 1, len - 2, placeholders, count);
    if (value == NULL) return unknown(at, len, placeholders, count, err);
    text_append(filled, value);
    at += len;
  }
  return filled->truncated
             ? err_set(err, ERR_LIMIT,
                       "a word of the command, or a text of the profile, is longer than %d octets",
                       WORD_MAX_OCTETS)
             : ERR_OK;
}

struct expanding {
  const struct placeholder *placeholders;
  size_t placeholder_count;
  struct arena *arena;
  const char **argv;
  size_t count;
  struct err *err;
};

static enum err_code no_room(struct expanding *expanding) {
  return err_set(expanding->err, ERR_LIMIT, "a command has more than %d words", ARGUMENTS_MAX);
}

static enum err_code add_word(struct expanding *expanding, const char *word) {
  if (expanding->count == ARGUMENTS_MAX) return no_room(expanding);
  const char *made;
  const enum err_code code =
      profile_fill(word, expanding->placeholders, expanding->placeholder_count, expanding->arena,
                   &made, expanding->err);
  if (code) return code;
  expanding->argv[expanding->count++] = made;
  return ERR_OK;
}

enum err_code profile_fill(const char *text, const struct placeholder *placeholders,
                           size_t placeholder_count, struct arena *arena, const char **filled,
                           struct err *err) {
  struct text made = TEXT_INIT(WORD_MAX_OCTETS);
  const enum err_code code = fill(text, placeholders, placeholder_count, &made, err);
  *filled = code ? NULL : arena_text(arena, text_chars(&made));
  text_free(&made);
  if (code) return code;
  return *filled ? ERR_OK : err_set(err, ERR_LIMIT, "no memory for a text of the profile");
}

/* {addresses...}: the words of the value, as many as there are. */
static enum err_code add_words(struct expanding *expanding, const char *name, size_t len) {
  const char *value = value_of(name, len, expanding->placeholders, expanding->placeholder_count);
  if (!value)
    return unknown(name - 1, len + 5, expanding->placeholders, expanding->placeholder_count,
                   expanding->err);
  if (value[strspn(value, " \t\r\n")] == '\0') return ERR_OK;
  const char *const *words;
  size_t count;
  const enum err_code code = words_split(value, expanding->arena, &words, &count, expanding->err);
  if (code) return code;
  if (expanding->count + count > ARGUMENTS_MAX) return no_room(expanding);
  memcpy(expanding->argv + expanding->count, words, count * sizeof *words);
  expanding->count += count;
  return ERR_OK;
}

enum err_code profile_expand(const struct profile_command *command,
                             const struct placeholder *placeholders, size_t placeholder_count,
                             struct arena *arena, const char *const **argv, struct err *err) {
  const char *const *words;
  size_t count;
  struct err why;
  enum err_code code = words_split(command->line, arena, &words, &count, &why);
  if (code) return err_set(err, code, "the command '%.200s': %.200s", command->line, why.text);
  struct expanding expanding = {.placeholders = placeholders,
                                .placeholder_count = placeholder_count,
                                .arena = arena,
                                .argv = arena_alloc(arena, (ARGUMENTS_MAX + 1) * sizeof *words),
                                .err = err};
  if (!expanding.argv) return err_set(err, ERR_LIMIT, "no memory for a command");
  for (size_t i = 0; i < count && !code; i++) {
    const size_t len = words_placeholder(words[i]);
    code = len > 0 ? add_words(&expanding, words[i] + 1, len) : add_word(&expanding, words[i]);
  }
  if (code) return code;
  expanding.argv[expanding.count] = NULL;
  *argv = expanding.argv;
  return ERR_OK;
}

/* The subject runs in a scratch directory: a file that the person named from where he stands is
 * told whole. argv[0] without a slash is looked up on PATH as ever. */
static const char *word_from_here(const char *word, bool is_program, const char *here,
                                  struct arena *arena) {
  struct stat status;
  if (word[0] == '/' || (is_program && !strchr(word, '/'))) return word;
  if (stat(word, &status) || !S_ISREG(status.st_mode)) return word;
  return arena_format(arena, "%s/%s", here, word);
}

static const char *line_of(const char *const *argv, const char *here, struct arena *arena) {
  struct text line = TEXT_INIT(LINE_MAX_OCTETS);
  for (size_t i = 0; argv[i]; i++) {
    const char *word = word_from_here(argv[i], i == 0, here, arena);
    if (i > 0) text_append(&line, " ");
    words_append_quoted(&line, word ? word : argv[i]);
  }
  const char *copy = line.truncated ? NULL : arena_text(arena, text_chars(&line));
  text_free(&line);
  return copy;
}

/* As the person typed it, for reports. */
static const char *name_of(const char *const *argv, struct arena *arena) {
  struct text name = TEXT_INIT(LINE_MAX_OCTETS);
  for (size_t i = 0; argv[i]; i++)
    text_appendf(&name, "%s%s", i > 0 ? " " : "", argv[i]);
  const char *copy = arena_text(arena, text_chars(&name));
  text_free(&name);
  return copy;
}

enum err_code profile_of_command(const char *const *argv, const struct profile *defaults,
                                 struct arena *arena, const struct profile **profile,
                                 struct err *err) {
  if (!argv[0]) return err_set(err, ERR_USAGE, "there is no command behind --");
  char here[PATH_MAX];
  if (!getcwd(here, sizeof here)) return err_set_errno(err, errno, "cannot tell where this is");
  struct profile *made = arena_alloc(arena, sizeof *made);
  const char *line = line_of(argv, here, arena);
  const char *name = name_of(argv, arena);
  if (!made || !line || !name) return err_set(err, ERR_LIMIT, "the command is too long");
  made->name = name;
  made->path = "";
  made->dir = arena_text(arena, here);
  if (!made->dir) return err_set(err, ERR_LIMIT, "no memory for a command");
  made->entry_count = defaults->entry_count;
  for (size_t i = 0; i < defaults->entry_count; i++) {
    struct profile_entry *entry = &made->entries[i];
    *entry = defaults->entries[i];
    entry->commands[0] = (struct profile_command){NULL, line, 0};
    entry->command_count = 1;
    entry->success = NULL;
    entry->env_count = 0;
    entry->file_count = 0;
    entry->timeout_s = 0;
    entry->daemon = false;
    entry->sets_clock = false;
    entry->root = false;
    entry->memory_mib = -1;
  }
  *profile = made;
  return ERR_OK;
}
