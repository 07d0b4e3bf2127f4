import { expect, test } from 'vitest';
import { LineSplitter } from '../src/output/lines.js';
import { levelOf, plainReader } from '../src/output/run-output.js';
import { isoOfMicros, nextTimestamp } from '../src/output/timestamps.js';

function splitAll(pieces: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((more) => lines.push(...more));
  for (const piece of pieces) splitter.write(Buffer.from(piece));
  splitter.end();
  return lines;
}

test('lines are put together from pieces, whatever the pieces are', () => {
  expect(splitAll(['one\ntw', 'o\r\nthr', 'ee\n', 'four'])).toEqual(['one', 'two', 'three', 'four']);
});

test('a character that is cut between two pieces stays whole', () => {
  const bytes = Buffer.from('größe\n');
  expect(splitAll([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['größe']);
});

test('of a line that is written over, the last version counts', () => {
  expect(splitAll(['10 %\r50 %\r100 %\n'])).toEqual(['100 %']);
});

test('a line without end is cut, and nothing of it is lost', () => {
  const lines = splitAll(['x'.repeat(250_000)]);
  expect(lines.join('')).toHaveLength(250_000);
  expect(lines.every((line) => line.length <= 100_000)).toBe(true);
});

test('stderr is information unless its words say otherwise', () => {
  expect(levelOf('Resolving dependencies', 'stderr')).toBe(20);
  expect(levelOf('npm warn deprecated', 'stderr')).toBe(30);
  expect(levelOf('Traceback (most recent call last):', 'stderr')).toBe(40);
  expect(levelOf('TypeError: x is not a function', 'stderr')).toBe(40);
  expect(levelOf('error in the text of the user', 'stdout')).toBe(20);
});

test('the stack below an error has its level', () => {
  const read = plainReader();
  const lines = ['TypeError: no', '    at main (flow.ts:1:1)', 'on we go', '  indented'];
  expect(lines.map((line) => read(line, 'stderr')?.level)).toEqual([40, 40, 20, 20]);
});

test('timestamps never repeat, and sort as text', () => {
  const times = Array.from({ length: 2_000 }, nextTimestamp);
  expect(new Set(times).size).toBe(times.length);
  expect([...times].sort()).toEqual(times);
  expect(isoOfMicros(1_795_232_846_122_598)).toBe('2026-11-21T03:47:26.122598Z');
});
