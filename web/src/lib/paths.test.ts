import { describe, expect, test } from 'vitest';
import { paths, readAccountAddress, readWorkspaceAddress, safeNext } from './paths';

const place = { accountHandle: 'acme', workspaceHandle: 'main' };

test('these are the addresses of the app', () => {
  expect([
    paths.start(),
    paths.signIn(),
    paths.signIn('/acme/main/runs'),
    paths.signUp(),
    paths.clientLogin('http://localhost:3000'),
    paths.apiKeys(),
    paths.home(place),
    paths.runs(place),
    paths.runs(place, { pool: ['a, b'] }),
    paths.runs(place, { state: ['FAILED', 'CRASHED'], flow: ['f1'] }),
    paths.run(place, 'r1'),
    paths.flows(place),
    paths.flow(place, 'f1'),
    paths.deployments(place),
    paths.deployment(place, 'd1'),
    paths.workPools(place),
  ]).toEqual([
    '/',
    '/sign-in',
    '/sign-in?next=%2Facme%2Fmain%2Fruns',
    '/sign-up',
    '/auth/client?callback=http%3A%2F%2Flocalhost%3A3000',
    '/settings/api-keys',
    '/acme/main',
    '/acme/main/runs',
    '/acme/main/runs?pool=a%5C%2C+b',
    '/acme/main/runs?state=FAILED%2CCRASHED&flow=f1',
    '/acme/main/runs/r1',
    '/acme/main/flows',
    '/acme/main/flows/f1',
    '/acme/main/deployments',
    '/acme/main/deployments/d1',
    '/acme/main/work-pools',
  ]);
});

describe('reading an address', () => {
  test('a workspace page gives its handles, section and id', () => {
    expect(readWorkspaceAddress('/acme/main/runs/r1')).toEqual({ ...place, section: 'runs', id: 'r1', odd: false });
    expect(readWorkspaceAddress('/acme/main/')).toEqual({ ...place, section: null, id: null, odd: false });
    expect(readWorkspaceAddress('/a%20b/main')).toMatchObject({ accountHandle: 'a b' });
  });

  test('what stands behind a page that has nothing below it, or too deep, names no page', () => {
    const odd = (address: string) => readWorkspaceAddress(address)?.odd;
    expect(['/a/b/work-pools/work-pool/x', '/a/b/work-pools/x', '/a/b/runs/x/y'].map(odd)).toEqual([true, true, true]);
    expect(['/a/b', '/a/b/work-pools/', '/a/b/runs/x', '/a/b/task-runs/x/'].map(odd)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('a page outside of workspaces gives null', () => {
    expect(readWorkspaceAddress('/settings/api-keys')).toBeNull();
    expect(readWorkspaceAddress('/auth/client')).toBeNull();
    expect(readWorkspaceAddress('/')).toBeNull();
  });

  test('the page of an account gives its handle, and no other page one', () => {
    expect(readAccountAddress('/acme/')).toBe('acme');
    for (const other of ['/', '/acme/main', '/sign-in', '/settings']) expect(readAccountAddress(other)).toBeNull();
  });

  test('a broken escape is read as it stands', () => {
    expect(readWorkspaceAddress('/%E0%A4%A/main')?.accountHandle).toBe('%E0%A4%A');
  });
});

test('after signing in nobody is sent to another site', () => {
  for (const good of ['/acme/main?x=1', '/acme/main/runs#top', '/auth/client?callback=http%3A%2F%2Flocalhost%3A1', '/'])
    expect(safeNext(good)).toBe(good);
  expect(safeNext('/a/../acme/main')).toBe('/acme/main');
  const slashes = [
    '//',
    '/\\',
    '\\\\',
    '\\/',
    '/\t/',
    '/\n/',
    '/\r/',
    '\t//',
    '/.//',
    '/..//',
    '/a/..//',
    '/./\\',
    '/%2e//',
    '///',
    '/\t\\',
  ];
  const hosts = ['evil.example', 'user@evil.example', 'evil.example:80/x', '[::1]', 'ｅvil.example', '%65vil.example'];
  const schemes = [
    'javascript:alert(1)',
    'data:text/html,x',
    'https:evil.example',
    'https:/evil.example',
    ' https://evil.example',
    '\u0000javascript:1',
  ];
  const bad = [
    ...slashes.flatMap((start) => hosts.map((host) => start + host)),
    ...schemes,
    null,
    '',
    ' ',
    'acme',
    '//',
    '/\\',
    '//[',
    '?x',
    '#x',
  ];
  const here = 'https://gate.example';
  for (const each of bad) {
    const next = safeNext(each);
    expect([each, new URL(next, here).origin, new URL(new URL(next, here).pathname, here).origin]).toEqual([
      each,
      here,
      here,
    ]);
    expect(next).toMatch(/^\/(?![/\\])/);
  }
});
