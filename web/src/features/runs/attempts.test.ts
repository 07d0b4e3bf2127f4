import { expect, test } from 'vitest';
import type { StateType } from '@/generated/graphql';
import { attemptsOf, restsOf } from './attempts';

const run = (...names: [StateType, string?][]) => ({
  states: names.map(([type, name = null], at) => ({ type, name, timestamp: new Date(at * 1000).toISOString() })),
  runCount: names.filter(([type]) => type === 'RUNNING').length,
});

test('a run that was paused and resumed, in its process or in another one, is one attempt', () => {
  expect(attemptsOf(run(['PENDING'], ['RUNNING'], ['PAUSED'], ['RUNNING'], ['COMPLETED']))).toBe(1);
  expect(attemptsOf(run(['RUNNING'], ['PAUSED'], ['SCHEDULED', 'Resuming'], ['PENDING'], ['RUNNING']))).toBe(1);
});

test('each retry is another attempt, also of a run that was paused before', () => {
  expect(attemptsOf(run(['RUNNING'], ['SCHEDULED', 'AwaitingRetry'], ['RUNNING', 'Retrying']))).toBe(2);
  expect(attemptsOf(run(['RUNNING'], ['PAUSED'], ['RUNNING'], ['FAILED'], ['SCHEDULED'], ['RUNNING']))).toBe(2);
  expect(attemptsOf(run(['RUNNING'], ['PAUSED'], ['FAILED'], ['SCHEDULED', 'AwaitingRetry'], ['RUNNING']))).toBe(2);
});

test('the order in which states are given tells nothing, and a run that has not run has no attempt', () => {
  const paused = run(['RUNNING'], ['PAUSED'], ['RUNNING']);
  expect(attemptsOf({ ...paused, states: paused.states.toReversed() })).toBe(1);
  expect(attemptsOf(run(['SCHEDULED']))).toBe(0);
  expect(attemptsOf({ states: [], runCount: 3 })).toBe(3);
});

test('a run is at rest from where an attempt ended until the next begins, and not while it waits for its first', () => {
  const seconds = ({ states }: ReturnType<typeof run>) =>
    restsOf(states).map(({ start, end }) => [start / 1000, end / 1000]);
  expect(seconds(run(['SCHEDULED'], ['PENDING'], ['RUNNING'], ['COMPLETED']))).toEqual([]);
  const retried = run(['RUNNING'], ['SCHEDULED', 'AwaitingRetry'], ['PENDING'], ['RUNNING'], ['FAILED']);
  expect(seconds(retried)).toEqual([[1, 3]]);
  expect(seconds(run(['RUNNING'], ['FAILED'], ['SCHEDULED'], ['PENDING'], ['RUNNING']))).toEqual([[1, 4]]);
  // In its own process a pause leaves other tasks at work.
  expect(seconds(run(['RUNNING'], ['PAUSED'], ['RUNNING']))).toEqual([]);
});
