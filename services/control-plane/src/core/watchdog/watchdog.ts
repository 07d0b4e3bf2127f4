import inspector from 'node:inspector';
import { Worker } from 'node:worker_threads';

const beatMs = 500;

/** A process that starts loads and compiles much in one piece; on a busy machine that alone takes longer than a freeze. */
export const startSecondsMax = 120;

/**
 * Ends this process when its event loop stands still for that long: a thread of its own looks for the beats of the main
 * one, writes down where that one stands, and ends it. Whoever keeps the process running starts it again. Until the
 * answered function is called the process is starting, and may stand still for `startSecondsMax`.
 */
export function startWatchdog(name: string, seconds: number, whileStarting = startSecondsMax): () => void {
  if (seconds === 0) return () => undefined;
  const shared = new Int32Array(new SharedArrayBuffer(12));
  setInterval(() => {
    Atomics.add(shared, 0, 1);
    // Who stands at a breakpoint is not frozen.
    Atomics.store(shared, 1, inspector.url() === undefined ? 0 : 1);
  }, beatMs).unref();
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { shared, name, seconds, whileStarting: Math.max(seconds, whileStarting) },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
  });
  thread.unref();
  return () => void Atomics.store(shared, 2, 1);
}
