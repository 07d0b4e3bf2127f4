import { useSyncExternalStore } from 'react';

type Status = 'idle' | 'open' | 'lost';
/** Every subscription of every page is told of the same gap: they look again together, and not all pages at once. */
const [settleMs, spreadMs] = [250, 750];
let gap: ReturnType<typeof setTimeout> | undefined;

const listeners = new Set<() => void>();
let current = { status: 'idle' as Status, opened: 0, waiting: 0, scheduling: true };

const change = (next: Partial<typeof current>) => {
  current = { ...current, ...next };
  for (const listener of listeners) listener();
};

/**
 * Told by the socket. `opened` counts connections: whoever shows live data loads again when it grows. `waiting` counts
 * pages that somebody wants to go to, and that the server has not answered yet. `scheduling`: the part of the server that
 * makes runs is there, as far as is known.
 */
export const connection = {
  set(status: Status) {
    change({ status, opened: status === 'open' ? current.opened + 1 : current.opened });
  },
  schedules(scheduling: boolean) {
    change({ scheduling });
  },
  /** A page is waited for. Answers how to say that it is not any more. */
  waits(): () => void {
    change({ waiting: current.waiting + 1 });
    return () => change({ waiting: current.waiting - 1 });
  },
  /** The server may have missed news while its own connections were lost: as after a loss of ours, all is loaded again. */
  lookAgain() {
    gap ??= setTimeout(
      () => {
        gap = undefined;
        if (current.status === 'open') connection.set('open');
      },
      settleMs + Math.random() * spreadMs,
    );
  },
  get: () => current,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

const read = () => current;

export const useConnection = () => useSyncExternalStore(connection.subscribe, read, read);

/** Grows each time the socket has come back after a loss; 0 as long as it never was lost. */
export const useReconnects = () => Math.max(0, useConnection().opened - 1);
