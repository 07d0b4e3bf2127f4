import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let flow: { id: string };
const rest = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const ask = (query: string, variables: object = {}, who = owner) =>
  app.gql(query, { w: owner.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const deployed = (name: string, more: object = {}) => rest('/deployments/', { name, flow_id: flow.id, ...more });

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = await rest('/flows/', { name: 'etl' });
});
afterAll(() => app.close());

test('a deployment shows its flow, its schedules in words, and its runs', async () => {
  const { id } = await deployed('daily', {
    schedules: [{ schedule: { cron: '0 8 * * *', timezone: 'Europe/Berlin' }, slug: 'morning', parameters: { a: 1 } }],
    parameter_openapi_schema: { type: 'object' },
  });
  const done = await rest(`/deployments/${id}/create_flow_run`, {});
  for (const type of ['PENDING', 'RUNNING', 'COMPLETED'])
    await rest(`/flow_runs/${done.id}/set_state`, { state: { type } });
  const query = `query ($w: ID!, $id: ID!) { deployment(workspaceId: $w, id: $id) {
    name fullName flow { name } paused status parameterOpenapiSchema workPoolName
    schedules { active slug kind summary timezone schedule parameters }
    recentRuns { id stateType } upcomingRuns(first: 2) { stateType deployment { name } } } }`;
  const { data } = await ask(query, { id });
  expect(data.deployment).toMatchObject({
    name: 'daily',
    fullName: 'etl/daily',
    flow: { name: 'etl' },
    paused: false,
    status: 'NOT_READY',
    parameterOpenapiSchema: { type: 'object' },
    workPoolName: null,
  });
  expect(data.deployment.schedules).toEqual([
    {
      active: true,
      slug: 'morning',
      kind: 'cron',
      summary: 'Every day at 08:00 (Europe/Berlin)',
      timezone: 'Europe/Berlin',
      schedule: { cron: '0 8 * * *', timezone: 'Europe/Berlin', day_or: true },
      parameters: { a: 1 },
    },
  ]);
  expect(data.deployment.recentRuns).toEqual([{ id: done.id, stateType: 'COMPLETED' }]);
  expect(data.deployment.upcomingRuns).toEqual(
    [1, 2].map(() => ({ stateType: 'SCHEDULED', deployment: { name: 'daily' } })),
  );
});

test('deployments are paged by key and found by name, flow, tags and pool', async () => {
  await rest('/work_pools/', { name: 'pool', type: 'process' });
  const other = await rest('/flows/', { name: 'report' });
  await rest('/deployments/', { name: 'daily', flow_id: other.id, tags: ['prod'], work_pool_name: 'pool' });
  const list = async (variables: object) =>
    (
      await ask(
        'query ($w: ID!, $f: DeploymentFilterInput, $first: Int, $after: String) { deployments(workspaceId: $w, filter: $f, first: $first, after: $after) { nodes { fullName } pageInfo { hasNextPage endCursor } } }',
        variables,
      )
    ).data.deployments;
  const names = async (f: object) => (await list({ f })).nodes.map((node: { fullName: string }) => node.fullName);
  const first = await list({ first: 1 });
  const second = await list({ first: 1, after: first.pageInfo.endCursor });
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect([...first.nodes, ...second.nodes].map((node) => node.fullName).toSorted()).toEqual([
    'etl/daily',
    'report/daily',
  ]);
  expect(await names({ search: 'REP' })).toEqual(['report/daily']);
  expect(await names({ flowId: flow.id })).toEqual(['etl/daily']);
  expect(await names({ tags: ['prod'] })).toEqual(['report/daily']);
  expect(await names({ workPoolName: 'pool' })).toEqual(['report/daily']);
});

