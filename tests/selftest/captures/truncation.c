/* A capture file that ends at any of its octets is told in a sentence that names it and where it
 * ends, or is a capture of fewer packets; a packet of which any number of octets was captured is
 * told as such; and damage of one octet does no more: truncation [STEP] looks at every STEP-th. */
#include "catalogue.h"

#include "trace/capture_diff.h"
#include "trace/pcap_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAMAGE_STEP = 3 }; /* prime to the alignment of numbers in files */

struct totals {
  size_t step;
  size_t told, shorter, compared, wrong;
};

static char path[] = "/tmp/sockproof-truncation.XXXXXX";

/* Both ways in which captures are looked at, held against themselves. */
static bool look_at(const char *name, const struct trace *trace) {
  static const struct canonical_head NO_HEAD = {.case_id = ""};
  struct canonical *canonical = NULL;
  struct diff_result result = {0};
  struct err err = {0};
  enum err_code code = canonical_of(trace, &NO_HEAD, &canonical, &err);
  if (code == ERR_OK) code = diff_canonical(canonical, canonical, &result, &err);
  bool good = code == ERR_OK && result.count == 0;
  if (!good) printf("%s: %s\n", name, code == ERR_OK ? "is not equal to itself" : err.text);
  if (code == ERR_OK) diff_free(&result);
  canonical_destroy(canonical);
  return good;
}

static bool equals_itself_by_outline(const char *name) {
  struct capture_file *files[2] = {NULL, NULL};
  struct capture_diff_outcome outcome = {0};
  struct capture_diff_hooks hooks = {.context = NULL};
  struct err err = {0};
  enum err_code code = capture_file_open(path, &files[0], &err);
  if (code == ERR_OK) code = capture_file_open(path, &files[1], &err);
  if (code == ERR_OK) code = capture_diff(files[0], files[1], &hooks, &outcome, &err);
  for (size_t i = 0; i < 2; i++) {
    capture_file_close(files[i]);
  }
  bool good = code == ERR_OK && outcome.totals.count == 0;
  if (!good) printf("%s: by outlines: %s\n", name, code == ERR_OK ? "not itself" : err.text);
  return good;
}

/* The file as it stands; `len`: its octets, SIZE_MAX where it does not matter where the sentence
 * points to. */
static void read_file(struct totals *totals, const char *name, size_t len) {
  struct trace *trace = NULL;
  struct err err = {0};
  if (pcap_file_read(path, &trace, &err) == ERR_OK) {
    totals->shorter++;
    if (!look_at(name, trace) || !equals_itself_by_outline(name)) totals->wrong++;
    trace_destroy(trace);
    return;
  }
  totals->told++;
  const char *offset = strstr(err.text, "offset ");
  bool named = strncmp(err.text, path, strlen(path)) == 0 && offset != NULL;
  if (named && strtoull(offset + strlen("offset "), NULL, 10) <= len) return;
  totals->wrong++;
  printf("%s, %zu octets: the sentence does not say where: %s\n", name, len, err.text);
}

static bool write_file(struct span octets) {
  FILE *file = fopen(path, "wbe");
  bool good = file != NULL && fwrite(octets.bytes, octets.len, 1, file) == 1;
  return file != NULL && fclose(file) == 0 && good;
}

static void cut_file(struct totals *totals, const char *name, struct span whole) {
  if (!write_file(whole)) abort();
  for (size_t len = whole.len - 1; len > 0; len -= len > totals->step ? totals->step : len) {
    if (truncate(path, (off_t)len) != 0) abort();
    read_file(totals, name, len);
  }
  if (truncate(path, 0) != 0) abort();
  read_file(totals, name, 0);
}

static void damage_file(struct totals *totals, const char *name, struct span whole) {
  FILE *file = write_file(whole) ? fopen(path, "rb+e") : NULL;
  if (file == NULL) abort();
  setbuf(file, NULL);
  for (size_t at = 0; at < whole.len; at += totals->step * DAMAGE_STEP) {
    uint8_t changed = whole.bytes[at] ^ (uint8_t)(1U << at % 8);
    if (fseek(file, (long)at, SEEK_SET) != 0 || fputc(changed, file) == EOF) abort();
    read_file(totals, name, SIZE_MAX);
    if (fseek(file, (long)at, SEEK_SET) != 0 || fputc(whole.bytes[at], file) == EOF) abort();
  }
  (void)fclose(file);
}

/* --- packets ---------------------------------------------------------------------------------- */

static struct trace *with_cut(const struct trace *trace, size_t index, size_t len) {
  struct trace *cut = trace_create(trace_link_type(trace));
  struct err err;
  for (size_t i = 0; cut != NULL && i < trace_count(trace); i++) {
    struct packet packet = *trace_packet(trace, i);
    if (i == index) packet.bytes.len = len;
    if (trace_add(cut, &packet, &err) != ERR_OK) abort();
  }
  return cut;
}

/* What was not captured is not guessed: the differ tells a packet of which an octet of the IP
 * packet is missing. */
static void cut_packets(struct totals *totals, const struct sample_capture *capture) {
  for (size_t i = 0; i < trace_count(capture->trace); i++) {
    size_t whole = trace_packet(capture->trace, i)->bytes.len;
    for (size_t len = 0; len < whole; len += totals->step) {
      struct trace *cut = with_cut(capture->trace, i, len);
      if (cut == NULL) abort();
      totals->compared++;
      struct canonical *canonical = NULL;
      struct text text = TEXT_INIT(1 << 20);
      struct err err = {0};
      bool good = look_at(capture->name, cut) &&
                  canonical_of(cut, capture->head, &canonical, &err) == ERR_OK;
      if (good) canonical_print(canonical, &text);
      bool said = strstr(text_chars(&text), "captured only in part") != NULL;
      bool padding = strstr(capture->name, "padded") != NULL;
      if (!good || (!said && !padding)) {
        totals->wrong++;
        printf("%s: packet %zu cut to %zu octets is not told\n", capture->name, i + 1, len);
      }
      text_free(&text);
      canonical_destroy(canonical);
      trace_destroy(cut);
    }
  }
}

static bool check(void *context, const struct sample_capture *capture) {
  struct totals *totals = context;
  static uint8_t octets[CAPTURE_OCTETS_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  format_write(&writer, capture->format, capture->trace);
  size_t before = totals->wrong;
  cut_file(totals, capture->name, writer_written(&writer));
  damage_file(totals, capture->name, writer_written(&writer));
  if (capture->format == FORMAT_PCAP_LITTLE) cut_packets(totals, capture);
  return !writer.failed && totals->wrong == before;
}

int main(int count, char **arguments) {
  struct totals totals = {.step = count > 1 ? strtoul(arguments[1], NULL, 10) : 1};
  int fd = mkstemp(path);
  if (totals.step == 0 || fd < 0) return EXIT_FAILURE;
  (void)close(fd);
  bool good = catalogue_visit(check, &totals);
  (void)unlink(path);
  printf("%zu files told as cut or damaged, %zu read, %zu cut packets; %zu went wrong\n",
         totals.told, totals.shorter, totals.compared, totals.wrong);
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
