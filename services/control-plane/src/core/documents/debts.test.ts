import { expect, test } from 'vitest';
import { Debts } from './debts.js';

test('who took long stands behind the others for ten times as long, then no more', () => {
  const debts = new Debts();
  debts.add('them', 100, 0);
  expect([0, 900, 1_000, 2_000].map((now) => debts.of('them', now))).toEqual([1_000, 100, 0, 0]);
  expect(debts.of('others', 0)).toBe(0);
});

test('what is owed adds up, but never to more than half a minute', () => {
  const debts = new Debts();
  for (let times = 0; times < 2; times++) debts.add('them', 1_000, 0);
  expect(debts.of('them', 0)).toBe(20_000);
  for (let times = 0; times < 50; times++) debts.add('them', 1_000, 0);
  expect(debts.of('them', 0)).toBe(30_000);
  expect(debts.of('them', 30_000)).toBe(0);
});
