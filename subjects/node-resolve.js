// Asks Node's dns.lookup and dns.lookupService for what resolve-host prints.
const dns = require('node:dns');
const [how, host] = process.argv.slice(2);

const plain = (text) => text.replace(/[^ -~]/gu, '?');
const KINDS = { ENOTFOUND: 'unknown host', EAI_AGAIN: 'try again', EAI_FAIL: 'no recovery' };
const fail = (error) => {
  console.error(`node: ${KINDS[error.code] ?? 'error'}: ${plain(error.message)}`);
  process.exitCode = 1;
};

if (how === 'one') {
  dns.lookup(host, { order: 'ipv4first', verbatim: false }, (error, address) => {
    if (error) fail(error);
    else if (address === null) fail(new Error('no host was given'));
    else console.log(`IP address of ${plain(host)}: ${address}`);
  });
} else if (how === 'all') {
  dns.lookup(host, { all: true, verbatim: false }, (error, addresses) => {
    if (error) fail(error);
    else for (const { address } of addresses) console.log(`Address: ${address}`);
  });
} else {
  try {
    dns.lookupService(host, 0, (error, name) => {
      if (error) fail(error);
      else console.log(`Canonical name: ${plain(name)}\nAddress: ${host}`);
    });
  } catch (error) {
    fail(error);
  }
}
