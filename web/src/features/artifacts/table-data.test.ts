import { expect, test } from 'vitest';
import { readTable } from './table-data';

test('a list of objects is a table of all their keys', () => {
  expect(readTable('[{"a":1,"b":"x"},{"b":null,"c":[1]}]')).toEqual({
    columns: ['a', 'b', 'c'],
    rows: [
      ['1', 'x', ''],
      ['', '', '[1]'],
    ],
  });
});

test('a list of lists has numbered columns', () => {
  expect(readTable([[1, 2], [3]])).toEqual({
    columns: ['1', '2'],
    rows: [
      ['1', '2'],
      ['3', ''],
    ],
  });
});

test('an object of lists is a table by column', () => {
  expect(readTable({ week: ['w1', 'w2'], commits: [3, 4] })).toEqual({
    columns: ['week', 'commits'],
    rows: [
      ['w1', '3'],
      ['w2', '4'],
    ],
  });
});

test.each(['text', '[]', '3', '{}', null, '[1,2]'])('%s is no table', (data) => {
  expect(readTable(data)).toBeNull();
});
