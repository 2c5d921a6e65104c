/* Gives every file of the folders named to the fuzz target: what was ever found stays found. */
#include <dirent.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

enum { INPUT_MAX = 1 << 16, PATH_LEN_MAX = 4096 };

static bool replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = malloc(INPUT_MAX);
  if (file == NULL || bytes == NULL) {
    (void)fprintf(stderr, "cannot read %s\n", path);
    free(bytes);
    if (file != NULL) (void)fclose(file);
    return false;
  }
  size_t len = fread(bytes, 1, INPUT_MAX, file);
  (void)fclose(file);

  /* Exactly as long as the input, so that a sanitizer or valgrind sees a read past its end. */
  uint8_t *exact = malloc(len == 0 ? 1 : len);
  if (exact != NULL) {
    memcpy(exact, bytes, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
  }
  free(exact);
  free(bytes);
  return exact != NULL;
}

/* The number of files, or -1. */
static int replay_folder(const char *folder) {
  DIR *entries = opendir(folder);
  if (entries == NULL) return -1;
  int count = 0;
  for (const struct dirent *entry = readdir(entries); entry != NULL && count >= 0;
       entry = readdir(entries)) {
    if (entry->d_name[0] == '.') continue;
    struct text path = TEXT_INIT(PATH_LEN_MAX);
    text_appendf(&path, "%s/%s", folder, entry->d_name);
    count = replay_file(text_chars(&path)) ? count + 1 : -1;
    text_free(&path);
  }
  (void)closedir(entries);
  return count;
}

int main(int argument_count, char **arguments) {
  for (int i = 1; i < argument_count; i++) {
    int count = replay_folder(arguments[i]);
    if (count <= 0) { /* an empty corpus would prove nothing */
      (void)fprintf(stderr, "no input could be read from %s\n", arguments[i]);
      return 1;
    }
    (void)printf("%d inputs from %s\n", count, arguments[i]);
  }
  return argument_count > 1 ? 0 : 2;
}
