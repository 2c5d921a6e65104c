/* Canonical forms for tests: heads, and forms as text. */
#ifndef SOCKPROOF_TESTS_TRACE_FORMS_H
#define SOCKPROOF_TESTS_TRACE_FORMS_H

#include "packets.h"
#include "trace/canonical.h"

/* "peer" at 127.0.0.1:123 (ntp), "echo" at 127.0.0.1:7, "peer6" at [::1]:123; all others are
 * "subject". */
struct canonical_head head_of_case(void);
void head_add_rule(struct canonical_head *head, const char *field, enum field_policy policy,
                   const char *relative_to);

struct canonical *form_of(const struct trace *trace, const struct canonical_head *head);
/* The flows of the form as text, without its head. */
void assert_flows(const struct trace *trace, const struct canonical_head *head,
                  const char *expected);
void print_form(const struct trace *trace, const struct canonical_head *head, struct text *out);
/* Both traces have one form, or have two. */
void assert_same_form(const struct trace *a, const struct trace *b,
                      const struct canonical_head *head);
void assert_other_form(const struct trace *a, const struct trace *b,
                       const struct canonical_head *head);

/* What is printed of the form is read again as what it was; it holds `part`, where that is not
 * NULL. */
void assert_reads_back(const struct trace *trace, const struct canonical_head *head,
                       const char *part);

/* A request of a client and a server's honest reply, from fixed readings of clocks. */
struct ntp_message ntp_request(ntp_timestamp transmit);
struct ntp_message ntp_reply(const struct ntp_message *request, int64_t arrival_ns);

#define SUBJECT at("127.0.0.1", 40000)
#define NTP_PEER at("127.0.0.1", 123)
#define ECHO_PEER at("127.0.0.1", 7)

#endif
