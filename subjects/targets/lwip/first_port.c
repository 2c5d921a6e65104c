#include "first_port.h"

#include <stdbool.h>
#include <stdlib.h>

#include <lwip/priv/tcp_priv.h>

static bool has_port_to_give(void) {
  struct tcp_pcb *probe = tcp_new();
  if (probe == NULL) abort();
  const bool given = tcp_bind(probe, NULL, 0) == ERR_OK;
  tcp_abort(probe);
  return given;
}

void first_port_draw(void) {
  while (!has_port_to_give())
    tcp_init();
}
