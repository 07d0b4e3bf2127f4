import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await app.tenant();
});
afterAll(() => app.close());

const get = (path: string, key: string | null = tenant.key, headers = {}) =>
  app.inject('GET', `/api${path}`, undefined, key, headers);

test('health, readiness and versions are told to everybody, as JSON', async () => {
  expect((await get('/health', null)).text).toBe('true');
  expect((await get('/ready', null)).body).toEqual({ message: 'OK' });
  expect((await get('/hello', null)).text).toBe('"👋"');
  expect((await get('/version', null)).text).toBe('"0.8.4"');
  const version = await get('/admin/version', null);
  expect(version.text).toMatch(/^"3\.\d+\.\d+"$/);
  expect(version.headers['content-type']).toContain('application/json');
});

test('the same doors answer under the address of a workspace', async () => {
  const scoped = `/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}`;
  expect((await get(`${scoped}/admin/version`)).status).toBe(200);
  expect((await get(`${scoped}/collections/work_pool_types`)).body.prefect.process.type).toBe('process');
});

test('clients hear that they need no CSRF tokens', async () => {
  const answer = await get('/csrf-token?client=1');
  expect([answer.status, answer.body]).toEqual([422, { detail: 'CSRF protection is disabled.' }]);
});

test('clients are told not to report their use, and what they may send', async () => {
  const { server } = (await get('/admin/settings')).body;
  expect(server).toMatchObject({
    analytics_enabled: false,
    api: { default_limit: 200, csrf_protection_enabled: false },
    events: { maximum_labels_per_resource: 500, maximum_related_resources: 100, maximum_event_name_length: 1024 },
  });
  expect((await get('/admin/settings', null)).status).toBe(401);
});

test('every variable of a worker type that is used is declared', async () => {
  const types = (await get('/collections/views/aggregate-worker-metadata')).body as Record<string, Record<string, any>>;
  expect(
    Object.values(types)
      .flatMap((each) => Object.keys(each))
      .toSorted(),
  ).toEqual(['docker', 'kubernetes', 'process']);
  for (const type of Object.values(types).flatMap((each) => Object.values(each))) {
    const { job_configuration: job, variables } = type.default_base_job_configuration;
    const usedNames = [...JSON.stringify(job).matchAll(/\{\{ (\w+) \}\}/g)].map((match) => match[1]!);
    expect([...new Set(usedNames)].toSorted()).toEqual(Object.keys(variables.properties).toSorted());
  }
});

test('unknown views are not found', async () => {
  const unknown = await get('/collections/views/nothing');
  expect([unknown.status, unknown.body]).toEqual([404, { detail: 'View nothing not found in registry' }]);
  expect((await get('/collections/views/toString')).status).toBe(404);
  for (const view of ['aggregate-block-metadata', 'aggregate-flow-metadata', 'demo-flows'])
    expect((await get(`/collections/views/${view}`)).body).toEqual({});
});

test('there are no automations, and the wire is told so', async () => {
  const owned = await app.inject(
    'DELETE',
    `/api/automations/owned-by/prefect.deployment.${crypto.randomUUID()}`,
    undefined,
    tenant.key,
  );
  expect([owned.status, owned.text]).toEqual([202, 'null']);
  expect(
    (await app.inject('POST', '/api/automations/filter', { limit: null, sort: 'NAME_ASC' }, tenant.key)).body,
  ).toEqual([]);
  expect((await app.inject('POST', '/api/automations/filter', undefined, tenant.key)).body).toEqual([]);
  expect((await app.inject('POST', '/api/automations/count', {}, tenant.key)).text).toBe('0');
  const one = await get(`/automations/${crypto.randomUUID()}`);
  expect([one.status, one.body]).toEqual([404, { exception_message: 'Automation not found' }]);
});

test('whoever makes or changes an automation is told in words that there are none yet', async () => {
  const id = crypto.randomUUID();
  const of = `/api/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}`;
  for (const [method, path] of [
    ['POST', '/api/automations/'],
    ['POST', `${of}/automations/`],
    ['PUT', `/api/automations/${id}`],
    ['PATCH', `/api/automations/${id}`],
    ['DELETE', `${of}/automations/${id}`],
  ] as const) {
    const { status, body } = await app.inject(method, path, { name: 'x' }, tenant.key);
    expect([path, status, body]).toEqual([path, 404, { detail: 'Headgate does not have automations yet' }]);
  }
  const other = await app.inject('POST', '/api/automation', {}, tenant.key);
  expect([other.status, other.body]).toEqual([404, { detail: 'Not Found' }]);
});

test('a template is checked at both addresses, and its mistake told with the line', async () => {
  for (const path of ['/templates/validate', '/automations/templates/validate']) {
    const check = (body?: unknown) =>
      app.inject('POST', `/api${path}`, body === undefined ? undefined : JSON.stringify(body), tenant.key);
    for (const fine of ['Hello {{ flow.name }}', '', undefined]) {
      const { status, text } = await check(fine);
      expect([status, text]).toEqual([204, '']);
    }
    const wrong = await check('a\n{% nope %}');
    expect([wrong.status, wrong.body]).toEqual([
      422,
      { error: { line: 2, message: "Encountered unknown tag 'nope'.", source: 'a\n{% nope %}' } },
    ]);
    const notText = await check({ template: 'x' });
    expect([notText.status, notText.body.exception_message]).toEqual([422, 'Invalid request received.']);
  }
});

test('the mistake of a long template is told without repeating all of it', async () => {
  for (const source of [`{% nope %}${'x'.repeat(90_000)}`, `{% ${'n'.repeat(90_000)} %}`]) {
    const { status, text, body } = await app.inject(
      'POST',
      '/api/templates/validate',
      JSON.stringify(source),
      tenant.key,
    );
    expect([status, body.error.source]).toEqual([422, `${source.slice(0, 10_000)}…`]);
    expect(text.length).toBeLessThan(25_000);
  }
});

test('a client that speaks an API of long ago is refused at every door', async () => {
  expect((await get('/health', null, { 'x-prefect-api-version': '0.7.0' })).status).toBe(400);
  expect((await get('/me/', tenant.key, { 'x-prefect-api-version': 'x' })).status).toBe(400);
  expect((await get('/me/', tenant.key, { 'x-prefect-api-version': '0.8.4' })).status).toBe(200);
});
