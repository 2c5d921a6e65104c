#include "run/play/case_surroundings.h"

#include "fixture/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATTERN_BLOCK = 4096 };

static bool has_name_server(const struct case_def *def) {
  for (size_t i = 0; i < CASE_FIXTURES_MAX && def->fixtures[i].class != NULL; i++) {
    if (def->fixtures[i].class->application == APPLICATION_DNS) return true;
  }
  return false;
}

bool case_has_own_names(const struct case_def *def) {
  return def->etc != NULL || def->host_name != NULL || has_name_server(def);
}

enum tier case_needs(const struct instance *instance) {
  const struct case_def *def = instance->def;
  /* The filter of a shared capture is made before a server has chosen its port. */
  bool chooses_port =
      instance_role(instance) == ROLE_SERVER && def->port == 0 && instance->recipe->port == 0;
  bool private = case_has_own_names(def) || def->ipv6_off || def->may_set_host_name || chooses_port;
  return private ? TIER_CAPTURE_PRIVATE : def->needs;
}

/* --- files ------------------------------------------------------------------------------------ */

static bool write_all(int fd, struct span octets) {
  while (octets.len > 0) {
    ssize_t written = write(fd, octets.bytes, octets.len);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) octets = span_part(octets, (size_t)written, octets.len);
  }
  return true;
}

static bool write_pattern(int fd, size_t len) {
  uint8_t block[PATTERN_BLOCK];
  for (size_t at = 0; at < len; at += sizeof block) {
    for (size_t i = 0; i < sizeof block; i++)
      block[i] = fixture_pattern_octet(0, at + i);
    size_t left = len - at;
    if (!write_all(fd, span_of(block, left < sizeof block ? left : sizeof block))) return false;
  }
  return true;
}

static bool fill_file(int fd, const struct case_file *file) {
  if (file->sparse_octets > 0) {
    if (file->sparse_octets > INT64_MAX) {
      errno = EFBIG;
      return false;
    }
    if (ftruncate(fd, (off_t)file->sparse_octets) != 0 || lseek(fd, 0, SEEK_END) < 0) return false;
  }
  if (file->text != NULL && !write_all(fd, span_of_text(file->text))) return false;
  return write_pattern(fd, file->pattern_len);
}

/* The subject is another user where the harness is root. */
static bool make_file(const char *path, const struct case_file *file) {
  mode_t mode = file->unreadable ? 0 : file->directory ? 0755 : 0644;
  if (file->directory) return mkdir(path, 0755) == 0 && chmod(path, mode) == 0;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool made = fill_file(fd, file) && fchmod(fd, mode) == 0;
  int reason = errno;
  close(fd);
  errno = reason;
  return made;
}

static enum err_code make_one(const struct sandbox *sandbox, const char *whose,
                              const struct case_file *file, struct err *err) {
  char path[PATH_MAX];
  int len = snprintf(path, sizeof path, "%s/%s", sandbox->scratch, file->name);
  if (len < 0 || (size_t)len >= sizeof path)
    return err_set(err, ERR_LIMIT, "the path of the %s file %s is too long", whose, file->name);
  if (make_file(path, file)) return ERR_OK;
  return err_set_errno(err, errno, "the %s file %s cannot be made", whose, file->name);
}

static enum err_code make_files(const struct case_def *def, const struct sandbox *sandbox,
                                struct err *err) {
  for (size_t i = 0; i < CASE_FILES_MAX && def->files[i].name != NULL; i++) {
    enum err_code code = make_one(sandbox, "case's", &def->files[i], err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

enum err_code case_surroundings_add_files(const struct profile_file *files, size_t count,
                                          const struct sandbox *sandbox, struct err *err) {
  for (size_t i = 0; i < count; i++) {
    const struct case_file file = {.name = files[i].name, .text = files[i].text};
    enum err_code code = make_one(sandbox, "profile's", &file, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

/* --- names ------------------------------------------------------------------------------------ */

/* The sandbox's own /etc/resolv.conf names the peer's IPv4 address. A case's file of that name,
 * written after this one, is the last word. */
static enum err_code name_the_server(const struct case_def *def, const struct sandbox *sandbox,
                                     const struct network *network, struct err *err) {
  bool private = sandbox->plan.tier == TIER_CAPTURE_PRIVATE;
  if (!private || (network->family == IP_V4 && !has_name_server(def))) return ERR_OK;
  char address[IP_ADDRESS_TEXT_MAX];
  char contents[128];
  snprintf(contents, sizeof contents, "nameserver %s\noptions timeout:1 attempts:1\n",
           ip_address_text(&network->peer, address));
  const struct sandbox_file files[] = {{"resolv.conf", contents}, {NULL, NULL}};
  return sandbox_set_etc(sandbox, files, err);
}

enum err_code case_surroundings_make(const struct instance *instance, const struct sandbox *sandbox,
                                     const struct network *network, struct err *err) {
  const struct case_def *def = instance->def;
  enum err_code code = make_files(def, sandbox, err);
  if (code == ERR_OK) code = name_the_server(def, sandbox, network, err);
  if (code == ERR_OK && def->ipv6_off) code = sandbox_turn_off_ipv6(sandbox, err);
  if (code == ERR_OK && def->host_name != NULL)
    code = sandbox_set_host_name(sandbox, def->host_name, err);
  /* Last: a hosts file of the case's own need not know the new name. */
  if (code == ERR_OK && def->etc != NULL) code = sandbox_set_etc(sandbox, def->etc, err);
  return code;
}
