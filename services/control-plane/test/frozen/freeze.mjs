// A process that freezes in one of several ways, perhaps before it has started: freeze.mjs WAY [SECONDS THAT IT MAY WHILE STARTING]
import { startWatchdog } from '../../dist/core/watchdog/watchdog.js';

const ways = {
  loop: () => {
    for (;;);
  },
  pattern: () => /^(a+)+$/.test(`${'a'.repeat(60)}!`),
  wait: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  busyForLess: () => {
    for (const end = Date.now() + 600; Date.now() < end;);
    setTimeout(() => process.exit(0), 1500);
  },
  busyForLonger: () => {
    for (const end = Date.now() + 6_000; Date.now() < end;);
    setTimeout(() => process.exit(0), 1500);
  },
};

const whileStarting = Number(process.argv[3] ?? 0);
const started = startWatchdog('frozen', 2, whileStarting);
if (whileStarting === 0) started();
setTimeout(function standStill() {
  ways[process.argv[2]]();
}, 100);
