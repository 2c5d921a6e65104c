#!/bin/sh
# A program that takes a URL, as the client of socket-errors.
#
#   url-client.sh NAMES.sed HOST PORT FILE COMMAND...
#
# Runs COMMAND with the URL of HOST, PORT and FILE behind it. What it tells on standard error goes through NAMES.sed,
# which puts the recipe's name of a failure before the program's own words; its output and its status are its own.
# URL_MAX in the environment: of how many octets a URL for COMMAND may be.
names=$1
host=$2
port=$3
file=$4
shift 4

case $port in
  *[!0-9-]*)
    echo 'a URL has its port in figures, and not the name of a service' >&2
    exit 77
    ;;
esac
case $file in
  '' | /*) ;;
  *)
    echo 'the path of a URL with a host begins with a slash' >&2
    exit 77
    ;;
esac
case $host in
  *:*) host="[$host]" ;;
esac
url=http://$host:$port$file
if [ "${#url}" -gt "${URL_MAX:-100000}" ]; then
  echo "it takes no URL of ${#url} octets" >&2
  exit 77
fi

# Standard error alone is taken, as the output may hold octets that no variable does.
{ told=$("$@" "$url" 2>&1 >&3 3>&-); } 3>&1
status=$?
[ -z "$told" ] || printf '%s\n' "$told" | sed -f "$names" >&2
exit "$status"
