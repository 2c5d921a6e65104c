#include "run/command/run_options.h"

#include "base/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const char RUN_USAGE[] =
    "usage: sockproof run [CASE-GLOB...] [OPTION...] [-- COMMAND {host} {port}]\n"
    "\n"
    "Proves the reference recipes, a profile's subject, or the command given.\n"
    "A CASE-GLOB is a recipe (echo-server) or a pattern over ids ('sntp-client/origin*').\n"
    "\n"
    "  --subject FILE.ini    the profile of the program to test\n"
    "  --cases DIR           the cases of that folder's case files too (cases/OWN-CASES.md); "
    "without a\n"
    "                        CASE-GLOB those alone\n"
    "  --target NAME         build the recipes for that target (subjects/targets/, or the path of\n"
    "                        another's file, ./NAME.ini) and run them there\n"
    "  --explain             run each recipe's plainest case, and tell what the profile recognises "
    "in\n"
    "                        it and what it lacks\n"
    "  --mutant NAME         run the recipe with that mistake in it ('sockproof show CASE' lists "
    "those\n"
    "                        that a case finds), strictly; of few cases the packets are "
    "shown\n"
    "  --peer 'WORDS'        a server ({host}, {port}, {family}, {scratch}) in the fixture's "
    "place, in the\n"
    "                        sandbox, for the cases that any honest server can answer\n"
    "  --peer-ready PATTERN  that server is ready once it has printed this, and not before\n"
    "  --exclude GLOB        leave these cases out\n"
    "  --catalogue VERSION   leave out cases that came later than that version of the catalogue\n"
    "                        (cases/CHANGES)\n"
    "  -j N                  cases at once (default: 16 a processor, fewer where they compute)\n"
    "  --shard I/N           only the I-th of N parts of the cases\n"
    "  --repeat N            every case N times;  --until-fail: stop at the first that fails\n"
    "  --seed N              the seed of all chance (printed in results.json)\n"
    "  --strict              a SHOULD that does not hold fails\n"
    "  --valgrind            run the subject under Valgrind memcheck\n"
    "  --wrapper 'WORDS'     put these words before the subject's command\n"
    "  --gdb                 one case with the subject under gdb on this terminal, no time limits\n"
    "  --replay DIR          play the case of an evidence folder again: the same seed, octets and "
    "clock of\n"
    "                        its peer, and tell what differs; '-- COMMAND' puts another program "
    "there\n"
    "  --reports DIR         where results.json, junit.xml and evidence/ go (default: reports)\n"
    "  --keep-evidence       also of cases that pass\n"
    "  --junit=strict        junit.xml for the strictest of its readers\n"
    "  --require RULES       tier=NAME, or RECIPE:N (at least N judged; RECIPE may be a glob),\n"
    "                        separated by commas\n"
    "  --write-expectations  make the .expect file beside the profile what this run saw\n"
    "  --tier NAME           use no better tier: capture-private, capture-shared, fixture-log\n"
    "  --verbose             a line for every case\n";

/* Beside the results of a run, not over them. */
static const char DEBUG_REPORTS[] = "reports/debug";

enum option_id {
  OPT_SUBJECT = 256,
  OPT_EXPLAIN,
  OPT_CASES,
  OPT_MUTANT,
  OPT_TARGET,
  OPT_EXCLUDE,
  OPT_CATALOGUE,
  OPT_SHARD,
  OPT_REPEAT,
  OPT_UNTIL_FAIL,
  OPT_SEED,
  OPT_STRICT,
  OPT_VALGRIND,
  OPT_WRAPPER,
  OPT_REPORTS,
  OPT_KEEP_EVIDENCE,
  OPT_JUNIT,
  OPT_REQUIRE,
  OPT_TIER,
  OPT_REPLAY,
  OPT_WRITE_EXPECTATIONS,
  OPT_GDB,
  OPT_PEER,
  OPT_PEER_READY,
};

