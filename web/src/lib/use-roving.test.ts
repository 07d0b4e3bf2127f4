import { expect, test } from 'vitest';
import { indexOf, rowAfter } from './use-roving';

test('keys go from row to row and never out of the list', () => {
  const steps: [string, number, number | null][] = [
    ['ArrowDown', 0, 1],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 59, 59],
    ['PageDown', 55, 59],
    ['PageUp', 15, 5],
    ['Home', 30, 0],
    ['End', 30, 59],
    ['a', 3, null],
  ];
  for (const [key, at, to] of steps) expect([key, at, rowAfter(key, at, 60, 10)]).toEqual([key, at, to]);
});

test('a row is found again when others have come above it, and its place when it has gone', () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ id }));
  expect(indexOf(rows, { id: 'b', index: 1 })).toBe(1);
  expect(indexOf([{ id: 'new' }, ...rows], { id: 'b', index: 1 })).toBe(2);
  expect(indexOf(rows, { id: 'gone', index: 1 })).toBe(1);
  expect(indexOf(rows, { id: 'gone', index: 9 })).toBe(2);
  expect(indexOf([], { id: 'gone', index: 9 })).toBe(0);
});
