import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Budget, StepsSpent, unlimited } from '../documents/budget.js';
import { patternOf } from './pattern.js';

const found = (pattern: string, text: string): boolean => patternOf(pattern, unlimited())(text, unlimited());

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\s',
  '\\d',
  '\\S',
  '\\b',
  '\\B',
  '^',
  '$',
  '😀',
  '\\.',
  'é',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '+?');
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('piece'), { maxLength: 3 }), { minLength: 1, maxLength: 2 })
    .map((alternatives) => alternatives.map((pieces) => pieces.join('')).join('|')),
  piece: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(atom, quantifier).map(([each, how]) => (/^(\\b|\\B|\^|\$)$/i.test(each) ? each : each + how)),
    fc
      .tuple(tie('pattern'), quantifier, fc.constantFrom('(', '(?:'))
      .map(([inner, how, open]) => `${open}${inner})${how}`),
  ),
}));
const text = fc.array(fc.constantFrom('a', 'b', 'c', '1', ' ', '\u00a0', '\n', '.', '😀', 'é'), { maxLength: 6 });

test('a pattern finds what JavaScript finds with it', () => {
  const property = fc.property(pattern, text, (source, characters) => {
    const whole = characters.join('');
    expect(found(source, whole), `${source} in ${JSON.stringify(whole)}`).toBe(new RegExp(source, 'u').test(whole));
  });
  fc.assert(property, { numRuns: 1_000, seed: 9 });
});

test('what only the older reading knows is read by it', () => {
  expect(found('^[\\w-.]+\\-x$', 'a.b-x')).toBe(true);
  expect(found('^\\p{L}+$', 'Ünïcode')).toBe(true);
  expect(() => found('(', 'x')).toThrow("Invalid schema: '(' is not a 'regex'");
  expect(() => found('a'.repeat(10_001), 'x')).toThrow('at most 10000 characters');
});

test('what looks around or back, and what asks for too much, is not tried where others wait', () => {
  for (const source of ['^(?=a)', '(?<!b)a', '(a)\\1', '(((a{1,1000}){1,1000}){1,1000})', '((){1000}){1000}'])
    expect(() => found(source, 'aaaa'), source).toThrow(StepsSpent);
  expect(() => patternOf('a*b', unlimited())('a'.repeat(1_000_000), new Budget('them'))).toThrow(StepsSpent);
});
