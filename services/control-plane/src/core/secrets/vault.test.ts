import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Vault } from './vault.js';

const vault = new Vault(randomBytes(32));

test('what is sealed is opened again, in its own place', () => {
  const sealed = vault.seal('the combination', 'door 1');
  expect(vault.open(sealed, 'door 1').toString()).toBe('the combination');
  expect(sealed.includes('combination')).toBe(false);
});

test('the same text is never sealed the same way twice', () => {
  expect(vault.seal('a', 'door').equals(vault.seal('a', 'door'))).toBe(false);
});

test('another key, another place and a changed bit open nothing', () => {
  const sealed = vault.seal('the combination', 'door 1');
  const changed = Buffer.from(sealed);
  changed[changed.length - 1]! ^= 1;
  expect(() => new Vault(randomBytes(32)).open(sealed, 'door 1')).toThrow();
  expect(() => vault.open(sealed, 'door 2')).toThrow();
  expect(() => vault.open(changed, 'door 1')).toThrow();
  expect(() => vault.open(Buffer.from([9]), 'door 1')).toThrow(/version 9/);
});
