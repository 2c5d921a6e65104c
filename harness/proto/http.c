#include "proto/http.h"

#include "proto/http_lines.h"

#include <string.h>
#include <time.h>

static const char HTTP_NAME[] = "HTTP/";
enum { HTTP_NAME_LEN = sizeof HTTP_NAME - 1, VERSION_LEN = 3, STATUS_LEN = 3 };

static bool begins_with(struct span octets, const char *text) {
  return span_equal(span_part(octets, 0, strlen(text)), span_of_text(text));
}

static bool is_digit(uint8_t octet) {
  return octet >= '0' && octet <= '9';
}

/* --- start lines ------------------------------------------------------------------------------ */

/* "HTTP/1.1", and nothing else of major version 1. */
static bool read_version(struct span word, struct span *version) {
  *version = span_part(word, HTTP_NAME_LEN, SIZE_MAX);
  return begins_with(word, HTTP_NAME) && version->len == VERSION_LEN && version->bytes[0] == '1' &&
         version->bytes[1] == '.' && is_digit(version->bytes[2]);
}

/* What stands before the next blank; *rest is then behind that one. */
static struct span take_word(struct span *rest) {
  size_t len = 0;
  while (len < rest->len && rest->bytes[len] != ' ') {
    len++;
  }
  struct span word = span_part(*rest, 0, len);
  *rest = span_part(*rest, len + 1, SIZE_MAX);
  return word;
}

/* Section 3: method SP request-target SP HTTP-version. */
static const char *read_request_line(struct span line, struct http_message *message) {
  struct span rest = line;
  message->method = take_word(&rest);
  message->target = take_word(&rest);
  size_t before = message->method.len + message->target.len + 2;
  bool good = before < line.len && read_version(rest, &message->version) &&
              http_is_token(message->method) && message->target.len > 0;
  for (size_t i = 0; good && i < message->target.len; i++) {
    good = message->target.bytes[i] > ' ' && message->target.bytes[i] < 0x7f;
  }
  return good ? NULL : "no start line of HTTP/1";
}

/* Section 4: HTTP-version SP status-code SP [reason-phrase]. The second blank is always there. */
static const char *read_status_line(struct span line, struct http_message *message) {
  struct span rest = line;
  struct span version = take_word(&rest);
  message->status = take_word(&rest);
  message->reason = rest;
  size_t before = version.len + message->status.len + 2;
  bool good = before <= line.len && read_version(version, &message->version) &&
              message->status.len == STATUS_LEN && http_is_text(message->reason);
  for (size_t i = 0; good && i < STATUS_LEN; i++) {
    good = is_digit(message->status.bytes[i]);
    message->status_code = message->status_code * 10 + (message->status.bytes[i] - '0');
  }
  return good ? NULL : "no status line of HTTP/1";
}

/* --- how long the body is --------------------------------------------------------------------- */

/* What the header says of the body. */
struct claims {
  bool has_length, has_coding, chunked;
  size_t length;
  const char *wrong;
};

static bool read_length(struct span value, size_t *length) {
  *length = 0;
  for (size_t i = 0; i < value.len; i++) {
    if (!is_digit(value.bytes[i]) || *length > (SIZE_MAX - 9) / 10) return false;
    *length = *length * 10 + (size_t)(value.bytes[i] - '0');
  }
  return value.len > 0;
}

/* Whether the last coding of the list is `chunked`. */
static bool ends_chunked(struct span codings) {
  size_t from = codings.len;
  while (from > 0 && codings.bytes[from - 1] != ',' && codings.bytes[from - 1] != ' ' &&
         codings.bytes[from - 1] != '\t') {
    from--;
  }
  return http_name_is(span_part(codings, from, SIZE_MAX), "chunked");
}

static struct claims claims_of(struct span lines) {
  struct claims claims = {0};
  struct http_field field;
  while (http_next_field(&lines, &field)) {
    if (http_name_is(field.name, "transfer-encoding")) {
      claims.has_coding = true;
      claims.chunked = ends_chunked(field.value);
    } else if (http_name_is(field.name, "content-length")) {
      size_t length;
      if (!read_length(field.value, &length)) claims.wrong = "a Content-Length that is no number";
      if (claims.has_length && length != claims.length) claims.wrong = "two lengths of one body";
      claims.has_length = true;
      claims.length = length;
    }
  }
  return claims;
}

