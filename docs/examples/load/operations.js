// Single operations, each with its outcome judged at every end.
//
//   k6 run -e TARGET=voicespec.yaml operations.js
import { check } from 'k6';
import { target, station } from 'k6/x/voicespec';

target({ config: open(__ENV.TARGET || 'voicespec.yaml') });

export const options = { thresholds: { checks: ['rate==1'] } };

export default function () {
  const act = station().begin();
  const { call } = act.dial('caller', 'agent');
  act.operate('agent', call, 'Answer');
  act.operate('agent', call, 'AttachUserData', { userData: { ticket: '4711' } });
  const held = act.operate('agent', call, 'Hold');
  check(held, { 'Hold is accepted': (h) => h.accepted, 'Held is notified': (h) => h.notified });
  act.end(); // hangs up, and judges
}
