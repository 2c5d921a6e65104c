#include "run/catalogue/version_choice.h"

enum { CHANGED_SHOWN_MAX = 10 };

enum err_code version_choose(const char *root, const char *wanted, struct arena *arena,
                             struct version_choice *choice, struct err *err) {
  const char *path = arena_format(arena, "%s/cases/CHANGES", root);
  if (path == NULL) return err_set(err, ERR_LIMIT, "no memory for the versions of the catalogue");
  enum err_code code = changelog_load(path, arena, &choice->changelog, err);
  if (code != ERR_OK) return code;
  choice->version = choice->changelog.version_count - 1;
  if (wanted == NULL) return ERR_OK;
  return changelog_find(&choice->changelog, wanted, &choice->version, err);
}

void version_leave_out_later(struct version_choice *choice, struct instance_list *chosen) {
  size_t kept = 0;
  for (size_t i = 0; i < chosen->count; i++) {
    if (changelog_since(&choice->changelog, chosen->items[i].id) <= choice->version)
      chosen->items[kept++] = chosen->items[i];
  }
  choice->later_cases = chosen->count - kept;
  chosen->count = kept;
}

void version_tell(const struct version_choice *choice, const struct instance_list *chosen,
                  FILE *out) {
  const struct changelog *changelog = &choice->changelog;
  fprintf(out, "catalogue %s: %zu case%s of later versions left out\n",
          changelog->versions[choice->version].name, choice->later_cases,
          choice->later_cases == 1 ? "" : "s");
  size_t changed = 0;
  for (size_t i = 0; i < chosen->count; i++) {
    const char *id = chosen->items[i].id;
    const struct change *change = changelog_change(changelog, id, CHANGE_CHANGED, choice->version,
                                                   changelog->version_count - 1);
    if (change == NULL || ++changed > CHANGED_SHOWN_MAX) continue;
    fprintf(out, "  %s changed in %s: %s\n", id, changelog->versions[change->version].name,
            change->why);
  }
  if (changed > CHANGED_SHOWN_MAX)
    fprintf(out, "  and %zu more changed since (cases/CHANGES)\n", changed - CHANGED_SHOWN_MAX);
}
