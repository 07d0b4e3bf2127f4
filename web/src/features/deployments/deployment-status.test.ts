import { expect, test } from 'vitest';
import { statusWords, whyNobodyTakes } from './deployment-status';

test('a paused deployment is called paused, whoever polls for it', () => {
  expect(statusWords({ paused: true, status: 'READY' })).toBe('Paused: its schedules make no runs');
  expect(statusWords({ paused: true, status: 'NOT_READY' })).toMatch(/^Paused: .*nobody polls/);
  expect(statusWords({ paused: false, status: 'READY' })).toBe('Ready: somebody polls for its runs');
  expect(statusWords({ paused: false, status: 'NOT_READY' })).toBe('Not ready: nobody polls for its runs');
});

test('why nobody takes a run is told by what is missing', () => {
  expect(whyNobodyTakes({ status: 'READY', workPoolName: null })).toBeNull();
  expect(whyNobodyTakes({ status: 'READY', workPoolName: 'p' })).toBeNull();
  expect(whyNobodyTakes({ status: 'NOT_READY', workPoolName: null })).toMatch(/no work pool, and no program serves it/);
  expect(whyNobodyTakes({ status: 'NOT_READY', workPoolName: 'p' })).toMatch(/Nobody polls the work pool “p”/);
});
