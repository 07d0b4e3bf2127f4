import { expect, test } from 'vitest';
import type { SeenLimit } from './slots.sql.js';
import { TurnedAway } from './turned-away.js';

const full = (id: string): SeenLimit => ({
  id,
  name: id,
  limit: 1,
  active: true,
  used: 1,
  denied: 50,
  decay: 0,
  occupancy: 3_600,
  possible: true,
  taken: false,
});

/** How often a limit is asked in a minute by so many who come back when they are told to, in a world of its own. */
function looksInAMinute(askers: number): { looks: number; longestGapMs: number } {
  const away = new TurnedAway();
  const comings = Array.from({ length: askers }, (_, at) => at * 10);
  let [looks, last, longestGapMs] = [0, 0, 0];
  while (true) {
    const [now] = comings.sort((one, other) => one - other);
    if (now! > 60_000) return { looks, longestGapMs };
    comings.shift();
    comings.push(now! + away.secondsFor([full('db')], 1, now) * 1000);
    if (now! > 10_000) longestGapMs = Math.max(longestGapMs, now! - last);
    last = now!;
    looks++;
  }
}

test.each([1, 5, 20, 80])(
  'a slot that %i wait for is seen soon, and the limit is asked no more often for it',
  (askers) => {
    const { looks, longestGapMs } = looksInAMinute(askers);
    expect(looks).toBeLessThan(5 * 60 + 3 * askers);
    expect(longestGapMs).toBeLessThan(4_000);
  },
);

test('who waits for one limit makes nobody wait for another, and who has come back waits no longer', () => {
  const away = new TurnedAway();
  for (let at = 0; at < 200; at++) away.secondsFor([full('busy')], 1, 0);
  expect(away.secondsFor([full('quiet')], 1, 0)).toBeLessThan(1);
  expect(away.secondsFor([full('busy')], 1, 0)).toBeGreaterThan(10);
  expect(away.secondsFor([full('busy')], 1, 60_000)).toBeLessThan(1);
});
