import { expect, test } from 'vitest';
import { isLater } from './snapshots.js';

test.each([
  ['10:20:10,12', '10:21:10,12', true],
  ['10:20:10,12', '12:20:12', true],
  ['12:20:12', '20:20:', true],
  ['9:9:', '10:10:', true],
  ['4294967295:4294967295:', '4294967296:4294967296:', true],
  ['10:20:10,12', '10:20:10,12', false],
])('%s was before %s: %s', (one, other, isBefore) => {
  expect([isLater(other, one), isLater(one, other)]).toEqual([isBefore, false]);
});
