import { expect, test } from 'vitest';
import { exactReviver, parseExact, readNumber, stringifyExact } from './exact-json';

test('no number changes on the way through the browser', () => {
  const text =
    '{"a":12345678901234567890,"b":[-98765432109876543210,0.12345678901234567890],"c":1,"d":"12345678901234567890"}';
  expect(stringifyExact(parseExact(text))).toBe(text);
});

test('ordinary numbers are numbers', () => {
  expect(parseExact('{"at":"12345678901234567890","n":[1,2.5,-3]}')).toEqual({
    at: '12345678901234567890',
    n: [1, 2.5, -3],
  });
});

test('a number is taken as it was typed, and nothing else is a number', () => {
  for (const typed of ['12345678901234567890', '1.0', '-0.5', '1e400', '7'])
    expect(stringifyExact(readNumber(typed))).toBe(typed);
  for (const typed of ['', 'x', '01', '1.', '0x10', 'Infinity', '1 2']) expect(readNumber(typed)).toBeNull();
});

test('a reviver that is told the source keeps the number', () => {
  expect(stringifyExact(exactReviver('', 12345678901234567000, { source: '12345678901234567890' }))).toBe(
    '12345678901234567890',
  );
  expect(exactReviver('', 5, { source: '5' })).toBe(5);
});
