import { expect, test } from 'vitest';
import { piecesOf, plainText } from './terminal-text';

const esc = '\u001b';
const looks = (text: string) =>
  piecesOf(text).map(({ text: piece, look }) => [
    piece,
    Object.entries(look)
      .filter(([, value]) => value)
      .map(([name, value]) => (value === true ? name : value))
      .join(' '),
  ]);

test('a text without commands stays as it is', () => {
  for (const text of ['', 'plain', 'two\n\tlines', '[31m no escape', 'ünï 👩‍👩‍👧 عربى', '\u2066x\u2069'])
    expect([plainText(text), looks(text)]).toEqual([text, text ? [[text, '']] : []]);
});

test('no command for a terminal is left in a text, and every word is', () => {
  const commands = [
    `${esc}[31m`,
    `${esc}[1;38;5;208m`,
    `${esc}[2J`,
    `${esc}[?25l`,
    `${esc}[10;20H`,
    `${esc}[0 q`,
    '\u009b31m',
    `${esc}]0;title\u0007`,
    `${esc}]8;;https://x.example${esc}\\`,
    '\u009d0;t\u009c',
    `${esc}P1$r0m${esc}\\`,
    `${esc}_x${esc}\\`,
    `${esc}(B`,
    `${esc}7`,
    `${esc}c`,
    '\u0007',
    '\b\b',
    '\u0000',
    '\u007f',
    '\u0085',
    '\u202e',
  ];
  for (const command of commands) {
    const text = `a${command}b`;
    expect([JSON.stringify(command), plainText(text)]).toEqual([JSON.stringify(command), 'ab']);
    expect(
      piecesOf(text)
        .map((piece) => piece.text)
        .join(''),
    ).toBe('ab');
  }
});

test('a command without its end takes no words with it', () => {
  expect(plainText(`a${esc}]0;title and all the rest`)).toBe('a0;title and all the rest');
  expect(plainText(`end${esc}`)).toBe('end');
  expect(plainText(`end${esc}[`)).toBe('end');
});

test('what a terminal would write over stands in lines of its own', () => {
  expect(plainText('10 %\r20 %\r\ndone')).toBe('10 %\n20 %\ndone');
});

test('pieces carry the colours that were asked for, as those that can be read in both themes', () => {
  expect(looks(`a${esc}[31mred${esc}[1mbold${esc}[0mplain`)).toEqual([
    ['a', ''],
    ['red', 'bad'],
    ['bold', 'bad bold'],
    ['plain', ''],
  ]);
  expect(looks(`${esc}[92;4mok${esc}[39m.${esc}[24m.`)).toEqual([
    ['ok', 'ok underline'],
    ['.', 'underline'],
    ['.', ''],
  ]);
  expect(looks(`${esc}[37;41mwhite on red${esc}[m.`)).toEqual([
    ['white on red', ''],
    ['.', ''],
  ]);
  expect(looks(`${esc}[48;5;196;3mx`)).toEqual([['x', 'italic']]);
  for (const [codes, color] of [
    ['38;5;196', 'bad'],
    ['38;5;46', 'ok'],
    ['38;5;9', 'bad'],
    ['38;5;244', ''],
    ['38;2;255;0;0', 'bad'],
    ['38:2:0:0:255', 'run'],
    ['38;2;250;250;245', ''],
    ['38;2;0;200;220', 'accent'],
  ])
    expect([codes, looks(`${esc}[${codes}mx`)]).toEqual([codes, [['x', color]]]);
});

test('a text of nothing but commands is worked out at once, and has an end', () => {
  const started = performance.now();
  expect(piecesOf(`${esc}[31mx${esc}[32my`.repeat(50_000)).length).toBeLessThan(1_000);
  for (const one of ['\u009d', `${esc}]`, `${esc}[`, `${esc}[31m`, '\u0090x']) plainText(one.repeat(200_000));
  expect(performance.now() - started).toBeLessThan(5_000);
});
