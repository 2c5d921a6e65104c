#include "report/junit.h"

#include "report/junit_tree.h"
#include "report/whole_file.h"

#include <stdlib.h>
#include <string.h>

enum { XML_MAX = 256 * 1024 * 1024 };

static bool holds_elements(const char *name) {
  return strcmp(name, "testsuites") == 0 || strcmp(name, "testsuite") == 0 ||
         strcmp(name, "properties") == 0 || strcmp(name, "testcase") == 0;
}

/* Line breaks around elements, and none inside those that hold text, where they would be part of
 * it. */
static const char *white_space(mxml_node_t *node, int where) {
  static const char *const breaks[] = {"\n", "\n  ", "\n    ", "\n      "};
  const char *name = mxmlGetElement(node);
  if (!name || name[0] == '?') return NULL;
  size_t depth = 0;
  for (mxml_node_t *above = mxmlGetParent(node); above && mxmlGetParent(above);
       above = mxmlGetParent(above))
    depth++;
  if (depth > 3) depth = 3;
  if (where == MXML_WS_BEFORE_OPEN) return breaks[depth];
  if (where == MXML_WS_BEFORE_CLOSE && holds_elements(name)) return breaks[depth];
  return NULL;
}

/* A line break inside an attribute is written as a reference, or the reader makes a blank of it
 * (XML 1.0 section 3.3.3). Mini-XML has escaped every '<', '>' and '"' that is not markup. */
static void append_xml(struct text *xml, const char *chars) {
  bool in_tag = false;
  bool in_quotes = false;
  for (const char *from = chars; *from != '\0';) {
    const size_t plain = strcspn(from, "<>\"\n\t");
    text_append_span(xml, span_of(from, plain));
    from += plain;
    if (*from == '\0') break;
    if (*from == '<') in_tag = true;
    if (*from == '>') in_tag = false;
    if (*from == '"' && in_tag) in_quotes = !in_quotes;
    if (in_quotes && (*from == '\n' || *from == '\t'))
      text_append(xml, *from == '\n' ? "&#10;" : "&#9;");
    else
      text_append_span(xml, span_of(from, 1));
    from++;
  }
}

enum err_code junit_print(const struct results *results, const struct junit_options *options,
                          struct text *xml, struct err *err) {
  mxml_node_t *document = junit_tree_of(results, options);
  if (!document) return err_set(err, ERR_SYSTEM, "no memory for the JUnit report");
  mxmlSetWrapMargin(0); /* no line breaks between attributes: a diff of two reports stays small */
  char *chars = mxmlSaveAllocString(document, white_space);
  mxmlDelete(document);
  if (!chars) return err_set(err, ERR_SYSTEM, "no memory for the JUnit report");
  append_xml(xml, chars);
  free(chars);
  if (xml->truncated) return err_set(err, ERR_LIMIT, "the JUnit report is too long");
  return ERR_OK;
}

enum err_code junit_write(const char *path, const struct results *results,
                          const struct junit_options *options, struct err *err) {
  struct text xml = TEXT_INIT(XML_MAX);
  enum err_code code = junit_print(results, options, &xml, err);
  if (!code) code = whole_file_write(path, span_of(text_chars(&xml), xml.len), err);
  text_free(&xml);
  return code;
}
