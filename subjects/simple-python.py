"""The shortest NTP client that one would write: one datagram out, one in, and its time printed."""

import socket
import struct
import sys
import time

SECONDS_FROM_1900_TO_1970 = 2208988800

host, port = sys.argv[1], int(sys.argv[2])
request = b'\x1b' + 47 * b'\0'
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.sendto(request, (host, port))
reply, address = client.recvfrom(1024)
if reply:
    print('Response received from:', address)
    seconds = struct.unpack('!12I', reply)[10] - SECONDS_FROM_1900_TO_1970
    print('Time=' + time.ctime(seconds))
