import { expect, test } from 'vitest';
import { blockingOf, retryAfterSeconds } from './retry-after.js';
import type { SeenLimit } from './slots.sql.js';

const limit = (over: Partial<SeenLimit> = {}): SeenLimit => ({
  id: 'a',
  name: 'db',
  limit: 1,
  active: true,
  used: 1,
  denied: 0,
  decay: 0,
  occupancy: 2,
  possible: true,
  taken: false,
  ...over,
});
/** So many wait that none of them has to look sooner than its turn comes. */
const many = 1_000;
const mean = () => 1 - Math.exp(-1);

test('one who waits alone for one slot waits about as long as it is held', () => {
  expect(retryAfterSeconds([limit()], 1, many, mean)).toBeCloseTo(2);
});

test('a queue before us makes the wait longer, more slots make it shorter', () => {
  expect(retryAfterSeconds([limit({ denied: 4 })], 1, many, mean)).toBeCloseTo(10);
  expect(retryAfterSeconds([limit({ denied: 4, limit: 5 })], 1, many, mean)).toBeCloseTo(2);
});

test.each([
  ['one who waits alone', 0, 0.5],
  ['each of eight', 7, 2],
  ['each of forty', 39, 10],
])('%s looks so often that there are four looks in a second, however long the slots are held', (_, others, seconds) => {
  const held = limit({ occupancy: 3_600, denied: others });
  expect(retryAfterSeconds([held], 1, others, mean)).toBeCloseTo(seconds);
});

test('of slots that are held for a moment nobody waits longer than that', () => {
  expect(retryAfterSeconds([limit({ occupancy: 0.1 })], 1, 0, mean)).toBeCloseTo(0.1);
});

test('a rate limit is waited for at the pace of its decay', () => {
  expect(retryAfterSeconds([limit({ decay: 0.5, denied: 1 })], 1, many, mean)).toBeCloseTo(4);
});

test('nobody is sent away for longer than thirty seconds, or ten for the limit of a tag', () => {
  expect(retryAfterSeconds([limit({ occupancy: 3600, denied: 90 })], 1, many, () => 0.999)).toBe(30);
  expect(retryAfterSeconds([limit({ name: 'tag:db', occupancy: 3600, denied: 90 })], 1, many, () => 0.999)).toBe(10);
});

test('nobody is sent away for no time at all', () => {
  expect(retryAfterSeconds([limit({ occupancy: 0, denied: 0 })], 1, many, () => 0)).toBeGreaterThan(0);
});

test('only active limits with too few slots block', () => {
  const seen = [limit({ id: 'free', used: 0 }), limit({ id: 'full' }), limit({ id: 'off', active: false })];
  expect(blockingOf(seen, 1).map((each) => each.id)).toEqual(['full']);
});
