import inspector from 'node:inspector';
import { Worker } from 'node:worker_threads';

const beatMs = 500;

/**
 * Ends this process when its event loop stands still for that long: a thread of its own looks for the beats of the main
 * one, writes down where that one stands, and ends it. Whoever keeps the process running starts it again.
 */
export function startWatchdog(name: string, seconds: number): void {
  if (seconds === 0) return;
  const shared = new Int32Array(new SharedArrayBuffer(8));
  setInterval(() => {
    Atomics.add(shared, 0, 1);
    // Who stands at a breakpoint is not frozen.
    Atomics.store(shared, 1, inspector.url() === undefined ? 0 : 1);
  }, beatMs).unref();
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { shared, name, seconds },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
  });
  thread.unref();
}
