// The shortest NTP client that one would write: one datagram out, one in, and its time printed.
const dgram = require('dgram');

const SECONDS_FROM_1900_TO_1970 = 2208988800;

const [host, port] = process.argv.slice(2);
const request = Buffer.alloc(48);
request[0] = 0x1b;

const client = dgram.createSocket('udp4');
client.on('message', (reply, from) => {
  const seconds = reply.readUInt32BE(40) - SECONDS_FROM_1900_TO_1970;
  console.log(`Response received from: ${from.address}`);
  console.log('Time=' + new Date(seconds * 1000).toUTCString());
  client.close();
});
client.send(request, Number(port), host);