static const struct option OPTIONS[] = {
    {"subject", required_argument, NULL, OPT_SUBJECT},
    {"explain", no_argument, NULL, OPT_EXPLAIN},
    {"cases", required_argument, NULL, OPT_CASES},
    {"mutant", required_argument, NULL, OPT_MUTANT},
    {"target", required_argument, NULL, OPT_TARGET},
    {"exclude", required_argument, NULL, OPT_EXCLUDE},
    {"catalogue", required_argument, NULL, OPT_CATALOGUE},
    {"jobs", required_argument, NULL, 'j'},
    {"shard", required_argument, NULL, OPT_SHARD},
    {"repeat", required_argument, NULL, OPT_REPEAT},
    {"until-fail", no_argument, NULL, OPT_UNTIL_FAIL},
    {"seed", required_argument, NULL, OPT_SEED},
    {"strict", no_argument, NULL, OPT_STRICT},
    {"valgrind", no_argument, NULL, OPT_VALGRIND},
    {"wrapper", required_argument, NULL, OPT_WRAPPER},
    {"reports", required_argument, NULL, OPT_REPORTS},
    {"keep-evidence", no_argument, NULL, OPT_KEEP_EVIDENCE},
    {"junit", required_argument, NULL, OPT_JUNIT},
    {"require", required_argument, NULL, OPT_REQUIRE},
    {"tier", required_argument, NULL, OPT_TIER},
    {"peer", required_argument, NULL, OPT_PEER},
    {"peer-ready", required_argument, NULL, OPT_PEER_READY},
    {"gdb", no_argument, NULL, OPT_GDB},
    {"replay", required_argument, NULL, OPT_REPLAY},
    {"write-expectations", no_argument, NULL, OPT_WRITE_EXPECTATIONS},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static enum err_code parse_count(const char *option, const char *value, long max, unsigned *count,
                                 struct err *err) {
  long number;
  if (!text_to_long(value, 1, max, &number)) {
    return err_set(err, ERR_USAGE, "%s %s: a whole number from 1 to %ld is allowed", option, value,
                   max);
  }
  *count = (unsigned)number;
  return ERR_OK;
}

static enum err_code parse_shard(const char *value, struct run_options *options, struct err *err) {
  char text[32];
  const char *slash = strchr(value, '/');
  size_t len = slash == NULL ? 0 : (size_t)(slash - value);
  long shard, shards;
  if (len == 0 || len >= sizeof text) len = 0;
  memcpy(text, value, len);
  text[len] = '\0';
  if (len == 0 || !text_to_long(slash + 1, 1, 10000, &shards) ||
      !text_to_long(text, 1, shards, &shard)) {
    return err_set(err, ERR_USAGE, "--shard %s: I/N is allowed, with I from 1 to N", value);
  }
  options->shard = (unsigned)shard;
  options->shards = (unsigned)shards;
  return ERR_OK;
}

static enum err_code parse_tier(const char *option, const char *value, enum tier *tier,
                                struct err *err) {
  if (tier_parse(value, tier)) return ERR_OK;
  return err_set(err, ERR_USAGE,
                 "%s %s: capture-private, capture-shared and fixture-log are allowed", option,
                 value);
}

static enum err_code parse_rule(char *rule, struct run_options *options, struct err *err) {
  if (strncmp(rule, "tier=", 5) == 0) {
    return parse_tier("--require tier=", rule + 5, &options->at_least, err);
  }
  char *colon = strchr(rule, ':');
  long judged;
  if (colon == NULL || colon == rule || !text_to_long(colon + 1, 0, 100000, &judged)) {
    return err_set(err, ERR_USAGE, "--require %s: tier=NAME and RECIPE:N are allowed", rule);
  }
  if (options->floor_count == RUN_RULES_MAX) {
    return err_set(err, ERR_USAGE, "--require: more than %d rules", RUN_RULES_MAX);
  }
  *colon = '\0';
  options->floors[options->floor_count++] = (struct run_floor){rule, (unsigned)judged};
  return ERR_OK;
}

static enum err_code parse_rules(char *rules, struct run_options *options, struct err *err) {
  enum err_code code = ERR_OK;
  for (char *rule = strsep(&rules, ","); rule != NULL && code == ERR_OK;
       rule = strsep(&rules, ",")) {
    code = parse_rule(rule, options, err);
  }
  return code;
}

static enum err_code parse_seed(const char *value, struct run_options *options, struct err *err) {
  long seed;
  if (!text_to_long(value, 0, INT64_MAX, &seed)) {
    return err_set(err, ERR_USAGE, "--seed %s: a whole number from 0 to %lld is allowed", value,
                   (long long)INT64_MAX);
  }
  options->seed = (uint64_t)seed;
  options->seed_given = true;
  return ERR_OK;
}

/* Whoever names two wants both; the first is not to be passed over in silence. */
static enum err_code take_target(const char *value, struct run_options *options, struct err *err) {
  if (options->target != NULL) {
    return err_set(
        err, ERR_USAGE,
        "--target %s --target %s: a run is of one target; run each with --reports of its "
        "own, and 'sockproof report' holds their results.json side by side",
        options->target, value);
  }
  options->target = value;
  return ERR_OK;
}

static enum err_code add_exclude(const char *value, struct run_options *options, struct err *err) {
  if (options->exclude_count == RUN_GLOBS_MAX) {
    return err_set(err, ERR_USAGE, "--exclude: more than %d", RUN_GLOBS_MAX);
  }
  options->excludes[options->exclude_count++] = value;
  return ERR_OK;
}

static enum err_code take_flag(int id, struct run_options *options, struct err *err) {
  switch (id) {
    case OPT_EXPLAIN:
      options->explain = true;
      return ERR_OK;
    case OPT_UNTIL_FAIL:
      options->until_fail = true;
      return ERR_OK;
    case OPT_GDB:
      options->gdb = true;
      return ERR_OK;
    case OPT_STRICT:
      options->strict = true;
      return ERR_OK;
    case OPT_VALGRIND:
      options->valgrind = true;
      return ERR_OK;
    case OPT_KEEP_EVIDENCE:
      options->keep_evidence = true;
      return ERR_OK;
    case OPT_WRITE_EXPECTATIONS:
      options->write_expectations = true;
      return ERR_OK;
    case 'v':
      options->verbose = true;
      return ERR_OK;
    case 'h':
      options->help = true;
      return ERR_OK;
    default:
      return err_set(err, ERR_USAGE, "unknown option");
  }
}

static enum err_code take_option(int id, struct run_options *options, struct err *err) {
  switch (id) {
    case OPT_SUBJECT:
      options->subject = optarg;
      return ERR_OK;
    case OPT_CASES:
      options->cases = optarg;
      return ERR_OK;
    case OPT_TARGET:
      return take_target(optarg, options, err);
    case OPT_MUTANT:
      options->mutant = optarg;
      options->strict = true; /* a mistake that a SHOULD finds is found, and is to be seen */
      return ERR_OK;
    case OPT_REPLAY:
      options->replay = optarg;
      return ERR_OK;
    case OPT_PEER:
      options->peer = optarg;
      return ERR_OK;
    case OPT_PEER_READY:
      options->peer_ready = optarg;
      return ERR_OK;
    case OPT_WRAPPER:
      options->wrapper = optarg;
      return ERR_OK;
    case OPT_CATALOGUE:
      options->catalogue = optarg;
      return ERR_OK;
    case OPT_REPORTS:
      options->reports = optarg;
      return ERR_OK;
    case OPT_EXCLUDE:
      return add_exclude(optarg, options, err);
    case 'j':
      return parse_count("-j", optarg, 256, &options->jobs, err);
    case OPT_SHARD:
      return parse_shard(optarg, options, err);
    case OPT_REPEAT:
      return parse_count("--repeat", optarg, 100000, &options->repeat, err);
    case OPT_SEED:
      return parse_seed(optarg, options, err);
    case OPT_REQUIRE:
      return parse_rules(optarg, options, err);
    case OPT_TIER:
      return parse_tier("--tier", optarg, &options->at_most, err);
    case OPT_JUNIT:
      options->junit_strict = strcmp(optarg, "strict") == 0;
      if (options->junit_strict || strcmp(optarg, "rich") == 0) return ERR_OK;
      return err_set(err, ERR_USAGE, "--junit=%s: rich and strict are allowed", optarg);
    default:
      return take_flag(id, options, err);
  }
}

/* An expectation is of a subject as it is, beside its own profile. */
static enum err_code check_write(const struct run_options *options, struct err *err) {
  if (!options->write_expectations) return ERR_OK;
  if (options->subject == NULL) {
    return err_set(err, ERR_USAGE,
                   "--write-expectations writes beside a profile; name it by --subject FILE.ini");
  }
  if (options->mutant == NULL && options->target == NULL && options->replay == NULL) return ERR_OK;
  return err_set(
      err, ERR_USAGE,
      "--write-expectations writes what the subject does by itself, so --mutant, --target "
      "and --replay do not go with it");
}

/* getopt would move a "--" among the words before it: the command is cut off first. */
static int cut_off_command(int argc, char **argv, struct run_options *options) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--") != 0) continue;
    options->command = (const char *const *)(argv + i + 1);
    return i;
  }
  return argc;
}

