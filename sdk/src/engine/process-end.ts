import { setMaxListeners } from 'node:events';
import { CancelledError } from '../errors.js';

let controller = new AbortController();
let users = 0;

/** Somebody told the process to end. Whether that is a cancellation, the control plane knows. */
export class ProcessEndError extends CancelledError {
  override name = 'ProcessEndError';
  constructor(signal: string) {
    super(`The process was told to end (${signal}).`);
  }
}

const told = (signal: NodeJS.Signals): void => {
  if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
  controller.abort(new ProcessEndError(signal));
};

/** Fires at SIGINT and SIGTERM while somebody watches; a second one ends the process at once. */
export function watchProcessEnd(): { signal: AbortSignal; done: () => void } {
  if (users++ === 0) {
    controller = new AbortController();
    setMaxListeners(0, controller.signal);
    process.on('SIGINT', told).on('SIGTERM', told);
  }
  const done = () => {
    if (--users === 0) process.off('SIGINT', told).off('SIGTERM', told);
  };
  return { signal: controller.signal, done };
}
