import type { StateType } from '@headgate/contracts';
import { expect, test } from 'vitest';
import { estimatedRunTime, estimatedStartTimeDelta } from './estimates.js';

const at = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000000Z`;
const running = { type: 'RUNNING', timestamp: at(10) } as const;

test('a run that is running has run until now, any other as long as is written', () => {
  expect(estimatedRunTime({ total_run_time: 5, state: running }, at(12))).toBe(125);
  expect(estimatedRunTime({ total_run_time: 5, state: { ...running, type: 'PAUSED' } }, at(12))).toBe(5);
  expect(estimatedRunTime({ total_run_time: 0, state: null }, at(12))).toBe(0);
});

test('a state from a clock that is ahead takes nothing off', () => {
  expect(estimatedRunTime({ total_run_time: 5, state: running }, at(9))).toBe(5);
});

const states: (StateType | null)[] = ['SCHEDULED', 'PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', null];
const ends: StateType[] = ['COMPLETED', 'FAILED', 'CRASHED', 'CANCELLED'];
const delta = (state_type: StateType | null, start: string | null, expected: string | null = at(10)) =>
  estimatedStartTimeDelta({ state_type, start_time: start, expected_start_time: expected }, at(13));

test.each([...states, ...ends])('a %s run that has started is late by what it started late', (type) => {
  expect(delta(type, at(11))).toBe(60);
  expect(delta(type, at(9))).toBe(0);
});

test.each(states)('a %s run that should have started is late by the time that has passed', (type) => {
  expect(delta(type, null)).toBe(180);
  expect(delta(type, null, at(20))).toBe(0);
});

test.each(ends)('a %s run that never started is not late', (type) => {
  expect(delta(type, null)).toBe(0);
});

test('nothing is late that is not expected', () => {
  expect(delta('PENDING', null, null)).toBe(0);
});
