// A process that freezes in one of several ways: freeze.mjs WAY
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
};

startWatchdog('frozen', 2);
setTimeout(function standStill() {
  ways[process.argv[2]]();
}, 100);
