#include "run/verdict/golden_words.h"

#include <string.h>

static bool is_whole_message(const struct difference *difference) {
  return difference->field[0] == '\0';
}

static void append_place(const struct difference *first, struct text *out) {
  if (first->event == 0 && first->field[0] != '\0') {
    text_appendf(out, "in %s", first->field);
  } else if (first->event == 0) {
    text_append(out, first->actual[0] == '\0' ? "a whole conversation that is missing"
                                              : "a whole conversation that is not due");
  } else if (!is_whole_message(first)) {
    text_appendf(out, "in the field %s of message %zu", first->field, first->event);
  } else {
    text_appendf(out, "message %zu, which is %s", first->event,
                 first->actual[0] == '\0' ? "missing" : "not due");
  }
  if (first->flow[0] != '\0') text_appendf(out, " (%s)", first->flow);
}

void golden_words_reason(const struct diff_result *difference, struct text *out) {
  text_append(out, "the packets are not those of a correct run, which the case's golden holds: ");
  if (difference->count == 1) {
    text_append(out, "one difference, ");
  } else {
    text_appendf(out, "%zu differences, the first ", difference->count);
  }
  append_place(&difference->list[0], out);
}

/* What a field must be may be said by a name for what one run has and another has not. */
static void append_value(const char *value, struct text *out) {
  text_append(out, value);
  if (value[0] != '$') return;
  text_append(out, strpbrk(value, "+-") == NULL
                       ? ": any value, and the same one wherever that name stands"
                       : ": the value of that name in this conversation, and so much more or less");
}

void golden_words_expected(const struct difference *first, struct text *out) {
  if (first->expected[0] != '\0') {
    append_value(first->expected, out);
  } else {
    text_append(out, is_whole_message(first) ? "nothing is sent here" : "the field is not there");
  }
}

void golden_words_actual(const struct difference *first, struct text *out) {
  if (first->actual[0] != '\0') {
    append_value(first->actual, out);
  } else {
    text_append(out, is_whole_message(first) ? "it was not sent" : "the field is not there");
  }
}
