/* Capture files of every format that is read, written octet by octet in either byte order. */
#ifndef SOCKPROOF_TESTS_CAPTURES_FORMAT_H
#define SOCKPROOF_TESTS_CAPTURES_FORMAT_H

#include "trace/trace.h"
#include "wire/writer.h"

enum format {
  FORMAT_PCAP_LITTLE, /* nanoseconds */
  FORMAT_PCAP_BIG,
  FORMAT_PCAP_MICRO_LITTLE,
  FORMAT_PCAP_MICRO_BIG,
  FORMAT_PCAPNG_LITTLE,
  FORMAT_PCAPNG_BIG,
  FORMAT_PCAPNG_INTERFACES, /* three: packets in turn, with other units of time each */
  FORMAT_PCAPNG_SECTIONS,   /* two: one of each byte order */
  FORMAT_PCAPNG_BLOCKS,     /* blocks that are passed over, options, obsolete packets */
  FORMAT_PCAPNG_SIMPLE,     /* packets without a time */
  FORMAT_COUNT
};

const char *format_name(enum format format);      /* "pcapng-big" */
const char *format_extension(enum format format); /* "pcap", "pcapng" */

/* Writes the whole file. Times are whole microseconds where the format has no more. */
void format_write(struct writer *writer, enum format format, const struct trace *trace);

#endif
