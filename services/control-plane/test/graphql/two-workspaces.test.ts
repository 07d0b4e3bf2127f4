import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, isLeafType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '@headgate/testkit';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { callerOf, furnish, type Call } from '../house.js';
import { Live } from '../../src/core/live/live.js';
import { limits } from '../../src/core/graphql/limits/limits.js';
import { doorsOf, socketOf, type Answer } from './doors.js';

/**
 * Two workspaces in one document: each field is answered out of the one that it names. Walks the whole schema, so that a
 * new field is covered by itself; what it is asked with has to be known below.
 */
type House = { workspaceId: string; things: Record<string, string>; call: Call };
let app: TestApp;
let owner: Tenant;
let houses: [House, House];
let doors: ReturnType<typeof doorsOf>;

beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  doors = doorsOf(app);
  owner = await app.tenant();
  const second = `mutation { createWorkspace(accountId: "${owner.accountId}", name: "second") { id } }`;
  const { data } = await doors.http(second, {}, owner.key);
  houses = [await house(owner.workspaceId), await house(data.createWorkspace.id)];
  // Figures have to differ too.
  const { things, call } = houses[1];
  for (const type of ['COMPLETED', 'FAILED'])
    await call('POST', '/flow_runs/', { flow_id: things['flows:id'], state: { type } });
  await call('POST', '/task_runs/', { task_key: 'another', dynamic_key: '0', state: { type: 'PENDING' } });
});
afterAll(() => app.close());

async function house(workspaceId: string): Promise<House> {
  const call = callerOf(app, { ...owner, workspaceId });
  // As if it were connected for as long as the test takes.
  const worker = { identifier: `of ${workspaceId}`, task_keys: ['k'], timestamp: '2100-01-01T00:00:00.000000Z' };
  await app.app.get(Live).redis.hset(`headgate:task-workers:${workspaceId}`, 'c', JSON.stringify(worker));
  return { workspaceId, things: await furnish(call), call };
}

const rootFields = (kind: 'Query' | 'Mutation' | 'Subscription') =>
  Object.values((app.app.get(GraphQLSchemaHost).schema.getType(kind) as GraphQLObjectType).getFields()).filter(
    ({ args }) => args.some(({ name }) => name === 'workspaceId'),
  );
type RootField = ReturnType<typeof rootFields>[number];

/** Which thing an id means, by the field that takes it. */
const thingOf: Record<string, string> = {
  flow: 'flows:id',
  flowRun: 'flow_runs:id',
  taskRun: 'task_runs:id',
  deployment: 'deployments:id',
  variable: 'variables:id',
  blockDocument: 'block_documents:id',
  savedSearch: 'saved_searches:id',
  artifact: 'artifacts:id',
};

const nameOf: Record<string, string> = { workPool: 'house-pool', concurrencyLimit: 'house-limit' };

/** What required arguments are given, by the house that is meant. */
function argumentsOf(field: RootField, { workspaceId, things }: House): string {
  const values: Record<string, string | number | undefined> = {
    workspaceId,
    id: things[thingOf[field.name] ?? ''],
    slug: things['block_types:slug'],
    key: things['artifacts:key'],
    tag: things['concurrency_limits:tag'],
    workPoolName: 'house-pool',
    name: nameOf[field.name] ?? 'house-queue',
    since: '2020-01-01T00:00:00Z',
    until: '2100-01-01T00:00:00Z',
    intervalSeconds: 100_000_000,
  };
  return field.args
    .filter(isRequiredArgument)
    .map(({ name }) => `${name}: ${JSON.stringify(values[name] ?? expect.unreachable(`${field.name}(${name})`))}`)
    .join(', ');
}

/** Moves by itself while nobody does anything. */
const volatile =
  /^(estimatedRunTimeSeconds|estimatedLatenessSeconds|averageLatenessSeconds|secondsInState|lateness|lastPolled|lastHeartbeat|status)$/;

function selectionOf(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).filter(({ name }) => !volatile.test(name));
  const shown = fields.map(({ name, type: of, args }) => {
    const below = getNamedType(of);
    if (isLeafType(below)) return name;
    const page = args.some((each) => each.name === 'first') ? '(first: 3)' : '';
    return depth > 0 && isObjectType(below) ? `${name}${page} { ${selectionOf(below, depth - 1)} }` : '';
  });
  return shown.filter(Boolean).join(' ') || '__typename';
}

