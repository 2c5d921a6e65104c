/* Traces in capture files: whole files read, pcap written. */
#ifndef SOCKPROOF_TRACE_PCAP_FILE_H
#define SOCKPROOF_TRACE_PCAP_FILE_H

#include "trace/capture_file.h"
#include "trace/trace.h"

#include <stdio.h>

/* Reads a whole file, of any format of capture_file.h; its errors, and ERR_LIMIT where it does not
 * fit a trace. On success the caller owns *trace. */
enum err_code pcap_file_read(const char *path, struct trace **trace, struct err *err) MUST_USE;

/* The same of a file that is open, from its beginning. */
enum err_code pcap_file_read_open(struct capture_file *file, struct trace **trace,
                                  struct err *err) MUST_USE;

/* Writes nanosecond pcap (all packets of the trace's own link type) in host byte order, to a
 * temporary name beside `path` and then renamed: a reader never sees half a file, and an old file
 * stays when the disk is full. */
enum err_code pcap_file_write(const char *path, const struct trace *trace,
                              struct err *err) MUST_USE;

/* The same to a file that is open, which stays the caller's; `name` is for people. */
enum err_code pcap_file_write_open(FILE *file, const char *name, const struct trace *trace,
                                   struct err *err) MUST_USE;

#endif
