/* The catalogue: every recipe that has cases. */
#ifndef SOCKPROOF_CASES_CATALOGUE_H
#define SOCKPROOF_CASES_CATALOGUE_H

#include "run/case.h"

extern const struct recipe_def sntp_client, ntp_time, echo_server_recipe, udp_echo_server,
    echo_client;

/* In the order in which a run tells them. */
const struct recipe_def *const *catalogue_recipes(size_t *count);

#endif
