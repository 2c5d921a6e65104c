/* The format pcapng: blocks of a type, a length, a body and the length again, each a multiple of
 * four octets (draft-ietf-opsawg-pcapng). A section header tells the byte order of what follows and
 * makes all interfaces so far unknown.
 *
 *   section header 0a0d0d0a: length (4)  1a2b3c4d (4)  major (2)  minor (2)  section length (8)
 *   interface 1:             length (4)  link type (2)  reserved (2)  snaplen (4)  options
 *   enhanced packet 6:       length (4)  interface (4)  time high (4)  low (4)  captured (4)
 *                            on the wire (4)  octets, padded  options
 *   simple packet 3:         length (4)  on the wire (4)  octets, padded
 *   packet 2 (obsolete):     as 6, but interface (2)  drops (2) */
#include "trace/capture_file_parts.h"

#include <inttypes.h>
#include <string.h>

enum {
  BLOCK_HEADER_LEN = 8,
  BLOCK_LEN_MIN = 12,
  SECTION_LEN_MIN = 28,
  INTERFACE_LEN_MIN = 20,
  ENHANCED_HEADER_LEN = 28, /* of the block, up to the octets */
  SIMPLE_HEADER_LEN = 12,
  TYPE_INTERFACE = 1,
  TYPE_OBSOLETE_PACKET = 2,
  TYPE_SIMPLE_PACKET = 3,
  TYPE_ENHANCED_PACKET = 6,
  OPTION_RESOLUTION = 9,
  OPTION_OFFSET = 14,
  RESOLUTION_MICROSECONDS = 6,
  VERSION_MAJOR = 1,
  /* A packet's block: the octets and as many for its options. */
  PACKET_BLOCK_LEN_MAX = 2 * CAPTURED_LEN_MAX
};
#define BYTE_ORDER_MAGIC UINT32_C(0x1a2b3c4d)
#define NS_PER_S UINT64_C(1000000000)

struct block {
  uint32_t type, len;
  const uint8_t *octets; /* the whole block, where it is one that is looked into */
};

static enum err_code damaged(const struct capture_file *file, struct err *err, const char *what) {
  return err_set(err, ERR_INPUT, "%s: offset %" PRIu64 ": %s; the file is damaged", file->name,
                 file->offset, what);
}

static enum err_code too_short(const struct capture_file *file, const struct block *block,
                               struct err *err) {
  return err_set(err, ERR_INPUT,
                 "%s: offset %" PRIu64
                 ": a block of type %u and %u octets has no room for what it holds; the file is "
                 "damaged",
                 file->name, file->offset, block->type, block->len);
}

/* --- times ------------------------------------------------------------------------------------ */

/* Unsigned arithmetic throughout: what a file claims may overflow, and then is merely wrong. */
static int64_t time_of(const struct capture_interface *interface, uint64_t units) {
  uint64_t ns;
  unsigned exponent = interface->resolution & 0x7fU;
  if ((interface->resolution & 0x80U) == 0) {
    ns = units;
    for (unsigned i = exponent; i < 9; i++)
      ns *= 10;
    for (unsigned i = 9; i < exponent && i < 28; i++)
      ns /= 10;
  } else {
    exponent = exponent < 63 ? exponent : 63;
    uint64_t seconds = units >> exponent;
    uint64_t fraction = units & ((UINT64_C(1) << exponent) - 1);
    unsigned kept = exponent < 32 ? exponent : 32; /* bits of it, so that the product fits */
    ns = seconds * NS_PER_S + ((fraction >> (exponent - kept)) * NS_PER_S >> kept);
  }
  return (int64_t)(ns + (uint64_t)interface->offset_s * NS_PER_S);
}

/* --- sections and interfaces ------------------------------------------------------------------ */

/* The byte order has to be known before the length can be read. */
static enum err_code begin_section(struct capture_file *file, struct err *err) {
  size_t have = 0;
  enum err_code code = capture_file_window(file, SECTION_LEN_MIN, &have, err);
  if (code != ERR_OK) return code;
  if (have < SECTION_LEN_MIN) return damaged(file, err, "the file ends within a section header");
  const uint8_t *octets = file->window + file->start;
  if (file->packets > 0) file->changes = true;
  file->swapped = false;
  uint32_t magic = capture_file_u32(file, octets + 8);
  file->swapped = __builtin_bswap32(magic) == BYTE_ORDER_MAGIC;
  if (magic != BYTE_ORDER_MAGIC && !file->swapped) {
    return damaged(file, err, "a section header without its byte-order magic");
  }
  uint16_t major = capture_file_u16(file, octets + 12);
  if (major != VERSION_MAJOR) {
    return err_set(err, ERR_INPUT, "%s: offset %" PRIu64 ": pcapng version %u; only %d can be read",
                   file->name, file->offset + 12, major, VERSION_MAJOR);
  }
  file->interface_count = 0;
  file->timed = false;
  return ERR_OK;
}