/* Section 6.3, in the order of its rules. */
static const char *frame(struct http_message *message, struct span asked, struct claims claims,
                         size_t *length) {
  unsigned status = message->status_code;
  *length = 0;
  if (message->response) {
    bool tunnel = span_equal(asked, span_of_text("CONNECT")) && status / 100 == 2;
    bool none = span_equal(asked, span_of_text("HEAD")) || tunnel || status / 100 == 1 ||
                status == 204 || status == 304;
    message->framing = HTTP_NO_BODY;
    if (none) return NULL;
    message->framing = HTTP_BODY_TO_END;
  }
  if (claims.has_coding) {
    /* Section 6.1: in HTTP/1.0 its framing is faulty. */
    if (message->version.bytes[2] == '0') return "a Transfer-Encoding in HTTP/1.0";
    if (claims.chunked) message->framing = HTTP_BODY_CHUNKED;
    return claims.chunked || message->response ? NULL : "a request whose body has no end";
  }
  if (claims.wrong != NULL || !claims.has_length) return claims.wrong;
  message->framing = HTTP_BODY_OF_LENGTH;
  *length = claims.length;
  return NULL;
}

static const char *take_chunks(struct span octets, struct http_message *message) {
  struct http_chunks chunks = http_chunks_over(octets);
  struct http_chunk chunk;
  while (http_next_chunk(&chunks, &chunk)) {
  }
  message->body_cut = chunks.cut;
  message->body = chunks.cut ? octets : span_part(octets, 0, octets.len - chunks.rest.len);
  return chunks.wrong;
}

static const char *take_body(struct span octets, size_t length, struct http_message *message) {
  switch (message->framing) {
    case HTTP_NO_BODY:
      break;
    case HTTP_BODY_OF_LENGTH:
      message->body = span_part(octets, 0, length);
      message->body_cut = octets.len < length;
      break;
    case HTTP_BODY_CHUNKED:
      return take_chunks(octets, message);
    case HTTP_BODY_TO_END:
      message->body = octets;
      break;
  }
  return NULL;
}

const char *http_decode(struct span octets, struct span asked, struct http_message *message) {
  *message = (struct http_message){.response = begins_with(octets, HTTP_NAME)};
  struct span rest = span_part(octets, 0, HTTP_HEAD_MAX);
  struct span line;
  const char *wrong = http_take_line(&rest, &line);
  if (wrong != NULL) return wrong;
  message->start = span_part(octets, 0, line.len + HTTP_LINE_END_LEN);
  wrong = message->response ? read_status_line(line, message) : read_request_line(line, message);
  if (wrong != NULL) return wrong;
  wrong = http_take_fields(&rest, &message->fields);
  if (wrong != NULL) return wrong;
  message->head_len = message->start.len + message->fields.len + HTTP_LINE_END_LEN;
  size_t length;
  wrong = frame(message, asked, claims_of(message->fields), &length);
  if (wrong == NULL) {
    wrong = take_body(span_part(octets, message->head_len, SIZE_MAX), length, message);
  }
  message->len = message->head_len + message->body.len;
  return wrong;
}

/* --- dates ------------------------------------------------------------------------------------ */

bool http_is_date(struct span value) {
  static const char FORMAT[] = "%a, %d %b %Y %H:%M:%S GMT";
  char text[sizeof "Sun, 06 Nov 1994 08:49:37 GMT"], again[sizeof text];
  struct tm tm = {0};
  if (value.len != sizeof text - 1) return false;
  memcpy(text, value.bytes, value.len);
  text[value.len] = '\0';
  const char *end = strptime(text, FORMAT, &tm);
  if (end == NULL || *end != '\0') return false;
  /* A day of the week that it was not, or blanks for digits, are written otherwise again. */
  time_t seconds = timegm(&tm);
  return gmtime_r(&seconds, &tm) != NULL &&
         strftime(again, sizeof again, FORMAT, &tm) == sizeof text - 1 && strcmp(text, again) == 0;
}
