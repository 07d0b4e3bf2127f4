import { expect, test } from 'vitest';
import { nextDelayMs } from './pace.js';

const delay = (everySeconds: number, failuresInARow: number, isAway = false) =>
  nextDelayMs({ everySeconds, failuresInARow, isAway }, 0.5) / 1000;

test('a loop that keeps failing is tried more and more seldom, but at least once a minute', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((failures) => delay(5, failures))).toEqual([5, 5, 10, 20, 40, 60, 60]);
});

test('one that rests for longer anyway is not tried more often', () => {
  expect([0, 1, 7].map((failures) => delay(3600, failures))).toEqual([3600, 3600, 3600]);
});

test('while the database is away it is tried every few seconds', () => {
  expect([1, 2, 3, 9].map((failures) => delay(3, failures, true))).toEqual([3, 5, 5, 5]);
});

test('the rest is a tenth shorter or longer, so that replicas come apart', () => {
  const pace = { everySeconds: 10, failuresInARow: 0, isAway: false };
  expect([nextDelayMs(pace, 0), nextDelayMs(pace, 1)]).toEqual([9_000, 11_000]);
});
