// `npm run raise-python [-- NAME…]`: writes test/python/NAME.lock anew from NAME.in, with the newest of what that allows.
// One lock holds for Python 3.11 and newer on every platform, and names the hash of every file that may be installed.
import fs from 'node:fs';
import path from 'node:path';
import { locks, preparePython } from '../test/compat/python.mjs';
import { run } from './setup.mjs';

const asked = process.argv.slice(2);
const names = fs.readdirSync(locks).flatMap((file) => (file.endsWith('.in') ? [path.basename(file, '.in')] : []));
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.map((name) => `${name}.in`).join(', ')} in test/python; there are ${names.join(', ')}.`,
  );
  process.exit(1);
}
const python = await preparePython('raise');
for (const name of asked.length > 0 ? asked : names) {
  const how = ['--universal', '--python-version', '3.11', '--generate-hashes', '--no-annotate', '--upgrade', '--quiet'];
  const header = ['--no-emit-index-url', '--custom-compile-command', 'npm run raise-python'];
  const files = [`${name}.in`, '--output-file', `${name}.lock`];
  await run(python, ['-m', 'uv', 'pip', 'compile', ...how, ...header, ...files], { cwd: locks });
  console.log(`wrote test/python/${name}.lock`);
}