function documentOf(field: RootField, asked: [name: string, of: House][]): string {
  const type = getNamedType(field.type) as GraphQLObjectType;
  const fields = asked.map(([name, of]) => `${name}: ${field.name}(${argumentsOf(field, of)}) { ...F }`);
  const depth = /^(Flow|FlowRun|Deployment|Dashboard|WorkPool|TaskRunConnection)/.test(type.name) ? 1 : 2;
  return `{ ${fields.join(' ')} } fragment F on ${type.name} { ${selectionOf(type, depth)} }`;
}

test('every query, twice in one document, answers each of two workspaces with its own, fifty times', async () => {
  const wrong: string[] = [];
  for (const field of rootFields('Query')) {
    const alone = async (of: House) => {
      const { data, errors } = await doors.http(documentOf(field, [['alone', of]]), {}, owner.key);
      expect(errors, field.name).toBeUndefined();
      return data.alone;
    };
    const own = { a: await alone(houses[0]), b: await alone(houses[1]) };
    expect(own.a, field.name).not.toEqual(own.b);
    const both = documentOf(field, [
      ['a', houses[0]],
      ['b', houses[1]],
    ]);
    const answers: Answer[] = [];
    // Ten side by side: more would wait for connections on a slow machine.
    for (let turn = 0; turn < 5; turn++)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => doors.http(both, {}, owner.key)))));
    const strange = answers.filter(({ data }) => JSON.stringify(data) !== JSON.stringify(own));
    if (strange.length > 0) wrong.push(`${field.name}: ${strange.length} of 50, ${JSON.stringify(strange[0])}`);
    const bySocket = await doors.socket(both, {}, owner.key);
    if (JSON.stringify(bySocket.data) !== JSON.stringify(own)) wrong.push(`${field.name} over a socket`);
  }
  expect(wrong).toEqual([]);
});

test('as many of them as one document may hold, side by side', async () => {
  const all = rootFields('Query').filter(({ name }) => !/^(dashboard|flowRunCounts)$/.test(name));
  const together = Math.floor(limits.rootFields / 2);
  for (let at = 0; at < all.length; at += together) {
    const fields = all.slice(at, at + together);
    const ask = (of: House, prefix: string) =>
      fields.map((field) => `${prefix}_${field.name}: ${field.name}(${argumentsOf(field, of)}) ${shortly(field)}`);
    const each = (answer: Answer, prefix: string) =>
      fields.map(({ name }) => JSON.stringify(answer.data[`${prefix}_${name}`]));
    const alone = [
      await doors.http(`{ ${ask(houses[0], 'a').join(' ')} }`, {}, owner.key),
      await doors.http(`{ ${ask(houses[1], 'b').join(' ')} }`, {}, owner.key),
    ] as const;
    const both = await doors.http(`{ ${[...ask(houses[0], 'a'), ...ask(houses[1], 'b')].join(' ')} }`, {}, owner.key);
    expect(each(both, 'a')).toEqual(each(alone[0], 'a'));
    expect(each(both, 'b')).toEqual(each(alone[1], 'b'));
  }
});

function shortly(field: RootField): string {
  const names = Object.keys((getNamedType(field.type) as GraphQLObjectType).getFields());
  if (names.includes('nodes')) return '{ nodes { id } }';
  return names.includes('id') ? '{ id }' : `{ ${names[0]} }`;
}

