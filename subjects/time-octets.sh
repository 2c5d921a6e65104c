#!/bin/sh
# The time of RFC 868 on standard output, for servers that run a program for each client: four octets in one write, as each
# write of it may become a datagram.
set -eu
seconds=$(($(date +%s) + 2208988800)) # from 1900 to 1970
# shellcheck disable=SC2059  # the format is the four octets
printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((seconds >> 24)) $((seconds >> 16 & 255)) $((seconds >> 8 & 255)) $((seconds & 255)))"
