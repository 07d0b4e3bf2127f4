import { expect, test } from 'vitest';
import { startCommand } from './start-command';

test('a pool of processes is served by our agent, any other by a Prefect worker', () => {
  expect(startCommand({ name: 'local', type: 'process' })).toBe('agent start --pool local');
  expect(startCommand({ name: 'k8s', type: 'kubernetes' })).toBe('prefect worker start --pool k8s');
});

test('a name that a shell would take apart is quoted', () => {
  expect(startCommand({ name: "Ada's pool", type: 'process' })).toBe(`agent start --pool 'Ada'\\''s pool'`);
});
