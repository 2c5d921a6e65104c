#!/bin/sh
# ntpsec's ntpd as a peer (`sockproof run --peer "sh FOLDER/ntpd-peer.sh {scratch}" --peer-ready clock_sync`): it takes
# this machine's own clock for right, at stratum 4, asks nobody, and begins with a frequency that it need not measure first.
set -eu
scratch=${1:?a folder that it may write to}
cat >"$scratch/ntp.conf" <<END
refclock local stratum 3 minpoll 3 maxpoll 3 prefer
tos maxdist 30
logconfig =all
restrict default
driftfile $scratch/ntp.drift
END
echo 0.000 >"$scratch/ntp.drift"
exec ntpd -n -c "$scratch/ntp.conf"
