/* The sandbox's files: an empty /run, an /etc with names of its own over the host's, a /proc of its
 * own processes.
 *
 * Path-named AF_UNIX sockets would lead out of a network namespace (D-Bus, nscd, Docker): most live
 * in /run. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/sandbox_addresses.h"
#include "sandbox/sandbox_etc.h"
#include "sandbox/sandbox_linux.h"

enum { ETC_FILE_MAX = 1024 * 1024 };

/* The host's /etc as it was. Beside it stand links to all that is beside /etc, so that relative
 * links that climb out of it (../usr/share/zoneinfo/UTC) still lead somewhere. */
#define HOST_ROOT "/run/sockproof/host"
#define HOST_ETC HOST_ROOT "/etc"

static bool is_below_run(const char *path) {
  return strcmp(path, "/run") == 0 || strncmp(path, "/run/", 5) == 0;
}

enum err_code mounts_check_caller(struct err *err) {
  char path[4096];
  if (getcwd(path, sizeof path) != NULL && is_below_run(path))
    return err_set(err, ERR_USAGE,
                   "the working directory %s lies below /run, which is empty in a sandbox; work "
                   "in another directory",
                   path);
  const ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
  if (len <= 0) return ERR_OK;
  path[len] = '\0';
  if (is_below_run(path))
    return err_set(err, ERR_USAGE,
                   "the program %s lies below /run, which is empty in a sandbox; install it "
                   "elsewhere",
                   path);
  return ERR_OK;
}

static enum err_code make_directory(const char *path, mode_t mode, struct err *err) {
  if (mkdir(path, mode) != 0)
    return err_set_errno(err, errno, "the sandbox's %s cannot be made", path);
  return ERR_OK;
}

static enum err_code mount_tmpfs(const char *path, const char *options, struct err *err) {
  if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
    return err_set_errno(err, errno, "the sandbox's own %s cannot be mounted", path);
  return ERR_OK;
}

/* A link in `to` for one entry of `from_path`. */
static bool link_entry(const char *from_path, int to, const char *name) {
  char target[PATH_MAX];
  const int len = snprintf(target, sizeof target, "%s/%s", from_path, name);
  if (len < 0 || (size_t)len >= sizeof target) return true; /* cannot be named: left out */
  return symlinkat(target, to, name) == 0 || errno == EEXIST;
}

/* Fills the directory `to_path` with links to all that is in `from_path` and not yet in `to_path`.
 */
