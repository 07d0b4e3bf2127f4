const listeners = new Set<(tick: number) => void>();
let timer: NodeJS.Timeout | null = null;
let tick = 0;

/** Calls once a second, all in the same moment, so that what they look for can be looked for together. Answers how to stop. */
export function everySecond(listener: (tick: number) => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    tick++;
    for (const each of listeners) each(tick);
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
  };
}
