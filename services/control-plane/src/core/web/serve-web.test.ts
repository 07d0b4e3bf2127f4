import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { serveWeb } from './serve-web.js';

const inline = 'self.__next_f.push([1,"a<b"])';
const files: Record<string, string> = {
  'index.html': 'start',
  '404.html': 'not found',
  'sign-in.html': `sign in<script>${inline}</script><script src="/_next/a.js"></script>`,
  'auth/client.html': 'client',
  'settings/api-keys.html': 'keys',
  '_.html': 'account',
  '_.txt': 'account',
  '_/_.html': 'home',
  '_/_.txt': 'home',
  '_/_/runs.html': 'runs',
  '_/_/runs/_.html': 'run',
  '_next/a.js': 'script',
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headgate-web-'));
let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
/** `/account/workspace` of the owner. */
let place: string;
beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  app = await startTestApp({ HEADGATE_PUBLIC_URL: 'https://gate.example' }, (made) => serveWeb(made, folder));
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  place = String(
    (await get(`/account/${owner.accountId}/workspace/${owner.workspaceId}`, keyOf(owner))).headers['location'],
  );
});
afterAll(async () => {
  await app.close();
  fs.rmSync(folder, { recursive: true });
});

const get = (url: string, headers = {}) => app.inject('GET', url, undefined, null, headers);
const keyOf = (tenant: Tenant) => ({ authorization: `Bearer ${tenant.key}` });

test('pages are found by their names, and by what may be a handle or an id', async () => {
  const id = '01900000-0000-7000-8000-000000000000';
  const found: [string, string][] = [
    ['/', 'start'],
    [place, 'home'],
    [`${place}/runs`, 'runs'],
    [`${place}/runs/${id}`, 'run'],
    ['/settings/api-keys', 'keys'],
    [`${place}.txt`, 'home'],
  ];
  for (const [url, text] of found) {
    const { status, text: answered } = await get(url, keyOf(owner));
    expect([url, status, answered]).toEqual([url, 200, text]);
  }
});

test('a workspace that is not there, or not the visitor’s, is not found; who has not signed in is asked to', async () => {
  const [, account] = place.split('/');
  for (const url of ['/nothing/here', '/nothing/here/runs?state=FAILED', `/${account}/other`, `/${account}/other/runs`])
    expect([url, (await get(url, keyOf(owner))).status]).toEqual([url, 404]);
  for (const url of [place, `${place}/runs?state=FAILED`]) {
    expect([url, (await get(url, keyOf(owner))).status]).toEqual([url, 200]);
    expect(await get(url, keyOf(stranger))).toMatchObject({ status: 404, text: 'not found' });
    const { status, headers } = await get(url);
    expect([status, headers['location']]).toEqual([302, `/sign-in?${new URLSearchParams({ next: url })}`]);
  }
  expect((await get('/nothing/here')).headers['location']).toBe('/sign-in?next=%2Fnothing%2Fhere');
});

test('an account alone has a page for those who belong to it, and is not found by others', async () => {
  const account = `/${place.split('/')[1]}`;
  expect(await get(account, keyOf(owner))).toMatchObject({ status: 200, text: 'account' });
  expect(await get(`${account}/`, keyOf(owner))).toMatchObject({ status: 200, text: 'account' });
  expect(await get(account, keyOf(stranger))).toMatchObject({ status: 404, text: 'not found' });
  expect(await get('/nobodys', keyOf(owner))).toMatchObject({ status: 404, text: 'not found' });
  expect((await get(account)).headers['location']).toBe(`/sign-in?${new URLSearchParams({ next: account })}`);
  for (const url of ['/robots.txt', '/security.txt']) expect([url, (await get(url)).status]).toEqual([url, 404]);
});

test('what is no page is not found', async () => {
  const nothing = [
    '/_next/..%5c..',
    '/_next/a.js/x',
    '/..%5c..%5cetc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/.git/config',
    '/.env/x',
    '/settings/x',
    '/auth/x',
    '/acme/ma%00in',
    '/acme/%3Cscript%3E',
    '/acme/main/other',
    '/acme/main/runs/a/b',
    '/%E0%A4%A/main',
    '/sign-in/x/y',
  ];
  for (const url of nothing) expect([url, (await get(url)).status]).toEqual([url, 404]);
});

test('a page runs its own scripts and no other, and reaches the visitor’s machine only where a key is handed over', async () => {
  const policyOf = async (url: string) =>
    String((await get(url, { host: 'gate.example' })).headers['content-security-policy']);
  const signIn = await policyOf('/sign-in');
  const hash = createHash('sha256').update(inline).digest('base64');
  expect(signIn).toContain(`script-src 'self' 'sha256-${hash}';`);
  // A thread goes by the policy of its script, and loads the rest of itself.
  const script = Object.keys(files).find((name) => name.endsWith('.js'))!;
  expect(await policyOf(`/${script}`)).toBe("default-src 'none'; script-src 'self'; frame-ancestors 'none'");
  for (const part of ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"])
    expect(signIn).toContain(part);
  expect(signIn).toContain("connect-src 'self' ws://gate.example wss://gate.example;");
  expect(await policyOf('/auth/client?callback=x')).toContain('http://127.0.0.1:*');
  for (const url of ['/', '/nothing/at/all', '/sign-in?/auth/client'])
    expect(await policyOf(url)).not.toMatch(/127\.0\.0\.1|script-src[^;]*unsafe/);
});

test('every answer of an https installation asks for https, and pages for nothing of the machine', async () => {
  for (const url of ['/', '/nothing', '/_next/a.js', '/api/health'])
    expect((await get(url)).headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    });
  expect((await get('/')).headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
  });
});

