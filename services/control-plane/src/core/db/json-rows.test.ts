import { expect, test } from 'vitest';
import { jsonRows, storableRow, storableRows } from './json-rows.js';

test('what is null is left out, but not what is null inside', () => {
  expect(jsonRows([{ a: null, b: { c: null }, d: 0, e: '', f: false }])).toBe(
    '[{"b":{"c":null},"d":0,"e":"","f":false}]',
  );
});

test('what Postgres cannot hold is taken out of texts and keys', () => {
  expect(JSON.parse(storableRow({ text: 'a\u0000b\ud800c', list: ['\u0000', { 'k\u0000': 1 }] }))).toEqual({
    text: 'ab\ufffdc',
    list: ['', { k: 1 }],
  });
});

test('text that only looks like an escape stays as it is', () => {
  const rows = [{ a: '\\u0000', b: '\\\\u0000', c: '\\\u0000', d: '\\ud800', e: '😀', f: '\u0001' }];
  expect(JSON.parse(storableRows(rows))).toEqual([{ ...rows[0], c: '\\' }]);
});
