import { useSyncExternalStore } from 'react';
import { serverNow } from './server-clock';

/**
 * One clock for the whole page: everything that counts time moves at the same moment, and nothing moves in a hidden tab. It
 * is the server's, which made the times of runs: by a browser's that is slow they would begin in the future.
 */
function clock(everyMs: number) {
  const listeners = new Set<() => void>();
  let now = serverNow();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    if (document.hidden) return;
    now = serverNow();
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) {
      now = serverNow();
      timer = setInterval(tick, everyMs);
      document.addEventListener('visibilitychange', tick);
    }
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  };
  return { subscribe, read: () => now };
}

const seconds = clock(1000);
const fast = clock(200);
const still = { subscribe: () => () => {}, read: () => 0 };

/** The time in milliseconds, by the server's clock: moves every second, five times a second when `quick`, not at all when `paused`. */
export function useNow({ quick = false, paused = false } = {}): number {
  const source = paused ? still : quick ? fast : seconds;
  return useSyncExternalStore(source.subscribe, source.read, () => 0);
}
