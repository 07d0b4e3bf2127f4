import { describe, expect, test } from 'vitest';
import { duration, relativeTime } from './spans.js';

describe('a length of time', () => {
  test.each([
    [0, '<1ms'],
    [0.0004, '<1ms'],
    [0.0123, '12ms'],
    [0.9994, '999ms'],
    [3.28, '3.2s'],
    [9.99, '9.9s'],
    [59.9, '59s'],
    [60, '1m'],
    [252, '4m 12s'],
    [3900, '1h 5m'],
    [86_400 * 2 + 3600 * 3, '2d 3h'],
  ])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('a time seen from now', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  test.each([
    ['2026-03-01T11:59:57Z', 'just now'],
    ['2026-03-01T11:59:20Z', '40 sec ago'],
    ['2026-03-01T11:57:00Z', '3 min ago'],
    ['2026-03-01T14:10:00Z', 'in 2 hr'],
    ['2026-02-26T12:00:00Z', '3 days ago'],
    ['2025-02-26T12:00:00Z', '1 yr ago'],
    ['2026-03-01T11:00:20Z', '1 hr ago'],
    ['2026-03-01T13:31:00Z', 'in 2 hr'],
    ['2026-03-02T11:59:50Z', 'in 1 day'],
    ['2026-03-08T11:59:50Z', 'in 7 days'],
    ['2026-03-31T11:59:50Z', 'in 30 days'],
    ['2026-05-30T11:59:50Z', 'in 90 days'],
    ['2026-09-01T12:00:00Z', 'in 6 mo'],
    ['2027-03-01T11:59:50Z', 'in 1 yr'],
  ])('%s reads %s', (iso, text) => expect(relativeTime(iso, now)).toBe(text));
});
