#include "format.h"

#include "trace/capture_file.h"

enum {
  BYTE_ORDER_MAGIC = 0x1a2b3c4d,
  SECTION = 0x0a0d0d0a,
  INTERFACE = 1,
  OBSOLETE_PACKET = 2,
  SIMPLE_PACKET = 3,
  NAME_RESOLUTION = 4,
  STATISTICS = 5,
  ENHANCED_PACKET = 6,

  OPTION_COMMENT = 1,
  OPTION_RESOLUTION = 9,
  OPTION_OFFSET = 14,
  MICROSECONDS = 6,
  NANOSECONDS = 9,
  BINARY_2_30 = 0x80 | 30 /* units of 2^-30 s */
};
#define LOCAL_BLOCK UINT32_C(0x80000001)
#define NS_PER_S INT64_C(1000000000)

static const struct {
  const char *name, *extension;
  bool big, micro;
} FORMATS[FORMAT_COUNT] = {
    [FORMAT_PCAP_LITTLE] = {"pcap-little", "pcap", false, false},
    [FORMAT_PCAP_BIG] = {"pcap-big", "pcap", true, false},
    [FORMAT_PCAP_MICRO_LITTLE] = {"pcap-micro-little", "pcap", false, true},
    [FORMAT_PCAP_MICRO_BIG] = {"pcap-micro-big", "pcap", true, true},
    [FORMAT_PCAPNG_LITTLE] = {"pcapng-little", "pcapng", false, true},
    [FORMAT_PCAPNG_BIG] = {"pcapng-big", "pcapng", true, true},
    [FORMAT_PCAPNG_INTERFACES] = {"pcapng-interfaces", "pcapng", false, false},
    [FORMAT_PCAPNG_SECTIONS] = {"pcapng-sections", "pcapng", true, true},
    [FORMAT_PCAPNG_BLOCKS] = {"pcapng-blocks", "pcapng", true, true},
    [FORMAT_PCAPNG_SIMPLE] = {"pcapng-simple", "pcapng", false, true},
};

const char *format_name(enum format format) {
  return FORMATS[format].name;
}

const char *format_extension(enum format format) {
  return FORMATS[format].extension;
}

/* --- numbers in either byte order ------------------------------------------------------------- */

struct output {
  struct writer *writer;
  enum format format;
  bool big;
};

static void put_u16(const struct output *output, uint16_t value) {
  writer_u16(output->writer, output->big ? value : (uint16_t)(value >> 8 | value << 8));
}

static void put_u32(const struct output *output, uint32_t value) {
  put_u16(output, (uint16_t)(output->big ? value >> 16 : value));
  put_u16(output, (uint16_t)(output->big ? value : value >> 16));
}

static void put_padded(const struct output *output, struct span octets) {
  writer_span(output->writer, octets);
  writer_zeros(output->writer, (4 - octets.len % 4) % 4);
}

/* --- pcap ------------------------------------------------------------------------------------- */

static void put_pcap(const struct output *output, const struct trace *trace) {
  bool micro = FORMATS[output->format].micro;
  put_u32(output, micro ? PCAP_MAGIC_MICROSECONDS : PCAP_MAGIC_NANOSECONDS);
  put_u16(output, PCAP_VERSION_MAJOR);
  put_u16(output, PCAP_VERSION_MINOR);
  put_u32(output, 0);
  put_u32(output, 0);
  put_u32(output, CAPTURED_LEN_MAX);
  put_u32(output, (uint32_t)trace_link_type(trace));
  for (size_t i = 0; i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    put_u32(output, (uint32_t)(packet->time_ns / NS_PER_S));
    put_u32(output, (uint32_t)(packet->time_ns % NS_PER_S / (micro ? 1000 : 1)));
    put_u32(output, (uint32_t)packet->bytes.len);
    put_u32(output, packet->wire_len);
    writer_span(output->writer, packet->bytes);
  }
}

/* --- pcapng ----------------------------------------------------------------------------------- */

static void put_block(const struct output *output, uint32_t type, struct span body) {
  uint32_t len = (uint32_t)(12 + body.len);
  put_u32(output, type);
  put_u32(output, len);
  writer_span(output->writer, body);
  put_u32(output, len);
}

enum { BODY_MAX = 4096 };

static struct output body_of(const struct output *output, struct writer *writer) {
  return (struct output){.writer = writer, .format = output->format, .big = output->big};
}

static void put_option(const struct output *output, uint16_t code, struct span value) {
  put_u16(output, code);
  put_u16(output, (uint16_t)value.len);
  put_padded(output, value);
}

