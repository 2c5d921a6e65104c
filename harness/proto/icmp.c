#include "proto/icmp.h"

/* Of each code its own: a name says all that there is to say. */
struct icmp_kind {
  int type, code;
  const char *name;
};

static const struct icmp_kind V4_KINDS[] = {
    {0, 0, "echo-reply"},
    {3, 0, "net-unreachable"},
    {3, 1, "host-unreachable"},
    {3, 2, "protocol-unreachable"},
    {3, 3, "port-unreachable"},
    {3, 4, "fragmentation-needed"},
    {3, 5, "source-route-failed"},
    {3, 9, "net-prohibited"},
    {3, 10, "host-prohibited"},
    {3, 13, "admin-prohibited"},
    {4, 0, "source-quench"},
    {5, 0, "redirect-for-net"},
    {5, 1, "redirect"},
    {5, 2, "redirect-for-service-and-net"},
    {5, 3, "redirect-for-service"},
    {8, 0, "echo-request"},
    {11, 0, "time-exceeded"},
    {11, 1, "reassembly-time-exceeded"},
    {12, 0, "parameter-problem"},
    {12, 1, "missing-option"},
    {12, 2, "bad-length"},
};

static const struct icmp_kind V6_KINDS[] = {
    {1, 0, "no-route"},
    {1, 1, "admin-prohibited"},
    {1, 2, "beyond-scope"},
    {1, 3, "host-unreachable"},
    {1, 4, "port-unreachable"},
    {1, 5, "policy-failed"},
    {1, 6, "reject-route"},
    {2, 0, "packet-too-big"},
    {3, 0, "time-exceeded"},
    {3, 1, "reassembly-time-exceeded"},
    {4, 0, "parameter-problem"},
    {4, 1, "unknown-next-header"},
    {4, 2, "unknown-option"},
    {128, 0, "echo-request"},
    {129, 0, "echo-reply"},
    {130, 0, "listener-query"},
    {131, 0, "listener-report"},
    {132, 0, "listener-done"},
    {133, 0, "router-solicitation"},
    {134, 0, "router-advertisement"},
    {135, 0, "neighbour-solicitation"},
    {136, 0, "neighbour-advertisement"},
    {137, 0, "redirect"},
    {143, 0, "listener-report-2"},
};

static bool is_error(enum ip_family version, uint8_t type) {
  if (version == IP_V6) return type < 128;                                /* RFC 4443 section 2.1 */
  return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; /* RFC 792 */
}

bool icmp_decode(struct reader *reader, enum ip_family version, struct icmp_message *message) {
  *message = (struct icmp_message){0};
  message->type = reader_u8(reader);
  message->code = reader_u8(reader);
  message->checksum = reader_u16(reader);
  message->rest = reader_u32(reader);
  message->is_error = is_error(version, message->type);
  message->quote = reader_rest(reader);
  return !reader->failed;
}

void icmp_encode_error(struct writer *writer, const struct ip_header *ip, uint8_t type,
                       uint8_t code, uint32_t rest, struct span quote) {
  size_t start = writer->len;
  writer_u8(writer, type);
  writer_u8(writer, code);
  writer_u16(writer, 0);
  writer_u32(writer, rest);
  writer_span(writer, quote);
  if (writer->failed) return;

  size_t len = ICMP_HEADER_LEN + quote.len;
  /* RFC 792 sums the message alone; RFC 4443 section 2.3 adds the pseudo-header. */
  uint32_t sum = ip->version == IP_V6 ? ip_checksum_pseudo(&ip->source, &ip->destination,
                                                           IP_PROTO_ICMPV6, (uint32_t)len)
                                      : 0;
  sum = ip_checksum_add(sum, span_part(writer_written(writer), start, len));
  writer_patch_u16(writer, start + ICMP_CHECKSUM_OFFSET, (uint16_t)~ip_checksum_fold(sum));
}

static const char *name_among(const struct icmp_kind *kinds, size_t count, uint8_t type,
                              uint8_t code) {
  for (size_t i = 0; i < count; i++) {
    if (kinds[i].type == type && kinds[i].code == code) {
      return kinds[i].name;
    }
  }
  return NULL;
}

const char *icmp_name(enum ip_family version, uint8_t type, uint8_t code) {
  if (version == IP_V4) {
    return name_among(V4_KINDS, sizeof V4_KINDS / sizeof V4_KINDS[0], type, code);
  }
  if (version == IP_V6) {
    return name_among(V6_KINDS, sizeof V6_KINDS / sizeof V6_KINDS[0], type, code);
  }
  return NULL;
}
