/* The window on the file, and the format pcap: a file header of 24 octets, then records of a header
 * of 16 octets and the captured octets (draft-ietf-opsawg-pcap). All numbers are in the byte order
 * of the machine that wrote.
 *
 *   magic (4)  major (2)  minor (2)  zone (4)  sigfigs (4)  snaplen (4)  link type (4)
 *   seconds (4)  microseconds or nanoseconds (4)  captured length (4)  length on the wire (4) */
#include "proto/link.h"
#include "trace/capture_file_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINK_TYPE_OFFSET = 20 };
#define NS_PER_S INT64_C(1000000000)
/* Above the type itself are the length of the frame check sequence and reserved bits. */
#define LINK_TYPE_MASK UINT32_C(0xffff)

/* --- the window ------------------------------------------------------------------------------- */

static enum err_code read_more(struct capture_file *file, struct err *err) {
  ssize_t got;
  do {
    got = read(file->fd, file->window + file->end, CAPTURE_WINDOW_LEN - file->end);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return err_set_errno(err, errno, "cannot read %s", file->name);
  file->end += (size_t)got;
  file->at_end = got == 0;
  return ERR_OK;
}

enum err_code capture_file_window(struct capture_file *file, size_t len, size_t *have,
                                  struct err *err) {
  if (file->end - file->start < len && file->start > 0) {
    memmove(file->window, file->window + file->start, file->end - file->start);
    file->end -= file->start;
    file->start = 0;
  }
  while (file->end - file->start < len && !file->at_end) {
    enum err_code code = read_more(file, err);
    if (code != ERR_OK) return code;
  }
  size_t there = file->end - file->start;
  *have = there < len ? there : len;
  return ERR_OK;
}

void capture_file_take(struct capture_file *file, size_t len) {
  file->start += len;
  file->offset += len;
}

enum err_code capture_file_skip(struct capture_file *file, uint64_t len, uint64_t *left,
                                struct err *err) {
  *left = len;
  while (*left > 0) {
    size_t want = *left < CAPTURE_WINDOW_LEN ? (size_t)*left : CAPTURE_WINDOW_LEN;
    size_t have = 0;
    enum err_code code = capture_file_window(file, want, &have, err);
    if (code != ERR_OK) return code;
    if (have == 0) return ERR_OK;
    capture_file_take(file, have);
    *left -= have;
  }
  return ERR_OK;
}

uint32_t capture_file_u32(const struct capture_file *file, const uint8_t *octets) {
  uint32_t value;
  memcpy(&value, octets, sizeof value);
  return file->swapped ? __builtin_bswap32(value) : value;
}

uint16_t capture_file_u16(const struct capture_file *file, const uint8_t *octets) {
  uint16_t value;
  memcpy(&value, octets, sizeof value);
  return file->swapped ? __builtin_bswap16(value) : value;
}

enum err_code capture_file_known_link(const struct capture_file *file, uint64_t offset,
                                      uint32_t number, enum link_type *link_type, struct err *err) {
  if (!link_is_known(number)) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %" PRIu64
                   ": link type %u is not known; known are 0 (null), 1 (Ethernet), 101 (raw IP), "
                   "108 (loop), 113 and 276 (Linux cooked), 228 and 229 (IPv4, IPv6)",
                   file->name, offset, number);
  }
  *link_type = (enum link_type)number;
  return ERR_OK;
}

/* --- pcap ------------------------------------------------------------------------------------- */

static bool take_magic(struct capture_file *file, const uint8_t *octets) {
  uint32_t magic = capture_file_u32(file, octets);
  uint32_t other = __builtin_bswap32(magic);
  file->pcapng = magic == CAPTURE_MAGIC_PCAPNG; /* the same in both byte orders */
  file->swapped = other == PCAP_MAGIC_MICROSECONDS || other == PCAP_MAGIC_NANOSECONDS;
  uint32_t meant = file->swapped ? other : magic;
  file->ns_per_unit = meant == PCAP_MAGIC_NANOSECONDS ? 1 : 1000;
  return file->pcapng || meant == PCAP_MAGIC_MICROSECONDS || meant == PCAP_MAGIC_NANOSECONDS;
}

