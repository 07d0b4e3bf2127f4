import fc from 'fast-check';
import { expect, test } from 'vitest';
import { turnsDuring } from '../../../test/turns-of-the-loop.js';
import {
  ExactNumber,
  isJsonObject,
  parseExact,
  parseJson,
  parseLongSent,
  parseSent,
  parseSentExactly,
  stringifyExact,
} from './exact-json.js';

test('numbers come back as they were written', () => {
  const text = '{"a":1.0,"b":12345678901234567890,"c":[1e16,-0,0.1,5],"d":"1.0","e\\"1.0":"x 1.0 \\" 2.0"}';
  expect(stringifyExact(parseExact(text))).toBe(text);
});

test('numbers that JavaScript writes the same way stay plain', () => {
  expect(parseExact('{"a":1,"b":0.5,"c":"1.0"}')).toEqual({ a: 1, b: 0.5, c: '1.0' });
  expect(parseExact('1.0')).toBeInstanceOf(ExactNumber);
});

test('ordinary JSON has them as ordinary numbers', () => {
  expect(JSON.stringify(parseExact('[1.0,2]'))).toBe('[1,2]');
});

test('any JSON survives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(stringifyExact(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('what is read twice is what JSON.parse reads, however it is written', () => {
  const texts = [
    ' { "a" : [ 1.0 , { } , [ ] , true , false , null , -0 ] , "b\\"\\\\" : "\\u0041\\n" } ',
    '{"__proto__":1.0,"a":{"__proto__":{"b":2.0}},"a":[1E+2,"x"]}',
    '\n[\t"",\r"\\\\",1e5\n]',
    '1e400',
  ];
  for (const text of texts) {
    expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)));
  }
  expect(Object.getPrototypeOf(parseExact('{"__proto__":1.0}'))).toBe(Object.prototype);
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify([value, 'and one that is unusual'], null, space).replace(/]$/, ',1.0]');
      expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('what is nested too deep is refused, brackets in strings do not count', () => {
  expect(() => parseExact('['.repeat(201) + ']'.repeat(201))).toThrow(/nested/);
  expect(() => parseExact(`"${'['.repeat(500)}"`)).not.toThrow();
});

test('objects are told from arrays and exact numbers', () => {
  expect([{}, [], null, 1, parseExact('1.0')].map(isJsonObject)).toEqual([true, false, false, false, false]);
});

test('integers stay as they are in what is read like ordinary JSON, other numbers become those of JavaScript', () => {
  expect(stringifyExact(parseJson('{"a":12345678901234567890,"b":[1.0,-1795220030207368123]}'))).toBe(
    '{"a":12345678901234567890,"b":[1,-1795220030207368123]}',
  );
  expect(parseJson('{"a":"1234567890123456789","b":1}')).toEqual({ a: '1234567890123456789', b: 1 });
});

test('what is nested too deep to be walked is read all the same', () => {
  const deep = (value: string) => '['.repeat(300) + value + ']'.repeat(300);
  expect(JSON.stringify(parseJson(deep('12345678901234567890')))).toBe(deep('12345678901234567000'));
});

test('halves of surrogate pairs are none where numbers are kept, too', () => {
  const text = '{"a":"\\ud800","b":1.0}';
  expect(stringifyExact(parseSentExactly(text, parseSent(text)))).toBe('{"a":"\ufffd","b":1.0}');
});

test('what is not JSON is refused as ever', () => {
  for (const text of ['{"a":12345678901234567890', '12345678901234567890x', ''])
    expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('a long text is parsed like any other, and between the steps others have the event loop', async () => {
  const text = JSON.stringify(
    Array.from({ length: 1_000 }, (_, at) => ({ a: at, b: '\ud800', c: 12345678901234567n.toString() })),
  );
  let value: unknown;
  expect(await turnsDuring(async () => (value = await parseLongSent(text)))).toBeGreaterThanOrEqual(2);
  expect(value).toEqual(parseSent(text));
  for (const wrong of ['[1,', '{"a":1,"a":2}', '{"__proto__":1}', '['.repeat(300) + ']'.repeat(300)])
    await expect(parseLongSent(wrong)).rejects.toThrow(refusalOf(wrong));
});

function refusalOf(text: string): string {
  try {
    parseSent(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was not refused.');
}
