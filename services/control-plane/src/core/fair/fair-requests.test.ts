import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { Turns } from './turns.js';

/** What the workspaces of this installation may do a second; small, so that a test can do more. */
const settings = {
  HEADGATE_LIMIT_REQUESTS: '60',
  HEADGATE_LIMIT_RUNS: '50',
  HEADGATE_LIMIT_LOG_LINES: '500',
  HEADGATE_LIMIT_LOG_KILOBYTES: '50',
  HEADGATE_LIMIT_EVENTS: '100',
};
let app: TestApp;
let noisy: Tenant;
let quiet: Tenant;
beforeAll(async () => {
  Object.assign(process.env, settings);
  app = await startTestApp();
  noisy = await app.tenant();
  quiet = await app.tenant();
});
afterAll(async () => {
  await app.close();
  for (const name of Object.keys(settings)) delete process.env[name];
});

const call = (tenant: Tenant, path: string, body?: unknown) => app.inject('POST', `/api${path}`, body, tenant.key);
const statuses = (answers: { status: number }[]) => [...new Set(answers.map((each) => each.status))].sort();
const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

async function deploymentOf(tenant: Tenant): Promise<string> {
  const flow = (await call(tenant, '/flows/', { name: randomUUID() })).body;
  return (await call(tenant, '/deployments/', { name: 'd', flow_id: flow.id })).body.id;
}

test('a workspace that asks too much is told when to come again; its neighbour notices nothing', async () => {
  const flood = Promise.all(times(400, () => app.inject('GET', '/api/me', undefined, noisy.key)));
  const others = await Promise.all(times(20, () => app.inject('GET', '/api/me', undefined, quiet.key)));
  const answers = await flood;
  expect(statuses(others)).toEqual([200]);
  expect(statuses(answers)).toEqual([200, 429]);
  const refused = answers.find((each) => each.status === 429)!;
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(refused.body.detail).toMatch(/budget of 60 requests a second/);
  expect(refused.body.detail).toContain(`of workspace ${noisy.workspaceId} is used up`);
  expect(refused.body.detail).toContain('HEADGATE_LIMIT_REQUESTS raises it');
  await until(
    'its budget fills again',
    async () => (await app.inject('GET', '/api/me', undefined, noisy.key)).status === 200,
  );
});

test('a stranger’s word for a workspace is not believed: it spends of its own', async () => {
  const foreign = `/api/accounts/${quiet.accountId}/workspaces/${quiet.workspaceId}/flows/count`;
  const answers = await Promise.all(times(300, () => app.inject('POST', foreign, {}, noisy.key)));
  expect(statuses(answers)).toEqual([404, 429]);
  expect((await call(quiet, '/flows/count', {})).status).toBe(200);
});

test.for([
  {
    what: 'new runs',
    path: (deployment: string) => `/headgate/deployments/${deployment}/flow_runs`,
    body: { flow_runs: times(60, () => ({})) },
    stored: '/flow_runs/count',
  },
  {
    what: 'log lines',
    path: () => '/logs/',
    body: times(600, () => ({ name: 'n', level: 20, message: 'm', timestamp: '2026-11-29T00:00:00.000Z' })),
    stored: null,
  },
  {
    what: 'bytes of logs',
    path: () => '/logs/',
    body: [{ name: 'n', level: 20, message: 'm'.repeat(60_000), timestamp: '2026-11-29T00:00:00.000Z' }],
    stored: null,
  },
  {
    what: 'events',
    path: () => '/events',
    body: times(120, () => ({
      id: randomUUID(),
      occurred: '2026-11-29T00:00:00.000Z',
      event: 'a.b',
      resource: { 'prefect.resource.id': 'x' },
    })),
    stored: null,
  },
])(
  'a budget of $what is spent by what is sent, and what goes beyond it changes nothing',
  async ({ path, body, stored }) => {
    const tenant = await app.tenant();
    const deployment = await deploymentOf(tenant);
    // All at once: one after the other a slow machine would find the budget filled again.
    const answers = await Promise.all(times(20, () => call(tenant, path(deployment), body)));
    const given = answers.filter((each) => each.status < 300).length;
    expect(given).toBeGreaterThanOrEqual(1);
    expect(given).toBeLessThan(20);
    const refused = answers.find((each) => each.status >= 300)!;
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    if (stored) expect((await call(tenant, stored, {})).body).toBe(given * 60);
    expect(
      (await call(quiet, path(await deploymentOf(quiet)), Array.isArray(body) ? body.slice(0, 1) : { flow_runs: [{}] }))
        .status,
    ).toBeLessThan(300);
  },
);

test('the workspaces of an account wait for each other while a neighbour is about, and it for none of them', async () => {
  const name = 'second';
  const other = (await app.inject('POST', `/api/accounts/${noisy.accountId}/workspaces/`, { name }, noisy.key)).body;
  const count = (accountId: string, workspaceId: string, key: string) =>
    app.inject('POST', `/api/accounts/${accountId}/workspaces/${workspaceId}/flows/count`, {}, key);
  expect((await count(noisy.accountId, other.id, noisy.key)).status).toBe(200);
  expect((await call(quiet, '/flows/count', {})).status).toBe(200);
  const reading = app.app.get(Turns).at('reading');
  await reading.enter(noisy.workspaceId);
  const waits = count(noisy.accountId, other.id, noisy.key);
  await until('its sibling is at work', () => reading.waitsFor(other.id) === 1);
  expect((await call(quiet, '/flows/count', {})).status).toBe(200);
  expect(reading.waitsFor(other.id)).toBe(1);
  reading.leave(noisy.workspaceId);
  expect((await waits).status).toBe(200);
});
