import { GraphQLSchemaHost } from '@nestjs/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { doorsOfOperations } from '../../src/core/operations/doors.js';
import { notInGraphql, notInRest } from '../../src/core/operations/lacking.js';
import { Operations } from '../../src/core/operations/operations.js';
import { operationsPage } from '../../src/core/operations/page.js';
import { listDoors } from '../../src/core/openapi/document.js';
import { startTestApp, type TestApp } from '../app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const runBy = (kind: 'controllers' | 'providers'): Set<string> =>
  new Set(doorsOfOperations(app.app, kind).map(({ operation }) => operation.name));

test('every operation is reached by REST and by GraphQL, unless there is a reason', () => {
  const names = app.app
    .get(Operations)
    .list()
    .map(({ name }) => name);
  const [rest, graphql] = [runBy('controllers'), runBy('providers')];
  const lacking = (doors: Set<string>) => names.filter((name) => !doors.has(name));
  expect(lacking(rest)).toEqual(Object.keys(notInRest).sort());
  expect(lacking(graphql)).toEqual(Object.keys(notInGraphql).sort());
});

const ownScreens =
  'figures that the screens of Prefect\u2019s web app put together for themselves; ours come from `totalCount`, `graph` and the charts';
const ofQueues = 'an old way to ask which queues a deployment may be served from: `workQueueName` of the deployment';
const ofBlocks = 'how a client finds out whether the blocks that its code defines are registered already';
const betweenRuns = 'flow runs send this to each other; what people are asked is `pause` of a run';
const asFile = 'a file for a browser or a shell to keep; `logs` of the run has the same lines, page by page';
const noAutomations = 'there are no automations yet: Prefect\u2019s clients ask, and are told so';
const machines = 'tells of the installation, and of nothing in a workspace';

/** What REST doors that only read are called in GraphQL. */
const reads: Record<string, string> = {
  'POST /flows/filter': 'flows',
  'POST /flows/paginate': 'flows',
  'GET /flows/:': 'flow',
  'POST /flow_runs/filter': 'flowRuns',
  'POST /flow_runs/paginate': 'flowRuns',
  'GET /flow_runs/:': 'flowRun',
  'GET /flow_run_states': 'flowRun',
  'GET /task_run_states': 'taskRun',
  'POST /deployments/filter': 'deployments',
  'POST /deployments/paginate': 'deployments',
  'GET /deployments/:': 'deployment',
  'GET /deployments/:/schedules': 'deployment',
  'GET /task_runs/:': 'taskRun',
  'POST /flow_runs/count': 'flowRuns',
  'POST /flow_runs/history': 'flowRunHistory',
  'POST /flow_runs/lateness': 'flowRuns',
  'GET /flow_runs/:/graph': 'flowRun',
  'GET /flow_runs/:/graph-v2': 'flowRun',
  'POST /task_runs/count': 'taskRuns',
  'POST /task_runs/filter': 'taskRuns',
  'POST /task_runs/paginate': 'taskRuns',
  'POST /task_runs/history': 'taskRunHistory',
  'POST /flows/count': 'flows',
  'POST /deployments/count': 'deployments',
  'POST /variables/count': 'variables',
  'POST /block_documents/count': 'blockDocuments',
  'POST /events/filter': 'events',
  'GET /events/filter/next': 'events',
  'POST /events/count-by/:': 'eventCounts',
  'POST /logs/filter': 'logs',
  'GET /flow_run_states/:': 'flowRun',
  'GET /task_run_states/:': 'taskRun',
  'GET /flows/name/:': 'flows',
  'GET /deployments/name/:/:': 'deployments',
  'POST /work_queues/filter': 'workPool',
  'GET /work_queues/:': 'workPool',
  'GET /work_queues/name/:': 'workQueue',
  'GET /block_types/:': 'blockTypes',
  'GET /block_types/slug/:/block_documents/name/:': 'blockDocuments',
  'GET /block_capabilities': 'blockTypes',
  'POST /task_workers/filter': 'taskWorkers',
  'POST /variables/filter': 'variables',
  'GET /variables/:': 'variable',
  'GET /variables/name/:': 'variables',
  'POST /work_pools/filter': 'workPools',
  'POST /work_pools/count': 'workPools',
  'GET /work_pools/:': 'workPool',
  'GET /headgate/work_pools/:/recovery': 'workPool',
  'POST /work_pools/:/concurrency_status': 'workPool',
  'POST /work_pools/:/queues/filter': 'workPool',
  'GET /work_pools/:/queues/:': 'workQueue',
  'POST /work_pools/:/workers/filter': 'workPool',
  'POST /work_queues/:/concurrency_status': 'workQueue',
  'GET /work_queues/:/status': 'workQueue',
  'GET /headgate/dashboard': 'dashboard',
  'POST /block_documents/filter': 'blockDocuments',
  'GET /block_documents/:': 'blockDocument',
  'POST /block_types/filter': 'blockTypes',
  'GET /block_types/slug/:': 'blockType',
  'GET /block_types/slug/:/block_documents': 'blockDocuments',
  'POST /v2/concurrency_limits/filter': 'concurrencyLimits',
  'GET /v2/concurrency_limits/:': 'concurrencyLimit',
  'POST /concurrency_limits/filter': 'tagLimits',
  'GET /concurrency_limits/tag/:': 'tagLimit',
  'GET /concurrency_limits/:': 'concurrencyLimit',
  'POST /artifacts/filter': 'artifacts',
  'POST /artifacts/count': 'artifacts',
  'POST /artifacts/latest/filter': 'latestArtifacts',
  'POST /artifacts/latest/count': 'latestArtifacts',
  'GET /artifacts/:': 'artifact',
  'GET /artifacts/:/latest': 'latestArtifact',
  'GET /admin/storage': 'resultStorage',
  'POST /saved_searches/filter': 'savedSearches',
  'GET /saved_searches/:': 'savedSearch',
  'GET /accounts/:/workspaces/:': 'workspaceById',
  'POST /accounts/:/workspaces/filter': 'viewer',
  'GET /accounts/:': 'viewer',
  'GET /me': 'viewer',
  'GET /me/accounts': 'viewer',
  'GET /me/workspaces': 'viewer',
  'GET /me/api_keys': 'apiKeys',
  'GET /me/workspaces/:/scopes': 'workspaceById',
  'GET /users/:': 'viewer',
  'GET /users/:/api_keys': 'apiKeys',
  'GET /users/:/api_keys/:': 'apiKeys',
};

