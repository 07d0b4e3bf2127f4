import { wireTime } from '../events/events.js';
import type { LoopHealth } from '../loops/loops.js';

const onWire = (iso: string | null): string | null => iso && wireTime(new Date(iso));

/** How a loop is doing, as it crosses the wire. */
export const toLoopJson = (loop: LoopHealth) => ({
  name: loop.name,
  says: loop.says,
  every_seconds: loop.everySeconds,
  last_pass: onWire(loop.lastPass),
  last_success: onWire(loop.lastSuccess),
  last_seconds: loop.lastSeconds,
  running_seconds: loop.runningSeconds,
  passes: loop.passes,
  failures: loop.failures,
  failures_in_a_row: loop.failuresInARow,
  last_error: loop.lastError,
  busy_seconds: loop.busySeconds,
  behind: loop.behind,
  ok: loop.ok,
});
