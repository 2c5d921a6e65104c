#include "run/command/report_options.h"

#include <getopt.h>
#include <string.h>

const char REPORT_USAGE[] =
    "usage: sockproof report [OPTION...] RESULTS.json...\n"
    "       sockproof report --gate [--json] [--cases] OLD.json NEW.json\n"
    "\n"
    "Results of one subject (name, version and target) become one report: what failed, by\n"
    "requirement, with the exit status of the run. Results of several stand side by side: a "
    "column\n"
    "each, counted by recipe and by requirement.\n"
    "\n"
    "  --cases           the table of all cases too\n"
    "  --json            for scripts (reports/README.md names the members)\n"
    "  --markdown        a table for a page: a row for each subject and recipe\n"
    "  --reports DIR     write it there too: results.json and junit.xml of one subject,\n"
    "                    matrix.json and matrix.md of several\n"
    "  --junit=strict    junit.xml for the strictest of its readers\n"
    "  --gate            did a verdict get worse from OLD to NEW? exit 0 no, 1 yes (it says "
    "which),\n"
    "                    2 they cannot be compared\n";

enum option_id { OPT_CASES = 256, OPT_JSON, OPT_MARKDOWN, OPT_REPORTS, OPT_JUNIT, OPT_GATE };

static const struct option OPTIONS[] = {
    {"cases", no_argument, NULL, OPT_CASES},
    {"json", no_argument, NULL, OPT_JSON},
    {"markdown", no_argument, NULL, OPT_MARKDOWN},
    {"reports", required_argument, NULL, OPT_REPORTS},
    {"junit", required_argument, NULL, OPT_JUNIT},
    {"gate", no_argument, NULL, OPT_GATE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static enum err_code take_form(enum report_form form, struct report_options *options,
                               struct err *err) {
  if (options->form != REPORT_TEXT && options->form != form)
    return err_set(err, ERR_USAGE, "--json and --markdown exclude each other");
  options->form = form;
  return ERR_OK;
}

static enum err_code take_option(int id, struct report_options *options, struct err *err) {
  switch (id) {
    case OPT_CASES:
      options->cases = true;
      return ERR_OK;
    case OPT_JSON:
      return take_form(REPORT_JSON, options, err);
    case OPT_MARKDOWN:
      return take_form(REPORT_MARKDOWN, options, err);
    case OPT_REPORTS:
      options->reports_dir = optarg;
      return ERR_OK;
    case OPT_JUNIT:
      options->junit_strict = strcmp(optarg, "strict") == 0;
      if (options->junit_strict || strcmp(optarg, "rich") == 0) return ERR_OK;
      return err_set(err, ERR_USAGE, "--junit=%s: rich and strict are allowed", optarg);
    case OPT_GATE:
      options->gate = true;
      return ERR_OK;
    default:
      options->help = true;
      return ERR_OK;
  }
}

static enum err_code check(const struct report_options *options, struct err *err) {
  if (options->path_count == 0)
    return err_set(err, ERR_USAGE,
                   "no results are named; as in: sockproof report reports/results.json");
  if (!options->gate) return ERR_OK;
  if (options->path_count != 2)
    return err_set(err, ERR_USAGE,
                   "--gate wants two results files, the older first: "
                   "sockproof report --gate OLD.json NEW.json");
  if (options->form == REPORT_MARKDOWN || options->reports_dir != NULL)
    return err_set(err, ERR_USAGE, "--gate goes with --json and --cases, and with nothing else");
  return ERR_OK;
}

enum err_code report_options_parse(int argc, char **argv, struct report_options *options,
                                   struct err *err) {
  *options = (struct report_options){.form = REPORT_TEXT};
  opterr = 0;
  optind = 1;
  int id;
  while ((id = getopt_long(argc, argv, ":h", OPTIONS, NULL)) != -1) {
    const char *word = argv[optind - 1];
    if (id == '?')
      return err_set(err, ERR_USAGE, "unknown option '%s'; 'sockproof report --help' lists them",
                     word);
    if (id == ':') return err_set(err, ERR_USAGE, "option '%s' needs a value", word);
    const enum err_code code = take_option(id, options, err);
    if (code != ERR_OK) return code;
  }
  if (options->help) return ERR_OK;
  if (argc - optind > REPORT_PATHS_MAX)
    return err_set(err, ERR_USAGE, "more than %d results files", REPORT_PATHS_MAX);
  for (int i = optind; i < argc; i++)
    options->paths[options->path_count++] = argv[i];
  return check(options, err);
}
