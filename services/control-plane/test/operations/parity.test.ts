import { ModulesContainer } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyOperation } from '../../src/core/operations/operation.js';
import { Operations } from '../../src/core/operations/operations.js';
import { RUNS } from '../../src/core/operations/runs.js';
import { listDoors } from '../../src/core/openapi/document.js';
import { startTestApp, type TestApp } from '../app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** The handlers of these classes that run an operation. */
function handlersThatRun(kind: 'controllers' | 'providers'): { handler: string; operation: AnyOperation }[] {
  const modules = [...app.app.get(ModulesContainer).values()];
  return modules
    .flatMap((module) => [...module[kind].values()])
    .flatMap(({ metatype }) => {
      const prototype = typeof metatype === 'function' ? (metatype.prototype as object | undefined) : undefined;
      return Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {})).flatMap(([name, { value }]) => {
        const operation: AnyOperation | undefined =
          typeof value === 'function' ? Reflect.getMetadata(RUNS, value) : undefined;
        return operation ? [{ handler: `${metatype!.name}.${name}`, operation }] : [];
      });
    });
}

const runBy = (kind: 'controllers' | 'providers'): Set<string> =>
  new Set(handlersThatRun(kind).map(({ operation }) => operation.name));

const clients = 'clients of flows and tasks do this, over the wire that they know';
const agents = 'agents and workers do this, over the wire that they know';

/** What cannot be done over GraphQL, and why. */
const notInGraphql: Record<string, string> = {
  'agent.leave': agents,
  'artifact.create': clients,
  'block-schema.create': clients,
  'block-type.create': clients,
  'block-type.update': clients,
  'concurrency-lease.release': clients,
  'concurrency-lease.renew': clients,
  'concurrency-slot.give-back': clients,
  'concurrency-slot.lease': clients,
  'concurrency-slot.take': clients,
  'deployment.deploy': clients,
  'deployment.poll': agents,
  'event.ingest': clients,
  'flow-run-input.create': clients,
  'flow-run-input.delete': clients,
  'flow-run.create': 'a run without a deployment is made by the process that runs it',
  'flow.create': clients,
  'log.write': clients,
  'run-claim.abandon': agents,
  'run-claim.release': agents,
  'run-claim.renew': agents,
  'run-claim.take': agents,
  'tag-slot.give-back': clients,
  'tag-slot.take': clients,
  'task-run.create': clients,
  'task-run.rename': clients,
  'task-run.set-state': clients,
  'work-pool.poll': agents,
  'work-queue.poll': agents,
  'worker.beat': agents,
};

/** What cannot be done over REST, and why. */
const notInRest: Record<string, string> = {
  'event.store': 'events of a socket have been paid for before',
  'user.sign-in': 'only browsers have sessions',
  'user.sign-out': 'only browsers have sessions',
  'user.sign-up': 'only browsers have sessions',
};

test('every operation is reached by REST and by GraphQL, unless there is a reason', () => {
  const names = app.app
    .get(Operations)
    .list()
    .map(({ name }) => name);
  const [rest, graphql] = [runBy('controllers'), runBy('providers')];
  const lacking = (doors: Set<string>) => names.filter((name) => !doors.has(name));
  expect(lacking(rest)).toEqual(Object.keys(notInRest).sort());
  expect(lacking(graphql)).toEqual([...Object.keys(notInGraphql), 'event.store'].sort());
});

const ownScreens = 'the screens of Prefect\u2019s web app ask this of Prefect\u2019s wire';
const clientsAsk = 'clients ask this, over the wire that they know';
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
  'POST /variables/filter': 'variables',
  'GET /variables/:': 'variable',
  'GET /variables/name/:': 'variables',
  'POST /work_pools/filter': 'workPools',
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
  'GET /flows/name/:': clientsAsk,
  'GET /deployments/name/:/:': clientsAsk,
  'GET /deployments/:/work_queue_check': clientsAsk,
  'GET /flow_run_states/:': clientsAsk,
  'GET /task_run_states/:': clientsAsk,
  'POST /flow_runs/:/input/filter': clientsAsk,
  'GET /flow_runs/:/input/:': clientsAsk,
  'GET /work_queues/:': clientsAsk,
  'GET /work_queues/name/:': clientsAsk,
  'POST /work_queues/filter': clientsAsk,
  'GET /block_capabilities': clientsAsk,
  'POST /block_schemas/filter': clientsAsk,
  'GET /block_schemas/:': clientsAsk,
  'GET /block_schemas/checksum/:': clientsAsk,
  'GET /block_types/:': clientsAsk,
  'GET /block_types/slug/:/block_documents/name/:': clientsAsk,
  'POST /task_workers/filter': clientsAsk,
  'GET /automations/:': clientsAsk,
  'POST /automations/count': clientsAsk,
  'POST /automations/filter': clientsAsk,
  'GET /automations/related-to/:': clientsAsk,
  'DELETE /automations/owned-by/:': clientsAsk,
  'POST /block_types/install_system_block_types': clientsAsk,
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
  'POST /automations/templates/validate': machines,
  'POST /templates/validate': machines,
  'GET /accounts/:/settings': machines,
};

/** What REST can be asked and GraphQL is to learn: this list only shrinks. */
const readsToCome = new Set<string>([
  'POST /flows/count',
  'POST /deployments/count',
  'POST /variables/count',
  'POST /work_pools/count',
  'POST /block_documents/count',
  'POST /events/filter',
  'GET /events/filter/next',
  'POST /events/count-by/:',
  'POST /logs/filter',
  'GET /flow_runs/:/logs/download',
]);

test('every read is reached by REST and by GraphQL, unless there is a reason', () => {
  const runs = doorsThatRun();
  const doors = listDoors(app.app)
    .filter(({ controller, handler }) => !runs.has(`${controller}.${handler}`))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/^\/api/, '').replaceAll(/:\w+/g, ':')}`);
  const said = new Set([...Object.keys(reads), ...Object.keys(readsNotInGraphql), ...readsToCome]);
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
  return new Set(handlersThatRun('controllers').map(({ handler }) => handler));
}
