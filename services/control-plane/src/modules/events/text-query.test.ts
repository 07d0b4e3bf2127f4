import { expect, test } from 'vitest';
import { matchesText, parseTextQuery } from './text-query.js';

const texts = ['a'.repeat(300_000) + 'ab' + 'a'.repeat(300_000), 'abcabcabd'.repeat(40_000), 'the run failed', ''];
const terms = [
  'a',
  'aab',
  'aaab',
  'abcabd',
  'abcabcabdabcabcabd',
  'x',
  'run',
  `${'a'.repeat(150)}b`,
  `${'a'.repeat(150)}c`,
];

test.each(texts.flatMap((text) => terms.map((term) => ({ text, term }))))(
  'a long text is told to hold what it holds',
  ({ text, term }) => {
    expect(matchesText(parseTextQuery(term), text, () => undefined)).toBe(text.includes(term));
  },
);

test('what a comparison takes is said before it is made, and is no more than text and terms are long for each of them', () => {
  const text = 'a'.repeat(1_000_000);
  let steps = 0;
  matchesText(parseTextQuery(`${'a'.repeat(99)}b ${'a'.repeat(99)}c`), text, (more) => (steps += more));
  expect(steps).toBeLessThan(2 * (text.length + 200));
  const stop = () => {
    throw new Error('too dear');
  };
  expect(() => matchesText(parseTextQuery('a'), text, stop)).toThrow('too dear');
});
