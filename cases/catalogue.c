#include "cases/catalogue.h"

static const struct recipe_def *const RECIPES[] = {
    &sntp_client, &ntp_time, &echo_server_recipe, &udp_echo_server, &echo_client,
};

const struct recipe_def *const *catalogue_recipes(size_t *count) {
  *count = sizeof RECIPES / sizeof RECIPES[0];
  return RECIPES;
}
