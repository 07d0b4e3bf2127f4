import { expect, test } from 'vitest';
import { TaskNames } from '../src/api/task-names.js';

/** A server that stores the task run after it was asked so often. */
function storing(afterAsks: number) {
  let asks = 0;
  const taskRunNames = (ids: string[]) => {
    asks += 1;
    return Promise.resolve(asks > afterAsks ? ids.map((id) => ({ id, name: `task ${id}` })) : []);
  };
  return { names: new TaskNames({ taskRunNames }), asks: () => asks };
}
const line = { task_run_id: 'a' };

test('a line that came before its task run waits for its name', async () => {
  const { names } = storing(2);
  await names.learn([line, { task_run_id: null }], 60_000);
  expect(names.of(line)).toBe('task a');
});

test('a task run that does not come is waited for once, and learnt when it is there', async () => {
  const { names, asks } = storing(3);
  await names.learn([line], 1);
  const before = asks();
  await names.learn([line], 60_000);
  expect([names.of(line), asks()]).toEqual([null, before + 1]);
  while (names.of(line) === null) await names.learn([line]);
  expect(names.of(line)).toBe('task a');
});
