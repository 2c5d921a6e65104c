#include "proto/ntp.h"

bool ntp_decode(struct span datagram, struct ntp_message *message) {
  struct reader reader = reader_over(datagram);
  *message = (struct ntp_message){0};
  uint8_t first = reader_u8(&reader);
  message->leap = first >> 6;
  message->version = first >> 3 & 7;
  message->mode = first & 7;
  message->stratum = reader_u8(&reader);
  message->poll = reader_u8(&reader);
  message->precision = reader_u8(&reader);
  message->root_delay = reader_u32(&reader);
  message->root_dispersion = reader_u32(&reader);
  message->reference_id = reader_u32(&reader);
  message->reference = reader_u64(&reader);
  message->origin = reader_u64(&reader);
  message->receive = reader_u64(&reader);
  message->transmit = reader_u64(&reader);
  message->trailer = reader_rest(&reader);
  return !reader.failed;
}

void ntp_encode(struct writer *writer, const struct ntp_message *message) {
  writer_u8(writer, (uint8_t)((message->leap & 3) << 6 | (message->version & 7) << 3 |
                              (message->mode & 7)));
  writer_u8(writer, message->stratum);
  writer_u8(writer, message->poll);
  writer_u8(writer, message->precision);
  writer_u32(writer, message->root_delay);
  writer_u32(writer, message->root_dispersion);
  writer_u32(writer, message->reference_id);
  writer_u64(writer, message->reference);
  writer_u64(writer, message->origin);
  writer_u64(writer, message->receive);
  writer_u64(writer, message->transmit);
  writer_span(writer, message->trailer);
}

static const struct ntp_field_place PLACES[NTP_FIELD_COUNT] = {
    [NTP_LEAP] = {"leap", 0, 2},
    [NTP_VERSION] = {"version", 2, 3},
    [NTP_MODE] = {"mode", 5, 3},
    [NTP_STRATUM] = {"stratum", 8, 8},
    [NTP_POLL] = {"poll", 16, 8},
    [NTP_PRECISION] = {"precision", 24, 8},
    [NTP_ROOT_DELAY] = {"root_delay", 32, 32},
    [NTP_ROOT_DISPERSION] = {"root_dispersion", 64, 32},
    [NTP_REFERENCE_ID] = {"reference_id", 96, 32},
    [NTP_REFERENCE] = {"reference", 128, 64},
    [NTP_ORIGIN] = {"origin", 192, 64},
    [NTP_RECEIVE] = {"receive", 256, 64},
    [NTP_TRANSMIT] = {"transmit", 320, 64},
};

const struct ntp_field_place *ntp_field_place(enum ntp_field field) {
  return &PLACES[field];
}

uint64_t ntp_field_get(const struct ntp_message *message, enum ntp_field field) {
  switch (field) {
    case NTP_LEAP:
      return message->leap;
    case NTP_VERSION:
      return message->version;
    case NTP_MODE:
      return message->mode;
    case NTP_STRATUM:
      return message->stratum;
    case NTP_POLL:
      return message->poll;
    case NTP_PRECISION:
      return message->precision;
    case NTP_ROOT_DELAY:
      return message->root_delay;
    case NTP_ROOT_DISPERSION:
      return message->root_dispersion;
    case NTP_REFERENCE_ID:
      return message->reference_id;
    case NTP_REFERENCE:
      return message->reference;
    case NTP_ORIGIN:
      return message->origin;
    case NTP_RECEIVE:
      return message->receive;
    case NTP_TRANSMIT:
      return message->transmit;
    case NTP_FIELD_COUNT:
      break;
  }
  return 0;
}

void ntp_field_set(struct ntp_message *message, enum ntp_field field, uint64_t value) {
  switch (field) {
    case NTP_LEAP:
      message->leap = value & 3;
      break;
    case NTP_VERSION:
      message->version = value & 7;
      break;
    case NTP_MODE:
      message->mode = value & 7;
      break;
    case NTP_STRATUM:
      message->stratum = (uint8_t)value;
      break;
    case NTP_POLL:
      message->poll = (uint8_t)value;
      break;
    case NTP_PRECISION:
      message->precision = (uint8_t)value;
      break;
    case NTP_ROOT_DELAY:
      message->root_delay = (uint32_t)value;
      break;
    case NTP_ROOT_DISPERSION:
      message->root_dispersion = (uint32_t)value;
      break;
    case NTP_REFERENCE_ID:
      message->reference_id = (uint32_t)value;
      break;
    case NTP_REFERENCE:
      message->reference = value;
      break;
    case NTP_ORIGIN:
      message->origin = value;
      break;
    case NTP_RECEIVE:
      message->receive = value;
      break;
    case NTP_TRANSMIT:
      message->transmit = value;
      break;
    case NTP_FIELD_COUNT:
      break;
  }
}

enum {
  EXTENSION_HEADER_LEN = 4,
  EXTENSION_LEN_MIN = 16, /* RFC 7822 section 3, in the new section 7.5.1.1 */
  MAC_LEN_CRYPTO_NAK = 4, /* a key identifier alone */
  MAC_LEN_MD5 = 20,
  MAC_LEN_SHA1 = 24
};

/* RFC 7822 gives the last extension field 28 octets or more where no MAC follows, for this: what is
 * no longer than the longest MAC is a MAC or nothing. */
static bool is_mac(size_t len) {
  return len == MAC_LEN_CRYPTO_NAK || len == MAC_LEN_MD5 || len == MAC_LEN_SHA1;
}

static struct ntp_trailer_element read_extension(struct reader *reader) {
  struct ntp_trailer_element element = {.kind = NTP_TRAILER_MALFORMED};
  element.type = reader_u16(reader);
  uint16_t len = reader_u16(reader);
  if (reader->failed || len < EXTENSION_LEN_MIN || len % 4 != 0) return element;
  element.value = reader_take(reader, (size_t)len - EXTENSION_HEADER_LEN);
  if (!reader->failed) element.kind = NTP_TRAILER_EXTENSION;
  return element;
}

struct ntp_trailer_element ntp_trailer_next(struct span *trailer) {
  struct span whole = *trailer;
  *trailer = (struct span){NULL, 0};
  if (whole.len == 0) return (struct ntp_trailer_element){.kind = NTP_TRAILER_END};

  struct reader reader = reader_over(whole);
  if (is_mac(whole.len)) {
    struct ntp_trailer_element mac = {.kind = NTP_TRAILER_MAC, .key_id = reader_u32(&reader)};
    mac.value = reader_rest(&reader);
    return mac;
  }
  if (whole.len > MAC_LEN_SHA1) {
    struct ntp_trailer_element extension = read_extension(&reader);
    if (extension.kind == NTP_TRAILER_EXTENSION) {
      *trailer = reader_rest(&reader);
      return extension;
    }
  }
  /* Nothing behind it can be trusted to begin anywhere: the walk ends here. */
  return (struct ntp_trailer_element){.kind = NTP_TRAILER_MALFORMED, .value = whole};
}
