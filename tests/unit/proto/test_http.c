/* HTTP/1.x messages: where they end (RFC 9112 section 6.3), their fields and chunks, and what is
 * none. */
#include "exact.h"
#include "proto/http.h"
#include "wire/writer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OK_ "HTTP/1.1 200 OK\r\n"
#define GET_ "GET / HTTP/1.1\r\n"
#define CHUNKED_ OK_ "Transfer-Encoding: chunked\r\n\r\n"

struct expected {
  const char *octets, *asked;
  enum http_framing framing;
  const char *body;
  bool cut;
  const char *behind; /* octets that belong to the next message */
};

static void assert_body(const struct expected *expected) {
  struct exact exact = exact_copy(expected->octets, strlen(expected->octets));
  struct http_message message;
  assert_null(http_decode(exact.bytes, span_of_text(expected->asked), &message));
  assert_int_equal(message.framing, expected->framing);
  assert_true(span_equal(message.body, span_of_text(expected->body)));
  assert_int_equal(message.body_cut, expected->cut);
  assert_int_equal(message.len, message.head_len + message.body.len);
  assert_true(
      span_equal(span_part(exact.bytes, message.len, SIZE_MAX), span_of_text(expected->behind)));
  exact_free(exact);
}

static void where_a_body_ends(void **state) {
  (void)state;
  static const struct expected BODIES[] = {
      {GET_ "\r\n", "", HTTP_NO_BODY, "", false, ""},
      {GET_ "\r\nGET", "", HTTP_NO_BODY, "", false, "GET"},
      {"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nabc", "", HTTP_BODY_OF_LENGTH, "ab", false,
       "c"},
      {OK_ "content-LENGTH:3\r\n\r\nabc", "GET", HTTP_BODY_OF_LENGTH, "abc", false, ""},
      {OK_ "Content-Length: 4\r\n\r\nabc", "", HTTP_BODY_OF_LENGTH, "abc", true, ""},
      {OK_ "Content-Length: 0\r\n\r\nabc", "", HTTP_BODY_OF_LENGTH, "", false, "abc"},
      {OK_ "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "", HTTP_BODY_OF_LENGTH, "abc",
       false, ""},
      {OK_ "\r\nto the end", "", HTTP_BODY_TO_END, "to the end", false, ""},
      {OK_ "Content-Length: 3\r\n\r\nabc", "HEAD", HTTP_NO_BODY, "", false, "abc"},
      {OK_ "\r\ntunnel", "CONNECT", HTTP_NO_BODY, "", false, "tunnel"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP", "POST", HTTP_NO_BODY, "", false, "HTTP"},
      {"HTTP/1.1 204 \r\n\r\nHTTP", "", HTTP_NO_BODY, "", false, "HTTP"},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "", HTTP_NO_BODY, "", false, ""},
      {CHUNKED_ "3\r\nabc\r\n0\r\n\r\nnext", "", HTTP_BODY_CHUNKED, "3\r\nabc\r\n0\r\n\r\n", false,
       "next"},
      {OK_ "Content-Length: 1\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n", "",
       HTTP_BODY_CHUNKED, "0\r\n\r\n", false, ""},
      {OK_ "Transfer-Encoding: chunked, gzip\r\n\r\nabc", "", HTTP_BODY_TO_END, "abc", false, ""},
      {CHUNKED_ "3\r\nab", "", HTTP_BODY_CHUNKED, "3\r\nab", true, ""},
      {CHUNKED_ "3\r\nabc\r", "", HTTP_BODY_CHUNKED, "3\r\nabc\r", true, ""},
      {CHUNKED_ "3", "", HTTP_BODY_CHUNKED, "3", true, ""},
      {CHUNKED_ "0\r\nA: b\r\n", "", HTTP_BODY_CHUNKED, "0\r\nA: b\r\n", true, ""},
  };
  for (size_t i = 0; i < sizeof BODIES / sizeof BODIES[0]; i++) {
    assert_body(&BODIES[i]);
  }
}

