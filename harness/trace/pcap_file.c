#include "trace/pcap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

/* The trace is of the link type of its first packet: a pcapng file tells none before. */
static enum err_code add(const struct capture_file *file, const struct captured *captured,
                         struct trace **trace, struct err *err) {
  if (*trace == NULL) *trace = trace_create(captured->link_type);
  if (*trace == NULL) {
    return err_set(err, ERR_LIMIT, "%s: no memory to read it", capture_file_name(file));
  }
  return trace_add_of(*trace, captured->link_type, &captured->packet, err);
}

static enum err_code read_packets(struct capture_file *file, struct trace **trace,
                                  struct err *err) {
  struct captured captured = {.link_type = capture_file_link_type(file)};
  bool more = true;
  enum err_code code = ERR_OK;
  while (code == ERR_OK) {
    code = capture_file_next(file, &captured, &more, err);
    if (code != ERR_OK || !more) break;
    code = add(file, &captured, trace, err);
  }
  if (code != ERR_OK || *trace != NULL) return code;
  *trace = trace_create(captured.link_type);
  if (*trace != NULL) return ERR_OK;
  return err_set(err, ERR_LIMIT, "%s: no memory to read it", capture_file_name(file));
}

enum err_code pcap_file_read_open(struct capture_file *file, struct trace **trace,
                                  struct err *err) {
  *trace = NULL;
  enum err_code code = read_packets(file, trace, err);
  if (code == ERR_OK) return ERR_OK;
  trace_destroy(*trace);
  *trace = NULL;
  return code;
}

enum err_code pcap_file_read(const char *path, struct trace **trace, struct err *err) {
  *trace = NULL;
  struct capture_file *file = NULL;
  enum err_code code = capture_file_open(path, &file, err);
  if (code == ERR_OK) code = pcap_file_read_open(file, trace, err);
  capture_file_close(file);
  return code;
}

static bool write_header(FILE *file, enum link_type link_type) {
  const uint16_t version[2] = {PCAP_VERSION_MAJOR, PCAP_VERSION_MINOR};
  const uint32_t magic = PCAP_MAGIC_NANOSECONDS;
  const uint32_t rest[4] = {0, 0, CAPTURED_LEN_MAX, (uint32_t)link_type};
  return fwrite(&magic, sizeof magic, 1, file) == 1 &&
         fwrite(version, sizeof version, 1, file) == 1 && fwrite(rest, sizeof rest, 1, file) == 1;
}

static bool write_record(FILE *file, const struct packet *packet) {
  /* Rounded down, so that a time before 1970 keeps a fraction that is not negative. */
  int64_t seconds = packet->time_ns / NS_PER_S;
  int64_t fraction = packet->time_ns % NS_PER_S;
  if (fraction < 0) {
    fraction += NS_PER_S;
    seconds--;
  }
  const uint32_t header[4] = {(uint32_t)(uint64_t)seconds, (uint32_t)fraction,
                              (uint32_t)packet->bytes.len, packet->wire_len};
  if (fwrite(header, sizeof header, 1, file) != 1) return false;
  return packet->bytes.len == 0 || fwrite(packet->bytes.bytes, packet->bytes.len, 1, file) == 1;
}

enum err_code pcap_file_write_open(FILE *file, const char *name, const struct trace *trace,
                                   struct err *err) {
  bool good = write_header(file, trace_link_type(trace));
  for (size_t i = 0; good && i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    if (packet->bytes.len > CAPTURED_LEN_MAX) {
      return err_set(err, ERR_LIMIT, "%s: packet %zu has %zu octets; a capture file takes %d", name,
                     i + 1, packet->bytes.len, CAPTURED_LEN_MAX);
    }
    good = write_record(file, packet);
  }
  if (!good || fflush(file) != 0) return err_set_errno(err, errno, "cannot write %s", name);
  return ERR_OK;
}

/* A temporary file beside `path`, readable as any file that the user makes. */
static FILE *open_beside(const char *path, char **temporary, struct err *err) {
  if (asprintf(temporary, "%s.XXXXXX", path) < 0) {
    *temporary = NULL;
    (void)err_set(err, ERR_LIMIT, "%s: no memory to write it", path);
    return NULL;
  }
  int fd = mkostemp(*temporary, O_CLOEXEC);
  if (fd < 0) {
    (void)err_set_errno(err, errno, "cannot create a file beside %s", path);
    return NULL;
  }
  FILE *file = NULL;
  if (fchmod(fd, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0) file = fdopen(fd, "wb");
  if (file == NULL) {
    (void)err_set_errno(err, errno, "cannot write %s", *temporary);
    close(fd);
    (void)unlink(*temporary);
  }
  return file;
}

enum err_code pcap_file_write(const char *path, const struct trace *trace, struct err *err) {
  char *temporary = NULL;
  struct err open_err = {0};
  FILE *file = open_beside(path, &temporary, &open_err);
  if (file == NULL) {
    free(temporary);
    if (err != NULL) *err = open_err;
    return open_err.code;
  }
  enum err_code code = pcap_file_write_open(file, path, trace, err);
  if (fclose(file) != 0 && code == ERR_OK)
    code = err_set_errno(err, errno, "cannot write %s", path);
  if (code == ERR_OK && rename(temporary, path) != 0) {
    code = err_set_errno(err, errno, "cannot rename %s to %s", temporary, path);
  }
  if (code != ERR_OK) (void)unlink(temporary);
  free(temporary);
  return code;
}
