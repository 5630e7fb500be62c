// Walks sample 2 of the InitiateTransfer page in a browser, as an agent's desktop would: a page with cometd.js that comes from the same host
// as the API, and is known there by the cookie of its session. The Go test beside this file opens it.
import { CometD } from './cometd/cometd.js';

const EVENT_BUDGET = 30_000;
const NUMBERS = { agent: '5005', caller: '5000', destination: '5001' };

// Only the agent uses this browser: the others have no cookie in it.
async function rest(user, method, path, body) {
  const response = await fetch(`/api/v2/${path}`, {
    method,
    credentials: user === 'agent' ? 'same-origin' : 'omit',
    headers: { Authorization: `Basic ${btoa(`${user}:${user}-secret`)}`, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.status !== 200 || answer.statusCode !== 0) throw new Error(`${user}: ${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

const operate = (callId, body) => rest('agent', 'POST', `me/calls/${callId}`, body);

// window.walk is what the test calls: it resolves to the states that the page was notified of.
window.walk = async (transport) => {
  for (const user of Object.keys(NUMBERS)) await rest(user, 'POST', 'me', { operationName: 'StartContactCenterSession', channels: ['voice'] });

  const seen = [];
  let arrived = () => {};
  const until = async (count) => {
    const deadline = AbortSignal.timeout(EVENT_BUDGET);
    while (seen.length < count) {
      await new Promise((resolve, reject) => {
        arrived = resolve;
        deadline.onabort = () => reject(new Error(`expected ${count} notifications: ${seen.map((call) => call.state)}`));
      });
    }
  };

  const client = new CometD();
  client.configure({ url: `${location.origin}/api/v2/notifications`, logLevel: 'warn' });
  for (const name of client.getTransportTypes()) {
    if (name !== transport) client.unregisterTransport(name);
  }
  const connected = new Promise((resolve) => { client.addListener('/meta/connect', (message) => message.successful && resolve()); });
  const reply = (start) => new Promise((resolve, reject) => {
    start((message) => (message.successful ? resolve() : reject(new Error(JSON.stringify(message)))));
  });
  await reply((done) => client.handshake(done));
  await reply((done) => client.subscribe('/v2/me/calls', ({ data }) => { seen.push(data.call); arrived(); }, done));
  await connected;

  const { devices } = await rest('caller', 'GET', 'me/devices?fields=*');
  await rest('caller', 'POST', `me/devices/${devices[0].id}/calls`, { operationName: 'Dial', destination: { phoneNumber: NUMBERS.agent } });
  await until(1);
  const { id } = seen[0];
  await operate(id, { operationName: 'Answer' });
  await until(2);
  await operate(id, { operationName: 'InitiateTransfer', destination: { phoneNumber: NUMBERS.destination } });
  await until(4);
  await operate(seen.find((call) => call.id !== id).id, { operationName: 'CompleteTransfer' });
  await until(6);
  await reply((done) => client.disconnect(done));
  return seen.map((call) => call.state).join(', ');
};
