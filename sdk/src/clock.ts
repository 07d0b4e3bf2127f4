let lastMicros = 0;

/** Now in UTC with six digits; never the same twice in a process, so that states keep their order. */
export function timestamp(): string {
  const now = Math.floor((performance.timeOrigin + performance.now()) * 1000);
  lastMicros = Math.max(lastMicros + 1, now);
  const text = new Date(Math.floor(lastMicros / 1000)).toISOString();
  return `${text.slice(0, 23)}${String(lastMicros % 1000).padStart(3, '0')}Z`;
}

/** ISO time that many seconds from now. */
export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** Sleeps, but not longer than until the signal fires; answers whether it slept to the end. */
export function sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (whole: boolean) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupted);
      resolve(whole);
    };
    const interrupted = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal?.addEventListener('abort', interrupted, { once: true });
  });
}