test('every subscription of two workspaces on one socket tells each of its own', async () => {
  const [one, two] = houses;
  const client = socketOf(app, owner.key);
  const happen = async ({ call, things }: House) => {
    const [run, task] = [things['flow_runs:id'], things['task_runs:id']];
    await call('POST', `/flow_runs/${run}/set_state`, { state: { type: 'RUNNING' }, force: true });
    await call('POST', `/task_runs/${task}/set_state`, { state: { type: 'RUNNING' }, force: true });
    const timestamp = new Date().toISOString();
    const line = { name: 'n', level: 20, message: `of ${run}`, timestamp, flow_run_id: run };
    await call('POST', '/logs/', [line, { ...line, message: `of ${task}`, task_run_id: task }]);
    const tags = [`t${Date.now()}`];
    await call('PATCH', `/flows/${things['flows:id']}`, { tags });
    await call('PATCH', `/deployments/${things['deployments:id']}`, { tags });
    await call('PATCH', `/work_pools/${things['work_pools:name']}`, { description: tags[0] });
  };
  const told: Record<string, unknown[]> = {};
  /** What is told is about this, where it is not about the flow run. */
  const about: Record<string, string> = {
    taskRunChanged: 'task_runs:id',
    taskRunLogs: 'task_runs:id',
    flowsChanged: 'flows:id',
    deploymentsChanged: 'deployments:id',
    workPoolsChanged: 'work_pools:id',
  };
  const asked: Record<string, (things: House['things']) => string> = {
    taskRunChanged: (things) => `(id: "${things['task_runs:id']}", workspaceId: $w) { id flowRun { id } }`,
    taskRunLogs: (things) => `(taskRunId: "${things['task_runs:id']}", workspaceId: $w) { message taskRunId }`,
    eventsHappened: () => '(workspaceId: $w) { resourceId related }',
    logsWritten: () => '(workspaceId: $w) { message flowRunId taskRunId }',
    flowsChanged: () => '(workspaceId: $w) { id }',
    deploymentsChanged: () => '(workspaceId: $w) { id }',
    workPoolsChanged: () => '(workspaceId: $w) { id }',
    flowRunChanged: (things) => `(id: "${things['flow_runs:id']}", workspaceId: $w) { id flow { id } }`,
    flowRunsChanged: () => '(workspaceId: $w) { id flow { id } }',
    taskRunsChanged: (things) => `(flowRunId: "${things['flow_runs:id']}", workspaceId: $w) { id flowRunId }`,
    flowRunLogs: (things) => `(flowRunId: "${things['flow_runs:id']}", workspaceId: $w) { message }`,
  };
  expect(Object.keys(asked).sort()).toEqual(
    rootFields('Subscription')
      .map(({ name }) => name)
      // Whether loops turn is the same for all workspaces.
      .filter((name) => name !== 'loopsChanged')
      .sort(),
  );
  for (const each of [one, two])
    for (const [name, of] of Object.entries(asked)) {
      const list: unknown[] = (told[`${name} ${each.workspaceId}`] = []);
      client.subscribe(
        { query: `subscription ($w: ID!) { ${name}${of(each.things)} }`, variables: { w: each.workspaceId } },
        { next: (answer) => list.push(answer), error: (error) => list.push(error), complete: () => {} },
      );
    }
  // Subscriptions begin at once or a moment later: what happens is repeated until all have told.
  await until('all subscriptions have told something', async () => {
    await Promise.all([happen(one), happen(two)]);
    return Object.values(told).every((list) => list.length > 0);
  });
  for (const [mine, other] of [[one, two] as const, [two, one] as const])
    for (const name of Object.keys(asked)) {
      const text = JSON.stringify(told[`${name} ${mine.workspaceId}`]);
      expect(text, name).toContain(mine.things[about[name] ?? 'flow_runs:id']);
      for (const kind of ['flow_runs:id', 'flows:id', 'task_runs:id', 'deployments:id', 'work_pools:id'])
        expect(text, name).not.toContain(other.things[kind]);
    }
  await client.dispose();
});

