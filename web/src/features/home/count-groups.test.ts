import { expect, test } from 'vitest';
import { stateTypes } from '@headgate/contracts';
import { countGroups, groups } from './count-groups';

test('every state is counted in exactly one tile', () => {
  expect(groups.flatMap((group) => group.states).toSorted()).toEqual(stateTypes.toSorted());
});

test('the tiles add up to the whole', () => {
  const counts = [
    { stateType: 'COMPLETED' as const, count: 90 },
    { stateType: 'FAILED' as const, count: 3 },
    { stateType: 'CRASHED' as const, count: 1 },
    { stateType: 'RUNNING' as const, count: 2 },
  ];
  expect(countGroups(counts)).toEqual({ total: 96, each: [90, 4, 2, 0, 0] });
});
