#include "run/command/profile_paths.h"

#include "subject/words.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS_ARENA_BYTES = 1 << 20 };

static bool is_made_in_scratch(const struct profile_entry *entry, const char *word) {
  for (size_t i = 0; i < entry->file_count; i++) {
    if (strcmp(entry->files[i].name, word) == 0) return true;
  }
  return false;
}

/* Only what looks like a file's name: a word as "echo" may be an argument of any other meaning. */
static bool names_file_beside(const struct profile *profile, const struct profile_entry *entry,
                              const char *word) {
  char path[PATH_MAX];
  struct stat status;
  if (word[0] == '/' || word[0] == '-' || strchr(word, '{') != NULL) return false;
  if (strpbrk(word, "./") == NULL || is_made_in_scratch(entry, word)) return false;
  if (snprintf(path, sizeof path, "%s/%s", profile->dir, word) >= (int)sizeof path) return false;
  return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static enum err_code check_command(const struct profile *profile, const struct profile_entry *entry,
                                   const struct profile_command *command, struct arena *arena,
                                   struct err *err) {
  const char *const *words;
  size_t count;
  struct err of_words = {0};
  /* A line that cannot be split is told where it is filled in. */
  if (words_split(command->line, arena, &words, &count, &of_words) != ERR_OK) return ERR_OK;
  for (size_t i = 0; i < count; i++) {
    if (!names_file_beside(profile, entry, words[i])) continue;
    /* The program itself is looked for from here. */
    if (i == 0 && (strchr(words[i], '/') == NULL || access(words[i], F_OK) == 0)) continue;
    const char *name = strncmp(words[i], "./", 2) == 0 ? words[i] + 2 : words[i];
    return err_set(err, ERR_USAGE,
                   "%s:%u: command%s%s: '%s' stands beside the profile, and the command is run in "
                   "another folder: write {dir}/%s",
                   profile->path, command->at_line, command->variant == NULL ? "" : ".",
                   command->variant == NULL ? "" : command->variant, words[i], name);
  }
  return ERR_OK;
}

enum err_code profile_check_paths(const struct profile *profile, struct err *err) {
  struct arena *arena = arena_create(WORDS_ARENA_BYTES);
  if (arena == NULL) return err_set(err, ERR_LIMIT, "no memory for the commands of a profile");
  enum err_code code = ERR_OK;
  for (size_t i = 0; i < profile->entry_count && code == ERR_OK; i++) {
    const struct profile_entry *entry = &profile->entries[i];
    for (size_t c = 0; c < entry->command_count && code == ERR_OK; c++) {
      if (entry->commands[c].at_line == 0) continue; /* of the command line, made absolute */
      code = check_command(profile, entry, &entry->commands[c], arena, err);
    }
  }
  arena_destroy(arena);
  return code;
}
