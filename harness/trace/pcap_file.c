/* Capture files: a file header of 24 octets, then records of a header of 16 octets and the captured
 * octets (draft-ietf-opsawg-pcap). All numbers are in the byte order of the machine that wrote.
 *
 *   magic (4)  major (2)  minor (2)  zone (4)  sigfigs (4)  snaplen (4)  link type (4)
 *   seconds (4)  microseconds or nanoseconds (4)  captured length (4)  length on the wire (4) */
#include "trace/pcap_file.h"

#include "proto/link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  FILE_HEADER_LEN = 24,
  RECORD_HEADER_LEN = 16,
  CAPTURED_LEN_MAX = 256 * 1024,
  VERSION_MAJOR = 2,
  VERSION_MINOR = 4,
  FILE_BYTES_MAX = 320 * 1024 * 1024, /* more than a full trace with its record headers */
  READ_STEP = 1024 * 1024
};

#define MAGIC_MICROSECONDS UINT32_C(0xa1b2c3d4)
#define MAGIC_NANOSECONDS UINT32_C(0xa1b23c4d)
#define MAGIC_PCAPNG UINT32_C(0x0a0d0d0a)
#define NS_PER_S INT64_C(1000000000)
/* Above the type itself are the length of the frame check sequence and reserved bits. */
#define LINK_TYPE_MASK UINT32_C(0xffff)

struct file_bytes {
  uint8_t *bytes;
  size_t len, capacity;
};

static enum err_code read_all(int fd, const char *path, struct file_bytes *file, struct err *err) {
  for (;;) {
    if (file->len == file->capacity) {
      if (file->capacity >= FILE_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, "%s: larger than %d MiB; cut it with editcap -c", path,
                       FILE_BYTES_MAX / 1024 / 1024);
      }
      size_t capacity = file->capacity == 0 ? READ_STEP : file->capacity * 2;
      uint8_t *grown = realloc(file->bytes, capacity);
      if (grown == NULL) return err_set(err, ERR_LIMIT, "%s: no memory to read it", path);
      file->bytes = grown;
      file->capacity = capacity;
    }
    ssize_t got = read(fd, file->bytes + file->len, file->capacity - file->len);
    if (got == 0) return ERR_OK;
    if (got > 0) {
      file->len += (size_t)got;
    } else if (errno != EINTR) {
      return err_set_errno(err, errno, "cannot read %s", path);
    }
  }
}

static enum err_code read_file(const char *path, struct file_bytes *file, struct err *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return err_set_errno(err, errno, "cannot open %s", path);
  struct stat status;
  enum err_code code = ERR_OK;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
      status.st_size < FILE_BYTES_MAX) {
    /* One octet more, so that the end is seen without growing. */
    file->bytes = malloc((size_t)status.st_size + 1);
    file->capacity = file->bytes == NULL ? 0 : (size_t)status.st_size + 1;
  }
  code = read_all(fd, path, file, err);
  close(fd);
  return code;
}

struct pcap_reader {
  const char *path;
  struct reader reader;
  bool swapped; /* little-endian, against the reader's network order */
  int64_t ns_per_unit;
};

static uint32_t pcap_u32(struct pcap_reader *pcap) {
  uint32_t value = reader_u32(&pcap->reader);
  return pcap->swapped ? __builtin_bswap32(value) : value;
}

static uint16_t pcap_u16(struct pcap_reader *pcap) {
  uint16_t value = reader_u16(&pcap->reader);
  return pcap->swapped ? __builtin_bswap16(value) : value;
}

static enum err_code read_magic(struct pcap_reader *pcap, struct err *err) {
  uint32_t magic = reader_u32(&pcap->reader);
  uint32_t other = __builtin_bswap32(magic);
  pcap->swapped = other == MAGIC_MICROSECONDS || other == MAGIC_NANOSECONDS;
  uint32_t meant = pcap->swapped ? other : magic;
  pcap->ns_per_unit = meant == MAGIC_NANOSECONDS ? 1 : 1000;
  if (meant == MAGIC_MICROSECONDS || meant == MAGIC_NANOSECONDS) return ERR_OK;
  if (magic == MAGIC_PCAPNG) {
    return err_set(err, ERR_INPUT,
                   "%s: offset 0: this is a pcapng file; convert it with: editcap -F pcap %s OUT",
                   pcap->path, pcap->path);
  }
  return err_set(err, ERR_INPUT,
                 "%s: offset 0: not a capture file: it begins with %08x, a pcap file with a1b2c3d4 "
                 "or a1b23c4d in either byte order",
                 pcap->path, magic);
}

