#include "trace/diff_comparison.h"

#include <stdio.h>
#include <string.h>

static void add_head(struct comparison *comparison, const char *field, const char *expected,
                     const char *actual) {
  struct difference difference = no_difference();
  comparison->totals.count++;
  copy_cut(difference.field, sizeof difference.field, field);
  copy_cut(difference.expected, sizeof difference.expected, expected);
  copy_cut(difference.actual, sizeof difference.actual, actual);
  tell(comparison, &difference);
}

void compare_heads(struct comparison *comparison) {
  const struct canonical_head *x = &comparison->expected->head;
  const struct canonical_head *y = &comparison->actual->head;
  if (strcmp(x->others, y->others) != 0) add_head(comparison, "others", x->others, y->others);
  for (size_t i = 0; i < x->endpoint_count || i < y->endpoint_count; i++) {
    char texts[2][64] = {"", ""};
    for (size_t side = 0; side < 2; side++) {
      const struct canonical_head *head = side == 0 ? x : y;
      if (i >= head->endpoint_count) continue;
      const struct named_endpoint *endpoint = &head->endpoints[i];
      (void)snprintf(texts[side], sizeof texts[side], "%s port %u %s", endpoint->name,
                     endpoint->canonical_port, application_name(endpoint->application));
    }
    if (strcmp(texts[0], texts[1]) != 0) add_head(comparison, "endpoint", texts[0], texts[1]);
  }
  for (size_t i = 0; i < x->rule_count || i < y->rule_count; i++) {
    char texts[2][160] = {"", ""};
    for (size_t side = 0; side < 2; side++) {
      const struct canonical_head *head = side == 0 ? x : y;
      if (i >= head->rule_count) continue;
      struct canonical_head one = {.rules = {head->rules[i]}, .rule_count = 1};
      struct text text = TEXT_INIT(SHOWN_TEXT_MAX);
      print_head(&one, &text);
      const char *rule = strstr(text_chars(&text), "policy ");
      copy_cut(texts[side], sizeof texts[side], rule == NULL ? "" : rule);
      texts[side][strcspn(texts[side], "\n")] = '\0';
      text_free(&text);
    }
    if (strcmp(texts[0], texts[1]) != 0) add_head(comparison, "policy", texts[0], texts[1]);
  }
}