static enum err_code read_file_header(struct capture_file *file, struct err *err) {
  size_t have = 0;
  enum err_code code = capture_file_window(file, PCAP_FILE_HEADER_LEN, &have, err);
  if (code != ERR_OK) return code;
  const uint8_t *header = file->window + file->start;
  if (have == 0) {
    return err_set(err, ERR_INPUT, "%s: offset 0: the file is empty; a capture has a header",
                   file->name);
  }
  if (have >= 4 && !take_magic(file, header)) {
    return err_set(err, ERR_INPUT,
                   "%s: offset 0: not a capture file: it begins with %02x%02x%02x%02x, a pcap file "
                   "with a1b2c3d4 or a1b23c4d in either byte order, a pcapng file with 0a0d0d0a",
                   file->name, header[0], header[1], header[2], header[3]);
  }
  if (file->pcapng) return ERR_OK;
  if (have < PCAP_FILE_HEADER_LEN) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %zu: the file ends within its header, which has %d octets",
                   file->name, have, PCAP_FILE_HEADER_LEN);
  }
  uint16_t major = capture_file_u16(file, header + 4);
  uint16_t minor = capture_file_u16(file, header + 6);
  if (major != PCAP_VERSION_MAJOR || minor != PCAP_VERSION_MINOR) {
    return err_set(err, ERR_INPUT, "%s: offset 4: version %u.%u; only %d.%d can be read",
                   file->name, major, minor, PCAP_VERSION_MAJOR, PCAP_VERSION_MINOR);
  }
  /* Zone, significant figures and snaplen: nobody sets them rightly. */
  uint32_t type = capture_file_u32(file, header + LINK_TYPE_OFFSET) & LINK_TYPE_MASK;
  code = capture_file_known_link(file, LINK_TYPE_OFFSET, type, &file->link_type, err);
  if (code == ERR_OK) capture_file_take(file, PCAP_FILE_HEADER_LEN);
  return code;
}

static enum err_code pcap_ends_early(const struct capture_file *file, size_t have,
                                     struct err *err) {
  return err_set(err, ERR_INPUT,
                 "%s: offset %" PRIu64 ": packet %" PRIu64
                 ": the file ends after %zu octets of its header, which has %d",
                 file->name, file->offset, file->packets + 1, have, PCAP_RECORD_HEADER_LEN);
}

static enum err_code pcap_next(struct capture_file *file, struct captured *captured, bool *more,
                               struct err *err) {
  size_t have = file->end - file->start;
  enum err_code code = ERR_OK;
  if (have < PCAP_RECORD_HEADER_LEN) {
    code = capture_file_window(file, PCAP_RECORD_HEADER_LEN, &have, err);
    if (code != ERR_OK) return code;
  }
  *more = have > 0;
  if (have == 0) return ERR_OK;
  if (have < PCAP_RECORD_HEADER_LEN) return pcap_ends_early(file, have, err);
  const uint8_t *header = file->window + file->start;
  uint32_t captured_len = capture_file_u32(file, header + 8);
  if (captured_len > CAPTURED_LEN_MAX) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %" PRIu64 ": packet %" PRIu64
                   ": %u octets captured, more than the %d that a packet may have; the file is "
                   "damaged",
                   file->name, file->offset + 8, file->packets + 1, captured_len, CAPTURED_LEN_MAX);
  }
  size_t whole = PCAP_RECORD_HEADER_LEN + (size_t)captured_len;
  if (file->end - file->start < whole) {
    code = capture_file_window(file, whole, &have, err);
    if (code != ERR_OK) return code;
    header = file->window + file->start;
    if (have < whole) {
      return err_set(err, ERR_INPUT,
                     "%s: offset %" PRIu64 ": packet %" PRIu64
                     ": %u octets captured, but the file ends after %zu",
                     file->name, file->offset + PCAP_RECORD_HEADER_LEN, file->packets + 1,
                     captured_len, have - PCAP_RECORD_HEADER_LEN);
    }
  }
  int64_t seconds = capture_file_u32(file, header);
  int64_t fraction = capture_file_u32(file, header + 4);
  captured->packet.time_ns = seconds * NS_PER_S + fraction * file->ns_per_unit;
  captured->packet.wire_len = capture_file_u32(file, header + 12);
  captured->packet.bytes = span_of(header + PCAP_RECORD_HEADER_LEN, captured_len);
  captured->link_type = file->link_type;
  captured->offset = file->offset;
  capture_file_take(file, whole);
  return ERR_OK;
}

