// At which rate does the server begin to break its own documentation? Transfers a minute grow until a check fails.
//
//   k6 run -e TARGET=voicespec.yaml -e STATIONS=64 -e RATE=1200 -e DURATION=5m ramp.js
import exec from 'k6/execution';
import { target, play } from 'k6/x/voicespec';

target({ config: open(__ENV.TARGET || 'voicespec.yaml'), evidence: __ENV.EVIDENCE || '' });

const most = Number(__ENV.RATE || 600);
const stations = Number(__ENV.STATIONS || 1);

export const options = {
  scenarios: {
    ramp: {
      executor: 'ramping-arrival-rate',
      startRate: 1,
      timeUnit: '1m',
      preAllocatedVUs: stations, // a virtual user is a station: there are no more than the target file has
      maxVUs: stations,
      stages: [{ target: most, duration: __ENV.DURATION || '1m' }],
      gracefulStop: '1m',
    },
  },
  thresholds: {
    checks: [{ threshold: 'rate==1', abortOnFail: true }],
    dropped_iterations: ['count==0'], // the stations were all busy: that is the limit of the client, not of the server
  },
};

export default function () {
  const p = play('transfer.sample-2');
  if (!p.ok) {
    const minute = (Date.now() - exec.scenario.startTime) / 60000;
    console.error(`after ${minute.toFixed(1)} minutes: ${p.failed[0].requirement} ${p.failed[0].message}`);
  }
}
