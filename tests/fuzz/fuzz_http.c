/* HTTP: a message that lies within its octets, and whose parts are all of it, in their order. */
#include "fuzz.h"
#include "proto/http.h"

static void check_chunks(struct span body) {
  struct http_chunks chunks = http_chunks_over(body);
  struct http_chunk chunk;
  size_t len = 0;
  while (http_next_chunk(&chunks, &chunk)) {
    REQUIRE(chunk.size_line.len > 2);
    len += chunk.size_line.len + chunk.data.len + (chunk.data.len > 0 ? 2 : 0);
    if (chunks.ended) len += chunks.trailers.len + 2;
    REQUIRE(len + chunks.rest.len == body.len);
  }
  REQUIRE(chunks.ended != (chunks.cut || chunks.wrong != NULL));
}

static void check_message(struct span octets, struct span asked) {
  struct http_message message;
  if (http_decode(octets, asked, &message) != NULL) return;
  REQUIRE(message.len <= octets.len && message.len == message.head_len + message.body.len);
  REQUIRE(message.start.len > 0 && message.start.bytes == octets.bytes);
  REQUIRE(message.head_len == message.start.len + message.fields.len + 2);
  REQUIRE(message.response == (message.status.len > 0));
  REQUIRE(message.version.len == 3);
  struct span lines = message.fields;
  struct http_field field;
  size_t len = 0;
  while (http_next_field(&lines, &field)) {
    len += field.line.len;
    REQUIRE(field.name.len > 0 && field.name.len + field.value.len + 3 <= field.line.len);
  }
  REQUIRE(len == message.fields.len && lines.len == 0);
  if (message.framing == HTTP_NO_BODY) REQUIRE(message.body.len == 0);
  if (message.framing == HTTP_BODY_TO_END) REQUIRE(message.len == octets.len);
  if (message.body_cut) REQUIRE(message.len == octets.len);
  if (message.framing == HTTP_BODY_CHUNKED) check_chunks(message.body);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
  check_message(span_of(bytes, len), (struct span){NULL, 0});
  check_message(span_of(bytes, len), span_of_text("HEAD"));
  check_chunks(span_of(bytes, len));
  return 0;
}
