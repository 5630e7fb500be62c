// Two-step transfers on as many stations as there are virtual users, every one judged.
//
//   k6 run -e TARGET=voicespec.yaml -e STATIONS=8 -e DURATION=1m transfer.js
import { target, play } from 'k6/x/voicespec';

target({ config: open(__ENV.TARGET || 'voicespec.yaml'), evidence: __ENV.EVIDENCE || '' });

export const options = {
  vus: Number(__ENV.STATIONS || 1),
  duration: __ENV.DURATION || '10s',
  gracefulStop: '1m', // a performance that has begun is played to its end
  thresholds: {
    checks: ['rate==1'], // every check of every transfer
    'voicespec_operation_duration{operation:InitiateTransfer}': ['p(95)<2000'],
    'voicespec_notification_delay{state:Held}': ['p(95)<2000'],
  },
};

export default function () {
  play('transfer.sample-2');
}
