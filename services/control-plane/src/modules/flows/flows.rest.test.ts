import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, who = owner) =>
  app.inject(method, `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);
const newFlow = async (name: string, more: object = {}) =>
  (await call('POST', '/flows/', { name, ...more })).body as { id: string; name: string };
const names = async (body: object) =>
  (await call('POST', '/flows/filter', body)).body.map((flow: { name: string }) => flow.name);

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
});
afterAll(() => app.close());

test('a flow is made once: 201, then 200 with the flow as it was', async () => {
  const first = await call('POST', '/flows/', { name: 'etl', tags: ['a', 'a'], labels: { team: 'x', n: 1, on: true } });
  expect(first.status).toBe(201);
  expect(first.body).toEqual({
    id: expect.any(String),
    created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    updated: expect.any(String),
    name: 'etl',
    tags: ['a', 'a'],
    labels: { team: 'x', n: 1, on: true },
  });
  const second = await call('POST', '/flows/', { name: 'etl', tags: ['other'] });
  expect([second.status, second.body]).toEqual([200, first.body]);
});

test('of twenty processes that start the same flow one makes it', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', '/flows/', { name: 'rivals' })));
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
});

test('names with forbidden characters, unknown keys and wrong types are refused', async () => {
  for (const body of [
    { name: 'a/b' },
    { name: 'a%b' },
    { name: '' },
    {},
    { name: 'a', colour: 'red' },
    { name: 'a', tags: 'x' },
  ]) {
    const { status, body: answer } = await call('POST', '/flows/', body);
    expect(status).toBe(422);
    expect(answer).toMatchObject({ exception_message: 'Invalid request received.', request_body: body });
  }
});

test('a flow is found by its id and by its name, whatever is in it', async () => {
  const flow = await newFlow("it's a flow, ünïcode");
  expect((await call('GET', `/flows/${flow.id}`)).body).toEqual(flow);
  expect((await call('GET', `/flows/name/${encodeURIComponent(flow.name)}`)).body).toEqual(flow);
});

test('what is not there, not an id, or a stranger’s is 404', async () => {
  const flow = await newFlow('mine');
  const stranger = await app.tenant();
  expect((await call('GET', `/flows/${flow.id}`, undefined, stranger)).status).toBe(404);
  expect((await call('PATCH', `/flows/${flow.id}`, { tags: [] }, stranger)).status).toBe(404);
  expect((await call('DELETE', `/flows/${flow.id}`, undefined, stranger)).status).toBe(404);
  expect((await call('GET', '/flows/name/nobody')).body).toEqual({ detail: 'Flow not found' });
  expect((await call('GET', '/flows/not-an-id')).body).toEqual({ detail: 'Not Found' });
  expect((await call('GET', `/flows/${flow.id}`)).status).toBe(200);
});

test('tags are changed, and events tell of a flow’s life', async () => {
  const flow = await newFlow('told');
  expect((await call('PATCH', `/flows/${flow.id}`, { tags: ['x'] })).status).toBe(204);
  expect((await call('GET', `/flows/${flow.id}`)).body.tags).toEqual(['x']);
  expect((await call('DELETE', `/flows/${flow.id}`)).status).toBe(204);
  const { events } = (
    await call('POST', '/events/filter', { filter: { resource: { id: [`prefect.flow.${flow.id}`] }, order: 'ASC' } })
  ).body;
  expect(events.map((event: { event: string }) => event.event)).toEqual([
    'prefect.flow.created',
    'prefect.flow.updated',
    'prefect.flow.deleted',
  ]);
  expect(events[1]).toMatchObject({
    resource: { 'prefect.resource.name': 'told' },
    payload: { name: 'told', tags: ['x'], labels: {} },
  });
});

test('with a flow go its runs, its deployments and their limits', async () => {
  const flow = await newFlow('doomed');
  const run = (await call('POST', '/flow_runs/', { flow_id: flow.id })).body;
  const deployment = (
    await call('POST', '/deployments/', {
      name: 'd',
      flow_id: flow.id,
      concurrency_limit: 2,
      schedules: [{ schedule: { cron: '* * * * *' } }],
    })
  ).body;
  expect((await call('DELETE', `/flows/${flow.id}`)).status).toBe(204);
  expect((await call('GET', `/flow_runs/${run.id}`)).status).toBe(404);
  expect((await call('GET', `/deployments/${deployment.id}`)).status).toBe(404);
  expect((await call('POST', '/flow_runs/count', {})).body).toBe(0);
  expect((await call('POST', '/v2/concurrency_limits/filter', {})).body).toEqual([]);
  expect((await call('DELETE', `/flows/${flow.id}`)).status).toBe(404);
});

test('flows are listed in the order asked for, page by page, and nulls mean nothing', async () => {
  for (const name of ['b', 'c', 'a']) await newFlow(name);
  expect(await names({ flows: null, sort: null, limit: null, offset: null, flow_runs: null })).toEqual(['a', 'b', 'c']);
  expect(await names({ sort: 'NAME_DESC', limit: 2 })).toEqual(['c', 'b']);
  expect(await names({ sort: 'CREATED_DESC', limit: 1, offset: 1 })).toEqual(['c']);
  expect((await call('POST', '/flows/count', {})).body).toBe(3);
  expect((await call('POST', '/flows/count')).body).toBe(3);
  const page = (await call('POST', '/flows/paginate', { limit: 2, page: 2 })).body;
  expect(page).toMatchObject({ count: 3, limit: 2, pages: 2, page: 2, results: [{ name: 'c' }] });
});

test('a limit that is too large says so in the words that clients look for', async () => {
  const { status, text } = await call('POST', '/flows/filter', { limit: 201 });
  expect(status).toBe(422);
  expect(text).toContain('Invalid limit');
  expect((await call('POST', '/flows/filter', { sort: 'COLOUR' })).status).toBe(422);
});

test('many flows are deleted at once by a filter', async () => {
  const [keep, drop] = [await newFlow('keep'), await newFlow('drop')];
  expect((await call('POST', '/flows/bulk_delete', { flows: { name: { any_: ['drop'] } } })).body).toEqual({
    deleted: [drop.id],
  });
  expect(await names({})).toEqual([keep.name]);
});
