// Walks sample 2 of the InitiateTransfer page, a two-step transfer from start to finish, with a client of
// the CometD project: an opinion on our reference server that shares no line with voicespec.
//
//   node transfer.mjs --url http://127.0.0.1:PORT --client 9|3 --transport long-polling|websocket
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { adapt } from 'cometd-nodejs-client';
import * as cometd9 from 'cometd';
import cometd3 from 'cometd-3';

const { values: args } = parseArgs({
  options: { url: { type: 'string' }, client: { type: 'string' }, transport: { type: 'string' } },
});
const { CometD } = { 9: cometd9, 3: cometd3 }[args.client];
const EVENT_BUDGET = 10_000;
const QUIET_BUDGET = 300;

const NUMBERS = { agent: '5005', caller: '5000', destination: '5001' };
const basic = (user) => `Basic ${Buffer.from(`${user}:${user}-secret`).toString('base64')}`;

// REST: just enough of it, on fetch.

async function rest(user, method, path, body) {
  const response = await fetch(`${args.url}/api/v2/${path}`, {
    method,
    headers: { Authorization: basic(user), ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(EVENT_BUDGET),
  });
  const answer = await response.json();
  assert.equal(response.status, 200, `${user}: ${method} ${path}: ${JSON.stringify(answer)}`);
  assert.equal(answer.statusCode, 0, `${user}: ${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const startSession = (user) => rest(user, 'POST', 'me', { operationName: 'StartContactCenterSession', channels: ['voice'] });
const operate = (callId, body) => rest('agent', 'POST', `me/calls/${callId}`, body);

async function dial(user, phoneNumber) {
  const { devices } = await rest(user, 'GET', 'me/devices?fields=*');
  assert.equal(devices.length, 1, `${user} has one device`);
  await rest(user, 'POST', `me/devices/${devices[0].id}/calls`, { operationName: 'Dial', destination: { phoneNumber } });
}

// Notifications, in order of arrival.

const seen = [];
let arrived = () => {};

function receive(message) {
  seen.push(message);
  arrived();
}

async function until(count) {
  const deadline = AbortSignal.timeout(EVENT_BUDGET);
  while (seen.length < count) {
    await new Promise((resolve, reject) => {
      arrived = resolve;
      deadline.onabort = () => reject(new Error(`expected ${count} notifications, have ${seen.length}: ${story()}`));
      if (deadline.aborted) deadline.onabort();
    });
  }
  return seen[count - 1].data.call;
}

const story = () => seen.map(({ data }) => data.call?.state ?? data.notificationType).join(', ');

// Bayeux: the CometD project's client, with the agent's credentials on each HTTP request and on the upgrade.

adapt();
const Socket = globalThis.window.WebSocket;
globalThis.window.WebSocket = class extends Socket {
  constructor(url, protocol) {
    super(url, protocol ?? [], { headers: { Authorization: basic('agent') } });
  }
};

const client = new CometD();
client.configure({
  url: `${args.url}/api/v2/notifications`,
  requestHeaders: { Authorization: basic('agent') },
  logLevel: 'warn',
});
for (const name of client.getTransportTypes()) {
  if (name !== args.transport) client.unregisterTransport(name);
}
assert.deepEqual(client.getTransportTypes(), [args.transport]);

const refused = [];
client.addListener('/meta/unsuccessful', (message) => refused.push(message));
const connected = new Promise((resolve) => {
  client.addListener('/meta/connect', (message) => message.successful && resolve());
});

const reply = (start) => new Promise((resolve, reject) => {
  AbortSignal.timeout(EVENT_BUDGET).onabort = () => reject(new Error('no reply'));
  start(resolve);
});

const handshake = await reply((done) => client.handshake(done));
assert.equal(handshake.successful, true, `handshake: ${JSON.stringify(handshake)}`);
const subscribed = await reply((done) => client.subscribe('/v2/me/calls', receive, done));
assert.equal(subscribed.successful, true, `subscribe: ${JSON.stringify(subscribed)}`);
await connected;

// The page.

for (const user of Object.keys(NUMBERS)) await startSession(user);

await dial('caller', NUMBERS.agent);
const ringing = await until(1);

await operate(ringing.id, { operationName: 'Answer' });
const established = await until(2);

const originalFirst = (a, b) => Number(b.id === ringing.id) - Number(a.id === ringing.id);
await operate(ringing.id, { operationName: 'InitiateTransfer', destination: { phoneNumber: NUMBERS.destination } });
await until(4);
const [held, dialing] = seen.slice(2, 4).map(({ data }) => data.call).sort(originalFirst);

await operate(dialing.id, { operationName: 'CompleteTransfer' });
await until(6);
const [released, consultReleased] = seen.slice(4, 6).map(({ data }) => data.call).sort(originalFirst);
await pause(QUIET_BUDGET);
assert.equal(seen.length, 6, `six notifications and no more: ${story()}`);

// What the page says of each of them.

// Offered by features that other pages document, or seen on a live server; never in a released call.
const beyond = new Set(['MuteCall', 'StartCallRecording', 'ClearCall']);
const set = (text) => text.split(' ').filter(Boolean).sort();
const attached = 'UpdateUserData DeleteUserData AttachUserData DeleteUserDataPair';
const consulting = `${attached} SingleStepConference Hangup SingleStepTransfer InitiateConference InitiateTransfer`;
const expected = [
  [ringing, 'Ringing', 'Internal', 'caller', `${attached} Answer`],
  [established, 'Established', 'Internal', 'caller', `${consulting} SendDtmf Hold`],
  [held, 'Held', 'Internal', 'caller', `${consulting} Retrieve`],
  [dialing, 'Dialing', 'Consult', 'destination', `${attached} Hangup SwapCalls CompleteTransfer SendDtmf`],
  [released, 'Released', 'Internal', 'caller', ''],
  [consultReleased, 'Released', 'Consult', 'destination', ''],
];

for (const [call, state, callType, party, capabilities] of expected) {
  const consult = callType === 'Consult';
  const { id } = consult ? dialing : ringing;
  const number = NUMBERS[party];
  assert.equal(call.state, state);
  assert.equal(call.callType, callType, state);
  assert.equal(call.id, id, state);
  assert.equal(call.callUuid, id, state);
  assert.equal(call.connId, (consult ? dialing : ringing).connId, state);
  assert.equal(call.deviceUri, ringing.deviceUri, state);
  assert.equal(new URL(call.uri).pathname, `/api/v2/me/calls/${id}`, state);
  assert.equal(call.path, `/calls/${id}`, state);
  assert.equal(call.dnis, consult ? number : NUMBERS.agent, state);
  assert.equal(call.parentCallUri, consult ? ringing.uri : undefined, state);
  assert.deepEqual(call.capabilities.filter((c) => state === 'Released' || !beyond.has(c)).sort(), set(capabilities), `${state}: capabilities`);
  assert.deepEqual(call.participants.map((p) => [p.phoneNumber, p.formattedPhoneNumber, p.digits]), [[number, number, number]], state);
  assert.match(call.duration, /^\d+$/, state);
}
assert.notEqual(ringing.connId, dialing.connId);
for (const { channel, data } of seen) {
  assert.equal(channel, '/v2/me/calls');
  assert.equal(data.phoneNumber, NUMBERS.agent);
  assert.equal(data.messageType, 'CallStateChangeMessage');
  assert.equal(data.notificationType, 'StatusChange');
}

const gone = await reply((done) => client.disconnect(done));
assert.equal(gone.successful, true, `disconnect: ${JSON.stringify(gone)}`);
assert.deepEqual(refused, [], 'no Bayeux request was refused');
assert.equal(client.getStatus(), 'disconnected');
console.log(`cometd ${args.client} over ${args.transport}: ${story()}`);
process.exit(0);
