import inspector from 'node:inspector';

const beatMs = 1_000;
let warning: string | null = null;

/** What the supervisor wants people to know about this machine, for `/ready`. */
export const warningOfSupervisor = (): string | null => warning;

/**
 * Tells the supervisor each second that this process is alive: one that was stopped as a whole cannot watch itself. It
 * hears `pulse`, `debugged` from one that may stand at a breakpoint, and `started` once the doors are open.
 */
export function startPulse(): void {
  if (!process.connected) return;
  setInterval(() => tell(inspector.url() === undefined ? 'pulse' : 'debugged'), beatMs).unref();
  process.on('message', (message: { warning?: string | null }) => {
    if (message.warning !== undefined) warning = message.warning;
  });
  process.channel?.unref();
}

export const tellStarted = (): void => tell('started');

function tell(word: 'pulse' | 'debugged' | 'started'): void {
  // A parent that has just died is told of by `disconnect`.
  if (process.connected) process.send!(word, undefined, undefined, () => undefined);
}
