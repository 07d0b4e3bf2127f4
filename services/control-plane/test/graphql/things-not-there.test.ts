import { randomUUID } from 'node:crypto';
import { isUuid } from '@headgate/contracts';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, isObjectType, isRequiredArgument, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { callerOf, furnish } from '../house.js';
import { doorsOf } from './doors.js';

/**
 * What is not there is not found, through every field that names a thing: whether it is another workspace's, was deleted, or
 * never was. Subscriptions too: one that stayed silent would be waited for in vain. Walks the whole schema.
 */
let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let things: Record<string, string>;
let doors: ReturnType<typeof doorsOf>;

beforeAll(async () => {
  app = await startTestApp();
  await app.app.listen(0, '127.0.0.1');
  doors = doorsOf(app);
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  things = await furnish(callerOf(app, owner));
});
afterAll(() => app.close());

type Kind = 'Query' | 'Mutation' | 'Subscription';
/** How a thing is written: as it is, or as another one. */
type Read = (thing: string) => string;

const id = (of: string) => (read: Read) => `id: ${quoted(read(things[of]!))}`;
const pool = (read: Read) => quoted(read('house-pool'));
const queue = (more: string) => (read: Read) =>
  `workPoolName: ${pool(read)}, name: ${quoted(read('house-queue'))}${more}`;
const schedule = (more: string) => (read: Read) =>
  `deploymentId: ${quoted(read(things['deployments:id']!))}, scheduleId: ${quoted(read(things['deployments:schedule']!))}${more}`;
const deployment = (more: string) => (read: Read) => `deploymentId: ${quoted(read(things['deployments:id']!))}${more}`;
const more = (of: (read: Read) => string, rest: string) => (read: Read) => `${of(read)}, ${rest}`;
const run = id('flow_runs:id');
const quoted = (text: string) => JSON.stringify(text);

