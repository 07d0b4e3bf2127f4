import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const long = '1795220030207368123';

/** The answer as text: reading it as JSON would change the numbers that are looked for. */
async function call(method: 'GET' | 'POST' | 'PATCH', path: string, body?: string) {
  const { status, text } = await app.inject(method, `/api${path}`, body, owner.key);
  expect([200, 201, 204], text).toContain(status);
  return text;
}
const idIn = (text: string) => JSON.parse(text).id as string;

test('integers beyond 2^53 reach a run as they were given, from the deployment and from who asks for the run', async () => {
  const flow = idIn(await call('POST', '/flows/', '{"name":"snowflakes"}'));
  const schema = '{"type":"object","properties":{"ours":{"type":"integer"},"theirs":{"type":"array"}}}';
  const deployment = idIn(
    await call(
      'POST',
      '/deployments/',
      `{"name":"d","flow_id":"${flow}","parameters":{"ours":${long}},"parameter_openapi_schema":${schema},"enforce_parameter_schema":true}`,
    ),
  );
  expect(await call('GET', `/deployments/${deployment}`)).toContain(`"parameters":{"ours":${long}}`);
  const run = idIn(
    await call(
      'POST',
      `/deployments/${deployment}/create_flow_run`,
      `{"parameters":{"theirs":[-${long}]},"job_variables":{"n":${long}}}`,
    ),
  );
  const read = await call('GET', `/flow_runs/${run}`);
  expect(read).toContain(`"parameters":{"ours":${long},"theirs":[-${long}]}`);
  expect(read).toContain(`"job_variables":{"n":${long}}`);
  await call('PATCH', `/flow_runs/${run}`, `{"parameters":{"ours":${long}0}}`);
  expect(await call('POST', '/flow_runs/filter', `{"flow_runs":{"id":{"any_":["${run}"]}}}`)).toContain(
    `"parameters":{"ours":${long}0}`,
  );
});

test('events keep the integers of their payload', async () => {
  const id = '019b0000-0000-7000-8000-000000000001';
  const resource = '{"prefect.resource.id":"shop.order.1"}';
  await call(
    'POST',
    '/events',
    `[{"id":"${id}","occurred":"${new Date().toISOString()}","event":"shop.sold","resource":${resource},"payload":{"order":${long}}}]`,
  );
  const found = await call('POST', '/events/filter', '{"filter":{"event":{"name":["shop.sold"]}}}');
  // As the database writes it, with a space.
  expect(found).toMatch(new RegExp(`"payload":\\{"order": ?${long}\\}`));
});
