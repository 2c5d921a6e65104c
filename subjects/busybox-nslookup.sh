#!/bin/sh
# busybox-nslookup.sh NAME|ADDRESS [reverse]: runs nslookup, which tells all on standard output, and puts its complaint on
# standard error by the recipe's kinds. Of a name for an address it prints the address turned round, so that is added.
told=$(busybox nslookup "$1")
status=$?
printf '%s\n' "$told"
if [ "$status" -eq 0 ]; then
  [ $# -lt 2 ] || printf 'Address: %s\n' "$1"
  exit 0
fi
case $told in
  *NXDOMAIN*) kind='unknown host' ;;
  *SERVFAIL* | *REFUSED* | *'timed out'*) kind='try again' ;;
  *FORMERR*) kind='no recovery' ;;
  *) kind='error' ;;
esac
echo "busybox: $kind" >&2
exit "$status"
