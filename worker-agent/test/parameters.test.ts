import { expect, test } from 'vitest';
import { parametersFrom, timeFrom } from '../src/cli/parameters.js';

test('a value that reads as JSON is JSON, anything else is text', () => {
  expect(parametersFrom(['n=7', 'on=true', 'list=[1,2]', 'name=otter', 'query=a=b', 'empty='], undefined)).toEqual({
    n: 7,
    on: true,
    list: [1, 2],
    name: 'otter',
    query: 'a=b',
    empty: '',
  });
});

test('single parameters win over the object', () => {
  expect(parametersFrom(['n=2'], '{"n":1,"m":1}')).toEqual({ n: 2, m: 1 });
});

test('what cannot be understood is named', () => {
  expect(() => parametersFrom(['n'], undefined)).toThrow('"n" has no name and value');
  expect(() => parametersFrom([], '[1]')).toThrow('takes a JSON object');
  expect(() => timeFrom('soon')).toThrow('"soon" is not a time');
});

test('a time is absolute, or from now', () => {
  const now = Date.parse('2026-11-21T00:00:00Z');
  expect(timeFrom('10m', now)).toBe('2026-11-21T00:10:00.000Z');
  expect(timeFrom('in 2h', now)).toBe('2026-11-21T02:00:00.000Z');
  expect(timeFrom('2026-11-22T06:00:00Z', now)).toBe('2026-11-22T06:00:00.000Z');
  expect(timeFrom('2026-11-20T23:59:30Z', now)).toBe('2026-11-20T23:59:30.000Z');
  expect(() => timeFrom('2020-01-01', now)).toThrow('"2020-01-01" is past');
});
