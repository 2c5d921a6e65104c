#include "trace/columns.h"

#include "trace/diff_internal.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH_MIN = 40, ROWS_MAX = 400, PIECE_MAX = 64 * 1024 };

enum side { SIDE_BOTH, SIDE_EXPECTED, SIDE_ACTUAL };

struct columns {
  const struct diff_result *result;
  const struct canonical *expected, *actual;
  enum side side;
  size_t column; /* characters of one form's line */
  size_t rows, rows_left_out;
  struct text *out;
  struct text line[2]; /* what of the row has been gathered, by form */
};

/* --- rows --------------------------------------------------------------------------------------
 */

static const char INDENT[] = "   "; /* of what goes on with an event */

static void print_row(struct columns *columns, char mark, struct span left, struct span right) {
  if (columns->rows == ROWS_MAX) {
    columns->rows_left_out++;
    return;
  }
  columns->rows++;
  bool beside = columns->side == SIDE_BOTH;
  struct span first = columns->side == SIDE_ACTUAL ? right : left;
  struct span second = beside ? right : (struct span){0};
  if (!beside) text_appendf(columns->out, "%c ", mark);
  int width = beside && (second.len > 0 || mark != ' ') ? (int)columns->column : 0;
  text_appendf(columns->out, "%-*.*s", width, (int)first.len, (const char *)first.bytes);
  if (beside && width > 0) text_appendf(columns->out, " %c", mark);
  if (second.len > 0)
    text_appendf(columns->out, " %.*s", (int)second.len, (const char *)second.bytes);
  text_append(columns->out, "\n");
}

/* What this side has no part in is not shown where it stands alone. */
static bool is_shown(const struct columns *columns, char mark) {
  if (columns->side == SIDE_EXPECTED) return mark != '+';
  return columns->side != SIDE_ACTUAL || mark != '-';
}

/* What was gathered, in as many rows as its longer side needs. */
static void flush(struct columns *columns, char mark) {
  struct span rest[2];
  for (size_t i = 0; i < 2; i++)
    rest[i] = span_of(text_chars(&columns->line[i]), columns->line[i].len);
  while (is_shown(columns, mark) && (rest[0].len > 0 || rest[1].len > 0)) {
    struct span part[2];
    for (size_t i = 0; i < 2; i++) {
      part[i] = span_part(rest[i], 0, columns->column);
      rest[i] = span_part(rest[i], part[i].len, rest[i].len);
    }
    print_row(columns, mark, part[0], part[1]);
  }
  for (size_t i = 0; i < 2; i++)
    text_clear(&columns->line[i]);
}

struct piece {
  struct text text[2]; /* by form; empty: this form has none */
};

static struct piece piece_start(void) {
  return (struct piece){{TEXT_INIT(PIECE_MAX), TEXT_INIT(PIECE_MAX)}};
}

static void piece_end(struct piece *piece) {
  text_free(&piece->text[0]);
  text_free(&piece->text[1]);
}

static bool fits(const struct columns *columns, const struct piece *piece) {
  for (size_t i = 0; i < 2; i++) {
    if (columns->line[i].len + 1 + piece->text[i].len > columns->column) return false;
  }
  return true;
}

static void gather(struct columns *columns, const struct piece *piece) {
  for (size_t i = 0; i < 2; i++) {
    if (piece->text[i].len == 0) continue;
    if (columns->line[i].len > 0) text_append(&columns->line[i], " ");
    text_append(&columns->line[i], text_chars(&piece->text[i]));
  }
}

static bool is_empty(const struct columns *columns) {
  return columns->line[0].len == 0 && columns->line[1].len == 0;
}

/* A piece that differs has a row of its own, so that its mark is about nothing else. */
static void add_piece(struct columns *columns, const struct piece *piece, char mark, bool differs) {
  if (!is_empty(columns) && (differs || !fits(columns, piece))) {
    flush(columns, mark);
  }
  bool begins = is_empty(columns);
  for (size_t i = 0; begins && i < 2; i++) {
    if (piece->text[i].len > 0) text_append(&columns->line[i], INDENT);
  }
  gather(columns, piece);
  if (differs) flush(columns, '!');
}

/* --- what the differ tells ---------------------------------------------------------------------
 */

static bool is_told(const struct columns *columns, const char *flow, size_t event,
                    const char *field) {
  for (size_t i = 0; i < columns->result->listed; i++) {
    const struct difference *difference = &columns->result->list[i];
    if (difference->event == event && strcmp(difference->flow, flow) == 0 &&
        (field == NULL || strcmp(difference->field, field) == 0)) {
      return true;
    }
  }
  return false;
}

/* --- events and flows --------------------------------------------------------------------------
 */

struct event_row {
  const struct canonical_event *events[2]; /* NULL: the form has none */
  char mark;
  const char *flow; /* as the differ names it */
  size_t index;     /* of the event in the first form's flow, from 1 */
};

static void add_field(struct columns *columns, const struct event_row *row,
                      const struct canonical_field *fields[2]) {
  const struct canonical *forms[2] = {columns->expected, columns->actual};
  struct piece piece = piece_start();
  for (size_t i = 0; i < 2; i++) {
    if (fields[i] != NULL) print_field(forms[i], fields[i], NULL, &piece.text[i]);
  }
  const struct canonical_field *either = fields[0] != NULL ? fields[0] : fields[1];
  bool differs =
      either != NULL && row->mark == ' ' && is_told(columns, row->flow, row->index, either->name);
  add_piece(columns, &piece, row->mark, differs);
  piece_end(&piece);
}

