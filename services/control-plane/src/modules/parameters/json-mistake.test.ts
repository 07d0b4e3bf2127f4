import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonMistake } from './json-mistake.js';

/** What Python says; made by golden/record_json.py. */
const rows = JSON.parse(readFileSync(new URL('golden/json-mistakes.json', import.meta.url), 'utf8')) as {
  text: string;
  says: string | null;
}[];

test(`${rows.length} texts that are no JSON are told as Python tells them`, () => {
  for (const { text, says } of rows) expect.soft(jsonMistake(text), JSON.stringify(text)).toBe(says);
});

test('what is JSON has no mistake', () => {
  for (const text of ['{"a": [1, -2.5e3, true, null, "\\u00e4\\n"], "b": {}}', ' [] ', '0', '"x"'])
    expect(jsonMistake(text)).toBe(null);
});
