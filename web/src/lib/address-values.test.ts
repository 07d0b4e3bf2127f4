import { expect, test } from 'vitest';
import { isKeyOf, readId, readInstant, readList, readText, writeList } from './address-values';

test('a moment is one of a year with four digits', () => {
  expect(readInstant('2026-03-01T12:00:00.000Z')).toBe('2026-03-01T12:00:00.000Z');
  expect(readInstant('2026-03-01')).toBe('2026-03-01T00:00:00.000Z');
  for (const wrong of [
    null,
    '',
    'yesterday',
    '1',
    '12026-01-01T00:00:00Z',
    '+012026-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '0000-05-01T00:00:00Z',
    '9999-12-31T23:59:59-05:00',
    '2026-13-45',
  ])
    expect([wrong, readInstant(wrong)]).toEqual([wrong, null]);
});

test('a text is on one line and not longer than anybody types', () => {
  expect(readText(null)).toBe('');
  expect(readText(' a\u0000b\nc ')).toBe('a b c');
  expect(readText('x'.repeat(10_000))).toHaveLength(200);
});

test('a list has each value once, and not more than a server is asked about', () => {
  expect(readList('a,b,,a, c')).toEqual(['a', 'b', 'c']);
  expect(readList(Array.from({ length: 9_000 }, (_, at) => at).join(','))).toHaveLength(50);
});

test('a list gives back whatever was written to it', () => {
  const odd = ['a,b', ',', '\\', 'a\\,b\\', "it's a pool, really", 'C:\\data', 'a%2Cb&c=d#e+f', '"', 'ü 🎈'];
  for (const values of [...odd.map((value) => [value]), odd]) expect(readList(writeList(values))).toEqual(values);
  expect(readList(new URLSearchParams({ tag: writeList(odd) }).get('tag'))).toEqual(odd);
});

test('an id is read in any case, and what is none is none', () => {
  expect(readId('0199A0E5-0000-7000-8000-00000000000A')).toBe('0199a0e5-0000-7000-8000-00000000000a');
  expect(readId('__proto__')).toBeNull();
});

test('what every object has is none of its names', () => {
  expect(isKeyOf({ a: 1 }, 'a')).toBe(true);
  for (const name of ['constructor', 'toString', '__proto__', 'b']) expect(isKeyOf({ a: 1 }, name)).toBe(false);
});
