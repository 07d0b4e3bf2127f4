import { useSyncExternalStore } from 'react';

/** One clock for the whole page: everything that counts time moves at the same moment, and nothing moves in a hidden tab. */
function clock(everyMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    if (document.hidden) return;
    now = Date.now();
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    if (listeners.size === 0) {
      now = Date.now();
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

/** The time in milliseconds: moves every second, five times a second when `quick`, not at all when `paused`. */
export function useNow({ quick = false, paused = false } = {}): number {
  const source = paused ? still : quick ? fast : seconds;
  return useSyncExternalStore(source.subscribe, source.read, () => 0);
}
