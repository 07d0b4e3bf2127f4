// What a page shows comes about a moment after what was done: read once, it is there on a fast machine and not on a slow
// one. So tests of pages ask until it is so (`await expect.poll(() => …)`, `waitFor`), and nothing is awaited inside
// `expect(…)`. What is there for sure, such as an answer of the API, is read into a name first.
import fs from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'web/e2e');
const files = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'));
const found = files.flatMap((name) => {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  return readOnce(text).map((at) => `web/e2e/${name}:${text.slice(0, at).split('\n').length}`);
});

/** Where an `expect(…)` awaits inside its parentheses. */
function readOnce(text) {
  return [...text.matchAll(/\bexpect(?:\.soft)?\(/g)]
    .filter(({ index, 0: { length } }) => /\bawait\b/.test(argumentsFrom(text, index + length)))
    .map(({ index }) => index);
}

/** The text up to the parenthesis that closes the one before `from`. */
function argumentsFrom(text, from) {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at += 1) depth += { '(': 1, ')': -1 }[text[at]] ?? 0;
  return text.slice(from, at - 1);
}

for (const place of found) console.error(`${place}: awaits inside expect(…): use await expect.poll(() => …)`);
if (files.length < 5) console.error(`Only ${files.length} files were looked at.`);
process.exit(found.length > 0 || files.length < 5 ? 1 : 0);
