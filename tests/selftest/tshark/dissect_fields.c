/* Prints captures as the harness's decoders see them, for a comparison with tshark.
 *
 *   dissect_fields --columns            the names of the columns, one a line
 *   dissect_fields --ntp-ports FILE...  the UDP ports at which NTP is spoken, one a line
 *   dissect_fields FILE...              a line a packet: number of the file from 0, number of the
 *                                       packet from 1, then the columns, all parted by tabs
 *
 * FILE is a capture; of a golden's, the text beside it says at which ports NTP is spoken besides
 * 123. */
#include "dissect.h"
#include "proto/ntp.h"
#include "trace/canonical.h"
#include "trace/pcap_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_TEXT_MAX = 4 * 1024 * 1024, EXIT_UNREADABLE = 2 };

static bool stop(const struct err *err) {
  fprintf(stderr, "dissect_fields: %s\n", err->text);
  return false;
}

static void add_port(struct ntp_ports *ntp, uint16_t port) {
  if (ntp->count < NTP_PORTS_MAX && !ntp_ports_has(ntp, port)) ntp->ports[ntp->count++] = port;
}

static void add_ports_of_head(struct ntp_ports *ntp, const struct canonical_head *head) {
  for (size_t i = 0; i < head->endpoint_count; i++) {
    if (head->endpoints[i].application != APPLICATION_NTP) continue;
    add_port(ntp, head->endpoints[i].at.port);
  }
}

static bool add_ports_of_text(struct ntp_ports *ntp, const char *path, FILE *file) {
  struct text text = TEXT_INIT(GOLDEN_TEXT_MAX);
  char block[16 * 1024];
  size_t len;
  while ((len = fread(block, 1, sizeof block, file)) > 0) {
    text_append_span(&text, span_of(block, len));
  }
  struct canonical *canonical = NULL;
  struct err err = {0};
  bool good =
      canonical_parse(path, span_of(text_chars(&text), text.len), &canonical, &err) == ERR_OK;
  if (good) add_ports_of_head(ntp, canonical_head_of(canonical));
  canonical_destroy(canonical);
  text_free(&text);
  return good || stop(&err);
}

/* A capture without a text speaks NTP at its own port alone. */
static bool find_ports(const char *path, struct ntp_ports *ntp) {
  add_port(ntp, NTP_PORT);
  struct text beside = TEXT_INIT(4096);
  const char *dot = strrchr(path, '.');
  text_append_span(&beside, span_of(path, dot == NULL ? strlen(path) : (size_t)(dot - path)));
  text_append(&beside, ".txt");
  FILE *file = fopen(text_chars(&beside), "re");
  bool good = file == NULL || add_ports_of_text(ntp, text_chars(&beside), file);
  if (file != NULL) (void)fclose(file);
  text_free(&beside);
  return good;
}

static void print_row(int file, size_t number, const struct row *row) {
  printf("%d\t%zu", file, number);
  for (int column = 0; column < COLUMN_COUNT; column++) {
    printf("\t%s", text_chars(&row->cells[column]));
  }
  putchar('\n');
}

static bool print_capture(int file, const char *path, const struct ntp_ports *ntp) {
  struct trace *trace = NULL;
  struct err err = {0};
  if (pcap_file_read(path, &trace, &err) != ERR_OK) return stop(&err);
  struct row row;
  row_init(&row);
  for (size_t i = 0; i < trace_count(trace); i++) {
    row_clear(&row);
    dissect_packet(trace_packet_link_type(trace, i), trace_packet(trace, i), ntp, &row);
    print_row(file, i + 1, &row);
  }
  row_free(&row);
  trace_destroy(trace);
  return true;
}

static int print_columns(void) {
  for (enum column column = 0; column < COLUMN_COUNT; column++) {
    puts(column_name(column));
  }
  return EXIT_SUCCESS;
}

int main(int count, char **arguments) {
  if (count > 1 && strcmp(arguments[1], "--columns") == 0) return print_columns();
  bool ports_only = count > 1 && strcmp(arguments[1], "--ntp-ports") == 0;
  int first = ports_only ? 2 : 1;

  struct ntp_ports ntp = {0};
  for (int i = first; i < count; i++) {
    if (!find_ports(arguments[i], &ntp)) return EXIT_UNREADABLE;
  }
  for (size_t i = 0; ports_only && i < ntp.count; i++) {
    printf("%u\n", ntp.ports[i]);
  }
  for (int i = first; !ports_only && i < count; i++) {
    if (!print_capture(i - first, arguments[i], &ntp)) return EXIT_UNREADABLE;
  }
  return EXIT_SUCCESS;
}
