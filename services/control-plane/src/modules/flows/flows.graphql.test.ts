import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
const rest = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const ask = (query: string, variables: object = {}, who = owner) =>
  app.gql(query, { w: owner.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const move = (id: string, type: string) => rest(`/flow_runs/${id}/set_state`, { state: { type } });

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  for (const name of ['alpha', 'beta', 'gamma']) await rest('/flows/', { name, tags: name === 'beta' ? ['prod'] : [] });
});
afterAll(() => app.close());

test('flows are paged by key', async () => {
  const page =
    'query ($w: ID!, $after: String) { flows(workspaceId: $w, first: 2, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } }';
  const first = (await ask(page)).data.flows;
  expect(first).toMatchObject({ nodes: [{ name: 'alpha' }, { name: 'beta' }], pageInfo: { hasNextPage: true } });
  const second = (await ask(page, { after: first.pageInfo.endCursor })).data.flows;
  expect(second).toMatchObject({ nodes: [{ name: 'gamma' }], pageInfo: { hasNextPage: false } });
  expect((await ask(page, { after: 'nonsense' })).error.extensions.code).toBe('invalid');
});

test('flows are found by a part of their name and by tags', async () => {
  const found = async (filter: object) =>
    (
      await ask('query ($w: ID!, $f: FlowFilterInput) { flows(workspaceId: $w, filter: $f) { nodes { name } } }', {
        f: filter,
      })
    ).data.flows.nodes;
  expect(await found({ search: 'MM' })).toEqual([{ name: 'gamma' }]);
  expect(await found({ tags: ['prod'] })).toEqual([{ name: 'beta' }]);
  expect(await found({ search: '%' })).toEqual([]);
});

test('a flow tells of its deployments, its last, next and recent runs', async () => {
  const flow = await rest('/flows/', { name: 'alpha' });
  const deployment = await rest('/deployments/', { name: 'daily', flow_id: flow.id });
  const [done, running] = [
    await rest('/flow_runs/', { flow_id: flow.id }),
    await rest('/flow_runs/', { flow_id: flow.id }),
  ];
  for (const type of ['PENDING', 'RUNNING', 'COMPLETED']) await move(done.id, type);
  for (const type of ['PENDING', 'RUNNING']) await move(running.id, type);
  const next = await rest(`/deployments/${deployment.id}/create_flow_run`, {
    state: { type: 'SCHEDULED', state_details: { scheduled_time: '2099-01-01T00:00:00Z' } },
  });
  const query =
    'query ($w: ID!, $id: ID!) { flow(workspaceId: $w, id: $id) { name deploymentCount lastRun { id } nextRun { id } recentRuns { id stateType flow { name } deployment { name } } } }';
  const { data } = await ask(query, { id: flow.id });
  expect(data.flow).toMatchObject({
    name: 'alpha',
    deploymentCount: 1,
    lastRun: { id: running.id },
    nextRun: { id: next.id },
  });
  expect(data.flow.recentRuns.map((run: { id: string }) => run.id)).toEqual([running.id, done.id]);
  expect(data.flow.recentRuns[0]).toMatchObject({ stateType: 'RUNNING', flow: { name: 'alpha' }, deployment: null });
});

test('nobody sees the flows of a workspace that is not theirs', async () => {
  const stranger = await app.tenant();
  const { error } = await ask('query ($w: ID!) { flows(workspaceId: $w) { nodes { name } } }', {}, stranger);
  expect(error.extensions.code).toBe('notFound');
  expect(
    (await ask('query ($w: ID!) { flow(workspaceId: $w, id: "0192f0a0-0000-7000-8000-000000000001") { name } }')).error
      .extensions.code,
  ).toBe('notFound');
  expect((await ask('query ($w: ID!) { flow(workspaceId: $w, id: "x") { name } }')).error.extensions.code).toBe(
    'notFound',
  );
});
