/* The elements of junit.xml, made with Mini-XML; used by junit.c alone. */
#ifndef SOCKPROOF_REPORT_JUNIT_TREE_H
#define SOCKPROOF_REPORT_JUNIT_TREE_H

#include "report/junit.h"

#include <mxml.h>

/* The whole document; NULL: no memory. The caller deletes it with mxmlDelete. */
mxml_node_t *junit_tree_of(const struct results *results,
                           const struct junit_options *options) MUST_USE;

#endif
