/* HTTP/1.x messages as their octets (RFC 9112): where one begins and ends, and what it is made of.
 *
 *   start line CRLF           GET /path HTTP/1.0, or HTTP/1.0 200 OK
 *   *( name ":" value CRLF )  header fields
 *   CRLF
 *   [ body ]                  as long as section 6.3 says
 *
 * It is read strictly: line ends are CRLF, blanks stand where the grammar has them, a field is one
 * line. What a lenient recipient may take for a message (section 2.2) is none here. */
#ifndef SOCKPROOF_PROTO_HTTP_H
#define SOCKPROOF_PROTO_HTTP_H

#include "base/span.h"

enum {
  HTTP_PORT = 80,
  HTTP_PORT_OTHER = 8080,
  HTTP_HEAD_MAX = 64 * 1024, /* octets of the start line and the fields */
  HTTP_FIELDS_MAX = 256,
};

enum http_framing {
  HTTP_NO_BODY,
  HTTP_BODY_OF_LENGTH, /* Content-Length */
  HTTP_BODY_CHUNKED,
  HTTP_BODY_TO_END, /* of the stream */
};

/* Views into the octets that were decoded. */
struct http_message {
  bool response;
  struct span method, target; /* of a request */
  struct span status, reason; /* of a response */
  unsigned status_code;
  struct span version; /* "1.0" */
  struct span start;   /* the start line with its CRLF */
  struct span fields;  /* the header's lines, each with its CRLF */
  size_t head_len;     /* of all before the body */
  enum http_framing framing;
  struct span body; /* as it was sent, with what frames its chunks */
  bool body_cut;    /* the octets end before the body does */
  size_t len;       /* of the whole message */
};

/* The message that begins with the first octet; NULL, or why it is none. `asked` is the method of
 * the request that a response answers, for HEAD and CONNECT (section 6.3); empty: unknown. */
const char *http_decode(struct span octets, struct span asked, struct http_message *message);

struct http_field {
  struct span line;        /* with its CRLF */
  struct span name, value; /* the value without the blanks around it */
};

/* Takes the first field off lines that http_decode found to be fields; false: there is no more. */
bool http_next_field(struct span *lines, struct http_field *field);
bool http_name_is(struct span name, const char *lower_case); /* whatever the case of its letters */

/* Section 7.1: size in hexadecimal, extensions, CRLF; as many octets of data; CRLF. The last chunk
 * has the size 0, and trailer fields and an empty line behind it. */
struct http_chunk {
  struct span size_line; /* with its CRLF */
  struct span data;
};

struct http_chunks {
  struct span rest;     /* behind the chunks so far; at the end behind all that is of the body */
  struct span trailers; /* lines of fields, at the end */
  bool ended;           /* the last chunk was there, and all behind it */
  bool cut;             /* the octets end too early */
  const char *wrong;    /* why these are no chunks; NULL: as far as they were read, they are */
};

struct http_chunks http_chunks_over(struct span body);
/* The last chunk is one as well. False: there is no more, and the walk tells why. */
bool http_next_chunk(struct http_chunks *chunks, struct http_chunk *chunk);

/* An IMF-fixdate that is one: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7). */
bool http_is_date(struct span value);

#endif
