import { expect, test } from 'vitest';
import { plural } from './format';

test('one thing is singular and many are counted with separators', () => {
  expect([plural(1, 'run'), plural(0, 'run'), plural(1204, 'run'), plural(2, 'entry', 'entries')]).toEqual([
    '1 run',
    '0 runs',
    '1,204 runs',
    '2 entries',
  ]);
});
