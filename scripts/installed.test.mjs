import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isInstalled } from './installed.mjs';

const lock = {
  '': { name: 'root' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
};
const { 'node_modules/a': a, 'node_modules/b': b } = lock;

test.each([
  ['all of it', { 'node_modules/a': a, 'node_modules/b': b }, true],
  ['all but what is of another platform', { 'node_modules/a': a }, true],
  ['not all', { 'node_modules/b': b }, false],
  ['another version', { 'node_modules/a': { ...a, version: '0.9.0' } }, false],
  ['another content', { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, false],
  ['what is not asked for any more', { 'node_modules/a': a, 'node_modules/c': a }, false],
  ['nothing', {}, false],
])('where there is %s', (_, installed, is) => expect(isInstalled(lock, installed)).toBe(is));

test('what npm ci has installed here is what the lock asks for', () => {
  const packagesIn = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).packages;
  expect(isInstalled(packagesIn('../package-lock.json'), packagesIn('../node_modules/.package-lock.json'))).toBe(true);
});
