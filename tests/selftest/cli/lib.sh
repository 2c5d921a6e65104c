# For the scripts beside it: a scratch folder, runs of sockproof, and what is demanded of them.
set -u
: "${SOCKPROOF:?path of the sockproof program}"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
source=${SOCKPROOF_SOURCE:-$(CDPATH='' cd -- "$here/../../.." && pwd -P)}
build=${SOCKPROOF_BUILD:-$(CDPATH='' cd -- "$(dirname -- "$SOCKPROOF")/.." && pwd -P)}
scratch=$(mktemp -d)
chmod 755 "$scratch" # a subject is an ordinary user, and some subjects lie in it
trap 'rm -rf "$scratch"' EXIT
failures=0
unset CI

# run ARGUMENT...: sets `status`, and leaves stdout and stderr in $scratch/out and $scratch/err.
run() {
  "$SOCKPROOF" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
  status=$?
}

fail() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n' "$*"
  printf '  exit %s\n  stdout:\n' "${status-?}"
  sed 's/^/    /' "$scratch/out" | head -n 40
  printf '  stderr:\n'
  sed 's/^/    /' "$scratch/err" | head -n 20
}

# expect_status N WHAT
expect_status() {
  [ "$status" -eq "$1" ] || fail "$2: exit $1 is due"
}

# expect_out TEXT WHAT / expect_err TEXT WHAT: the text stands in that output.
expect_out() {
  grep -qF -- "$1" "$scratch/out" || fail "$2: '$1' is due on standard output"
}
expect_err() {
  grep -qF -- "$1" "$scratch/err" || fail "$2: '$1' is due on standard error"
}

# One sentence, exit 2, and no reports folder: what every mistake on the command line comes to.
expect_mistake() { # TEXT ARGUMENT...
  text=$1
  shift
  run "$@"
  expect_status 2 "$*"
  expect_err "$text" "$*"
  [ "$(wc -l <"$scratch/err")" -eq 1 ] || fail "$*: one line on standard error is due"
  [ ! -e "$scratch/reports" ] || fail "$*: nothing may be written"
}

# verdict_of FILE ID: the verdict of a case in a results.json.
verdict_of() {
  awk -v id="\"id\": \"$2\"" '
    { gsub(/[{}]/, "\n&\n") } { print }' "$1" | tr ',' '\n' | awk -v id="$2" '
    index($0, "\"id\": \"" id "\"") || index($0, "\"id\":\"" id "\"") { found = 1 }
    found && /"verdict"/ { gsub(/.*"verdict": *"|".*/, ""); print; exit }'
}

finish() {
  [ "$failures" -eq 0 ] || exit 1
  echo "all as it should be"
}