test('deployments are paged in every order, each of them once', async () => {
  const other = await app.tenant();
  const post = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, other.key)).body;
  const [b, a] = [await post('/flows/', { name: 'b' }), await post('/flows/', { name: 'a' })];
  // The names are those of two flows each, and of two orders.
  for (const [flow_id, name, more] of [
    [b.id, 'x', {}],
    [a.id, 'y', { paused: true }],
    [a.id, 'x', {}],
    [b.id, 'y', {}],
  ])
    await post('/deployments/', { name, flow_id, ...more });
  const [oldest] = (await post('/deployments/filter', { sort: 'CREATED_DESC' })).toReversed();
  await post(`/deployments/get_scheduled_flow_runs`, { deployment_ids: [oldest.id] });
  await app.inject('PATCH', `/api/deployments/${oldest.id}`, { description: 'changed last' }, other.key);
  const query =
    'query ($w: ID!, $sort: DeploymentSortInput, $after: String) { deployments(workspaceId: $w, sort: $sort, first: 1, after: $after) { nodes { fullName } pageInfo { hasNextPage endCursor } } }';
  const page = (variables: object) =>
    app.gql(query, { w: other.workspaceId, ...variables }, { authorization: `Bearer ${other.key}` });
  const inPages = async (sort: string) => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const answer: { nodes: { fullName: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } = (
        await page({ sort, after })
      ).data.deployments;
      names.push(...answer.nodes.map((node) => node.fullName));
      after = answer.pageInfo.hasNextPage ? answer.pageInfo.endCursor : null;
    } while (after);
    return names;
  };
  expect(await inPages('FLOW_ASC')).toEqual(['a/x', 'a/y', 'b/x', 'b/y']);
  expect((await inPages('NAME_ASC')).map((name) => name.at(-1))).toEqual(['x', 'x', 'y', 'y']);
  expect(await inPages('NAME_DESC')).toEqual((await inPages('NAME_ASC')).toReversed());
  expect(await inPages('UPDATED_DESC')).toEqual(['b/x', 'b/y', 'a/x', 'a/y']);
  // Somebody polls for the oldest.
  expect(await inPages('STATUS')).toEqual(['a/x', 'b/y', 'a/y', 'b/x']);
  const { endCursor } = (await page({ sort: 'FLOW_ASC' })).data.deployments.pageInfo;
  const { error } = await page({ sort: 'NAME_ASC', after: endCursor });
  expect(error.message).toBe('The cursor is not one of this order.');
});

test('a run is made with parameters, at a time of one’s choice, once per key', async () => {
  const { id } = await deployed('run me', {
    parameter_openapi_schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
  });
  const create = (input: object) =>
    ask(
      'mutation ($w: ID!, $input: CreateFlowRunInput!) { createFlowRun(workspaceId: $w, input: $input) { id name stateType expectedStartTime parameters createdBy } }',
      { input: { deploymentId: id, ...input } },
    );
  const input = { name: 'mine', parameters: { n: 1 }, scheduledTime: '2099-01-01T00:00:00Z', idempotencyKey: 'k' };
  const first = (await create(input)).data.createFlowRun;
  expect(first).toMatchObject({
    name: 'mine',
    stateType: 'SCHEDULED',
    expectedStartTime: expect.stringMatching(/^2099-01-01T00:00:00/),
    parameters: { n: 1 },
  });
  expect((await create(input)).data.createFlowRun.id).toBe(first.id);
  const { error } = await create({ parameters: { n: 'x' } });
  expect(error).toMatchObject({
    message: "Error creating flow run: Validation failed for field 'n'. Failure reason: 'x' is not of type 'integer'",
    extensions: { code: 'conflict' },
  });
});

test('a deployment and a schedule are stopped and started', async () => {
  const { id, schedules } = await deployed('stop me', { schedules: [{ schedule: { interval: 3600 } }] });
  const pause = async (paused: boolean) =>
    (
      await ask(
        'mutation ($w: ID!, $id: ID!, $paused: Boolean!) { setDeploymentPaused(workspaceId: $w, id: $id, paused: $paused) { paused upcomingRuns { id } } }',
        { id, paused },
      )
    ).data.setDeploymentPaused;
  expect(await pause(true)).toEqual({ paused: true, upcomingRuns: [] });
  expect((await pause(false)).upcomingRuns).toHaveLength(3);
  const setActive = async (active: boolean) =>
    (
      await ask(
        'mutation ($w: ID!, $id: ID!, $s: ID!, $active: Boolean!) { setScheduleActive(workspaceId: $w, deploymentId: $id, scheduleId: $s, active: $active) { schedules { active summary } upcomingRuns { id } } }',
        { id, s: schedules[0].id, active },
      )
    ).data.setScheduleActive;
  expect(await setActive(false)).toEqual({ schedules: [{ active: false, summary: 'Every hour' }], upcomingRuns: [] });
  expect((await setActive(true)).upcomingRuns).toHaveLength(3);
});

test('a deployment is deleted; a stranger may not even know of it', async () => {
  const { id } = await deployed('gone');
  const remove = (who = owner) =>
    ask('mutation ($w: ID!, $id: ID!) { deleteDeployment(workspaceId: $w, id: $id) }', { id }, who);
  expect((await remove(await app.tenant())).error.extensions.code).toBe('notFound');
  expect((await remove()).data.deleteDeployment).toBe(true);
  expect((await remove()).error.extensions.code).toBe('notFound');
});