static void take_option(struct capture_interface *interface, const struct capture_file *file,
                        uint16_t code, const uint8_t *value, uint16_t len) {
  if (code == OPTION_RESOLUTION && len == 1) interface->resolution = value[0];
  if (code == OPTION_OFFSET && len == 8) {
    uint64_t first = capture_file_u32(file, value), second = capture_file_u32(file, value + 4);
    bool little = capture_file_u16(file, (const uint8_t *)"\1\0") == 1;
    interface->offset_s = (int64_t)(little ? second << 32 | first : first << 32 | second);
  }
}

static enum err_code add_interface(struct capture_file *file, const struct block *block,
                                   struct err *err) {
  if (block->len < INTERFACE_LEN_MIN) return too_short(file, block, err);
  if (file->packets > 0) file->changes = true;
  if (file->interface_count == CAPTURE_INTERFACES_MAX) {
    return err_set(err, ERR_LIMIT,
                   "%s: offset %" PRIu64 ": more than %d interfaces; cut the file with editcap",
                   file->name, file->offset, CAPTURE_INTERFACES_MAX);
  }
  struct capture_interface *interface = &file->interfaces[file->interface_count++];
  *interface = (struct capture_interface){.link_type = capture_file_u16(file, block->octets + 8),
                                          .snaplen = capture_file_u32(file, block->octets + 12),
                                          .resolution = RESOLUTION_MICROSECONDS};
  const uint8_t *at = block->octets + 16, *end = block->octets + block->len - 4;
  while (end - at >= 4) {
    uint16_t code = capture_file_u16(file, at), len = capture_file_u16(file, at + 2);
    size_t padded = ((size_t)len + 3) & ~(size_t)3;
    if (code == 0 || (size_t)(end - at - 4) < padded) break;
    take_option(interface, file, code, at + 4, len);
    at += 4 + padded;
  }
  return ERR_OK;
}

/* --- packets ---------------------------------------------------------------------------------- */

struct position {
  uint32_t interface, captured_len;
  size_t header_len; /* of the block, up to the octets */
};

static enum err_code give(struct capture_file *file, const struct block *block,
                          struct position position, struct captured *captured, struct err *err) {
  uint32_t index = position.interface;
  if (index >= file->interface_count) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %" PRIu64 ": packet %" PRIu64
                   ": its interface %u is none of the %zu of its section; the file is damaged",
                   file->name, file->offset, file->packets + 1, index, file->interface_count);
  }
  size_t room = block->len - 4 - position.header_len;
  if (position.captured_len > CAPTURED_LEN_MAX || position.captured_len > room) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %" PRIu64 ": packet %" PRIu64
                   ": %u octets captured do not fit its block of %u; the file is damaged",
                   file->name, file->offset, file->packets + 1, position.captured_len, block->len);
  }
  captured->packet.bytes = span_of(block->octets + position.header_len, position.captured_len);
  captured->offset = file->offset;
  enum err_code code = capture_file_known_link(
      file, file->offset, file->interfaces[index].link_type, &captured->link_type, err);
  if (file->packets == 0) file->link_type = captured->link_type;
  return code;
}

static enum err_code give_enhanced(struct capture_file *file, const struct block *block,
                                   struct captured *captured, struct err *err) {
  if (block->len < ENHANCED_HEADER_LEN + 4) return too_short(file, block, err);
  const uint8_t *octets = block->octets;
  struct position position = {.interface = block->type == TYPE_ENHANCED_PACKET
                                               ? capture_file_u32(file, octets + 8)
                                               : capture_file_u16(file, octets + 8),
                              .captured_len = capture_file_u32(file, octets + 20),
                              .header_len = ENHANCED_HEADER_LEN};
  uint64_t units =
      (uint64_t)capture_file_u32(file, octets + 12) << 32 | capture_file_u32(file, octets + 16);
  captured->packet.wire_len = capture_file_u32(file, octets + 24);
  enum err_code code = give(file, block, position, captured, err);
  if (code == ERR_OK) {
    captured->packet.time_ns = time_of(&file->interfaces[position.interface], units);
  }
  return code;
}

/* It says neither its time nor how much of it was captured: that is what the interface captures at
 * most. */
static enum err_code give_simple(struct capture_file *file, const struct block *block,
                                 struct captured *captured, struct err *err) {
  if (block->len < SIMPLE_HEADER_LEN + 4) return too_short(file, block, err);
  uint32_t wire_len = capture_file_u32(file, block->octets + 8);
  uint32_t snaplen = file->interface_count > 0 ? file->interfaces[0].snaplen : 0;
  captured->packet.time_ns = 0;
  captured->packet.wire_len = wire_len;
  struct position position = {
      .captured_len = snaplen > 0 && snaplen < wire_len ? snaplen : wire_len,
      .header_len = SIMPLE_HEADER_LEN};
  return give(file, block, position, captured, err);
}

