#!/bin/sh
# getent.sh DATABASE [KEY [PROTOCOL]]: runs getent, and puts its status in a line where that is all that it tells.
database=$1
shift
[ $# -lt 2 ] || set -- "$1/$2"
getent "$database" "$@"
status=$?
[ "$status" -eq 0 ] || echo "getent: status $status" >&2
exit "$status"
