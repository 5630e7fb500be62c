// A Bayeux server on the CometD project's own Node library (long-polling only).
//
//   node cometd-server.mjs POLL_TIMEOUT_MS
//
// Prints `listening on URL`, `added` and `removed` for sessions. Reads `publish CHANNEL DATA…` (one event for
// each DATA, a word, all in one tick) from standard input, and ends when that is closed.
import http from 'node:http';
import { createInterface } from 'node:readline';
import cometd from 'cometd-nodejs-server';

const bayeux = cometd.createCometDServer({ timeout: Number(process.argv[2]), interval: 0, maxInterval: 10_000, logLevel: 'warn' });
bayeux.addListener('sessionAdded', () => console.log('added'));
bayeux.addListener('sessionRemoved', (session, expired) => console.log(expired ? 'expired' : 'removed'));

const server = http.createServer(bayeux.handle);
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, channel, ...words] = line.split(' ');
    if (command !== 'publish') throw new Error(`unknown command: ${line}`);
    for (const word of words) bayeux.createServerChannel(channel).publish(null, { word });
  })
  .on('close', () => process.exit(0));