test('an address with ids tells the names only to those who may know them', async () => {
  const url = `/account/${owner.accountId}/workspace/${owner.workspaceId}/flows/flow/x?a=b`;
  const anonymous = await get(url);
  expect([anonymous.status, anonymous.headers['location']]).toEqual([302, `/sign-in?next=${encodeURIComponent(url)}`]);
  const theirs = await get(url, keyOf(owner));
  expect([theirs.status, theirs.headers['location']]).toEqual([
    302,
    expect.stringMatching(/^\/[a-z\d-]+\/main\/flows\/x$/),
  ]);
  for (const address of [
    url,
    `/account/${stranger.accountId}/workspace/${owner.workspaceId}`,
    '/account/x/workspace/y',
  ])
    expect((await get(address, keyOf(stranger))).status).toBe(404);
});

test('what a client prints that knows no workspaces leads to the home of who looks', async () => {
  const key = keyOf(owner);
  for (const [url, page] of [
    ['/runs/flow-run/x', 'runs/x'],
    ['/deployments/deployment/x?a=b', 'deployments/x'],
    ['/flows/flow/x/', 'flows/x'],
    ['/runs/task-run/x', 'task-runs/x'],
    ['/work-pools/work-pool/x', 'work-pools\\?pool=x'],
    ['/work-pools/work-pool/x/worker/y', 'work-pools\\?pool=x'],
    ['/runs', 'runs'],
  ] as const) {
    expect((await get(url)).headers['location']).toBe(`/sign-in?next=${encodeURIComponent(url)}`);
    expect((await get(url, key)).headers['location']).toMatch(new RegExp(`^/[a-z\\d-]+/main/${page}$`));
  }
});

test('pages of the person, as Prefect’s cloud has them, lead to ours, whoever asks', async () => {
  for (const url of [
    '/my',
    '/my/api-keys',
    '/my/profile',
    '/my/profile/',
    '/my/api-keys?a=b',
    '/settings',
    '/settings/',
  ])
    expect([url, (await get(url)).headers['location']]).toEqual([url, '/settings/api-keys']);
});

test('the filters of a list go along to where it leads', async () => {
  const long = `/account/${owner.accountId}/workspace/${owner.workspaceId}`;
  for (const url of ['/runs?tags=x&state=FAILED', '/flows?q=a', '/deployments?tag=a%20b', '/work-pools?pool=x'])
    for (const address of [url, `${long}${url}`, `${long}${url.replace('?', '/?')}`])
      expect([address, (await get(address, keyOf(owner))).headers['location']]).toEqual([address, `${place}${url}`]);
});

test('with ids or without, every link that Prefect prints leads to a page, or to where it is said that there is none', async () => {
  const key = keyOf(owner);
  const long = `/account/${owner.accountId}/workspace/${owner.workspaceId}`;
  for (const [url, page] of [
    ['/runs/task-run/x', 'main/task-runs/x'],
    ['/runs/flow-run/x', 'main/runs/x'],
    ['/flow-runs/flow-run/x', 'main/runs/x'],
    ['/blocks/block/x', 'main/blocks'],
    ['/artifacts/artifact/x', 'main/artifacts'],
    ['/artifacts', 'main/artifacts'],
    ['/variables', 'main/variables'],
    ['/variables/variable/x', 'main/variables'],
    ['/events', 'main/events'],
    ['/automations/automation/x', 'main/automations'],
    ['/events/event/2026-01-01/x', 'main/events'],
    ['/concurrency-limits/concurrency-limit/x', 'main/concurrency-limits'],
    ['/task-run-concurrency-limits/concurrency-limit/x', 'main/concurrency-limits'],
    ['/dashboard', 'main'],
  ] as const)
    for (const address of [url, `${long}${url}`])
      expect([address, (await get(address, key)).headers['location']]).toEqual([
        address,
        expect.stringMatching(new RegExp(`^/[a-z\\d-]+/${page}$`)),
      ]);
});

test('an artifact leads to the run that published it', async () => {
  const post = async (path: string, body: object) =>
    (await app.inject('POST', `/api${path}`, body, owner.key)).body as { id: string };
  const flow = await post('/flows/', { name: 'work' });
  const run = await post('/flow_runs/', { flow_id: flow.id });
  const { id } = await post('/artifacts/', { type: 'markdown', data: 'x', flow_run_id: run.id });
  const at = (tenant: Tenant) => get(`/artifacts/artifact/${id}`, keyOf(tenant));
  expect((await at(owner)).headers['location']).toMatch(new RegExp(`/main/runs/${run.id}\\?tab=artifacts$`));
  expect((await at(stranger)).headers['location']).toMatch(/\/main\/artifacts$/);
});
