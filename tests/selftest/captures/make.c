/* Writes the captures that the tests look at into a folder that exists: make FOLDER */
#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>

struct making {
  const char *folder;
  size_t count;
};

static bool write_file(void *context, const struct sample_capture *capture) {
  struct making *making = context;
  static uint8_t octets[CAPTURE_OCTETS_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  format_write(&writer, capture->format, capture->trace);
  struct text path = TEXT_INIT(4096);
  text_appendf(&path, "%s/%s", making->folder, capture->name);
  FILE *file = writer.failed ? NULL : fopen(text_chars(&path), "wbe");
  bool good = file != NULL && fwrite(octets, writer.len, 1, file) == 1;
  if (file != NULL) good = fclose(file) == 0 && good;
  if (!good) perror(text_chars(&path));
  text_free(&path);
  making->count++;
  return good;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  struct making making = {.folder = arguments[1]};
  bool good = catalogue_visit(write_file, &making);
  printf("%zu captures written to %s\n", making.count, making.folder);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
