"""Asks with ntplib as its documentation shows, and prints what the answer says."""

import sys
import ntplib

reply = ntplib.NTPClient().request(sys.argv[1], version=3, port=int(sys.argv[2]), timeout=float(sys.argv[3]))
print('time:', reply.tx_time)
print('offset:', reply.offset)
print('delay:', reply.delay)
print('stratum:', reply.stratum)
print('leap:', reply.leap)
print('precision:', reply.precision)
print('root delay:', reply.root_delay)
print('root dispersion:', reply.root_dispersion)
print('reference id:', ntplib.ref_id_to_text(reply.ref_id, reply.stratum))
