/* The tier `fixture-log`: what the fixtures themselves sent and received, told as packets, so that
 * a case can be judged where no capture is to be had. Handshakes, acknowledgements and checksums in
 * it are made up; the bytes are not. */
#ifndef SOCKPROOF_RUN_BYTE_LOG_H
#define SOCKPROOF_RUN_BYTE_LOG_H

#include "fixture/fixture.h"
#include "trace/trace.h"

struct byte_log;

/* Packets are added to `trace` (of link type Ethernet), which must outlive the log, with times from
 * `clock`. NULL: no memory. */
struct byte_log *byte_log_create(struct trace *trace, struct clock clock);
void byte_log_destroy(struct byte_log *log); /* NULL is fine */

/* What a fixture is given to note into. */
struct fixture_log byte_log_hooks(struct byte_log *log);

/* ERR_OK, or the first failure to note something: the trace is then not whole. */
enum err_code byte_log_failure(const struct byte_log *log, struct err *err) MUST_USE;

#endif
