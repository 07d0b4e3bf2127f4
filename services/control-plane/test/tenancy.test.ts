import { randomUUID } from 'node:crypto';
import { isUuid } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listDoors, type Door } from '../src/core/openapi/document.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { callerOf, furnish } from './house.js';

/**
 * Whoever has a workspace of their own and names things of another one there is told that they do not exist. Walks all
 * doors, so that a new one is covered by itself: it needs a thing in house.ts to be named, and a body below when an
 * empty one says nothing.
 */
let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let things: Record<string, string>;
/** Those that know a thing by its address, and all that have a name or an id in it. */
let doors: Door[];
let named: Door[];

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  things = await furnish(callerOf(app, owner));
  named = listDoors(app.app).filter(
    ({ needs, path }) => needs !== 'nothing' && needs !== 'sign-in' && path.includes(':'),
  );
  doors = named.filter(({ path }) => !toldOtherwise[path]);
});
afterAll(() => app.close());

/** Doors whose parameter names nothing that a workspace owns, or that answer the same for things that never were. */
const toldOtherwise: Record<string, string> = {
  '/api/events/count-by/:countable': 'what to count by',
  '/api/automations/owned-by/:resourceId': 'the name of a resource; answers 202 for any',
  '/api/automations/related-to/:resourceId': 'the name of a resource; answers [] for any',
  '/api/automations/:id': 'there are none yet',
  '/api/v2/concurrency_limits/leases/:leaseId/renew': '410 for a lease that is not there',
};

/** Bodies of doors that refuse an empty one. */
const bodies: Record<string, unknown> = {
  'post /api/flow_runs/:id/set_state': { state: { type: 'RUNNING' } },
  'post /api/task_runs/:id/set_state': { state: { type: 'RUNNING' } },
  'post /api/flow_runs/:id/input': { key: 'another', value: '1' },
  'post /api/flow_runs/:id/input/filter': { prefix: 'house' },
  'post /api/deployments/:id/schedules': [{ schedule: { interval: 60 } }],
  'post /api/deployments/:id/create_flow_run/bulk': [{}],
  'post /api/headgate/deployments/:id/flow_runs': { flow_runs: [{}] },
  'post /api/headgate/work_pools/:pool/claim': {
    agent_name: 'a',
    agent_id: '01900000-0000-7000-8000-00000000000a',
    wait_seconds: 0,
  },
  'post /api/headgate/work_pools/:pool/leave': {
    agent_name: 'a',
    agent_id: '01900000-0000-7000-8000-00000000000a',
  },
  'post /api/work_pools/:pool/queues': { name: 'another-queue' },
  'post /api/work_pools/:pool/workers/heartbeat': { name: 'another-worker' },
};

const collectionOf = (path: string): string => path.split('/').filter((part) => !['headgate', 'ui'].includes(part))[2]!;

/** The address with the owner's things in it; the names of those that are not known are kept. */
const addressOf = (path: string, workspace: Tenant, read = (thing: string) => thing): string =>
  path
    .replace(/:(\w+)/g, (_, name: string) => read(thingOf(path, name) ?? `:${name}`))
    .replace(/^\/api/, `/api/accounts/${workspace.accountId}/workspaces/${workspace.workspaceId}`);

const thingOf = (path: string, name: string): string | undefined =>
  (path.includes('/workers/') ? things[`workers:${name}`] : undefined) ?? things[`${collectionOf(path)}:${name}`];

const send = (door: Door, workspace: Tenant, key: string, read?: (thing: string) => string) =>
  app.inject(
    door.method.toUpperCase() as 'POST',
    addressOf(door.path, workspace, read),
    door.method === 'get' ? undefined : (bodies[`${door.method} ${door.path}`] ?? {}),
    key,
  );

/** What such a door says of a thing that is not there, in all but the thing. */
const missingOf = (thing: string): string => (isUuid(thing) ? randomUUID() : `missing-${thing}`);
async function answerTo(door: Door, workspace: Tenant, key: string, read: (thing: string) => string): Promise<string> {
  const meant: string[] = [];
  const { status, text } = await send(door, workspace, key, (thing) => (meant.push(read(thing)), meant.at(-1)!));
  return `${status} ${meant.reduce((told, thing) => told.replaceAll(thing, 'THING'), text)}`;
}

