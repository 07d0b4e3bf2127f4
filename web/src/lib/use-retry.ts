import { useEffect, useRef } from 'react';
import { connection } from './connection';

const [firstMs, mostMs] = [2_000, 30_000];

/** Tries again by itself, as long as there is something to try: now and then, and at once when the connection is back. */
export function useRetry(retry: (() => void) | undefined): void {
  const latest = useRef(retry);
  latest.current = retry;
  const wanted = retry !== undefined;
  useEffect(() => {
    if (!wanted) return;
    let wait = firstMs;
    let timer: ReturnType<typeof setTimeout>;
    const attempt = () => !document.hidden && latest.current?.();
    const plan = () => {
      timer = setTimeout(() => {
        attempt();
        plan();
      }, wait);
      wait = Math.min(mostMs, wait * 2);
    };
    plan();
    let { opened } = connection.get();
    const unhook = connection.subscribe(() => {
      const before = opened;
      opened = connection.get().opened;
      if (opened > before) attempt();
    });
    window.addEventListener('online', attempt);
    return () => {
      clearTimeout(timer);
      unhook();
      window.removeEventListener('online', attempt);
    };
  }, [wanted]);
}