/** By field, with which arguments besides the workspace. */
const asked: Record<string, (read: Read) => string> = {
  flow: id('flows:id'),
  flowRun: run,
  taskRun: id('task_runs:id'),
  deployment: id('deployments:id'),
  variable: id('variables:id'),
  blockDocument: id('block_documents:id'),
  blockType: (read) => `slug: ${quoted(read('house-block'))}`,
  workPool: (read) => `name: ${pool(read)}`,
  workQueue: queue(''),
  flowRunChanged: run,
  taskRunChanged: id('task_runs:id'),
  taskRunsChanged: (read) => `flowRunId: ${quoted(read(things['flow_runs:id']!))}`,
  flowRunLogs: (read) => `flowRunId: ${quoted(read(things['flow_runs:id']!))}`,
  taskRunLogs: (read) => `taskRunId: ${quoted(read(things['task_runs:id']!))}`,
  concurrencyLimit: (read) => `name: ${quoted(read('house-limit'))}`,
  savedSearch: id('saved_searches:id'),
  artifact: id('artifacts:id'),
  latestArtifact: (read) => `key: ${quoted(read('house-artifact'))}`,
  tagLimit: (read) => `tag: ${quoted(read('house-tag'))}`,
  updateArtifact: more(id('artifacts:id'), 'input: { description: "d" }'),
  deleteArtifact: id('artifacts:id'),
  resetTagLimit: (read) => `tag: ${quoted(read('house-tag'))}`,
  deleteTagLimit: (read) => `tag: ${quoted(read('house-tag'))}`,
  labelFlowRun: more(run, 'labels: { a: "b" }'),
  createFlowRuns: deployment(', runs: [{}]'),
  createEachFlowRun: deployment(', runs: [{}]'),
  scheduleFlowRuns: deployment(''),
  setResultStorage: (read) => `blockDocumentId: ${quoted(read(things['block_documents:id']!))}`,
  deleteBlockSchema: id('block_schemas:id'),
  deleteTaskRun: id('task_runs:id'),
  deleteWorker: (read) => `workPoolName: ${pool(read)}, name: ${quoted(read('house-worker'))}`,
  updateConcurrencyLimit: (read) => `name: ${quoted(read('house-limit'))}, input: { limit: 2 }`,
  deleteConcurrencyLimit: (read) => `name: ${quoted(read('house-limit'))}`,
  deleteSavedSearch: id('saved_searches:id'),
  createDeployment: (read) => `input: { flowId: ${quoted(read(things['flows:id']!))}, name: "d" }`,
  updateDeployment: more(id('deployments:id'), 'input: { description: "d" }'),
  updateFlow: more(id('flows:id'), 'tags: ["t"]'),
  deleteFlow: id('flows:id'),
  deleteFlows: (read) => `ids: [${quoted(read(things['flows:id']!))}]`,
  updateFlowRun: more(run, 'input: { name: "n" }'),
  setFlowRunState: more(run, 'state: { type: FAILED }'),
  setFlowRunStates: (read) => `ids: [${quoted(read(things['flow_runs:id']!))}], state: { type: FAILED }`,
  deleteFlowRuns: (read) => `ids: [${quoted(read(things['flow_runs:id']!))}]`,
  updateVariable: more(id('variables:id'), 'input: { value: 2 }'),
  deleteVariable: id('variables:id'),
  updateWorkPool: (read) => `name: ${pool(read)}, input: { description: "d" }`,
  setWorkPoolRecovery: (read) => `name: ${pool(read)}, input: { pendingSecondsMax: 60 }`,
  setWorkPoolPaused: (read) => `name: ${pool(read)}, paused: true`,
  deleteWorkPool: (read) => `name: ${pool(read)}`,
  createWorkQueue: (read) => `workPoolName: ${pool(read)}, input: { name: "another" }`,
  updateWorkQueue: queue(', input: { description: "d" }'),
  setWorkQueuePaused: queue(', paused: true'),
  deleteWorkQueue: queue(''),
  createBlockDocument: (read) =>
    `input: { name: "d", schemaId: ${quoted(read(things['block_schemas:id']!))}, data: {} }`,
  updateBlockDocument: more(id('block_documents:id'), 'input: { data: { level: 4 } }'),
  deleteBlockDocument: id('block_documents:id'),
  deleteBlockType: id('block_types:id'),
  createFlowRun: (read) => `input: { deploymentId: ${quoted(read(things['deployments:id']!))} }`,
  setDeploymentPaused: more(id('deployments:id'), 'paused: true'),
  deleteDeployment: id('deployments:id'),
  createSchedule: (read) => `deploymentId: ${quoted(read(things['deployments:id']!))}, input: { cron: "0 4 * * *" }`,
  setScheduleActive: schedule(', active: false'),
  updateSchedule: schedule(', input: { catchUp: LATEST }'),
  deleteSchedule: schedule(''),
  pauseFlowRun: run,
  resumeFlowRun: run,
  cancelFlowRun: run,
  retryFlowRun: run,
  deleteFlowRun: run,
};

/** Of what they need besides the workspace, nothing is there already: a span of time, or a new thing. */
const nameNothing = [
  'dashboard',
  'flowRunCounts',
  'flowRunHistory',
  'taskRunHistory',
  'createVariable',
  'createWorkPool',
  'createConcurrencyLimit',
  'saveSearch',
  'saveTagLimit',
  'deployFlow',
];

/** Of the many that these name, the answer leaves out what is not there. */
const ofMany = ['deleteFlows', 'setFlowRunStates', 'deleteFlowRuns'];

const fields = (kind: Kind) =>
  Object.values((app.app.get(GraphQLSchemaHost).schema.getType(kind) as GraphQLObjectType).getFields()).filter(
    ({ name, args }) =>
      !nameNothing.includes(name) &&
      args.some((arg) => arg.name === 'workspaceId') &&
      (name in asked || args.some((arg) => arg.name !== 'workspaceId' && isRequiredArgument(arg))),
  );