/** In an order in which nothing is missing; what takes things away comes last. */
const changes: Record<string, (house: House) => string> = {
  createVariable: () => 'input: { name: "made", value: 1 }',
  updateVariable: ({ things }) => `id: "${things['variables:id']}", input: { value: 2 }`,
  createWorkPool: () => 'input: { name: "made", type: "process" }',
  updateWorkPool: () => 'name: "made", input: { description: "d" }',
  setWorkPoolRecovery: () => 'name: "made", input: { pendingSecondsMax: 60 }',
  setWorkPoolPaused: () => 'name: "made", paused: true',
  createWorkQueue: () => 'workPoolName: "made", input: { name: "made" }',
  updateWorkQueue: () => 'workPoolName: "made", name: "made", input: { description: "d" }',
  setWorkQueuePaused: () => 'workPoolName: "made", name: "made", paused: true',
  createBlockDocument: ({ things }) => `input: { name: "made", schemaId: "${things['block_schemas:id']}", data: {} }`,
  updateBlockDocument: ({ things }) => `id: "${things['block_documents:id']}", input: { data: { level: 4 } }`,
  createConcurrencyLimit: () => 'input: { name: "made", limit: 2 }',
  updateConcurrencyLimit: () => 'name: "made", input: { limit: 3 }',
  saveSearch: () => 'input: { name: "made" }',
  createDeployment: ({ things }) => `input: { name: "made", flowId: "${things['flows:id']}" }`,
  deployFlow: () => 'input: { flowName: "deployed", name: "made" }',
  updateDeployment: ({ things }) => `id: "${things['deployments:id']}", input: { description: "d" }`,
  updateFlow: ({ things }) => `id: "${things['flows:id']}", tags: ["t"]`,
  updateFlowRun: ({ things }) => `id: "${things['made:run']}", input: { name: "n" }`,
  setFlowRunStates: ({ things }) => `ids: ["${things['made:run']}"], state: { type: PENDING }, force: true`,
  setFlowRunState: ({ things }) => `id: "${things['made:run']}", state: { type: RUNNING }, force: true`,
  labelFlowRun: ({ things }) => `id: "${things['made:run']}", labels: { a: "b" }`,
  createFlowRun: ({ things }) => `input: { deploymentId: "${things['deployments:id']}" }`,
  createFlowRuns: ({ things }) => `deploymentId: "${things['deployments:id']}", runs: [{ name: "made" }, {}]`,
  createEachFlowRun: ({ things }) => `deploymentId: "${things['deployments:id']}", runs: [{ name: "made" }]`,
  scheduleFlowRuns: ({ things }) => `deploymentId: "${things['deployments:id']}", window: { minRuns: 30, maxRuns: 40 }`,
  saveTagLimit: () => 'tag: "made", limit: 2',
  resetTagLimit: ({ things }) => `tag: "made", taskRunIds: ["${things['task_runs:id']}"]`,
  deleteTaskRun: ({ things }) => `id: "${things['task_runs:id']}"`,
  updateArtifact: ({ things }) => `id: "${things['artifacts:id']}", input: { description: "d" }`,
  clearResultStorage: () => '',
  setResultStorage: ({ things }) => `blockDocumentId: "${things['block_documents:id']}"`,
  setDeploymentPaused: ({ things }) => `id: "${things['deployments:id']}", paused: true`,
  setScheduleActive: ({ things }) =>
    `deploymentId: "${things['deployments:id']}", scheduleId: "${things['deployments:schedule']}", active: false`,
  createSchedule: ({ things }) => `deploymentId: "${things['deployments:id']}", input: { cron: "0 4 * * *" }`,
  updateSchedule: ({ things }) =>
    `deploymentId: "${things['deployments:id']}", scheduleId: "${things['deployments:schedule']}", input: { catchUp: LATEST }`,
  deleteSchedule: ({ things }) =>
    `deploymentId: "${things['deployments:id']}", scheduleId: "${things['deployments:schedule']}"`,
  pauseFlowRun: ({ things }) => `id: "${things['made:run']}"`,
  resumeFlowRun: ({ things }) => `id: "${things['made:run']}"`,
  cancelFlowRun: ({ things }) => `id: "${things['made:run']}"`,
  retryFlowRun: ({ things }) => `id: "${things['made:run']}"`,
  deleteFlowRun: ({ things }) => `id: "${things['made:run']}"`,
  deleteFlowRuns: ({ things }) => `ids: ["${things['flow_runs:id']}"]`,
  deleteArtifact: ({ things }) => `id: "${things['artifacts:id']}"`,
  deleteTagLimit: () => 'tag: "made"',
  deleteWorker: () => 'workPoolName: "house-pool", name: "house-worker"',
  deleteDeployment: ({ things }) => `id: "${things['deployments:id']}"`,
  deleteVariable: ({ things }) => `id: "${things['variables:id']}"`,
  deleteWorkQueue: () => 'workPoolName: "made", name: "made"',
  deleteWorkPool: () => 'name: "made"',
  deleteBlockDocument: ({ things }) => `id: "${things['block_documents:id']}"`,
  deleteBlockSchema: ({ things }) => `id: "${things['block_schemas:id']}"`,
  deleteBlockType: ({ things }) => `id: "${things['block_types:id']}"`,
  deleteConcurrencyLimit: () => 'name: "made"',
  deleteSavedSearch: ({ things }) => `id: "${things['saved_searches:id']}"`,
  deleteFlows: ({ things }) => `ids: ["${things['made:flow']}"]`,
  deleteFlow: ({ things }) => `id: "${things['flows:id']}"`,
};

