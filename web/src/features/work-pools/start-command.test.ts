import { expect, test } from 'vitest';
import { nextCommand, startCommand } from './start-command';

test('a pool of processes is served by our agent, any other by a Prefect worker', () => {
  expect(startCommand({ name: 'local', type: 'process' })).toBe('agent start --pool local');
  expect(startCommand({ name: 'k8s', type: 'kubernetes' })).toBe('prefect worker start --pool k8s');
});

test('a name that a shell would take apart is quoted', () => {
  expect(startCommand({ name: "Ada's pool", type: 'process' })).toBe(`agent start --pool 'Ada'\\''s pool'`);
});

test('a paused pool is resumed first, whatever its name is', () => {
  const pool = { name: "it's a pool, really", type: 'process', isPaused: true };
  expect(nextCommand(pool)).toBe(`agent work-pool resume 'it'\\''s a pool, really'`);
  expect(nextCommand({ ...pool, isPaused: false })).toBe(startCommand(pool));
});
