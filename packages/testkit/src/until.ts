import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition: asks until it answers something true, or fails with what it was waiting for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  secondsMax = 120,
): Promise<T> {
  for (const deadline = Date.now() + secondsMax * 1000; ; await sleep(25)) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${secondsMax} s in vain: ${what}`);
  }
}
