/* `sockproof list` and `sockproof show CASE`: what there is to run, and the story of one case. */
#ifndef SOCKPROOF_RUN_LIST_H
#define SOCKPROOF_RUN_LIST_H

#include "run/command/session.h"

#include <stdio.h>

/* `cases` is a folder of case files, whose cases are listed too; or NULL. */

/* One line a case: id, requirement, level, what it is about; of all cases, or of those that
 * `choice` names. */
enum err_code list_cases(const struct catalogue *catalogue, const char *cases,
                         const struct instance_choice *choice, FILE *out, struct err *err) MUST_USE;

/* The same as a JSON array, for scripts. */
enum err_code list_cases_json(const struct catalogue *catalogue, const char *cases,
                              const struct instance_choice *choice, FILE *out,
                              struct err *err) MUST_USE;

/* Each requirement that one of the globs names, by its id or a recipe that it is of (all, if
 * there are none): covered by which cases, or why by none. *uncovered counts those without a
 * reason for which there is no case, or none for a recipe that the row names. ERR_USAGE: a glob
 * names none.
 */
enum err_code list_requirements(const struct catalogue *catalogue, const char *const *globs,
                                size_t glob_count, FILE *out, size_t *uncovered,
                                struct err *err) MUST_USE;

/* What one case sends, expects and compares with, or, `as_ini`, the case as a case file says it.
 * ERR_USAGE: there is no such case. */
enum err_code list_story(const struct catalogue *catalogue, const char *cases, const char *id,
                         bool as_ini, FILE *out, struct err *err) MUST_USE;

#endif
