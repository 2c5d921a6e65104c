#include "trace/json_text.h"

void json_append_string(struct text *out, const char *value) {
  text_append(out, "\"");
  for (; *value != '\0'; value++) {
    unsigned char octet = (unsigned char)*value;
    if (octet == '"' || octet == '\\') {
      text_appendf(out, "\\%c", octet);
    } else if (octet < ' ' || octet >= 0x7f) {
      text_appendf(out, "\\u%04x", octet);
    } else {
      text_appendf(out, "%c", octet);
    }
  }
  text_append(out, "\"");
}
