/* The cases of set-hostname: with the right to do it and without, and names of every kind. The name
 * is the sandbox's own, never the host's. */
#include "cases/catalogue.h"

#define TEN "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN
/* Two labels each: 64 octets, Linux's longest name, and one more. */
#define NAME_64 TEN TEN TEN TEN TEN TEN ".abc"
#define NAME_65 NAME_64 "d"
_Static_assert(sizeof NAME_64 == 64 + 1, "the length is what the cases rest on");
#define LABEL_64 SIXTY "abcd"
#define NAME_256 SIXTY "." SIXTY "." SIXTY "." SIXTY "." TEN "ab"
_Static_assert(sizeof NAME_256 == 256 + 1, "the length is what the cases rest on");

/* A name that has sense. */
#define SETS(name_, value_, about_)                                                    \
  {                                                                                    \
    .name = (name_), .requirement = "P53", .about = (about_), .host_name = "old-name", \
    .may_set_host_name = true, .values = {{"name", (value_)}}, .checks = {             \
      CHECK_SUCCEEDED,                                                                 \
      CHECK_HOST_NAME_SET(value_),                                                     \
      CHECK_OBSERVED("old", "old-name"),                                               \
      CHECK_OBSERVED("new", value_),                                                   \
      CHECK_SENDS_NOTHING                                                              \
    }                                                                                  \
  }

/* One that has none, though the kernel would take nearly all of these: told with the usage, and
 * the host is not touched. */
#define SENSELESS(name_, value_, about_)                                               \
  {                                                                                    \
    .name = (name_), .requirement = "P54", .about = (about_), .host_name = "old-name", \
    .may_set_host_name = true, .values = {{"name", (value_)}}, .checks = {             \
      CHECK_EXIT_CODE(2),                                                              \
      CHECK_TOLD_ON_STDERR,                                                            \
      CHECK_HOST_NAME_LEFT_ALONE,                                                      \
      CHECK_NOT_OBSERVED("new")                                                        \
    }                                                                                  \
  }

static const struct case_def CASES[] = {
    SETS("sets-name", "new-name", "The host has the new name, octet for octet."),
    SETS("one-letter", "n", "A name of one letter is a name."),
    SETS("begins-with-figure", "3com", "RFC 1123 section 2.1 lets a name begin with a figure."),
    SETS("qualified-name", "proof.sockproof.test", "A name may have a domain."),
    SETS("capital-letters", "New-Name", "Letters stay as they were given."),
    SETS("same-name", "old-name", "A host may be given the name that it has."),
    SETS("longest-name", NAME_64, "64 octets are a name on every system."),
    {.name = "without-the-right",
     .requirement = "P52",
     .about = "Who may not name the host is told so, and is not told of a new name.",
     .host_name = "old-name",
     .values = {{"name", "new-name"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("new")}},
    {.name = "same-name-without-the-right",
     .requirement = "P52",
     .about = "The right is missing even where the name would not change.",
     .host_name = "old-name",
     .values = {{"name", "old-name"}},
     .checks = {CHECK_FAILED, CHECK_TOLD_IN_ONE_LINE, CHECK_NOT_OBSERVED("new")}},
    {.name = "octet-too-long",
     .requirement = "P54",
     .about = "65 octets are told as too long on Linux, and are a name where 255 may be one.",
     .host_name = "old-name",
     .may_set_host_name = true,
     .values = {{"name", NAME_65}},
     .checks = {CHECK_OBSERVED_OR_REFUSED("new", NAME_65)}},
    {.name = "too-long-is-told",
     .requirement = "P54",
     .about = "A name that the system does not take is told in one line, and never cut to fit.",
     .host_name = "old-name",
     .may_set_host_name = true,
     .values = {{"name", SIXTY "." SIXTY "." SIXTY "." SIXTY "." TEN}},
     .checks = {CHECK_OBSERVED_OR_REFUSED("new", SIXTY "." SIXTY "." SIXTY "." SIXTY "." TEN)}},
    SENSELESS("longer-than-any", NAME_256, "No system has a name of 256 octets."),
    SENSELESS("label-of-64", LABEL_64, "A label has 63 octets at most."),
    SENSELESS("empty", "''", "The kernel takes an empty name; those who ask for it later do not."),
    SENSELESS("blank", "'new name'", "A blank is no part of a name."),
    SENSELESS("newline-at-its-end", "'new-name\n'", "The end of the line is no part of a name."),
    SENSELESS("underscore", "new_name", "An underscore is no part of a host's name."),
    SENSELESS("slash", "new/name", "A slash is no part of a name."),
    SENSELESS("escape", "'new\033[2Jname'", "A control octet is no part of a name."),
    SENSELESS("beyond-ascii", "'n\xc3\xa4me'", "Letters beyond ASCII are no part of a name."),
    SENSELESS("hyphen-first", "-new-name", "A name does not begin with a hyphen."),
    SENSELESS("hyphen-last", "new-name-", "A name does not end with a hyphen."),
    SENSELESS("dot-first", ".test", "A label has at least one octet."),
    SENSELESS("dot-last", "test.", "A label has at least one octet, the last one too."),
    SENSELESS("two-dots", "new..name", "A label has at least one octet, the middle one too."),
    SENSELESS("dotted-decimal", "127.0.0.1",
              "RFC 1123 section 2.1: no host's name has the form of an address."),
    SENSELESS("figures-alone", "2130706433", "Nor is one number a name: it is an address too."),
    {.name = "no-name",
     .requirement = "P60",
     .about = "Without a name there is nothing to do.",
     .values = {{"name", ""}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_HOST_NAME_LEFT_ALONE}},
    {.name = "two-names",
     .requirement = "P60",
     .about = "A host has one name.",
     .values = {{"name", "new-name other-name"}},
     .checks = {CHECK_EXIT_CODE(2), CHECK_TOLD_ON_STDERR, CHECK_HOST_NAME_LEFT_ALONE}},
    {.name = "help",
     .requirement = "P61",
     .about = "It tells how it is used when it is asked to, and changes nothing.",
     .values = {{"name", "--help"}},
     .checks = {CHECK_EXIT_CODE(0), CHECK_OBSERVED("usage", "set-hostname"), CHECK_PRINTABLE,
                CHECK_HOST_NAME_LEFT_ALONE}},
};

const struct recipe_def recipe_set_hostname = {
    .name = "set-hostname",
    .protocol = "names",
    .role = ROLE_LOCAL,
    .plain = "sets-name",
    .cases = CASES,
    .case_count = sizeof CASES / sizeof CASES[0],
};