/* What the evidence says already. */
static enum err_code check_replay(const struct run_options *options, struct err *err) {
  const struct {
    const char *name;
    bool given;
  } others[] = {
      {"a case", options->glob_count > 0},     {"--exclude", options->exclude_count > 0},
      {"--seed", options->seed_given},         {"--shard", options->shards > 0},
      {"--repeat", options->repeat > 1},       {"--mutant", options->mutant != NULL},
      {"--target", options->target != NULL},   {"--tier", options->at_most != TIER_CAPTURE_PRIVATE},
      {"--wrapper", options->wrapper != NULL}, {"--valgrind", options->valgrind}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    if (!others[i].given) continue;
    return err_set(err, ERR_USAGE, "--replay plays the one case as it was run; %s cannot be added",
                   others[i].name);
  }
  return ERR_OK;
}

static enum err_code check_gdb(const struct run_options *options, struct err *err) {
  const struct {
    const char *name;
    bool given;
  } others[] = {
      {"--valgrind", options->valgrind},     {"--wrapper", options->wrapper != NULL},
      {"--target", options->target != NULL}, {"--repeat", options->repeat > 1},
      {"--explain", options->explain},       {"--write-expectations", options->write_expectations}};
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    if (!others[i].given) continue;
    return err_set(err, ERR_USAGE, "--gdb and %s exclude each other", others[i].name);
  }
  return ERR_OK;
}

