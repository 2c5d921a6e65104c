# Shared by the lint scripts, which read it with `.`: where the project is, its files, and how a finding is told.
# LINT_ROOT names another tree to look at (the self-test does), LINT_BUILD the build folder.
# shellcheck shell=sh

LC_ALL=C
export LC_ALL

lint_here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
lint_root=${LINT_ROOT:-$(CDPATH='' cd -- "$lint_here/../.." && pwd -P)}
if [ -z "${LINT_BUILD-}" ]; then
  LINT_BUILD=$lint_root/build/release
  [ -e "$LINT_BUILD/build.ninja" ] || LINT_BUILD=$lint_root/build/dev
fi
cd "$lint_root" || exit 2

# C sources and headers of the project, relative to its root: lint_c_files [NAME-PATTERN].
# shellcheck disable=SC2120  # the pattern is optional
lint_c_files() {
  for lint_folder in harness fixtures cases tests; do
    [ ! -d "$lint_folder" ] || find "$lint_folder" -type f -name "${1:-*.[ch]}"
  done | sort
}

# The same of what targets run on this host, beside a target's own machine, or on a Linux whose headers are this host's:
# lint_native_target_files [NAME-PATTERN].
# shellcheck disable=SC2120  # the pattern is optional
lint_native_target_files() {
  for lint_folder in gvisor linux-s390x-system remote; do
    [ ! -d "subjects/targets/$lint_folder" ] ||
      find "subjects/targets/$lint_folder" -type f -name "${1:-*.[ch]}"
  done | sort
}

# The same of what the recipes of a target are compiled with: for other compilers and systems than this host's, so that
# only a check that compiles nothing looks at it.
lint_target_files() {
  [ ! -d subjects ] || find subjects -type f -name '*.[ch]' | sort
}

# Every file that belongs to the project, whatever it holds.
lint_all_files() {
  find . \( -name .git -o -name .cache -o -path './build*' -o -path './reports/*' \) -prune -o -type f -print |
    sed 's|^\./||' | sort
}

lint_cores() {
  nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

lint_need() { # TOOL
  command -v "$1" >/dev/null 2>&1 || {
    echo "$1 is not installed; ./run test installs it."
    exit 2
  }
}

# Reads findings on stdin, tells them with what to do, and fails when there is one.
lint_report() { # WHAT-TO-DO
  lint_findings=$(cat)
  [ -n "$lint_findings" ] || return 0
  printf '%s\n' "$lint_findings"
  printf '\n%s\n' "$1"
  return 1
}
