// Asks with the npm module ntp-client as its documentation shows, and prints the time of the answer.
const ntpClient = require('../build/subjects/node_modules/ntp-client');

const [host, port, timeoutS] = process.argv.slice(2);
ntpClient.ntpReplyTimeout = timeoutS * 1000;
ntpClient.getNetworkTime(host, Number(port), (error, date) => {
  if (error) {
    console.error(error);
    process.exitCode = 1;
    return;
  }
  console.log(date.toISOString());
});
