import { expect, test } from 'vitest';
import { stateTypes, type StateType } from '@headgate/contracts';
import { whatCancelDoes, whyNot } from './run-actions';

const deployment = { id: 'd' };
const now = Date.parse('2026-03-01T12:00:00Z');
const run = (stateType: StateType, more: Partial<Parameters<typeof whyNot>[1]> = {}) => ({
  stateType,
  stateName: null,
  nextScheduledStartTime: null,
  deployment,
  ...more,
});
const possible = (action: Parameters<typeof whyNot>[0]) =>
  stateTypes.filter((stateType) => whyNot(action, run(stateType), now) === null);

test('an action is offered in the states that the server allows it in', () => {
  expect(possible('cancel')).toEqual(['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED']);
  expect(possible('suspend')).toEqual(['RUNNING']);
  expect(possible('resume')).toEqual(['PAUSED']);
  expect(possible('retry')).toEqual(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED']);
  expect(possible('delete')).toEqual([...stateTypes]);
});

test('where it is not possible, a sentence says why', () => {
  expect(whyNot('cancel', run('COMPLETED'), now)).toBe('This run has already ended.');
  expect(whyNot('cancel', run('CANCELLING'), now)).toBe('This run is already being cancelled.');
  expect(whyNot('retry', run('RUNNING'), now)).toMatch(/once it has ended/);
});

test('what nothing could start again is neither suspended nor retried from here', () => {
  expect(whyNot('retry', run('FAILED', { deployment: null }), now)).toMatch(/no deployment/);
  expect(whyNot('suspend', run('RUNNING', { deployment: null }), now)).toMatch(/no deployment/);
  expect(whyNot('cancel', run('RUNNING', { deployment: null }), now)).toBeNull();
});

test('who waits for a retry need not wait: it can be now; where it is due already that is said', () => {
  const awaiting = (nextScheduledStartTime: string) =>
    whyNot('retry', run('SCHEDULED', { stateName: 'AwaitingRetry', nextScheduledStartTime }), now);
  expect(awaiting('2026-03-01T12:10:00Z')).toBeNull();
  expect(awaiting('2026-03-01T11:59:59Z')).toBe('This run is due to be tried again at once.');
  expect(whyNot('retry', run('SCHEDULED', { nextScheduledStartTime: '2026-03-01T12:10:00Z' }), now)).toMatch(/ended/);
});

test('what a cancellation does is said of the run as it is: only one that runs is doing something', () => {
  const said = (stateType: StateType, startTime: string | null = null) =>
    whatCancelDoes({ stateType, startTime }).words;
  expect(said('RUNNING', '2026-03-01T12:00:00Z')).toMatch(/^What it is doing is stopped/);
  expect(said('PAUSED', '2026-03-01T12:00:00Z')).toMatch(/cannot be resumed/);
  for (const yetToCome of ['SCHEDULED', 'PENDING'] as const) {
    expect(said(yetToCome)).toMatch(/will not begin/);
    expect(said(yetToCome, '2026-03-01T12:00:00Z')).toMatch(/not begun again/);
  }
});
