/* Capture files (pcap: magic a1b2c3d4 and a1b23c4d, both byte orders; micro- and nanoseconds). */
#ifndef SOCKPROOF_TRACE_PCAP_FILE_H
#define SOCKPROOF_TRACE_PCAP_FILE_H

#include "trace/trace.h"

/* Reads a whole file. ERR_INPUT names the file, the offset and what is wrong there (not a capture,
 * truncated header, record longer than its file, unknown link type); ERR_SYSTEM where it cannot be
 * read. On success the caller owns *trace. */
enum err_code pcap_file_read(const char *path, struct trace **trace, struct err *err) MUST_USE;

/* Writes nanosecond pcap in host byte order, to a temporary name beside `path` and then renamed: a
 * reader never sees half a file, and an old file stays when the disk is full. */
enum err_code pcap_file_write(const char *path, const struct trace *trace,
                              struct err *err) MUST_USE;

#endif
