// A Bayeux server on Faye (long-polling and WebSocket).
//
//   node faye-server.mjs POLL_TIMEOUT_MS
//
// Prints `listening on URL`, `added` and `removed` for sessions. Reads `publish CHANNEL DATA…` (one event for
// each DATA, a word, all in one tick) from standard input, and ends when that is closed.
import http from 'node:http';
import { createInterface } from 'node:readline';
import faye from 'faye';

const adapter = new faye.NodeAdapter({ mount: '/', timeout: Number(process.argv[2]) / 1000 });
adapter.on('handshake', () => console.log('added'));
adapter.on('disconnect', () => console.log('removed'));

const server = http.createServer();
adapter.attach(server);
// The first events of a Faye client that is not connected yet may change places.
await new Promise((resolve) => adapter.getClient().connect(resolve));
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}/`));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, channel, ...words] = line.split(' ');
    if (command !== 'publish') throw new Error(`unknown command: ${line}`);
    for (const word of words) adapter.getClient().publish(channel, { word });
  })
  .on('close', () => process.exit(0));
