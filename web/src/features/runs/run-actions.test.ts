import { expect, test } from 'vitest';
import { stateTypes } from '@headgate/contracts';
import { whyNot } from './run-actions';

const deployment = { id: 'd' };
const possible = (action: Parameters<typeof whyNot>[0]) =>
  stateTypes.filter((stateType) => whyNot(action, { stateType, deployment }) === null);

test('an action is offered in the states that the server allows it in', () => {
  expect(possible('cancel')).toEqual(['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED']);
  expect(possible('pause')).toEqual(['RUNNING']);
  expect(possible('resume')).toEqual(['PAUSED']);
  expect(possible('retry')).toEqual(['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED']);
  expect(possible('delete')).toEqual([...stateTypes]);
});

test('where it is not possible, a sentence says why', () => {
  expect(whyNot('cancel', { stateType: 'COMPLETED', deployment })).toBe('This run has already ended.');
  expect(whyNot('cancel', { stateType: 'CANCELLING', deployment })).toBe('This run is already being cancelled.');
  expect(whyNot('retry', { stateType: 'RUNNING', deployment })).toMatch(/once it has ended/);
});

test('what nothing could start again is neither paused nor retried from here', () => {
  expect(whyNot('retry', { stateType: 'FAILED', deployment: null })).toMatch(/no deployment/);
  expect(whyNot('pause', { stateType: 'RUNNING', deployment: null })).toMatch(/no deployment/);
  expect(whyNot('cancel', { stateType: 'RUNNING', deployment: null })).toBeNull();
});
