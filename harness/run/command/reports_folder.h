/* The folder that a run writes its reports and evidence to. */
#ifndef SOCKPROOF_RUN_REPORTS_FOLDER_H
#define SOCKPROOF_RUN_REPORTS_FOLDER_H

#include "base/err.h"

/* Opens it, made with those above it where it is not there; sees first that it can be written to.
 * The caller closes *fd. ERR_SYSTEM with the reason. */
enum err_code reports_folder_open(const char *path, int *fd, struct err *err);

#endif
