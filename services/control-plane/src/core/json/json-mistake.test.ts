import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findJsonMistake, sayJsonMistake } from './json-mistake.js';

/** As Python's reader of JSON tells them, which is what the wire quotes. */
const mistakes: [text: string, at: number, error: string][] = [
  ['  ', 2, 'Expecting value'],
  ['{', 1, 'Expecting property name enclosed in double quotes'],
  ["{'a': 1}", 1, 'Expecting property name enclosed in double quotes'],
  ['{"a":1,', 7, 'Expecting property name enclosed in double quotes'],
  ['{"a":1, }', 8, 'Expecting property name enclosed in double quotes'],
  ['{"a"', 4, "Expecting ':' delimiter"],
  ['{"a":1,"b"}', 10, "Expecting ':' delimiter"],
  ['{"a":', 5, 'Expecting value'],
  ['{"a" : }', 7, 'Expecting value'],
  ['{\n "a": 1,\n "b": x}', 17, 'Expecting value'],
  ['[1,]', 3, 'Expecting value'],
  ['[1, ]', 4, 'Expecting value'],
  ['-x', 0, 'Expecting value'],
  ['{"a":nul}', 5, 'Expecting value'],
  ['["é😀", x]', 7, 'Expecting value'],
  ['{"a":01}', 6, "Expecting ',' delimiter"],
  ['{"a":1]', 6, "Expecting ',' delimiter"],
  ['{"a":[1,2}', 9, "Expecting ',' delimiter"],
  ['[1 2]', 3, "Expecting ',' delimiter"],
  ['["a"', 4, "Expecting ',' delimiter"],
  ['1 2', 2, 'Extra data'],
  ['1e', 1, 'Extra data'],
  ['{"a":1}}', 7, 'Extra data'],
  ['{"a":"b', 5, 'Unterminated string starting at'],
  ['"\\', 0, 'Unterminated string starting at'],
  ['"\t"', 1, 'Invalid control character at'],
  ['"a\\xb"', 2, 'Invalid \\escape'],
  ['"\\u123', 2, 'Invalid \\uXXXX escape'],
];

test.each(mistakes)('%j is no JSON from %i on: %s', (text, at, error) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonMistake(text)).toEqual({ at, error });
});

test('a mistake is found behind any depth, and any length', () => {
  expect(findJsonMistake('['.repeat(500_000))).toEqual({ at: 500_000, error: 'Expecting value' });
  expect(findJsonMistake(`"${'a'.repeat(5_000_000)}`)).toEqual({ at: 0, error: 'Unterminated string starting at' });
  expect(findJsonMistake(`"${'\\n'.repeat(1_000_000)}x`)).toEqual({ at: 0, error: 'Unterminated string starting at' });
});

/** What Python says; made by golden/record_json.py. */
const rows = JSON.parse(readFileSync(new URL('golden/json-mistakes.json', import.meta.url), 'utf8')) as {
  text: string;
  says: string;
}[];

test(`${rows.length} texts that are no JSON are told as Python tells them`, () => {
  for (const { text, says } of rows) expect.soft(sayJsonMistake(text), JSON.stringify(text)).toBe(says);
});