static enum err_code link_entries(const char *from_path, const char *to_path, struct err *err) {
  DIR *from = opendir(from_path);
  if (from == NULL) return err_set_errno(err, errno, "%s cannot be read", from_path);
  const int to = open(to_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool linked = to >= 0;
  const char *prefix = strcmp(from_path, "/") == 0 ? "" : from_path;
  for (const struct dirent *entry; linked && (entry = readdir(from)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    linked = link_entry(prefix, to, entry->d_name);
  }
  const int reason = errno;
  if (to >= 0) close(to);
  closedir(from);
  if (!linked) return err_set_errno(err, reason, "%s cannot be filled from %s", to_path, from_path);
  return ERR_OK;
}

static enum err_code write_file(const char *path, const char *contents, struct err *err) {
  if (unlink(path) != 0 && errno != ENOENT)
    return err_set_errno(err, errno, "the sandbox's %s cannot be replaced", path);
  if (contents == NULL) return ERR_OK;
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return err_set_errno(err, errno, "the sandbox's %s cannot be made", path);
  const size_t len = strlen(contents);
  const ssize_t written = write(fd, contents, len);
  const int reason = written < 0 ? errno : ENOSPC;
  close(fd);
  if (written < 0 || (size_t)written != len)
    return err_set_errno(err, reason, "the sandbox's %s cannot be written", path);
  return ERR_OK;
}

static enum err_code write_filled(const char *path, const char *contents, bool tap,
                                  struct err *err) {
  if (contents == NULL) return write_file(path, NULL, err);
  struct text filled = TEXT_INIT(ETC_FILE_MAX);
  sandbox_fill_addresses(tap ? &sandbox_on_wire : &sandbox_on_loopback, contents, &filled);
  const enum err_code code =
      filled.truncated
          ? err_set(err, ERR_LIMIT, "the sandbox's %s is longer than %d octets", path, ETC_FILE_MAX)
          : write_file(path, text_chars(&filled), err);
  text_free(&filled);
  return code;
}

enum err_code mounts_write_etc(const struct sandbox_file *files, bool tap, struct err *err) {
  for (const struct sandbox_file *file = files; file != NULL && file->name != NULL; file++) {
    char path[128];
    const int len = snprintf(path, sizeof path, "/etc/%s", file->name);
    if (len < 0 || (size_t)len >= sizeof path || strchr(file->name, '/') != NULL)
      return err_set(err, ERR_USAGE, "\"%s\" is not a name of a file directly in /etc", file->name);
    const enum err_code code = write_filled(path, file->contents, tap, err);
    if (code != ERR_OK) return code;
  }
  return ERR_OK;
}

enum err_code mounts_write_host_name(const char *host_name, bool tap, struct err *err) {
  char name[80];
  char hosts[4096] = "";
  for (const struct sandbox_file *file = sandbox_etc_files; file->name != NULL; file++) {
    if (strcmp(file->name, "hosts") != 0) continue;
    const int len = snprintf(hosts, sizeof hosts, "%s\n127.0.0.1 %s\n::1 %s\n", file->contents,
                             host_name, host_name);
    if (len < 0 || (size_t)len >= sizeof hosts)
      return err_set(err, ERR_LIMIT, "the sandbox's hosts file is longer than %zu octets",
                     sizeof hosts);
  }
  snprintf(name, sizeof name, "%s\n", host_name);
  const struct sandbox_file files[] = {{"hosts", hosts}, {"hostname", name}, {NULL, NULL}};
  return mounts_write_etc(files, tap, err);
}

static enum err_code make_etc(const struct sandbox_options *options, struct err *err) {
  enum err_code code;
  if ((code = make_directory(HOST_ROOT, 0755, err)) != ERR_OK ||
      (code = make_directory(HOST_ETC, 0755, err)) != ERR_OK)
    return code;
  if (mount("/etc", HOST_ETC, "none", MS_BIND | MS_REC, NULL) != 0)
    return err_set_errno(err, errno, "the host's /etc cannot be kept at hand in the sandbox");
  if ((code = link_entries("/", HOST_ROOT, err)) != ERR_OK ||
      (code = mount_tmpfs("/etc", "size=4m,mode=0755", err)) != ERR_OK ||
      (code = mounts_write_etc(sandbox_etc_files, options->tap || options->veth, err)) != ERR_OK)
    return code;
  /* Before what a case brings. */
  if (options->host_name != NULL &&
      (code = mounts_write_host_name(options->host_name, options->tap || options->veth, err)) !=
          ERR_OK)
    return code;
  if ((code = mounts_write_etc(options->etc, options->tap || options->veth, err)) != ERR_OK)
    return code;
  return link_entries(HOST_ETC, "/etc", err);
}

static enum err_code bind_programs(const struct sandbox_options *options, struct err *err) {
  if (options->programs == NULL) return ERR_OK;
  const enum err_code code = make_directory(SANDBOX_PROGRAMS, 0755, err);
  if (code != ERR_OK) return code;
  if (mount(options->programs, SANDBOX_PROGRAMS, "none", MS_BIND | MS_REC, NULL) != 0)
    return err_set_errno(err, errno, "the programs in %s cannot be seen in the sandbox",
                         options->programs);
  return ERR_OK;
}

enum err_code mounts_set_up(const struct sandbox_options *options, uid_t owner, struct err *err) {
  if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
    return err_set_errno(err, errno, "the sandbox's mounts cannot be made private");
  /* A fresh /proc is refused where parts of the present one are covered (containers): the old one
   * then stays, and shows processes of the host that nobody in here can touch. */
  (void)mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);

  enum err_code code;
  if ((code = mount_tmpfs("/run", "size=64m,mode=0755", err)) != ERR_OK ||
      (code = make_directory("/run/sockproof", 0755, err)) != ERR_OK ||
      (code = make_directory(SANDBOX_SCRATCH, 0700, err)) != ERR_OK ||
      (code = bind_programs(options, err)) != ERR_OK || (code = make_etc(options, err)) != ERR_OK)
    return code;
  if (owner != 0 && chown(SANDBOX_SCRATCH, owner, (gid_t)owner) != 0)
    return err_set_errno(err, errno, "the scratch directory cannot be given to uid %u",
                         (unsigned)owner);
  return ERR_OK;
}
