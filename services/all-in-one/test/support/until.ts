import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition. The testkit has the like, but stands on this package. */
export async function until<T>(what: string, ask: () => Promise<T> | T, secondsMax = 120): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + secondsMax * 1000; ; await sleep(20)) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${secondsMax} s in vain: ${what}`);
  }
}
