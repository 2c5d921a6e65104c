/* All cases there are, with their requirements, for the commands that tell of them and run none. */
#ifndef SOCKPROOF_RUN_LISTING_H
#define SOCKPROOF_RUN_LISTING_H

#include "run/command/session.h"

struct listing {
  struct arena *arena;
  struct instance_list all;
  struct ledger ledger;
  struct version_choice versions; /* of listing_open_choice() */
};

/* With the cases of the folder `cases`, where it is not NULL. To be closed, whatever comes of it.
 */
enum err_code listing_open(const struct catalogue *catalogue, const char *cases,
                           struct listing *listing, struct err *err) MUST_USE;

/* The same, narrowed down to what was asked for. */
enum err_code listing_open_choice(const struct catalogue *catalogue, const char *cases,
                                  const struct instance_choice *choice, struct listing *listing,
                                  struct err *err) MUST_USE;

void listing_close(struct listing *listing);

#endif
