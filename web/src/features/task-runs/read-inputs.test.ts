import { expect, test } from 'vitest';
import { readInputs } from './read-inputs';

test('arguments are read as clients write them, and nothing else breaks the page', () => {
  expect(
    readInputs({
      x: [
        { input_type: 'task_run', id: 'a' },
        { input_type: 'parameter', name: 'y' },
      ],
      z: [{ input_type: 'constant', type: 'int' }],
      none: [],
      odd: 'text',
    }),
  ).toEqual([
    {
      name: 'x',
      origins: [
        { kind: 'task-run', id: 'a' },
        { kind: 'words', words: 'the parameter y' },
      ],
    },
    { name: 'z', origins: [{ kind: 'words', words: 'a constant (int)' }] },
    { name: 'none', origins: [] },
    { name: 'odd', origins: [] },
  ]);
  for (const none of [null, [], 'x', 4]) expect(readInputs(none)).toEqual([]);
});