static void put_section(const struct output *output) {
  uint8_t octets[BODY_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  struct output body = body_of(output, &writer);
  put_u32(&body, BYTE_ORDER_MAGIC);
  put_u16(&body, 1);
  put_u16(&body, 0);
  put_u32(&body, UINT32_MAX); /* its length is not said */
  put_u32(&body, UINT32_MAX);
  if (output->format == FORMAT_PCAPNG_BLOCKS) {
    put_option(&body, OPTION_COMMENT, span_of_text("made by hand"));
    put_option(&body, 0, span_of_text(""));
  }
  put_block(output, SECTION, writer_written(&writer));
}

/* `offset_s`: what is to be added to the times of its packets. */
static void put_interface(const struct output *output, enum link_type link_type, uint8_t resolution,
                          int64_t offset_s) {
  uint8_t octets[BODY_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  struct output body = body_of(output, &writer);
  put_u16(&body, (uint16_t)link_type);
  put_u16(&body, 0);
  put_u32(&body, 0); /* no bound */
  if (output->format == FORMAT_PCAPNG_BLOCKS) {
    put_option(&body, OPTION_COMMENT, span_of_text("odd"));
  }
  if (resolution != MICROSECONDS) put_option(&body, OPTION_RESOLUTION, span_of(&resolution, 1));
  if (offset_s != 0) {
    put_u16(&body, OPTION_OFFSET);
    put_u16(&body, 8);
    uint64_t value = (uint64_t)offset_s;
    put_u32(&body, (uint32_t)(output->big ? value >> 32 : value));
    put_u32(&body, (uint32_t)(output->big ? value : value >> 32));
  }
  if (writer.len > 8) put_option(&body, 0, span_of_text(""));
  put_block(output, INTERFACE, writer_written(&writer));
}

static uint64_t units_of(int64_t time_ns, uint8_t resolution) {
  if (resolution == NANOSECONDS) return (uint64_t)time_ns;
  if (resolution == MICROSECONDS) return (uint64_t)time_ns / 1000;
  uint64_t seconds = (uint64_t)(time_ns / NS_PER_S), rest = (uint64_t)(time_ns % NS_PER_S);
  /* Rounded up, so that what is read, rounded down, is the nanosecond that was meant. */
  return seconds << 30 | ((rest << 30) + (uint64_t)NS_PER_S - 1) / (uint64_t)NS_PER_S;
}

static void put_packet(const struct output *output, uint32_t type, uint32_t interface,
                       uint64_t units, const struct packet *packet) {
  uint8_t octets[BODY_MAX];
  struct writer writer = writer_over(octets, sizeof octets);
  struct output body = body_of(output, &writer);
  if (type == OBSOLETE_PACKET) {
    put_u16(&body, (uint16_t)interface);
    put_u16(&body, UINT16_MAX); /* nobody knows how many were dropped */
  } else if (type == ENHANCED_PACKET) {
    put_u32(&body, interface);
  }
  if (type != SIMPLE_PACKET) {
    put_u32(&body, (uint32_t)(units >> 32));
    put_u32(&body, (uint32_t)units);
    put_u32(&body, (uint32_t)packet->bytes.len);
  }
  put_u32(&body, packet->wire_len);
  put_padded(&body, packet->bytes);
  if (output->format == FORMAT_PCAPNG_BLOCKS && type == ENHANCED_PACKET) {
    put_option(&body, OPTION_COMMENT, span_of_text("a packet"));
    put_option(&body, 0, span_of_text(""));
  }
  put_block(output, type, writer_written(&writer));
}

static void put_plain(const struct output *output, const struct trace *trace) {
  put_section(output);
  put_interface(output, trace_link_type(trace), MICROSECONDS, 0);
  for (size_t i = 0; i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    uint32_t type = output->format == FORMAT_PCAPNG_SIMPLE ? SIMPLE_PACKET : ENHANCED_PACKET;
    put_packet(output, type, 0, units_of(packet->time_ns, MICROSECONDS), packet);
  }
}

static void put_interfaces(const struct output *output, const struct trace *trace) {
  static const uint8_t RESOLUTIONS[] = {NANOSECONDS, MICROSECONDS, BINARY_2_30};
  static const int64_t OFFSETS_S[] = {0, 1000000, 0};
  put_section(output);
  for (uint32_t i = 0; i < 3; i++) {
    put_interface(output, trace_link_type(trace), RESOLUTIONS[i], OFFSETS_S[i]);
  }
  for (size_t i = 0; i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    uint32_t interface = (uint32_t)(i % 3);
    int64_t time_ns = packet->time_ns - OFFSETS_S[interface] * NS_PER_S;
    put_packet(output, ENHANCED_PACKET, interface, units_of(time_ns, RESOLUTIONS[interface]),
               packet);
  }
}

static void put_sections(struct output *output, const struct trace *trace) {
  for (size_t i = 0; i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    if (i == 0 || i == trace_count(trace) / 2) {
      output->big = i == 0;
      put_section(output);
      put_interface(output, trace_link_type(trace), MICROSECONDS, 0);
    }
    put_packet(output, ENHANCED_PACKET, 0, units_of(packet->time_ns, MICROSECONDS), packet);
  }
}

static void put_blocks(const struct output *output, const struct trace *trace) {
  put_section(output);
  put_block(output, LOCAL_BLOCK, span_of_text("whatever"));
  put_interface(output, trace_link_type(trace), MICROSECONDS, 0);
  put_block(output, NAME_RESOLUTION, span_of("\0\0\0\0", 4));
  for (size_t i = 0; i < trace_count(trace); i++) {
    const struct packet *packet = trace_packet(trace, i);
    put_packet(output, i % 2 == 0 ? OBSOLETE_PACKET : ENHANCED_PACKET, 0,
               units_of(packet->time_ns, MICROSECONDS), packet);
  }
  put_block(output, STATISTICS, span_of("\0\0\0\0\0\0\0\0\0\0\0\0", 12));
}

void format_write(struct writer *writer, enum format format, const struct trace *trace) {
  struct output output = {.writer = writer, .format = format, .big = FORMATS[format].big};
  switch (format) {
    case FORMAT_PCAPNG_LITTLE:
    case FORMAT_PCAPNG_BIG:
    case FORMAT_PCAPNG_SIMPLE:
      put_plain(&output, trace);
      break;
    case FORMAT_PCAPNG_INTERFACES:
      put_interfaces(&output, trace);
      break;
    case FORMAT_PCAPNG_SECTIONS:
      put_sections(&output, trace);
      break;
    case FORMAT_PCAPNG_BLOCKS:
      put_blocks(&output, trace);
      break;
    default:
      put_pcap(&output, trace);
      break;
  }
}
