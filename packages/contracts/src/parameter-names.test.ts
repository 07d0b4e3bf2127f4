import { expect, test } from 'vitest';
import { missingParameters, missingWords } from './parameter-names.js';

const schema = {
  required: ['day', 'zone', 'limit', 'toString'],
  properties: { day: {}, zone: { default: null }, limit: {}, note: {} },
};

test('what a flow needs and neither the deployment sets nor the flow has a default for is missing', () => {
  expect(missingParameters({ limit: null }, schema)).toEqual(['day', 'toString']);
  expect(missingParameters({ limit: 1, day: 'x', toString: 1 }, schema)).toEqual([]);
  for (const nothing of [null, undefined, {}, { required: 'day' }, []])
    expect(missingParameters({}, nothing)).toEqual([]);
});

test('it is said in words, of one and of several', () => {
  expect(missingWords(['day'])).toBe(
    'The flow needs "day", and the deployment does not set it: scheduled runs will fail, unless their schedule sets it.',
  );
  expect(missingWords(['a', 'b'])).toContain('"a", "b", and the deployment does not set them');
});
