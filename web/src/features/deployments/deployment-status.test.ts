import { expect, test } from 'vitest';
import { statusWords, whyNobodyTakes } from './deployment-status';

test('a paused deployment is called paused, whoever polls for it', () => {
  const inPool = { workPoolName: 'p' };
  expect(statusWords({ ...inPool, paused: true, status: 'READY' })).toBe('Paused: its schedules make no runs');
  expect(statusWords({ ...inPool, paused: true, status: 'NOT_READY' })).toMatch(/^Paused: .*no worker is polling/);
  expect(statusWords({ ...inPool, paused: false, status: 'READY' })).toBe('Ready: a worker is polling for runs');
  expect(statusWords({ ...inPool, paused: false, status: 'NOT_READY' })).toBe(
    'Not ready: no worker is polling for runs',
  );
  const served = { workPoolName: null, paused: false } as const;
  expect(statusWords({ ...served, status: 'READY' })).toBe('Ready: a program is polling for runs');
});

test('why nobody takes a run is told by what is missing', () => {
  expect(whyNobodyTakes({ status: 'READY', workPoolName: null })).toBeNull();
  expect(whyNobodyTakes({ status: 'READY', workPoolName: 'p' })).toBeNull();
  expect(whyNobodyTakes({ status: 'NOT_READY', workPoolName: null })).toMatch(/no work pool, and no program serves it/);
  expect(whyNobodyTakes({ status: 'NOT_READY', workPoolName: 'p' })).toMatch(/Nobody polls the work pool “p”/);
});
