/* What a canonical form is made of; for the files canonical_*.c and diff*.c alone.
 *
 * A value is a literal, or a variable with what stands behind it ("$ntp.xmt1", "^00..01"). While a
 * form is built a variable is an identity; its number is given at the end, in the order of the
 * printed form, because the order of capture is luck. */
#ifndef SOCKPROOF_TRACE_CANONICAL_MODEL_H
#define SOCKPROOF_TRACE_CANONICAL_MODEL_H

#include "base/arena.h"
#include "trace/canonical.h"

#define NO_VARIABLE SIZE_MAX

struct canonical_value {
  size_t variable;  /* index in canonical.variables, or NO_VARIABLE */
  const char *rest; /* all of a literal; what stands behind a variable; never NULL */
};

struct canonical_variable {
  const char *class; /* "port", "ntp.xmt" */
  unsigned number;   /* as printed: $class1 */
  size_t uses;
};

struct canonical_field {
  const char *name;
  bool positional; /* printed without its name */
  enum field_policy policy;
  bool checked_only; /* verify: the value tells that it may be so, as many others may */
  struct canonical_value value;
  size_t text_at; /* where the octets that a quoted value says begin among the field's; SIZE_MAX: it
                     says them otherwise */
  size_t bit_offset, bit_len;        /* in the event's payload; 0 bits: derived from no octets */
  size_t packet_index, octet_offset; /* where it was captured; SIZE_MAX: nowhere */
  /* Those of the event's payload where it came in several packets; else none. */
  const struct octet_source *sources;
  size_t source_count;
};

struct canonical_event {
  char direction; /* '>' or '<'; 0: both sides had their part in it */
  const char *kind;
  struct canonical_field *fields;
  size_t count, capacity;
  size_t packet_index; /* SIZE_MAX: read from a text */
};

struct canonical_end {
  struct canonical_value host, port;
  bool has_port;
};

struct canonical_flow {
  const char *transport, *family; /* "udp", "ipv4" */
  struct canonical_end ends[2];   /* initiator, responder */
  struct canonical_event *events;
  size_t count, capacity;
  size_t first_packet; /* the order of capture, where nothing else tells two flows apart */
};

/* How a run of octets of a packet is compared. */
struct cover_range {
  uint32_t packet, offset, len;
  uint8_t cover;   /* enum octet_cover */
  uint8_t bits;    /* of each of the octets */
  size_t variable; /* OCTET_BOUND: it counts as ignored where the variable is used once */
};

struct canonical {
  struct arena *arena; /* all texts */
  struct canonical_head head;
  struct canonical_flow *flows;
  size_t count, capacity;
  struct canonical_variable *variables;
  size_t variable_count, variable_capacity;
  struct cover_range *covers; /* by packet */
  size_t cover_count, cover_capacity;
  bool failed;                      /* memory was short: the form is not to be used */
  struct canonical_flow spare_flow; /* what is filled instead when memory is short */
  struct canonical_event spare_event;
  struct canonical_field spare_field;
};

struct canonical *canonical_create(void); /* NULL: no memory */

/* These never return NULL: when memory is short they set `failed` and give something to fill. The
 * pointers are good until the next of their kind is added. */
struct canonical_flow *canonical_add_flow(struct canonical *canonical);
struct canonical_event *canonical_add_event(struct canonical *canonical,
                                            struct canonical_flow *flow, char direction,
                                            const char *kind);
struct canonical_field *canonical_add_field(struct canonical *canonical,
                                            struct canonical_event *event, const char *name,
                                            enum field_policy policy);
size_t canonical_add_variable(struct canonical *canonical, const char *class);
const char *canonical_text(struct canonical *canonical, const char *format, ...) PRINTF_LIKE(2, 3);
const char *canonical_copy(struct canonical *canonical, struct span text);

struct canonical_value value_literal(const char *text);
struct canonical_value value_variable(size_t variable, const char *rest);

/* Counts in variables[].uses how often each is used: once a printed value, but a port once for each
 * event of its flow, every packet of which carries it. */
void canonical_count_uses(struct canonical *canonical);

/* A numbering for a printer: `numbers[v]` is the number of variable v; NULL: as they stand; 0:
 * printed without a number. */
void print_value(const struct canonical *canonical, const struct canonical_value *value,
                 const unsigned *numbers, struct text *out);
void print_flow_line(const struct canonical *canonical, const struct canonical_flow *flow,
                     const unsigned *numbers, struct text *out);
void print_field(const struct canonical *canonical, const struct canonical_field *field,
                 const unsigned *numbers, struct text *out);
void print_event(const struct canonical *canonical, const struct canonical_event *event,
                 const unsigned *numbers, struct text *out);
void print_head(const struct canonical_head *head, struct text *out);

/* Calls `visit` for every value of the flow in the order in which it is printed. */
typedef void (*value_visitor)(void *context, struct canonical_value *value);
void visit_values(struct canonical_flow *flow, value_visitor visit, void *context);

/* Puts the flows in their order and numbers the variables. */
void canonical_order(struct canonical *canonical);

#endif
