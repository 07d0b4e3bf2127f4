import { expect, test } from 'vitest';
import { mask, SecretFields } from './secret-fields.js';

const fields = new SecretFields(['tok', 'c.tok', 'a.*']);

test('secrets are masked, whatever they are made of', () => {
  const data = { tok: 'abc', c: { tok: { in: [1] }, n: 1 }, a: { p: 'q', r: { s: 1 }, l: [1] }, other: 'seen' };
  expect(fields.masked(data)).toEqual({
    tok: mask,
    c: { tok: mask, n: 1 },
    a: { p: mask, r: { s: mask }, l: mask },
    other: 'seen',
  });
});

test('the mask does not tell how long a secret is; what is not there stays so', () => {
  expect(fields.masked({ tok: '', a: 'text' })).toEqual({ tok: mask, a: mask });
  expect(fields.masked({ tok: 0, a: {} })).toEqual({ tok: mask, a: mask });
  expect(fields.masked({ tok: null, c: 'text' })).toEqual({ tok: null, c: 'text' });
  expect(fields.masked({})).toEqual({});
});

test('the data itself is not touched', () => {
  const data = { tok: 'abc', c: { tok: 'x' } };
  fields.masked(data);
  expect(data).toEqual({ tok: 'abc', c: { tok: 'x' } });
});

test('a mask that is sent back keeps the secret', () => {
  const current = { tok: 'abc', c: { tok: { in: 1 } }, a: { p: 'q', r: { s: 1 } } };
  expect(fields.unmasked(fields.masked(current), current)).toEqual(current);
  expect(fields.unmasked({ tok: mask, a: { p: 'new', r: mask, more: 'x' } }, current)).toEqual({
    tok: 'abc',
    a: { p: 'new', r: { s: 1 }, more: 'x' },
  });
});

test('a mask is only text where no secret was, or where none belongs', () => {
  expect(fields.unmasked({ tok: mask, a: { z: mask }, other: mask }, { other: 'x' })).toEqual({
    tok: mask,
    a: { z: mask },
    other: mask,
  });
});

test('a new secret takes the place of the old one', () => {
  expect(fields.unmasked({ tok: `${mask}x` }, { tok: 'abc' })).toEqual({ tok: `${mask}x` });
});

test('data is walked once, however many of its secrets the schema names, and how often', () => {
  const names = Array.from({ length: 1_000 }, (_, at) => `k${at}`);
  let looks = 0;
  const countLooks: ProxyHandler<Record<string, unknown>> = {
    get: (target, name) => (looks++, Reflect.get(target, name)),
  };
  const data = new Proxy(Object.fromEntries(names.map((name) => [name, 'secret'])), countLooks);
  const shown = new SecretFields([...names, ...names]).masked(data);
  expect(new Set(Object.values(shown))).toEqual(new Set([mask]));
  expect(Object.keys(shown)).toEqual(names);
  expect(looks).toBe(names.length);
});

test('in whichever order the paths of one place stand, they mean the same', () => {
  const data = { a: null, b: { c: 'x', d: null }, e: { f: null, g: { h: 1 } } };
  const paths = ['a', 'a.*', 'b.c', 'b', 'e.g', 'e.*'];
  const shown = { a: mask, b: mask, e: { f: mask, g: mask } };
  expect(new SecretFields(paths).masked(data)).toEqual(shown);
  expect(new SecretFields(paths.toReversed()).masked(data)).toEqual(shown);
});
