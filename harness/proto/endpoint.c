#include "proto/endpoint.h"

#include <string.h>

static const char *const APPLICATION_NAMES[] = {
    [APPLICATION_PLAIN] = "plain", [APPLICATION_NTP] = "ntp",   [APPLICATION_DNS] = "dns",
    [APPLICATION_TIME] = "time",   [APPLICATION_HTTP] = "http", [APPLICATION_LINES] = "lines",
};
enum { APPLICATION_COUNT = sizeof APPLICATION_NAMES / sizeof APPLICATION_NAMES[0] };

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b) {
  return a->port == b->port && ip_address_equal(&a->address, &b->address);
}

const char *application_name(enum application application) {
  return (size_t)application < APPLICATION_COUNT ? APPLICATION_NAMES[application] : "unknown";
}

bool application_parse(const char *name, enum application *application) {
  for (size_t i = 0; i < APPLICATION_COUNT; i++) {
    if (strcmp(name, APPLICATION_NAMES[i]) == 0) {
      *application = (enum application)i;
      return true;
    }
  }
  return false;
}
