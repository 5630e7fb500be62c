// Two-step transfers over and over, by a client of the CometD project: what a script of one's own costs. It judges little.
// Prints what a transfer takes of the processor, in milliseconds without the start of Node, and how many there were a second.
//
//   node load.mjs --url http://127.0.0.1:PORT --station 1 --transfers 100
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { adapt } from 'cometd-nodejs-client';
import { CometD } from 'cometd';

const { values: args } = parseArgs({ options: { url: { type: 'string' }, station: { type: 'string' }, transfers: { type: 'string' } } });
const n = Number(args.station);
const person = (name, number) => ({ user: n > 1 ? name + n : name, number: String(number + 100 * (n - 1)) });
const agent = person('agent', 5005);
const caller = person('caller', 5000);
const destination = person('destination', 5001);
const basic = ({ user }) => `Basic ${Buffer.from(`${user}:${user}-secret`).toString('base64')}`;

async function rest(who, method, path, body) {
  const response = await fetch(`${args.url}/api/v2/${path}`, {
    method,
    headers: { Authorization: basic(who), ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  assert.equal(answer.statusCode, 0, JSON.stringify(answer));
  return answer;
}

adapt();
const client = new CometD();
client.configure({ url: `${args.url}/api/v2/notifications`, requestHeaders: { Authorization: basic(agent) }, logLevel: 'warn' });
client.unregisterTransport('websocket');

let seen = [];
let arrived = () => {};
async function until(count) {
  while (seen.length < count) await new Promise((resolve) => { arrived = resolve; });
  return seen[count - 1].data.call;
}
const reply = (start) => new Promise((resolve) => { start(resolve); });
const connected = new Promise((resolve) => { client.addListener('/meta/connect', resolve); });
assert.equal((await reply((done) => client.handshake(done))).successful, true);
await reply((done) => client.subscribe('/v2/me/calls', (message) => { seen.push(message); arrived(); }, done));
await connected;
for (const who of [agent, caller, destination]) {
  await rest(who, 'POST', 'me', { operationName: 'StartContactCenterSession', channels: ['voice'] });
}
const { devices } = await rest(caller, 'GET', 'me/devices?fields=*');

async function transfer() {
  seen = [];
  await rest(caller, 'POST', `me/devices/${devices[0].id}/calls`, { operationName: 'Dial', destination: { phoneNumber: agent.number } });
  const ringing = await until(1);
  await rest(agent, 'POST', `me/calls/${ringing.id}`, { operationName: 'Answer' });
  await until(2);
  await rest(agent, 'POST', `me/calls/${ringing.id}`, { operationName: 'InitiateTransfer', destination: { phoneNumber: destination.number } });
  await until(4);
  const consult = seen.slice(2, 4).map(({ data }) => data.call).find(({ id }) => id !== ringing.id);
  await rest(agent, 'POST', `me/calls/${consult.id}`, { operationName: 'CompleteTransfer' });
  await until(6);
  assert.deepEqual(seen.slice(4).map(({ data }) => data.call.state), ['Released', 'Released']);
  await rest(caller, 'POST', `me/calls/${ringing.id}`, { operationName: 'Hangup' });
}

await transfer();
const began = performance.now();
const before = process.cpuUsage();
for (let i = 0; i < Number(args.transfers); i++) await transfer();
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000 / Number(args.transfers), Number(args.transfers) / (performance.now() - began) * 1000);
await reply((done) => client.disconnect(done));
process.exit(0);
