import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freePriority, moved, type Placed } from './priorities.js';

const pool = (names: Record<string, number>): Placed[] =>
  Object.entries(names).map(([id, priority]) => ({ id, priority }));
const after = (queues: Placed[], changes: Placed[]) =>
  Object.fromEntries(
    queues.map(({ id, priority }) => [id, changes.find((each) => each.id === id)?.priority ?? priority]),
  );

test('a new queue takes the first number that is free', () => {
  expect(freePriority([])).toBe(1);
  expect(freePriority(pool({ a: 1, b: 2 }))).toBe(3);
  expect(freePriority(pool({ a: 1, b: 4, c: 2 }))).toBe(3);
});

test('who stands in the way moves on, and only they', () => {
  const queues = pool({ c: 1, d: 2, default: 3, b: 4, f: 5, h: 6, i: 7, g: 10, e: 11 });
  const first = after(queues, moved(queues, 'g', 1));
  expect(first).toEqual({ g: 1, c: 2, d: 3, default: 4, b: 5, f: 6, h: 7, i: 8, e: 11 });
  const second = after(pool(first), moved(pool(first), 'g', 4));
  expect(second).toEqual({ c: 2, d: 3, g: 4, default: 5, b: 6, f: 7, h: 8, i: 9, e: 11 });
  expect(after(pool(second), moved(pool(second), 'g', 100))).toMatchObject({ c: 2, e: 11, g: 100 });
});

test('whatever moves, the queue gets its number, no two have the same, and the others keep their order', () => {
  const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(priorities, fc.nat(), fc.integer({ min: 1, max: 35 }), (numbers, which, priority) => {
      const queues = numbers.map((each, at) => ({ id: String(at), priority: each }));
      const { id } = queues[which % queues.length]!;
      const result = after(queues, moved(queues, id, priority));
      const order = (of: Record<string, number>) =>
        Object.keys(of)
          .filter((each) => each !== id)
          .toSorted((one, other) => of[one]! - of[other]!);
      expect(result[id]).toBe(priority);
      expect(new Set(Object.values(result)).size).toBe(queues.length);
      expect(order(result)).toEqual(order(after(queues, [])));
    }),
  );
});
