import { expect, test } from 'vitest';
import { exportedAt } from '../src/deploy/exported-at.js';

/** The place of the mark; it is taken out. */
function at(marked: string): string | null {
  const before = marked.slice(0, marked.indexOf('▼')).split('\n');
  return exportedAt(marked.replace('▼', ''), { line: before.length, column: before.at(-1)!.length + 1 });
}

test.each([
  ['export const a = flow(f);\nexport const b = ▼flow(f);', 'b'],
  ["const a: Flow<[x?: () => void], string> =\n  ▼flow(f);\nexport { b, a as 'c' };".replaceAll("'", ''), 'c'],
  ['const a = sdk.▼flow(f)\nexport default a', 'default'],
  ['export default ▼flow(f)', 'default'],
  ['const a = ▼flow(f);\n/* export { a } */', null],
  ["const a = ▼flow(f);\nexport { a } from './else';", null],
  ['export const a = 1;\nwrap(▼flow(f));', null],
])('%s exports %s', (text, name) => expect(at(text)).toBe(name));