async function answerTo(kind: Kind, name: string, read: Read) {
  const field = fields(kind).find((each) => each.name === name)!;
  const meant: string[] = [];
  const named = asked[name]!((thing) => (meant.push(read(thing)), meant.at(-1)!));
  const shown = isObjectType(getNamedType(field.type)) ? '{ __typename }' : '';
  const document = `${kind.toLowerCase()} { ${name}(workspaceId: "${stranger.workspaceId}", ${named}) ${shown} }`;
  const ask = kind === 'Subscription' ? doors.socket : doors.http;
  const { data, errors = [] } = await ask(document, {}, stranger.key);
  if (errors.length === 0) return data[name]?.length === 0 ? 'none of them' : 'answered';
  const words = meant.reduce((told, thing) => told.replaceAll(thing, 'THING'), String(errors[0]?.message));
  return `${errors[0]?.extensions?.code}: ${words}`;
}

const missing: Read = (thing) => (isUuid(thing) ? randomUUID() : `missing-${thing}`);
const misspelled: Read = (thing) => (isUuid(thing) ? 'nonsense' : `missing-${thing}`);

test.each<Kind>(['Query', 'Subscription', 'Mutation'])(
  'every %s that names a thing finds only what is there',
  async (kind) => {
    const wrong: string[] = [];
    for (const { name } of fields(kind)) {
      expect(asked, name).toHaveProperty(name);
      const foreign = await answerTo(kind, name, (thing) => thing);
      const other = await answerTo(kind, name, missing);
      if (!foreign.startsWith(ofMany.includes(name) ? 'none of them' : 'notFound: ') || other !== foreign)
        wrong.push(`${name}: ${foreign}, and missing ${other}`);
      const nonsense = await answerTo(kind, name, misspelled);
      if (!nonsense.startsWith('notFound: ')) wrong.push(`${name}: ${nonsense}`);
    }
    expect(wrong).toEqual([]);
  },
);

test('an id in capitals names the same run', async () => {
  const capitals = things['flow_runs:id']!.toUpperCase();
  const about = `workspaceId: "${owner.workspaceId}"`;
  const document = `{ flowRun(${about}, id: "${capitals}") { id } }`;
  expect((await doors.http(document, {}, owner.key)).data).toEqual({ flowRun: { id: things['flow_runs:id'] } });
});

test('a run that was deleted is not followed any more', async () => {
  const call = callerOf(app, owner);
  const gone = await call('POST', '/flow_runs/', { flow_id: things['flows:id'] });
  expect((await app.inject('DELETE', `/api/flow_runs/${gone.id}`, undefined, owner.key)).status).toBe(204);
  for (const field of ['flowRunChanged(id:', 'taskRunsChanged(flowRunId:', 'flowRunLogs(flowRunId:']) {
    const document = `subscription { ${field} "${gone.id}", workspaceId: "${owner.workspaceId}") { __typename } }`;
    const { errors } = await doors.socket(document, {}, owner.key);
    expect(errors, field).toMatchObject([{ message: 'Flow run not found', extensions: { code: 'notFound' } }]);
  }
});

test('accounts, workspaces and keys of others are answered as those that never were', async () => {
  const made = await app.inject('POST', `/api/users/${owner.userId}/api_keys`, { name: 'second' }, owner.key);
  const documents: ((read: Read) => string)[] = [
    (read) => `mutation { createWorkspace(accountId: "${read(owner.accountId)}", name: "n") { id } }`,
    (read) => `mutation { deleteApiKey(id: "${read(made.body.id)}") }`,
    (read) => `{ workspaceById(id: "${read(owner.workspaceId)}") { id } }`,
  ];
  for (const document of documents) {
    const ask = async (read: Read) => JSON.stringify(await doors.http(document(read), {}, stranger.key));
    expect(await ask((thing) => thing)).toBe(await ask(missing));
  }
});
