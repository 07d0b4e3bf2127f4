import { expect, test } from 'vitest';
import { browserKnownTo, rememberBrowser } from './known-browsers.js';

const secret = 'a secret of the installation';

test('a browser is known to those who signed in with it, and to nobody else', () => {
  const cookie = rememberBrowser(rememberBrowser(undefined, 'ann@x.test', secret), 'bob@x.test', secret);
  expect(browserKnownTo(cookie, 'ann@x.test', secret)).toBe(browserKnownTo(cookie, 'bob@x.test', secret));
  expect(browserKnownTo(cookie, 'ann@x.test', secret)).toMatch(/^[\w-]{22}$/);
  expect(browserKnownTo(cookie, 'eve@x.test', secret)).toBeNull();
  expect(browserKnownTo(cookie, 'ann@x.test', 'another secret')).toBeNull();
});

test('what somebody made up is no proof', () => {
  const [browserId, proof] = rememberBrowser(undefined, 'ann@x.test', secret).split('.') as [string, string];
  const other = 'A'.repeat(22);
  for (const cookie of [undefined, '', browserId, proof, `${other}.${proof}`, `${browserId}.x`, '.'.repeat(4_000)])
    expect(browserKnownTo(cookie, 'ann@x.test', secret)).toBeNull();
});

test('it remembers five people, the last ones, each once', () => {
  let cookie: string | undefined;
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'f', 'f']) cookie = rememberBrowser(cookie, name, secret);
  expect(cookie!.split('.')).toHaveLength(6);
  expect(browserKnownTo(cookie, 'a', secret)).toBeNull();
  for (const name of ['b', 'c', 'd', 'e', 'f']) expect(browserKnownTo(cookie, name, secret)).not.toBeNull();
});
