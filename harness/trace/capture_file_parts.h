/* A capture file from the inside: a window on its octets, and how each format gives packets. */
#ifndef SOCKPROOF_TRACE_CAPTURE_FILE_PARTS_H
#define SOCKPROOF_TRACE_CAPTURE_FILE_PARTS_H

#include "trace/capture_file.h"

enum { CAPTURE_INTERFACES_MAX = 64 };

struct capture_interface {
  uint32_t link_type; /* as written: known or not */
  uint32_t snaplen;
  uint8_t resolution; /* if_tsresol: below 128 units of 10^-n s, else of 2^-(n-128) s */
  int64_t offset_s;   /* if_tsoffset */
};

struct capture_file {
  char *name;
  int fd;
  uint8_t *window;
  size_t start, end; /* the octets not yet taken */
  uint64_t offset;   /* of window[start] in the file */
  bool at_end;       /* nothing is left to be read behind the window */
  bool swapped;      /* not in this machine's byte order */
  bool pcapng;
  uint64_t packets; /* that were given */
  bool timed;       /* latest_ns holds */
  bool reread;      /* it was sought: what was seen of its times stays */
  int64_t latest_ns;
  struct capture_backstep backstep; /* packet 0: none */
  /* pcap */
  enum link_type link_type;
  int64_t ns_per_unit;
  /* pcapng: of the current section */
  struct capture_interface interfaces[CAPTURE_INTERFACES_MAX];
  size_t interface_count;
  /* A section or an interface began behind a packet: what a packet means depends on where it is. */
  bool changes;
};

/* Makes `len` octets (at most CAPTURE_WINDOW_LEN) stand in the window, if the file has so many;
 * *have: how many there are, up to `len`. */
enum { CAPTURE_WINDOW_LEN = 1024 * 1024 };
enum err_code capture_file_window(struct capture_file *file, size_t len, size_t *have,
                                  struct err *err) MUST_USE;
void capture_file_take(struct capture_file *file, size_t len); /* of the window */
/* Leaves out `len` octets, which may be more than a window; *left: how many the file lacks. */
enum err_code capture_file_skip(struct capture_file *file, uint64_t len, uint64_t *left,
                                struct err *err) MUST_USE;

uint16_t capture_file_u16(const struct capture_file *file, const uint8_t *octets);
uint32_t capture_file_u32(const struct capture_file *file, const uint8_t *octets);

/* ERR_INPUT where the number is no link type that can be decoded. */
enum err_code capture_file_known_link(const struct capture_file *file, uint64_t offset,
                                      uint32_t number, enum link_type *link_type,
                                      struct err *err) MUST_USE;

#define CAPTURE_MAGIC_PCAPNG UINT32_C(0x0a0d0d0a)
/* From the beginning of the file to the record at `offset`, so that what is known of sections and
 * interfaces is what holds there. */
enum err_code capture_file_walk_blocks(struct capture_file *file, uint64_t offset,
                                       struct err *err) MUST_USE;
enum err_code capture_file_next_block(struct capture_file *file, struct captured *captured,
                                      bool *more, struct err *err) MUST_USE;

#endif