static void what_is_none(void **state) {
  (void)state;
  static const struct {
    const char *octets, *why;
  } OTHERS[] = {
      {"", "a head without an end"},
      {GET_ "Host: a\r\n", "a head without an end"},
      {"GET / HTTP/1.1\n\r\n", "a line that LF alone ends"},
      {GET_ "Host: a\n\r\n", "a line that LF alone ends"},
      {"GET  / HTTP/1.1\r\n\r\n", "no start line of HTTP/1"},
      {"GET / HTTP/2.0\r\n\r\n", "no start line of HTTP/1"},
      {"GET / HTTP/1.10\r\n\r\n", "no start line of HTTP/1"},
      {"GET / http/1.1\r\n\r\n", "no start line of HTTP/1"},
      {"GET /\r\n\r\n", "no start line of HTTP/1"},
      {"GET\r\n\r\n", "no start line of HTTP/1"},
      {" / HTTP/1.1\r\n\r\n", "no start line of HTTP/1"},
      {"G(T / HTTP/1.1\r\n\r\n", "no start line of HTTP/1"},
      {"\r\n" GET_ "\r\n", "no start line of HTTP/1"},
      {"HTTP/1.1 200\r\n\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 200 \x1b[2J\r\n\r\n", "no status line of HTTP/1"},
      {"HTTP/1.1 \r\n\r\n", "no status line of HTTP/1"},
      {GET_ "Host : a\r\n\r\n", "a line that is no header field"},
      {GET_ "Host\r\n\r\n", "a line that is no header field"},
      {GET_ ": a\r\n\r\n", "a line that is no header field"},
      {GET_ "A: b\r\n folded\r\n\r\n", "a line that is no header field"},
      {GET_ "A: \x01\r\n\r\n", "a line that is no header field"},
      {OK_ "Content-Length: -1\r\n\r\n", "a Content-Length that is no number"},
      {OK_ "Content-Length:\r\n\r\n", "a Content-Length that is no number"},
      {OK_ "Content-Length: 1x\r\n\r\n", "a Content-Length that is no number"},
      {OK_ "Content-Length: 99999999999999999999999\r\n\r\n", "a Content-Length that is no number"},
      {OK_ "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "two lengths of one body"},
      {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "a Transfer-Encoding in HTTP/1.0"},
      {GET_ "Transfer-Encoding: gzip\r\n\r\n", "a request whose body has no end"},
      {CHUNKED_ "x\r\n", "a chunk without a size"},
      {CHUNKED_ "\r\n", "a chunk without a size"},
      {CHUNKED_ "3x\r\n", "a chunk without a size"},
      {CHUNKED_ "fffffffffffffffff\r\n", "a chunk without a size"},
      {CHUNKED_ "3\nabc\r\n", "a line that LF alone ends"},
      {CHUNKED_ "2\r\nabc\r\n0\r\n\r\n", "a chunk that is not as long as its size"},
      {CHUNKED_ "0\r\n :\r\n\r\n", "a line that is no header field"},
  };
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
    struct exact exact = exact_copy(OTHERS[i].octets, strlen(OTHERS[i].octets));
    struct http_message message;
    const char *why = http_decode(exact.bytes, (struct span){0}, &message);
    if (why == NULL) print_error("taken: %s\n", OTHERS[i].octets);
    assert_non_null(why);
    assert_string_equal(why, OTHERS[i].why);
    exact_free(exact);
  }
}

static void what_it_is_made_of(void **state) {
  (void)state;
  struct http_message message;
  struct span request = span_of_text("M-SEARCH * HTTP/1.1\r\nHost: a b \t\r\nEmpty:\r\n\r\n");
  assert_null(http_decode(request, (struct span){0}, &message));
  assert_false(message.response);
  assert_true(span_equal(message.method, span_of_text("M-SEARCH")));
  assert_true(span_equal(message.target, span_of_text("*")));
  assert_true(span_equal(message.version, span_of_text("1.1")));
  struct http_field field;
  assert_true(http_next_field(&message.fields, &field));
  assert_true(span_equal(field.line, span_of_text("Host: a b \t\r\n")));
  assert_true(span_equal(field.name, span_of_text("Host")));
  assert_true(span_equal(field.value, span_of_text("a b")));
  assert_true(http_next_field(&message.fields, &field));
  assert_true(span_equal(field.name, span_of_text("Empty")));
  assert_int_equal(field.value.len, 0);
  assert_false(http_next_field(&message.fields, &field));

  struct span response = span_of_text("HTTP/1.0 404 Not Found\r\n\r\n");
  assert_null(http_decode(response, (struct span){0}, &message));
  assert_true(message.response);
  assert_int_equal(message.status_code, 404);
  assert_true(span_equal(message.reason, span_of_text("Not Found")));
}

