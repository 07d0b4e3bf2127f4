// A process one of whose loops hangs.
import { Loops } from '../../dist/core/loops/loops.js';
import { createLogger } from '../../dist/core/log/logger.js';

const loops = new Loops(createLogger('info', 'hanging'));
loops.add({
  name: 'hanging',
  says: 'Hangs.',
  everySeconds: 1,
  passSecondsMax: 0.2,
  pass: () => new Promise(() => undefined),
});
loops.start();
setInterval(() => undefined, 60_000);
