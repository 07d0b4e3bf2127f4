import { expect, test } from 'vitest';
import { batchMax, parseSent, parseSentExactly, stringifyExact } from './exact-json.js';
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
  expect((user + system) / 1000).toBeLessThan(10_000);
});

test('what is nested 200 levels is read, one more is refused, and brackets in text do not count', () => {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(() => parseSent(deep(200))).not.toThrow();
  expect(() => parseSent(deep(201))).toThrow('JSON is nested more than 200 levels deep.');
  for (const text of [`"${'['.repeat(500)}"`, `["\\"${'['.repeat(500)}"]`, `["\\\\",${'[],'.repeat(500)}1]`])
    expect(() => parseSent(text)).not.toThrow();
  expect(() => parseSent(`["\\\\",${deep(201)}]`)).toThrow(/200 levels/);
});

const many = (item: string, count: number) => Array.from({ length: count }, () => item).join(' , ');

/** What `parseSent` says no to a text with; null where it reads it. */
function refusalOf(text: string, max?: typeof batchMax): string | null {
  try {
    parseSent(text, max);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

test('100,000 values are read, one more is refused, however they stand; of a batch twice as many', () => {
  // The list is one of them.
  const full = (values: number): Record<string, string> => ({
    'numbers in a list': `[ ${many('1', values - 1)} ]`,
    'texts with signs in them': `[${many('"[,{\\","', values - 1)}]`,
    'lists of nothing': `[${many('[ ]', values - 1)}]`,
    'objects of nothing': `[${many('{\n}', values - 1)}]`,
    'objects with one member': `[${many('{"a":1}', values / 2 - 1)},1]`,
    'long numbers, which count as four': `[${many('1234567890.12345', values / 4 - 1)},1,1,1]`,
  });
  for (const max of [undefined, batchMax])
    for (const [name, text] of Object.entries(full(max ? 200_000 : 100_000))) {
      expect.soft(refusalOf(text, max), name).toBe(null);
      const more = `${text[0]}${text.startsWith('[') ? '1' : '"b":1'},${text.slice(1)}`;
      expect.soft(refusalOf(more, max), name).toBe(`JSON holds more than ${max ? '200' : '100'},000 values.`);
    }
});

test('a number that would be read as infinite is refused, wherever it stands, and one that is too long to be read', () => {
  const no = 'JSON holds a number beyond 1.8e308, or one of more than 1,000 characters.';
  for (const number of ['1e309', '-1E+400', '9'.repeat(310), `0.${'1'.repeat(1_000)}`])
    for (const text of [number, `[${number}]`, `{"a": {"b":${number} }}`, `["1",${number},2]`])
      expect.soft(refusalOf(text), text.slice(0, 30)).toBe(no);
  for (const number of ['1e308', '-1.7e+308', '1e-400', '9'.repeat(300), '"1e400"', `"${'9'.repeat(5_000)}"`])
    expect.soft(refusalOf(`{"a":[${number}]}`), number.slice(0, 30)).toBe(null);
});

test('what would be lost without a word is refused: a key that stands twice, and one that copies lose', () => {
  const twice = 'JSON has one key twice in the same object.';
  const proto = 'JSON has a key that cannot be kept: "__proto__".';
  for (const text of ['{"a":1,"a":1}', '[{"b":{"a" : [1],"c":2,"a":3}}]', '{"a":1,"\\u0061":2}', '{"":1,"":2}'])
    expect.soft(refusalOf(text), text).toBe(twice);
  for (const text of ['{"__proto__":1}', '[{"a":{"__proto__":{}}}]', '{"\\u005F_proto__":1}', '{"__pr\\u006fto__":[]}'])
    expect.soft(refusalOf(text), text).toBe(proto);
  for (const text of [
    '{"a":{"a":1},"b":{"a":12345678901234567890}}',
    '{"a":"\\"a\\":1","b":["a","a"]}',
    '{"a":"__proto__","b":["__proto__"],"constructor":1,"prototype":{"toString":2}}',
  ])
    expect
      .soft(parseSent(text), text)
      .toEqual(
        JSON.parse(text.replace(/1234\d+/, '"n"'), (_, each: unknown) => (each === 'n' ? expect.anything() : each)),
      );
});

test('20,000 different keys are read, many more are refused, in one object or in many; texts are no keys', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, at) => `"k${at}" :1`);
  const [ofOne, ofMany] = [(list: string[]) => `{${list.join()}}`, (list: string[]) => `[{${list.join('},{')}}]`];
  const more = 'JSON holds more than 20,000 different keys.';
  for (const written of [ofOne, ofMany]) {
    expect(refusalOf(written(keys(20_000)))).toBe(null);
    expect(refusalOf(written(keys(21_000)))).toBe(more);
    // However long they are.
    expect(refusalOf(written(keys(21_000).map((key) => key.replace('k', 'k'.repeat(90)))))).toBe(more);
  }
  expect(refusalOf(`[${Array.from({ length: 90_000 }, (_, at) => `"k${at}"`).join()}]`)).toBe(null);
  expect(
    refusalOf(`[${Array.from({ length: 90_000 }, (_, at) => `{"k${at % 20_000}":1}`).join()}]`, {
      ...batchMax,
      names: 20_000,
    }),
  ).toBe(null);
});

test('pairs of surrogates are text, halves become a sign that something is missing, in names and in values', () => {
  expect(parseSent('{"\\ud83d\\ude00":"\\ud83d\\ude00"}')).toEqual({ '😀': '😀' });
  expect(parseSent('["\\\\ud800"]')).toEqual(['\\ud800']);
  expect(
    ['"\\ud800"', '{"a":["x\\udfff"]}', '{"\\uD83D":1}', '["\\ude00\\ud83d"]'].map((text) => parseSent(text)),
  ).toEqual(['\ufffd', { a: ['x\ufffd'] }, { '\ufffd': 1 }, ['\ufffd\ufffd']]);
});
