import { expect, test } from 'vitest';
import { parseSent, parseSentExactly, stringifyExact } from './exact-json.js';
import { findJsonMistake } from './json-mistake.js';

const mb = 1_000_000;
/** Of about a million characters each, what makes readers of JSON slow. */
const worst: Record<string, string> = {
  'lists in lists': '['.repeat(mb / 2) + ']'.repeat(mb / 2),
  'lists that never end': '['.repeat(mb),
  'objects in objects': '{"a":'.repeat(mb / 6) + '1' + '}'.repeat(mb / 6),
  'a long integer before text that never ends': `[1234567890123456789,"${'\\"'.repeat(mb / 2)}`,
  'text of escapes': `["${'\\n'.repeat(mb / 2)}"]`,
  'text of backslashes': `["${'\\\\'.repeat(mb / 2)}\\"`,
  'a very long number': '1'.repeat(mb),
  'many long numbers': `[${Array.from({ length: mb / 20 }, () => '1234567890123456789').join()}]`,
  'many numbers that are kept': `[${'1.0,'.repeat(mb / 4)}1]`,
  'many keys of numbers that are kept': `{${Array.from({ length: mb / 14 }, (_, at) => `"k${at}":1.0`).join()}}`,
  'many keys': `{${Array.from({ length: mb / 12 }, (_, at) => `"k${at}":1`).join()}}`,
  'one key many times': `{${'"kk":1,'.repeat(mb / 7)}"kk":1}`,
  'many prototypes': `[${'{"__proto__":1},'.repeat(mb / 16)}1]`,
  'halves of surrogate pairs': `["${'\\ud800'.repeat(mb / 6)}"]`,
  'nothing but space': ' '.repeat(mb),
  'lines without end': `"${'\n'.repeat(mb)}`,
};

test.each(Object.entries(worst))('%s: read or refused in time that grows with the length', (_, text) => {
  const before = process.cpuUsage();
  try {
    const value = parseSent(text);
    // As the doors of other people's documents do, there and back.
    stringifyExact(parseSentExactly(text, value));
  } catch (error) {
    if (error instanceof SyntaxError) findJsonMistake(text);
  }
  const { user, system } = process.cpuUsage(before);
  // A quadratic reader takes minutes.
  expect((user + system) / 1000).toBeLessThan(1000);
});

test('what is nested 200 levels is read, one more is refused, and brackets in text do not count', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(() => parseSent(deep(200))).not.toThrow();
  expect(() => parseSent(deep(201))).toThrow('JSON is nested more than 200 levels deep.');
  for (const text of [`"${'['.repeat(500)}"`, `["\\"${'['.repeat(500)}"]`, `["\\\\",${'[],'.repeat(500)}1]`])
    expect(() => parseSent(text)).not.toThrow();
  expect(() => parseSent(`["\\\\",${deep(201)}]`)).toThrow(/200 levels/);
});

test('pairs of surrogates are text, halves become a sign that something is missing, in names and in values', () => {
  expect(parseSent('{"\\ud83d\\ude00":"\\ud83d\\ude00"}')).toEqual({ '😀': '😀' });
  expect(parseSent('["\\\\ud800"]')).toEqual(['\\ud800']);
  expect(['"\\ud800"', '{"a":["x\\udfff"]}', '{"\\uD83D":1}', '["\\ude00\\ud83d"]'].map(parseSent)).toEqual([
    '\ufffd',
    { a: ['x\ufffd'] },
    { '\ufffd': 1 },
    ['\ufffd\ufffd'],
  ]);
});