static enum err_code read_file_header(struct pcap_reader *pcap, enum link_type *link_type,
                                      struct err *err) {
  if (pcap->reader.source.len < FILE_HEADER_LEN) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %zu: the file ends within its header, which has %d octets",
                   pcap->path, pcap->reader.source.len, FILE_HEADER_LEN);
  }
  enum err_code code = read_magic(pcap, err);
  if (code != ERR_OK) return code;

  uint16_t major = pcap_u16(pcap);
  uint16_t minor = pcap_u16(pcap);
  if (major != VERSION_MAJOR || minor != VERSION_MINOR) {
    return err_set(err, ERR_INPUT, "%s: offset 4: version %u.%u; only %d.%d can be read",
                   pcap->path, major, minor, VERSION_MAJOR, VERSION_MINOR);
  }
  reader_skip(&pcap->reader, 12); /* zone, significant figures, snaplen: nobody sets them rightly */
  uint32_t type = pcap_u32(pcap) & LINK_TYPE_MASK;
  if (!link_is_known(type)) {
    return err_set(err, ERR_INPUT,
                   "%s: offset 20: link type %u is not known; known are 0 (null), 1 (Ethernet), "
                   "101 (raw IP), 108 (loop), 113 and 276 (Linux cooked), 228 and 229 (IPv4, IPv6)",
                   pcap->path, type);
  }
  *link_type = (enum link_type)type;
  return ERR_OK;
}

static enum err_code read_record(struct pcap_reader *pcap, struct trace *trace, struct err *err) {
  size_t at = pcap->reader.offset;
  size_t number = trace_count(trace) + 1;
  size_t left = reader_left(&pcap->reader);
  if (left < RECORD_HEADER_LEN) {
    return err_set(
        err, ERR_INPUT,
        "%s: offset %zu: packet %zu: the file ends after %zu octets of its header, which "
        "has %d",
        pcap->path, at, number, left, RECORD_HEADER_LEN);
  }
  int64_t seconds = pcap_u32(pcap);
  int64_t fraction = pcap_u32(pcap);
  uint32_t captured_len = pcap_u32(pcap);
  uint32_t wire_len = pcap_u32(pcap);
  if (captured_len > CAPTURED_LEN_MAX) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %zu: packet %zu: %u octets captured, more than the %d that a packet "
                   "may have; the file is damaged",
                   pcap->path, at + 8, number, captured_len, CAPTURED_LEN_MAX);
  }
  if (captured_len > reader_left(&pcap->reader)) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %zu: packet %zu: %u octets captured, but the file ends after %zu",
                   pcap->path, at + RECORD_HEADER_LEN, number, captured_len,
                   reader_left(&pcap->reader));
  }
  struct packet packet = {.time_ns = seconds * NS_PER_S + fraction * pcap->ns_per_unit,
                          .wire_len = wire_len,
                          .bytes = reader_take(&pcap->reader, captured_len)};
  return trace_add(trace, &packet, err);
}

static enum err_code read_records(struct pcap_reader *pcap, enum link_type link_type,
                                  struct trace **trace, struct err *err) {
  struct trace *made = trace_create(link_type);
  if (made == NULL) return err_set(err, ERR_LIMIT, "%s: no memory to read it", pcap->path);
  enum err_code code = ERR_OK;
  while (code == ERR_OK && reader_left(&pcap->reader) > 0) {
    code = read_record(pcap, made, err);
  }
  if (code == ERR_OK) {
    *trace = made;
  } else {
    trace_destroy(made);
  }
  return code;
}

enum err_code pcap_file_read(const char *path, struct trace **trace, struct err *err) {
  *trace = NULL;
  struct file_bytes file = {NULL, 0, 0};
  enum link_type link_type = LINK_NULL;
  enum err_code code = read_file(path, &file, err);
  if (code == ERR_OK) {
    struct pcap_reader pcap = {.path = path, .reader = reader_over(span_of(file.bytes, file.len))};
    code = read_file_header(&pcap, &link_type, err);
    if (code == ERR_OK) code = read_records(&pcap, link_type, trace, err);
  }
  free(file.bytes);
  return code;
}

static bool write_header(FILE *file, enum link_type link_type) {
  const uint16_t version[2] = {VERSION_MAJOR, VERSION_MINOR};
  const uint32_t magic = MAGIC_NANOSECONDS;
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

static enum err_code write_all(FILE *file, const char *path, const struct trace *trace,
                               struct err *err) {
  bool good = write_header(file, trace_link_type(trace));
  for (size_t i = 0; good && i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    if (packet->bytes.len > CAPTURED_LEN_MAX) {
      return err_set(err, ERR_LIMIT, "%s: packet %zu has %zu octets; a capture file takes %d", path,
                     i + 1, packet->bytes.len, CAPTURED_LEN_MAX);
    }
    good = write_record(file, packet);
  }
  if (!good || fflush(file) != 0) return err_set_errno(err, errno, "cannot write %s", path);
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
  enum err_code code = write_all(file, path, trace, err);
  if (fclose(file) != 0 && code == ERR_OK)
    code = err_set_errno(err, errno, "cannot write %s", path);
  if (code == ERR_OK && rename(temporary, path) != 0) {
    code = err_set_errno(err, errno, "cannot rename %s to %s", temporary, path);
  }
  if (code != ERR_OK) (void)unlink(temporary);
  free(temporary);
  return code;
}
