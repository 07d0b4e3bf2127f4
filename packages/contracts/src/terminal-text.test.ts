import { expect, test } from 'vitest';
import { harmless, harmlessJson, withoutSequences } from './terminal-text.js';

const plain = { keepColours: false };
const coloured = { keepColours: true };

test.each([
  ['a title', '\u001b]0;mine\u0007x'],
  ['a clipboard', '\u001b]52;c;aGk=\u001b\\x'],
  ['a cleared screen', '\u001b[2J\u001b[Hx'],
  ['an 8 bit sequence', '\u009b2Jx'],
  ['an 8 bit string', '\u009d0;mine\u009cx'],
  ['a device string', '\u001bPq~\u001b\\x'],
  ['a reset of the terminal', '\u001bcx'],
  ['hidden text', '\u001b[8mx'],
])('%s is taken out of a line of a log', (_, text) => {
  expect(withoutSequences(text)).toBe('x');
});

test('what a terminal obeys is seen and not obeyed, on a terminal and in a pipe', () => {
  const text = 'a\u001b]0;t\u0007b\u0008c\rd\u202ee\u0085f\u001b';
  for (const how of [plain, coloured])
    expect(harmless(text, how)).toBe(String.raw`a\x1b]0;t\x07b\x08c\x0dd\u202ee\x85f\x1b`);
  expect(harmless('a\tb\r\nc é 日本 👩‍👩‍👧', plain)).toBe('a\tb\nc é 日本 👩‍👩‍👧');
});

test('colours stay on a terminal, and end with their line', () => {
  expect(harmless('\u001b[31mred\nplain', coloured)).toBe('\u001b[31mred\u001b[0m\nplain');
  expect(harmless('\u001b[31mred\u001b[8mhidden', coloured)).toBe('\u001b[31mredhidden\u001b[0m');
  expect(harmless('\u001b[38;5;8mgrey', coloured)).toBe('\u001b[38;5;8mgrey\u001b[0m');
  expect(harmless('\u001b[31mred', plain)).toBe('red');
});

test('JSON stays the same document', () => {
  const value = { name: 'a\u001b[31m\u009b\u202e', ends: '\u2028' };
  const text = harmlessJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
});

test('much that begins a sequence takes no longer than its length', () => {
  const text = '\u001b]'.repeat(200_000);
  const begun = performance.now();
  withoutSequences(text);
  harmless(text, coloured);
  expect(performance.now() - begun).toBeLessThan(5_000);
});
