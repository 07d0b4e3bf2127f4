import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.js';
import { isOwnedBy } from './owners.js';

const filled = (lines: Record<string, number[]>, quantum = 4) => {
  const queue = new FairQueue<string>(quantum);
  for (const [party, costs] of Object.entries(lines)) costs.forEach((cost, at) => queue.push(party, party + at, cost));
  return queue;
};
const ones = (count: number) => Array.from({ length: count }, () => 1);
const sharesOf = (taken: string[]) => {
  const shares: Record<string, number> = {};
  for (const item of taken) shares[item[0]!] = (shares[item[0]!] ?? 0) + 1;
  return shares;
};

test('of one party everything goes in the order in which it came', () => {
  const queue = filled({ a: ones(5) });
  expect(queue.take(3)).toEqual(['a0', 'a1', 'a2']);
  expect(queue.take(3)).toEqual(['a3', 'a4']);
  expect(queue.size).toBe(0);
});

test('however much one has waiting, another gets as much of what is taken', () => {
  const queue = filled({ a: ones(10_000), b: ones(10) });
  expect(sharesOf(queue.take(16))).toEqual({ a: 8, b: 8 });
});

test('shares are of cost, not of number', () => {
  const queue = filled({ a: Array.from({ length: 100 }, () => 10), b: ones(1000) });
  const taken = Array.from({ length: 50 }, () => queue.take(20)).flat();
  const { a, b } = sharesOf(taken);
  expect(a! * 10).toBeGreaterThan(b! * 0.8);
  expect(a! * 10).toBeLessThan(b! * 1.25);
});

test('taken one at a time, parties alternate', () => {
  const queue = filled({ a: ones(3), b: ones(3), c: ones(1) });
  const taken = Array.from({ length: 7 }, () => queue.take(1)[0]![0]);
  expect(taken.slice(0, 3).sort()).toEqual(['a', 'b', 'c']);
  expect(taken.slice(3, 5).sort()).toEqual(['a', 'b']);
});

test('what costs more than may be taken goes alone, and keeps nobody out', () => {
  const queue = filled({ a: [100, 100], b: ones(3) });
  const taken: string[][] = [];
  while (queue.size > 0) taken.push(queue.take(10));
  expect(taken.flat().sort()).toEqual(['a0', 'a1', 'b0', 'b1', 'b2']);
  expect(taken[0]).toEqual(['b0', 'b1', 'b2']);
});

test('who may not is passed over and keeps its place', () => {
  const queue = filled({ a: ones(2), b: ones(2) });
  expect(queue.take(10, (party) => party === 'b')).toEqual(['b0', 'b1']);
  expect(queue.take(10, () => false)).toEqual([]);
  expect(queue.take(10)).toEqual(['a0', 'a1']);
});

test('what is dropped is counted no more', () => {
  const queue = filled({ a: [1, 2, 3], b: [5] });
  expect(queue.drop((item) => item === 'a1' || item === 'b0')).toEqual(['a1', 'b0']);
  expect([queue.size, queue.costOf('a'), queue.costOf('b')]).toEqual([2, 4, 0]);
  expect(queue.take(10)).toEqual(['a0', 'a2']);
});

test('an owner has one share, however many parties it has; they have theirs of it in turn', () => {
  for (let at = 0; at < 50; at++) isOwnedBy(`many-${at}`, 'owner of many');
  const queue = new FairQueue<string>(4);
  for (let times = 0; times < 20; times++) for (let at = 0; at < 50; at++) queue.push(`many-${at}`, `many-${at}`);
  for (let times = 0; times < 20; times++) queue.push('other', 'other');
  const taken = queue.take(32);
  expect(taken.filter((party) => party === 'other')).toHaveLength(16);
  expect(new Set(taken)).toHaveProperty('size', 17);
});

test('who may not of an owner’s parties keeps nobody else of it out', () => {
  isOwnedBy('stuck', 'owner of two');
  isOwnedBy('free', 'owner of two');
  const queue = filled({ stuck: ones(2), free: ones(2) });
  expect(queue.take(10, (party) => party === 'free')).toEqual(['free0', 'free1']);
  expect(queue.take(10)).toEqual(['stuck0', 'stuck1']);
});

test('what is dear is taken, also where something cheap of the same owner may not go before it', () => {
  isOwnedBy('cheap', 'owner of dear');
  isOwnedBy('dear', 'owner of dear');
  const queue = filled({ cheap: [1], dear: [100], other: ones(300) });
  const taken = Array.from({ length: 40 }, () => queue.take(10, (party) => party !== 'cheap')).flat();
  expect(taken).toContain('dear0');
});
