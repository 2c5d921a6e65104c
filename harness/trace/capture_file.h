/* Capture files, read a packet at a time in bounded memory: pcap (both byte orders, micro- and
 * nanoseconds) and pcapng (any number of sections and interfaces), from a file, a pipe or standard
 * input. */
#ifndef SOCKPROOF_TRACE_CAPTURE_FILE_H
#define SOCKPROOF_TRACE_CAPTURE_FILE_H

#include "base/err.h"
#include "base/text.h"
#include "proto/packet.h"

/* What a packet of a capture may have; more is a damaged file (libpcap's own bound). */
enum { CAPTURED_LEN_MAX = 256 * 1024 };

struct capture_file;

struct captured {
  struct packet packet; /* its octets stay until the next call */
  enum link_type link_type;
  uint64_t offset; /* of its record in the file */
};

/* "-" is standard input. ERR_INPUT names the file, the offset and what is wrong there (not a
 * capture, truncated header, unknown link type); ERR_SYSTEM where it cannot be read. The caller
 * closes *file. */
enum err_code capture_file_open(const char *path, struct capture_file **file,
                                struct err *err) MUST_USE;
void capture_file_close(struct capture_file *file); /* NULL is fine */

/* The next packet; *more is false at the end of the file. ERR_INPUT as above: a record longer than
 * its file, a record's length beyond bounds, a link type that is not known. */
enum err_code capture_file_next(struct capture_file *file, struct captured *captured, bool *more,
                                struct err *err) MUST_USE;

/* Captures of several processors are in order but for some hundred nanoseconds (231 at most in
 * 4,000 captures of a loopback); what goes back by more was put together wrongly, or its clock was
 * set. */
enum { CAPTURE_JITTER_NS = 1000000 };

/* A packet whose time is before that of an earlier one. */
struct capture_backstep {
  uint64_t packet, offset; /* from 1; of its record in the file */
  int64_t by_ns;
};

/* The first packet that is more than CAPTURE_JITTER_NS before the latest one so far; NULL: none of
 * those that were given. A new section of pcapng begins anew. */
const struct capture_backstep *capture_file_backstep(const struct capture_file *file);
/* As one clause: "offset 1234: packet 7 was captured 2.5 s before a packet in front of it; ...". */
void capture_backstep_tell(const struct capture_backstep *backstep, struct text *out);

/* Goes on with the record at `offset`, which an earlier packet told, of a file that can be sought:
 * see capture_file_is_seekable. A pcapng file whose sections or interfaces begin behind packets is
 * walked up to there from its beginning. */
enum err_code capture_file_seek(struct capture_file *file, uint64_t offset,
                                struct err *err) MUST_USE;
/* False for a pipe. */
bool capture_file_is_seekable(const struct capture_file *file);
uint64_t capture_file_size(const struct capture_file *file); /* octets; 0 where nobody knows */

const char *capture_file_name(const struct capture_file *file); /* as an error tells it */
enum link_type capture_file_link_type(
    const struct capture_file
        *file); /* pcap: of all; pcapng: of the first packet, once it was read */

/* --- pcap headers, for writers too (draft-ietf-opsawg-pcap) --- */
#define PCAP_MAGIC_MICROSECONDS UINT32_C(0xa1b2c3d4)
#define PCAP_MAGIC_NANOSECONDS UINT32_C(0xa1b23c4d)
enum {
  PCAP_FILE_HEADER_LEN = 24,
  PCAP_RECORD_HEADER_LEN = 16,
  PCAP_VERSION_MAJOR = 2,
  PCAP_VERSION_MINOR = 4
};

#endif