static void add_event(struct columns *columns, const struct event_row *row) {
  for (size_t i = 0; i < 2; i++) {
    const struct canonical_event *event = row->events[i];
    if (event == NULL) continue;
    if (event->direction != 0) text_appendf(&columns->line[i], "%c ", event->direction);
    text_append(&columns->line[i], event->kind);
  }
  const struct canonical_event *x = row->events[0], *y = row->events[1];
  for (size_t i = 0; x != NULL && i < x->count; i++) {
    const struct canonical_field *fields[2] = {
        &x->fields[i], y == NULL ? NULL : event_field(y, x->fields[i].name)};
    add_field(columns, row, fields);
  }
  for (size_t i = 0; y != NULL && i < y->count; i++) {
    if (x != NULL && event_field(x, y->fields[i].name) != NULL) continue;
    const struct canonical_field *fields[2] = {NULL, &y->fields[i]};
    add_field(columns, row, fields);
  }
  flush(columns, row->mark);
}

static void add_flow_line(struct columns *columns, const struct canonical_flow *flows[2],
                          char mark) {
  const struct canonical *forms[2] = {columns->expected, columns->actual};
  for (size_t i = 0; i < 2; i++) {
    if (flows[i] != NULL) print_flow_line(forms[i], flows[i], NULL, &columns->line[i]);
  }
  flush(columns, mark);
}

static void add_lone_flow(struct columns *columns, const struct canonical_flow *flow, size_t form) {
  const struct canonical_flow *flows[2] = {NULL, NULL};
  flows[form] = flow;
  char mark = form == 0 ? '-' : '+';
  add_flow_line(columns, flows, mark);
  for (size_t i = 0; i < flow->count; i++) {
    struct event_row row = {.mark = mark, .flow = ""};
    row.events[form] = &flow->events[i];
    add_event(columns, &row);
  }
}

static bool add_flow_pair(struct columns *columns, const struct canonical_flow *x,
                          const struct canonical_flow *y) {
  struct alignment alignment;
  if (!align_events(columns->expected, x, columns->actual, y, &alignment)) return false;
  char line[sizeof((struct difference *)0)->flow];
  flow_line(columns->expected, x, line, sizeof line);
  bool ends_differ = is_told(columns, line, 0, NULL);
  add_flow_line(columns, (const struct canonical_flow *[2]){x, y}, ends_differ ? '!' : ' ');
  for (size_t i = 0; i < alignment.count; i++) {
    struct event_pair pair = alignment.pairs[i];
    struct event_row row = {.mark = ' ', .flow = line, .index = pair.expected + 1};
    if (pair.expected != NO_INDEX) row.events[0] = &x->events[pair.expected];
    if (pair.actual != NO_INDEX) row.events[1] = &y->events[pair.actual];
    if (pair.expected == NO_INDEX) row.mark = '+';
    if (pair.actual == NO_INDEX) row.mark = '-';
    add_event(columns, &row);
  }
  free(alignment.pairs);
  return true;
}

static bool add_flows(struct columns *columns, const size_t *partner) {
  const struct canonical *expected = columns->expected, *actual = columns->actual;
  bool *taken = calloc(actual->count + 1, sizeof *taken);
  bool good = taken != NULL;
  for (size_t i = 0; good && i < expected->count; i++) {
    if (partner[i] == NO_INDEX) {
      add_lone_flow(columns, &expected->flows[i], 0);
    } else {
      taken[partner[i]] = true;
      good = add_flow_pair(columns, &expected->flows[i], &actual->flows[partner[i]]);
    }
  }
  for (size_t j = 0; good && j < actual->count; j++) {
    if (!taken[j]) add_lone_flow(columns, &actual->flows[j], 1);
  }
  free(taken);
  return good;
}

static bool print_side(struct columns *columns, enum side side, const char *title,
                       const size_t *partner) {
  columns->side = side;
  columns->rows = columns->rows_left_out = 0;
  if (title != NULL) text_appendf(columns->out, "  %.*s\n", (int)columns->column, title);
  bool good = add_flows(columns, partner);
  if (good && columns->rows == 0) text_append(columns->out, "  (not one packet)\n");
  if (columns->rows_left_out > 0)
    text_appendf(columns->out, "  ... and %zu more lines\n", columns->rows_left_out);
  return good;
}

enum err_code columns_print(const struct diff_result *result, const struct canonical *expected,
                            const struct canonical *actual, const struct columns_options *options,
                            struct text *out, struct err *err) {
  bool beside = options->width >= COLUMNS_WIDTH_MIN;
  size_t width = options->width < WIDTH_MIN ? WIDTH_MIN : options->width;
  struct columns columns = {.result = result,
                            .expected = expected,
                            .actual = actual,
                            .column = beside ? (width - 3) / 2 : width - 2,
                            .out = out,
                            .line = {TEXT_INIT(PIECE_MAX), TEXT_INIT(PIECE_MAX)}};
  size_t *partner = calloc(expected->count + 1, sizeof *partner);
  bool good = partner != NULL && match_flows(expected, actual, partner);
  if (good && beside) {
    text_appendf(out, "%-*.*s   %.*s\n", (int)columns.column, (int)columns.column,
                 options->expected_title, (int)columns.column, options->actual_title);
    good = print_side(&columns, SIDE_BOTH, NULL, partner);
  } else if (good) {
    good = print_side(&columns, SIDE_EXPECTED, options->expected_title, partner) &&
           print_side(&columns, SIDE_ACTUAL, options->actual_title, partner);
  }
  free(partner);
  text_free(&columns.line[0]);
  text_free(&columns.line[1]);
  return good ? ERR_OK : err_set(err, ERR_LIMIT, "no memory to show two canonical forms");
}