enum err_code run_options_parse(int argc, char **argv, struct run_options *options,
                                struct err *err) {
  *options = (struct run_options){.repeat = 1, .at_most = TIER_CAPTURE_PRIVATE};
  int own_argc = cut_off_command(argc, argv, options);
  if (options->command != NULL && options->command[0] == NULL) {
    return err_set(err, ERR_USAGE,
                   "no command behind '--'; say how the program is started, as in: "
                   "-- python3 my_client.py {host} {port}");
  }
  opterr = 0;
  optind = 1;
  int id;
  while ((id = getopt_long(own_argc, argv, ":j:vh", OPTIONS, NULL)) != -1) {
    const char *word = argv[optind - 1];
    if (id == '?') {
      return err_set(err, ERR_USAGE, "unknown option '%s'; 'sockproof run --help' lists them",
                     word);
    }
    if (id == ':') return err_set(err, ERR_USAGE, "option '%s' needs a value", word);
    enum err_code code = take_option(id, options, err);
    if (code != ERR_OK) return code;
  }
  if (own_argc - optind > RUN_GLOBS_MAX) {
    return err_set(err, ERR_USAGE, "more than %d case globs", RUN_GLOBS_MAX);
  }
  for (int i = optind; i < own_argc; i++)
    options->globs[options->glob_count++] = argv[i];
  if (options->command != NULL && options->subject != NULL) {
    return err_set(err, ERR_USAGE, "--subject and a command behind '--' exclude each other");
  }
  if (options->peer_ready != NULL && options->peer == NULL) {
    return err_set(err, ERR_USAGE, "--peer-ready says when the server of --peer is ready; name it");
  }
  if (options->gdb && options->reports == NULL) options->reports = DEBUG_REPORTS;
  enum err_code code = options->gdb ? check_gdb(options, err) : ERR_OK;
  if (code == ERR_OK && options->replay != NULL) code = check_replay(options, err);
  return code == ERR_OK ? check_write(options, err) : code;
}
