/* Reading a profile from the inside: for the files profile*.c alone. */
#ifndef SOCKPROOF_SUBJECT_PROFILE_PARTS_H
#define SOCKPROOF_SUBJECT_PROFILE_PARTS_H

#include "subject/ini_file.h"
#include "subject/profile.h"

struct profile_loading {
  const char *path;
  struct arena *arena;
  struct profile *profile;
  struct err *err;
};

/* A wrong value of a setting: file, line and key before what `why` says. */
enum err_code profile_wrong(const struct profile_loading *loading,
                            const struct ini_setting *setting, enum err_code code, const char *why);
/* A key that is not among those allowed in its section. */
enum err_code profile_unknown_key(const struct profile_loading *loading,
                                  const struct ini_setting *setting, const char *allowed);
/* Letters and digits, and the octets of `more`; fewer than `max`, and at least one. */
bool profile_is_name(const char *chars, const char *more, size_t max);

/* ipv4, ipv6 or both. */
enum err_code profile_take_families(const struct profile_loading *loading,
                                    const struct ini_setting *setting,
                                    enum profile_families *families);

/* A setting in the section of a recipe. */
enum err_code profile_take_setting(const struct profile_loading *loading,
                                   const struct ini_setting *setting, struct profile_entry *entry);

#endif
