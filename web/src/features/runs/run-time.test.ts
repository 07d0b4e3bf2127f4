import { expect, test } from 'vitest';
import { ranInPart, ranSince, secondsOf } from './run-time';

const start = '2026-03-01T12:00:00Z';
const at = (seconds: number) => Date.parse(start) + seconds * 1000;

test('a run that has not started has no length', () => {
  expect(secondsOf({ stateType: 'PENDING', startTime: null, runCount: 0, totalRunTimeSeconds: 0 }, at(9))).toBeNull();
});

test('a run that was ended before it ran has no length, whatever start the wire gives it', () => {
  const run = { stateType: 'CANCELLED' as const, startTime: start, runCount: 0, totalRunTimeSeconds: 0 };
  expect(secondsOf(run, at(9))).toBeNull();
  expect(ranSince(run)).toBeNull();
});

test('a running run grows on top of its earlier attempts', () => {
  const run = {
    stateType: 'RUNNING' as const,
    state: { timestamp: start },
    startTime: start,
    runCount: 1,
    totalRunTimeSeconds: 30,
  };
  expect(secondsOf(run, at(12))).toBe(42);
});

test('a clock that is behind the server’s takes nothing away', () => {
  const run = {
    stateType: 'RUNNING' as const,
    state: { timestamp: start },
    startTime: start,
    runCount: 1,
    totalRunTimeSeconds: 0,
  };
  expect(secondsOf(run, at(-5))).toBe(0);
});

test('an ended run stands still', () => {
  expect(secondsOf({ stateType: 'FAILED', startTime: start, runCount: 1, totalRunTimeSeconds: 7 }, at(999))).toBe(7);
});

test('waits between attempts are told apart from running, however short the run is', () => {
  expect(ranInPart(0.0002, 1)).toBe(true);
  expect(ranInPart(0.99, 1)).toBe(false);
  expect(ranInPart(9.5, 10)).toBe(false);
  expect([ranInPart(3_500, 3_600), ranInPart(3_590, 3_600)]).toEqual([true, false]);
});