/** A digest of every row of a workspace, by table. */
async function contentsOf(workspaceId: string): Promise<Record<string, string>> {
  const tables = await app.db.sql.query<{ table_name: string }>(
    `select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.column_name = 'workspace_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE'`,
  );
  const digests = tables.rows.map(async ({ table_name }) => {
    const found = await app.db.sql.query<{ digest: string }>(
      `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from "${table_name}" t where workspace_id = $1`,
      [workspaceId],
    );
    return [table_name, found.rows[0]!.digest] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

test('every address that names a thing can be tried', () => {
  expect(doors.length).toBeGreaterThanOrEqual(60);
  expect(doors.filter(({ path }) => addressOf(path, owner).includes('/:')).map(({ path }) => path)).toEqual([]);
});

test('things of another workspace are not there, through any door, and stay as they are', async () => {
  const before = await contentsOf(owner.workspaceId);
  const wrong: string[] = [];
  for (const door of doors) {
    for (const inside of [stranger, owner]) {
      const { status, text } = await send(door, inside, stranger.key);
      if (status !== 404) wrong.push(`${status} ${door.method} ${door.path} ${text.slice(0, 100)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(await contentsOf(owner.workspaceId)).toEqual(before);
});

test('they are answered as what never was, also where that is no 404', async () => {
  const told: string[] = [];
  for (const door of named) {
    const foreign = await answerTo(door, stranger, stranger.key, (thing) => thing);
    const missing = await answerTo(door, stranger, stranger.key, missingOf);
    if (foreign !== missing) told.push(`${door.method} ${door.path}: ${foreign}, not ${missing}`);
  }
  expect(told).toEqual([]);
});

test('accounts, users and their keys of others are answered as those that never were', async () => {
  const made = await app.inject('POST', `/api/users/${owner.userId}/api_keys`, { name: 'second' }, owner.key);
  const theirs: Record<string, string> = { ...owner, apiKeyId: made.body.id };
  const wrong: string[] = [];
  const ofPeople = listDoors(app.app).filter(({ needs, path }) => needs === 'sign-in' && path.includes(':'));
  for (const { method, path } of ofPeople.filter(({ path: at }) => !at.endsWith('/views/:view'))) {
    const ask = async (read: (id: string) => string) => {
      const last = path.includes('/api_keys/') ? 'apiKeyId' : 'workspaceId';
      const address = path.replaceAll(/:(\w+)/g, (_, name: string) => read(theirs[name === 'id' ? last : name]!));
      const body = method === 'get' ? undefined : { name: 'theirs' };
      const { status, text } = await app.inject(method.toUpperCase() as 'POST', address, body, stranger.key);
      return `${status} ${text}`;
    };
    const [foreign, missing] = [await ask((id) => id), await ask(() => randomUUID())];
    if (!foreign.startsWith('404') || foreign !== missing) wrong.push(`${method} ${path}: ${foreign}, not ${missing}`);
  }
  expect(ofPeople.length).toBeGreaterThan(8);
  expect(wrong).toEqual([]);
});

test('a body that names things of another workspace neither reads nor changes them', async () => {
  const before = await contentsOf(owner.workspaceId);
  const thing = (kind: string) => things[`${kind}:id`];
  const [flow_id, flow_run_id, task_run_id] = [thing('flows'), thing('flow_runs'), thing('task_runs')];
  const [deployment_id, block_document_id] = [thing('deployments'), thing('block_documents')];
  const [block_schema_id, block_type_id] = [thing('block_schemas'), thing('block_types')];
  const timestamp = new Date().toISOString();
  const requests: [path: string, body: unknown][] = [
    ['flow_runs', { flow_id }],
    ['flow_runs/bulk_delete', { flow_runs: { id: { any_: [flow_run_id] } } }],
    ['flow_runs/bulk_set_state', { flow_runs: { id: { any_: [flow_run_id] } }, state: { type: 'CANCELLED' } }],
    ['flows/bulk_delete', { flows: { id: { any_: [flow_id] } } }],
    ['deployments', { name: 'mine', flow_id }],
    ['deployments/bulk_delete', { deployments: { id: { any_: [deployment_id] } } }],
    ['deployments/get_scheduled_flow_runs', { deployment_ids: [deployment_id] }],
    ['task_runs', { flow_run_id, task_key: 'house-task', dynamic_key: '0', state: { type: 'FAILED' } }],
    ['artifacts', { key: 'house-artifact', flow_run_id, task_run_id }],
    ['block_documents', { name: 'mine', data: {}, block_schema_id, block_type_id }],
    ['block_documents/filter', { block_documents: { id: { any_: [block_document_id] } }, include_secrets: true }],
    ['block_schemas', { fields: {}, block_type_id }],
    ['logs', [{ name: 'n', level: 20, message: 'theirs', timestamp, flow_run_id, task_run_id }]],
    ['v2/concurrency_limits/increment', { names: ['house-limit'], slots: 1 }],
    ['v2/concurrency_limits/decrement', { names: ['house-limit'], slots: 1 }],
    ['v2/concurrency_limits/decrement-with-lease', { lease_id: things['v2:leaseId'] }],
    ['concurrency_limits/increment', { names: ['house-tag'], task_run_id }],
    ['concurrency_limits/decrement', { names: ['house-tag'], task_run_id }],
  ];
  const inside = `/api/accounts/${stranger.accountId}/workspaces/${stranger.workspaceId}`;
  const answers = await Promise.all(
    requests.map(async ([path, body]) => ({
      path,
      ...(await app.inject('POST', `${inside}/${path}`, body, stranger.key)),
    })),
  );
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(await contentsOf(owner.workspaceId)).toEqual(before);
});

test('through the same doors with the same bodies their owner finds them', async () => {
  const wrong: string[] = [];
  for (const door of [...doors].sort((one, other) => rank(one) - rank(other))) {
    const { status, text } = await send(door, owner, owner.key);
    if (status >= 400 && status !== 409) wrong.push(`${status} ${door.method} ${door.path} ${text.slice(0, 100)}`);
  }
  expect(wrong).toEqual([]);
});

test('what was deleted is not there any more, through any door', async () => {
  const wrong: string[] = [];
  for (const door of doors) {
    const gone = await answerTo(door, owner, owner.key, (thing) => thing);
    const missing = await answerTo(door, owner, owner.key, missingOf);
    if (!gone.startsWith('404') || gone !== missing) wrong.push(`${door.method} ${door.path}: ${gone}, not ${missing}`);
  }
  expect(wrong).toEqual([]);
});

/** What takes things away comes last, and what takes others along after those. */
const takesOthers = ['block_schemas', 'block_types', 'flow_runs', 'deployments', 'flows', 'work_queues', 'work_pools'];
const rank = ({ method, path }: Door): number =>
  method === 'delete' ? 100 + 10 * takesOthers.indexOf(collectionOf(path)) - path.split('/').length : 0;