/* --- blocks ----------------------------------------------------------------------------------- */

static bool is_looked_into(uint32_t type) {
  return type == TYPE_INTERFACE || type == TYPE_OBSOLETE_PACKET || type == TYPE_SIMPLE_PACKET ||
         type == TYPE_ENHANCED_PACKET;
}

static enum err_code ends_within(const struct capture_file *file, uint32_t len, struct err *err) {
  return err_set(err, ERR_INPUT,
                 "%s: offset %" PRIu64
                 ": a block of %u octets is longer than what is left of the "
                 "file, behind packet %" PRIu64,
                 file->name, file->offset, len, file->packets);
}

/* The header of the next block; type 0 of length 0 is the end of the file. */
static enum err_code read_block_header(struct capture_file *file, struct block *block,
                                       struct err *err) {
  size_t have = 0;
  *block = (struct block){0};
  enum err_code code = capture_file_window(file, BLOCK_HEADER_LEN, &have, err);
  if (code != ERR_OK || have == 0) return code;
  if (have < BLOCK_HEADER_LEN) return damaged(file, err, "the file ends within a block's header");
  block->type = capture_file_u32(file, file->window + file->start);
  if (block->type == CAPTURE_MAGIC_PCAPNG) {
    code = begin_section(file, err);
    if (code != ERR_OK) return code;
  }
  block->len = capture_file_u32(file, file->window + file->start + 4);
  if (block->len < BLOCK_LEN_MIN || block->len % 4 != 0) {
    return err_set(err, ERR_INPUT,
                   "%s: offset %" PRIu64
                   ": a block of %u octets, which is less than 12 or no multiple of 4; the file is "
                   "damaged",
                   file->name, file->offset, block->len);
  }
  return ERR_OK;
}

/* The block's octets stand in the window, and both of its lengths agree. */
static enum err_code hold_block(struct capture_file *file, struct block *block, struct err *err) {
  size_t have = 0;
  if (block->len > PACKET_BLOCK_LEN_MAX) {
    return damaged(file, err, "a block too long for a packet or an interface");
  }
  enum err_code code = capture_file_window(file, block->len, &have, err);
  if (code != ERR_OK) return code;
  if (have < block->len) return ends_within(file, block->len, err);
  block->octets = file->window + file->start;
  if (capture_file_u32(file, block->octets + block->len - 4) != block->len) {
    return damaged(file, err, "a block whose length at its end is not that at its beginning");
  }
  return ERR_OK;
}

static enum err_code pass_over(struct capture_file *file, const struct block *block,
                               struct err *err) {
  uint64_t left = 0;
  uint64_t begin = file->offset;
  enum err_code code = capture_file_skip(file, block->len, &left, err);
  if (code != ERR_OK || left == 0) return code;
  file->offset = begin;
  return ends_within(file, block->len, err);
}

enum err_code capture_file_next_block(struct capture_file *file, struct captured *captured,
                                      bool *more, struct err *err) {
  for (;;) {
    struct block block;
    enum err_code code = read_block_header(file, &block, err);
    *more = code == ERR_OK && block.len > 0;
    if (!*more) return code;
    if (!is_looked_into(block.type)) {
      code = pass_over(file, &block, err);
      if (code != ERR_OK) return code;
      continue;
    }
    code = hold_block(file, &block, err);
    if (code != ERR_OK) return code;
    if (block.type == TYPE_INTERFACE) {
      code = add_interface(file, &block, err);
    } else {
      code = block.type == TYPE_SIMPLE_PACKET ? give_simple(file, &block, captured, err)
                                              : give_enhanced(file, &block, captured, err);
    }
    if (code != ERR_OK) return code;
    capture_file_take(file, block.len);
    if (block.type != TYPE_INTERFACE) return ERR_OK;
  }
}

enum err_code capture_file_walk_blocks(struct capture_file *file, uint64_t offset,
                                       struct err *err) {
  file->interface_count = 0;
  enum err_code code = ERR_OK;
  while (code == ERR_OK && file->offset < offset) {
    struct block block;
    code = read_block_header(file, &block, err);
    if (code == ERR_OK && block.len == 0) {
      return damaged(file, err, "it is shorter than when it was read first");
    }
    if (code == ERR_OK && block.type == TYPE_INTERFACE) {
      code = hold_block(file, &block, err);
      if (code == ERR_OK) code = add_interface(file, &block, err);
    }
    if (code == ERR_OK) code = pass_over(file, &block, err);
  }
  return code;
}
