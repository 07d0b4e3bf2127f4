import { useSyncExternalStore } from 'react';

type Status = 'idle' | 'open' | 'lost';

const listeners = new Set<() => void>();
let current: { status: Status; opened: number } = { status: 'idle', opened: 0 };

/** Told by the socket. `opened` counts connections: whoever shows live data loads again when it grows. */
export const connection = {
  set(status: Status) {
    const opened = status === 'open' ? current.opened + 1 : current.opened;
    current = { status, opened };
    for (const listener of listeners) listener();
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
