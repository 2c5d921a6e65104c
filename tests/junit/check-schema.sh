#!/bin/sh
# What sockproof writes as JUnit is valid in both profiles, and the schemas refuse what is not.
# usage: check-schema.sh FOLDER-OF-REPORTS
set -u
reports=$1
schemas=$(dirname "$0")
failures=0

# 0: valid; 3: well-formed, and not valid. Anything else is neither.
validate() {
  xmllint --noout --nonet --schema "$schemas/$1" "$2" >/dev/null 2>&1
}

accepts() {
  validate "$1" "$reports/$2" || { echo "$2 is not valid for $1"; failures=$((failures + 1)); }
}

# refuses SCHEMA REPORT SED-EXPRESSION: one thing made wrong
refuses() {
  wrong=$(mktemp)
  sed "$3" "$reports/$2" >"$wrong"
  cmp -s "$wrong" "$reports/$2" && { echo "'$3' changes nothing in $2"; failures=$((failures + 1)); }
  validate "$1" "$wrong"
  [ $? -eq 3 ] || { echo "$2 with '$3' is not refused by $1"; failures=$((failures + 1)); }
  rm -f "$wrong"
}

rich=sockproof-junit.xsd
strict=sockproof-junit-strict.xsd

accepts $rich junit-rich.xml
accepts $strict junit-strict.xml
accepts $strict junit-empty.xml

for profile in rich strict; do
  schema=$(eval echo \$$profile)
  refuses "$schema" junit-$profile.xml 's/time="0.012"/time="0.0123"/'
  refuses "$schema" junit-$profile.xml 's/ classname="sntp-client"//'
  refuses "$schema" junit-$profile.xml 's/ hostname="[^"]*"//'
  refuses "$schema" junit-$profile.xml 's/21:40:05" host/21:40:05Z" host/'
  refuses "$schema" junit-$profile.xml 's/name="honest"/name="ipv6"/'
  refuses "$schema" junit-$profile.xml 's/name="honest"/name=""/'
  refuses "$schema" junit-$profile.xml 's/name="echo-server"/name="sntp-client"/'
  refuses "$schema" junit-$profile.xml 's/id="1"/id="0"/'
  refuses "$schema" junit-$profile.xml 's/errors="1"/errors="one"/'
  refuses "$schema" junit-$profile.xml 's/ type="assertion"//'
  refuses "$schema" junit-$profile.xml 's/ type="assertion"/ type=""/'
  refuses "$schema" junit-$profile.xml '/<property /d'
  refuses "$schema" junit-$profile.xml 's/<failure /<mishap /; s/<\/failure/<\/mishap/'
done
refuses $rich junit-rich.xml 's/ file="[^"]*"//'
refuses $rich junit-rich.xml 's/cases\.c/elsewhere.c/'
refuses $strict junit-strict.xml 's/id="1"/id="1" file="x"/'
refuses $strict junit-strict.xml '/<system-err>/d'
refuses $strict junit-rich.xml 's/x86_64/other/'
refuses $rich junit-strict.xml 's/x86_64/other/'

[ $failures -eq 0 ] && echo "both profiles are valid, and every wrong report is refused"
exit $((failures > 0))
