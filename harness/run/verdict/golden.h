/* Goldens: where they are, and the head that a case's trace is made canonical under. */
#ifndef SOCKPROOF_RUN_GOLDEN_H
#define SOCKPROOF_RUN_GOLDEN_H

#include "run/catalogue/instance.h"
#include "trace/canonical.h"

enum { GOLDEN_PATH_MAX = 1024 };

/* "<goldens folder>/<recipe>/<case>.txt" or ".pcap", or where a golden of the case's own stands.
 * False: it does not fit. */
bool golden_path(const struct instance *instance, const char *goldens_dir, const char *extension,
                 char path[static GOLDEN_PATH_MAX]) MUST_USE;

/* The head of the instance: its id, the endpoints that are known by name, the rules of its fixtures
 * and its own. */
enum err_code golden_head(const struct instance *instance, const struct named_endpoint *endpoints,
                          size_t endpoint_count, struct canonical_head *head,
                          struct err *err) MUST_USE;

/* Goldens are made on the loopback: the peers of a tap device are told by its addresses where a
 * message names them. */
void golden_head_of_tap(struct canonical_head *head);

/* Reads the text of a case's golden. *missing tells "there is none" (ERR_OK, *canonical NULL) from
 * "cannot be read" (an error that names the file). */
enum err_code golden_load(const struct instance *instance, const char *goldens_dir,
                          struct canonical **canonical, bool *missing, struct err *err) MUST_USE;

/* The same of any canonical text, by its path. */
enum err_code golden_read(const char *path, struct canonical **canonical, bool *missing,
                          struct err *err) MUST_USE;

/* Goldens of the folder that belong to no instance of `all`: hands each path to `found`. */
enum err_code golden_orphans(const char *goldens_dir, const struct instance_list *all,
                             void (*found)(void *context, const char *path), void *context,
                             struct err *err) MUST_USE;

#endif
