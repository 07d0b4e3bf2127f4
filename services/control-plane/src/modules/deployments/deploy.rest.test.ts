import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const deploy = (more: object = {}) =>
  call('POST', '/headgate/deployments', { name: 'daily', flow_name: 'etl', ...more });
const flowNames = async () =>
  (await call('POST', '/flows/filter', {})).body.map((flow: { name: string }) => flow.name) as string[];
const unknownId = '0192f0a0-0000-7000-8000-000000000001';

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

test('a deployment is made with its flow, and brought up to date where both are there', async () => {
  const first = await deploy({ tags: ['a'], schedules: [{ schedule: { cron: '0 8 * * *' } }] });
  expect(first.status).toBe(201);
  expect(await flowNames()).toEqual(['etl']);
  const again = await deploy({ tags: ['b'] });
  expect([again.status, again.body.id, again.body.flow_id]).toEqual([200, first.body.id, first.body.flow_id]);
  expect(again.body).toMatchObject({ tags: ['b'], labels: { 'prefect.flow.id': first.body.flow_id } });
  expect((await call('GET', '/deployments/name/etl/daily')).body.id).toBe(first.body.id);
});

test('deployed again, it changes in what is named alone, and schedules that are named take the place of all', async () => {
  const pool = (await call('POST', '/work_pools/', { name: 'local' })).body.name as string;
  const named = {
    work_pool_name: pool,
    work_queue_name: 'fast',
    parameters: { n: 1 },
    tags: ['a'],
    description: 'by hand',
    job_variables: { env: { A: '1' } },
    concurrency_limit: 3,
    paused: true,
    enforce_parameter_schema: false,
    schedules: [{ schedule: { cron: '0 8 * * *' }, slug: 'early' }, { schedule: { interval: 60 } }],
  };
  const first = (await deploy(named)).body;
  const again = (await deploy({ work_pool_name: pool, version: '2' })).body;
  const { updated: _, updated_by: __, version, ...rest } = again;
  expect(version).toBe('2');
  expect(first).toMatchObject(rest);
  const replaced = (await deploy({ schedules: [{ schedule: { cron: '0 9 * * *' } }] })).body;
  expect(replaced.schedules.map((each: any) => each.schedule.cron)).toEqual(['0 9 * * *']);
  expect(replaced).toMatchObject({ parameters: { n: 1 }, work_queue_name: 'fast', paused: true });
  expect((await deploy({ schedules: [], work_pool_name: null })).body).toMatchObject({
    schedules: [],
    work_pool_name: null,
    tags: ['a'],
  });
});

test('parameters that stay are held against a schema that is new', async () => {
  await deploy({ parameters: { n: 'many' } });
  const schema = { type: 'object', properties: { n: { type: 'integer' } } };
  expect((await deploy({ parameter_openapi_schema: schema })).status).toBe(409);
  expect((await deploy({ parameter_openapi_schema: schema, parameters: { n: 1 } })).status).toBe(200);
});

test('of a flow that is there, however it was made, it is a deployment of that', async () => {
  const flow = (await call('POST', '/flows/', { name: 'etl', tags: ['kept'] })).body;
  expect((await deploy()).body.flow_id).toBe(flow.id);
  expect((await call('GET', `/flows/${flow.id}`)).body.tags).toEqual(['kept']);
});

test.each([
  ['a pool that is not there', { work_pool_name: 'nowhere' }, 404],
  ['a block that is not there', { storage_document_id: unknownId }, 409],
  ['a limit that is not there', { global_concurrency_limit_id: unknownId }, 404],
  ['a schedule that never fires', { schedules: [{ schedule: { cron: '0 0 31 2 *' } }] }, 422],
  ['parameters that do not fit', misfit(), 422],
  ['a key that nobody knows', { surprise: 1 }, 422],
])('one that is refused for %s leaves no flow behind, and no event of one', async (_, more, status) => {
  expect((await deploy(more)).status).toBe(status);
  expect(await flowNames()).toEqual([]);
  const { rows } = await app.db.sql.query(`select event from event where workspace_id = $1 and event like '%flow.%'`, [
    owner.workspaceId,
  ]);
  expect(rows).toEqual([]);
});

function misfit(): object {
  const schema = { type: 'object', properties: { n: { type: 'integer' } } };
  return { parameters: { n: 'many' }, parameter_openapi_schema: schema, enforce_parameter_schema: true };
}

test('of rivals that deploy the same for the first time, one makes flow and deployment, and all get them', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => deploy()));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 9 }, () => 200), 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await flowNames()).toEqual(['etl']);
});
