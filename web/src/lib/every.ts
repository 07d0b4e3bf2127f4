import { useEffect } from 'react';

/** Does something again and again while the page is in sight. */
export function useEvery(everyMs: number, work: () => void, paused = false): void {
  useEffect(() => {
    if (paused) return;
    const timer = setInterval(() => document.hidden || work(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, work, paused]);
}