/** What cannot be asked over GraphQL, and why. */
const readsNotInGraphql: Record<string, string> = {
  'POST /ui/flows/count-deployments': ownScreens,
  'POST /ui/flows/next-runs': ownScreens,
  'POST /ui/flow_runs/count-task-runs': ownScreens,
  'POST /ui/flow_runs/history': ownScreens,
  'POST /ui/schemas/validate': ownScreens,
  'GET /ui/task_runs/:': ownScreens,
  'POST /ui/task_runs/count': ownScreens,
  'POST /ui/task_runs/dashboard/counts': ownScreens,
  'GET /observed-states': ownScreens,
  'GET /deployments/:/work_queue_check': ofQueues,
  'POST /flow_runs/:/input/filter': betweenRuns,
  'GET /flow_runs/:/input/:': betweenRuns,
  'POST /block_schemas/filter': ofBlocks,
  'GET /block_schemas/:': ofBlocks,
  'GET /block_schemas/checksum/:': ofBlocks,
  'GET /automations/:': noAutomations,
  'POST /automations/count': noAutomations,
  'POST /automations/filter': noAutomations,
  'GET /automations/related-to/:': noAutomations,
  'DELETE /automations/owned-by/:': noAutomations,
  'POST /block_types/install_system_block_types': ofBlocks,
  'GET /flow_runs/:/logs/download': asFile,
  'GET /admin/settings': machines,
  'GET /admin/version': machines,
  'GET /admin/loops': machines,
  'GET /health': machines,
  'GET /metrics': machines,
  'GET /ready': machines,
  'GET /hello': machines,
  'GET /version': machines,
  'GET /csrf-token': machines,
  'GET /collections/views/:': machines,
  'GET /collections/work_pool_types': machines,
  'POST /automations/templates/validate': noAutomations,
  'POST /templates/validate': machines,
  'GET /accounts/:/settings': machines,
};

test('every read is reached by REST and by GraphQL, unless there is a reason', () => {
  const runs = doorsThatRun();
  const doors = listDoors(app.app)
    .filter(({ controller, handler }) => !runs.has(`${controller}.${handler}`))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/^\/api/, '').replaceAll(/:\w+/g, ':')}`);
  const said = new Set([...Object.keys(reads), ...Object.keys(readsNotInGraphql)]);
  expect(doors.filter((door) => !said.has(door))).toEqual([]);
  expect([...said].filter((door) => !doors.includes(door))).toEqual([]);
  const queries = app.app.get(GraphQLSchemaHost).schema.getQueryType()!.getFields();
  expect(Object.values(reads).filter((field) => !(field in queries))).toEqual([]);
  const asked = new Set(Object.values(reads));
  expect(
    Object.keys(queries)
      .filter((field) => !asked.has(field))
      .sort(),
  ).toEqual(onlyInGraphql);
});

/** For pages of the web app: where somebody is, and figures that it shows. */
const onlyInGraphql = ['flowRunCounts', 'signUpOpen', 'workspace'];

/** Handlers of REST doors that run an operation. */
function doorsThatRun(): Set<string> {
  return new Set(
    doorsOfOperations(app.app, 'controllers').map(({ controller, handler }) => `${controller}.${handler}`),
  );
}

test('what the reference says of an operation, it says in words', () => {
  const page = operationsPage(app.app);
  const { schema } = app.app.get(GraphQLSchemaHost);
  const mutations = schema.getMutationType()!.getFields();
  const named = doorsOfOperations(app.app, 'providers').map(({ handler }) => handler);
  expect(named.filter((name) => !(name in mutations))).toEqual([]);
  for (const { name } of app.app.get(Operations).list()) expect(page).toContain(`| \`${name}\` |`);
  expect(page).not.toMatch(/undefined|\[object|\*\*/);
});
