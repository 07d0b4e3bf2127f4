import { expect, test } from 'vitest';
import { mask, masked, unmasked } from './secret-fields.js';

const fields = ['tok', 'c.tok', 'a.*'];

test('secrets are masked, whatever they are made of', () => {
  const data = { tok: 'abc', c: { tok: { in: [1] }, n: 1 }, a: { p: 'q', r: { s: 1 }, l: [1] }, other: 'seen' };
  expect(masked(data, fields)).toEqual({
    tok: mask,
    c: { tok: mask, n: 1 },
    a: { p: mask, r: { s: mask }, l: mask },
    other: 'seen',
  });
});

test('the mask does not tell how long a secret is; what is not there stays so', () => {
  expect(masked({ tok: '', a: 'text' }, fields)).toEqual({ tok: mask, a: mask });
  expect(masked({ tok: 0, a: {} }, fields)).toEqual({ tok: mask, a: mask });
  expect(masked({ tok: null, c: 'text' }, fields)).toEqual({ tok: null, c: 'text' });
  expect(masked({}, fields)).toEqual({});
});

test('the data itself is not touched', () => {
  const data = { tok: 'abc', c: { tok: 'x' } };
  masked(data, fields);
  expect(data).toEqual({ tok: 'abc', c: { tok: 'x' } });
});

test('a mask that is sent back keeps the secret', () => {
  const current = { tok: 'abc', c: { tok: { in: 1 } }, a: { p: 'q', r: { s: 1 } } };
  expect(unmasked(masked(current, fields), current, fields)).toEqual(current);
  expect(unmasked({ tok: mask, a: { p: 'new', r: mask, more: 'x' } }, current, fields)).toEqual({
    tok: 'abc',
    a: { p: 'new', r: { s: 1 }, more: 'x' },
  });
});

test('a mask is only text where no secret was, or where none belongs', () => {
  expect(unmasked({ tok: mask, a: { z: mask }, other: mask }, { other: 'x' }, fields)).toEqual({
    tok: mask,
    a: { z: mask },
    other: mask,
  });
});

test('a new secret takes the place of the old one', () => {
  expect(unmasked({ tok: `${mask}x` }, { tok: 'abc' }, fields)).toEqual({ tok: `${mask}x` });
});