static void chunks_one_by_one(void **state) {
  (void)state;
  struct http_chunks chunks = http_chunks_over(
      span_of_text("5;a=\"b\"\r\nfirst\r\n0A\r\n0123456789\r\n0\r\nA: b\r\n\r\nx"));
  static const char *const LINES[] = {"5;a=\"b\"\r\n", "0A\r\n", "0\r\n"};
  static const char *const DATA[] = {"first", "0123456789", ""};
  struct http_chunk chunk;
  for (size_t i = 0; i < 3; i++) {
    assert_true(http_next_chunk(&chunks, &chunk));
    assert_true(span_equal(chunk.size_line, span_of_text(LINES[i])));
    assert_true(span_equal(chunk.data, span_of_text(DATA[i])));
  }
  assert_false(http_next_chunk(&chunks, &chunk));
  assert_true(chunks.ended && !chunks.cut && chunks.wrong == NULL);
  assert_true(span_equal(chunks.trailers, span_of_text("A: b\r\n")));
  assert_true(span_equal(chunks.rest, span_of_text("x")));
}

/* As many fields as there may be, and one more; a head as long as it may be, and one octet more. */
static void bounds(void **state) {
  (void)state;
  static char octets[HTTP_HEAD_MAX + 8];
  struct http_message message;
  for (size_t more = 0; more < 2; more++) {
    struct writer writer = writer_over((uint8_t *)octets, sizeof octets);
    writer_span(&writer, span_of_text(GET_));
    for (size_t i = 0; i < HTTP_FIELDS_MAX + more; i++)
      writer_span(&writer, span_of_text("A:\r\n"));
    writer_span(&writer, span_of_text("\r\n"));
    const char *why = http_decode(writer_written(&writer), (struct span){0}, &message);
    if (more == 0) assert_null(why);
    if (more == 1) assert_string_equal(why, "more than 256 header fields");
  }
  for (size_t more = 0; more < 2; more++) {
    size_t len = HTTP_HEAD_MAX + more;
    memset(octets, 'x', len);
    memcpy(octets, GET_ "A:", strlen(GET_ "A:"));
    memcpy(octets + len - 4, "\r\n\r\n", 4);
    const char *why = http_decode(span_of(octets, len), (struct span){0}, &message);
    if (more == 0) assert_null(why);
    if (more == 1) assert_string_equal(why, "a head without an end");
  }
}

/* Wherever the octets end, nothing behind them is read, and no message is longer than they are. */
static void cut_at_every_octet(void **state) {
  (void)state;
  static const char WHOLE[] = CHUNKED_ "5\r\nfirst\r\n0\r\nA: b\r\n\r\n";
  for (size_t len = 0; len < sizeof WHOLE; len++) {
    struct exact exact = exact_copy(WHOLE, len);
    struct http_message message;
    const char *why = http_decode(exact.bytes, (struct span){0}, &message);
    if (why == NULL) assert_true(message.len <= len);
    assert_int_equal(why == NULL, len >= strlen(CHUNKED_));
    exact_free(exact);
  }
}

static void dates(void **state) {
  (void)state;
  static const char *const VALID[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                      "Thu, 29 Feb 2024 23:59:59 GMT"};
  static const char *const INVALID[] = {
      "",
      "Mon, 06 Nov 1994 08:49:37 GMT", /* that was a Sunday */
      "Sun,  6 Nov 1994 08:49:37 GMT",
      "Sun, 06 nov 1994 08:49:37 GMT",
      "Wed, 29 Feb 2023 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Nov 1994 08:49:37 GMT ",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
  };
  for (size_t i = 0; i < sizeof VALID / sizeof VALID[0]; i++)
    assert_true(http_is_date(span_of_text(VALID[i])));
  for (size_t i = 0; i < sizeof INVALID / sizeof INVALID[0]; i++)
    assert_false(http_is_date(span_of_text(INVALID[i])));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(where_a_body_ends),
      cmocka_unit_test(what_is_none),
      cmocka_unit_test(what_it_is_made_of),
      cmocka_unit_test(chunks_one_by_one),
      cmocka_unit_test(bounds),
      cmocka_unit_test(cut_at_every_octet),
      cmocka_unit_test(dates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