test('every mutation, twice in one document, changes each of two workspaces', async () => {
  const known = rootFields('Mutation');
  expect(Object.keys(changes).sort()).toEqual(known.map(({ name }) => name).sort());
  for (const of of houses) {
    const { call, things } = of;
    const run = await call('POST', `/deployments/${things['deployments:id']}/create_flow_run`, {});
    for (const type of ['PENDING', 'RUNNING'])
      await call('POST', `/flow_runs/${run.id}/set_state`, { state: { type }, force: true });
    things['made:run'] = run.id;
    things['made:flow'] = (await call('POST', '/flows/', { name: 'made' })).id;
  }
  for (const [name, argumentsFor] of Object.entries(changes)) {
    const type = getNamedType(known.find((field) => field.name === name)!.type);
    const hasId = isObjectType(type) && 'id' in type.getFields();
    const shown = hasId ? '{ id }' : isObjectType(type) ? '{ __typename }' : '';
    const of = (alias: string, each: House) =>
      `${alias}: ${name}(workspaceId: "${each.workspaceId}", ${argumentsFor(each)}) ${shown}`;
    const before = [await digestOf(houses[0]), await digestOf(houses[1])];
    const { data, errors } = await doors.http(
      `mutation { ${of('a', houses[0])} ${of('b', houses[1])} }`,
      {},
      owner.key,
    );
    expect(errors, name).toBeUndefined();
    if (hasId) expect(data.a.id, name).not.toBe(data.b.id);
    const after = [await digestOf(houses[0]), await digestOf(houses[1])];
    for (const index of [0, 1]) expect(after[index], `${name} in workspace ${index}`).not.toBe(before[index]);
  }
});

/** Of what mutations can change. Ids differ between workspaces, so that a change of a foreign row would be refused. */
async function digestOf({ workspaceId }: House): Promise<string> {
  const tables = [
    'variable',
    'work_pool',
    'work_pool_recovery',
    'work_queue',
    'block_document',
    'block_type',
    'flow_run',
    'flow',
    'deployment',
    'concurrency_limit',
    'saved_search',
    'artifact',
    'block_schema',
    'default_result_storage',
    'task_run',
    'worker',
  ];
  const schedules = `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from deployment_schedule t where workspace_id = $1`;
  const digests = await Promise.all(
    [
      ...tables.map(
        (table) =>
          `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${table} t where workspace_id = $1`,
      ),
      schedules,
    ].map(async (text) => (await app.db.sql.query<{ digest: string }>(text, [workspaceId])).rows[0]!.digest),
  );
  return digests.join();
}

test('a mutation without the right in one of two workspaces is refused there and only there', async () => {
  const guest = await app.tenant();
  const host = await app.tenant();
  await app.db.sql.query(
    `insert into workspace_membership (workspace_id, user_id, role)
     values ($1, $2, 'Viewer')`,
    [host.workspaceId, guest.userId],
  );
  const makes = (alias: string, workspaceId: string, name: string) =>
    `${alias}: createVariable(workspaceId: "${workspaceId}", input: { name: "${name}" }) { id }`;
  const names = async ({ workspaceId }: Tenant) => {
    const { rows } = await app.db.sql.query('select name from variable where workspace_id = $1 order by name', [
      workspaceId,
    ]);
    return rows.map(({ name }) => name);
  };
  for (const [name, order] of Object.entries({ first: [guest, host], last: [host, guest] })) {
    const document = `mutation { ${order.map((each, index) => makes(`m${index}`, each.workspaceId, name)).join(' ')} }`;
    const { errors } = await doors.http(document, {}, guest.key);
    expect(errors).toMatchObject([{ path: [`m${order.indexOf(host)}`], extensions: { code: 'forbidden' } }]);
  }
  // GraphQL runs mutations in order and stops at a refusal.
  expect(await names(guest)).toEqual(['first']);
  expect(await names(host)).toEqual([]);
});

test('a workspace that is given and is none is not found, and never the home of the caller', async () => {
  const answered: string[] = [];
  for (const kind of ['Query', 'Subscription'] as const)
    for (const field of rootFields(kind))
      for (const workspaceId of ['', ' ', 'nonsense', '-'.repeat(36), '01900000-0000-7000-8000-000000000000']) {
        const given = field.args
          .filter(isRequiredArgument)
          .map(({ name }) => `${name}: ${JSON.stringify(name === 'workspaceId' ? workspaceId : valueOf(name))}`);
        const operation = `${kind.toLowerCase()} { ${field.name}(${given.join(', ')}) { __typename } }`;
        const { errors } = await (kind === 'Query' ? doors.http : doors.socket)(operation, {}, owner.key);
        if (errors?.[0]?.extensions.code !== 'notFound') answered.push(`${field.name} ${JSON.stringify(workspaceId)}`);
      }
  expect(answered).toEqual([]);
});

function valueOf(name: string): string | number {
  if (name === 'intervalSeconds') return 3600;
  return name === 'since' || name === 'until' ? '2026-01-01T00:00:00Z' : '01900000-0000-7000-8000-000000000000';
}