/* --- times ------------------------------------------------------------------------------------ */

/* A block that says no time has 0. */
static void note_time(struct capture_file *file, const struct captured *captured) {
  int64_t time_ns = captured->packet.time_ns;
  if (file->reread || time_ns == 0) return;
  if (!file->timed || time_ns > file->latest_ns) {
    file->timed = true;
    file->latest_ns = time_ns;
    return;
  }
  uint64_t by_ns = (uint64_t)file->latest_ns - (uint64_t)time_ns; /* damaged times may overflow */
  if (by_ns <= CAPTURE_JITTER_NS || file->backstep.packet != 0) return;
  file->backstep =
      (struct capture_backstep){.packet = file->packets,
                                .offset = captured->offset,
                                .by_ns = by_ns <= INT64_MAX ? (int64_t)by_ns : INT64_MAX};
}

const struct capture_backstep *capture_file_backstep(const struct capture_file *file) {
  return file->backstep.packet != 0 ? &file->backstep : NULL;
}

void capture_backstep_tell(const struct capture_backstep *backstep, struct text *out) {
  text_appendf(out,
               "offset %" PRIu64 ": packet %" PRIu64
               " was captured %.6f s before one in front of "
               "it; put the file in order with reordercap, or capture again",
               backstep->offset, backstep->packet, (double)backstep->by_ns / (double)NS_PER_S);
}

/* --- both ------------------------------------------------------------------------------------- */

enum err_code capture_file_next(struct capture_file *file, struct captured *captured, bool *more,
                                struct err *err) {
  enum err_code code = file->pcapng ? capture_file_next_block(file, captured, more, err)
                                    : pcap_next(file, captured, more, err);
  if (code != ERR_OK || !*more) return code;
  file->packets++;
  note_time(file, captured);
  return ERR_OK;
}

static enum err_code no_memory(const char *path, struct capture_file *file, struct err *err) {
  capture_file_close(file);
  (void)err_set(err, ERR_LIMIT, "%s: no memory to read it", path);
  return ERR_LIMIT;
}

enum err_code capture_file_open(const char *path, struct capture_file **file, struct err *err) {
  *file = NULL;
  bool is_stdin = strcmp(path, "-") == 0;
  struct capture_file *made = calloc(1, sizeof *made);
  if (made == NULL) return no_memory(path, made, err);
  made->fd = -1;
  made->name = strdup(is_stdin ? "standard input" : path);
  made->window = malloc(CAPTURE_WINDOW_LEN);
  if (made->name == NULL || made->window == NULL) return no_memory(path, made, err);
  made->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  enum err_code code = made->fd < 0 ? err_set_errno(err, errno, "cannot open %s", path)
                                    : read_file_header(made, err);
  if (code == ERR_OK) {
    *file = made;
  } else {
    capture_file_close(made);
  }
  return code;
}

bool capture_file_is_seekable(const struct capture_file *file) {
  return lseek(file->fd, 0, SEEK_CUR) >= 0;
}

uint64_t capture_file_size(const struct capture_file *file) {
  struct stat status;
  if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  return (uint64_t)status.st_size;
}

enum err_code capture_file_seek(struct capture_file *file, uint64_t offset, struct err *err) {
  uint64_t from = file->changes ? 0 : offset;
  if (lseek(file->fd, (off_t)from, SEEK_SET) < 0) {
    return err_set_errno(err, errno, "cannot read %s again from offset %" PRIu64, file->name, from);
  }
  file->start = file->end = 0;
  file->offset = from;
  file->at_end = false;
  file->reread = true;
  return file->changes ? capture_file_walk_blocks(file, offset, err) : ERR_OK;
}

void capture_file_close(struct capture_file *file) {
  if (file == NULL) return;
  if (file->fd > STDIN_FILENO) close(file->fd);
  free(file->window);
  free(file->name);
  free(file);
}

const char *capture_file_name(const struct capture_file *file) {
  return file->name;
}

enum link_type capture_file_link_type(const struct capture_file *file) {
  return file->link_type;
}
