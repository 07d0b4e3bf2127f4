import { expect, test } from 'vitest';
import { rowAfter } from './use-roving';

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
