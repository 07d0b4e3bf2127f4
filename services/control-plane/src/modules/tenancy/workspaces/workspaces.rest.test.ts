import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { Loops } from '../../../core/loops/loops.js';
import { statementsDuring } from '../../../../test/statements.js';
import { remainTables } from './workspace-remains.queries.js';

let app: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  tenant = await app.tenant();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const call = (method: Method, path: string, body?: unknown, caller: Tenant = tenant) =>
  app.inject(method, `/api/accounts/${tenant.accountId}${path}`, body, caller.key);
const create = (body: object) => call('POST', '/workspaces/', body);

test('an account says what it is and how it is set', async () => {
  expect((await call('GET', '')).body).toMatchObject({
    id: tenant.accountId,
    name: 'Test User',
    plan_type: 'PERSONAL',
    features: [],
  });
  expect((await call('GET', '/settings')).body).toMatchObject({
    enforce_ip_allowlist: false,
    managed_execution: false,
  });
});

test('a workspace is created with a handle from its name, or the one that is asked for', async () => {
  const made = await create({ name: 'Data Science', description: 'models' });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    account_id: tenant.accountId,
    name: 'Data Science',
    handle: 'data-science',
    description: 'models',
    is_public: false,
  });
  expect((await create({ name: 'Data Science' })).body.handle).toBe('data-science-2');
  expect((await create({ name: 'x', handle: 'chosen' })).body.handle).toBe('chosen');
});

test('a handle that is asked for must be free, well formed and not reserved', async () => {
  expect((await create({ name: 'x', handle: 'main' })).status).toBe(409);
  for (const handle of ['settings', 'a/b', 'A', 'a--b', ''])
    expect((await create({ name: 'x', handle })).status).toBe(422);
});

test('its creator may enter a new workspace at once, even who was refused there before', async () => {
  const { id } = (await create({ name: 'new' })).body;
  expect((await app.inject('GET', `/api/me/workspaces/${id}/scopes`, undefined, tenant.key)).status).toBe(200);
  expect(
    (
      await app.inject(
        'POST',
        `/api/accounts/${tenant.accountId}/workspaces/${id}/v2/concurrency_limits/filter`,
        {},
        tenant.key,
      )
    ).status,
  ).toBe(200);
});

test('workspaces are filtered by id and handle', async () => {
  const { id } = (await create({ name: 'second' })).body;
  const handles = async (body: object) =>
    (await call('POST', '/workspaces/filter', body)).body.map((each: { handle: string }) => each.handle);
  expect(await handles({})).toEqual(['main', 'second']);
  expect(await handles({ workspaces: { id: { any_: [id] } } })).toEqual(['second']);
  expect(await handles({ workspaces: { handle: { any_: ['main'] } } })).toEqual(['main']);
  expect(await handles({ workspaces: { operator: 'or_', id: { any_: [id] }, handle: { any_: ['main'] } } })).toEqual([
    'main',
    'second',
  ]);
  expect(await handles({ workspaces: { id: { any_: [] } } })).toEqual([]);
  expect(await handles({ limit: 1, offset: 1 })).toEqual(['second']);
});

test('a workspace is renamed; null clears its description', async () => {
  expect(
    (await call('PATCH', `/workspaces/${tenant.workspaceId}`, { name: 'Renamed', handle: 'renamed', description: 'x' }))
      .status,
  ).toBe(204);
  expect((await call('GET', `/workspaces/${tenant.workspaceId}`)).body).toMatchObject({
    name: 'Renamed',
    handle: 'renamed',
    description: 'x',
  });
  expect((await call('PATCH', `/workspaces/${tenant.workspaceId}`, { description: null })).status).toBe(204);
  expect((await call('GET', `/workspaces/${tenant.workspaceId}`)).body).toMatchObject({
    name: 'Renamed',
    description: '',
  });
  await create({ name: 'other' });
  expect((await call('PATCH', `/workspaces/${tenant.workspaceId}`, { handle: 'other' })).status).toBe(409);
});

test('strangers find nothing, whether it is there or not', async () => {
  const stranger = await app.tenant();
  const answers = await Promise.all([
    call('GET', '', undefined, stranger),
    call('GET', `/workspaces/${tenant.workspaceId}`, undefined, stranger),
    call('GET', `/workspaces/${crypto.randomUUID()}`, undefined, stranger),
    call('GET', `/workspaces/${stranger.workspaceId}`, undefined, stranger),
    call('DELETE', `/workspaces/${tenant.workspaceId}`, undefined, stranger),
    call('POST', '/workspaces/', { name: 'mine' }, stranger),
    call('POST', '/workspaces/filter', {}, stranger),
    app.inject(
      'POST',
      `/api/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}/v2/concurrency_limits/filter`,
      {},
      stranger.key,
    ),
    app.inject(
      'POST',
      `/api/accounts/${tenant.accountId}/workspaces/${stranger.workspaceId}/v2/concurrency_limits/filter`,
      {},
      stranger.key,
    ),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 9 }, () => 404));
});

test('a viewer sees a workspace and changes nothing in it', async () => {
  const viewer = await app.tenant();
  await app.db.sql.query("insert into account_membership (account_id, user_id, role) values ($1, $2, 'Member')", [
    tenant.accountId,
    viewer.userId,
  ]);
  await app.db.sql.query("insert into workspace_membership (workspace_id, user_id, role) values ($1, $2, 'Viewer')", [
    tenant.workspaceId,
    viewer.userId,
  ]);
  const limits = `/workspaces/${tenant.workspaceId}/v2/concurrency_limits`;
  expect((await call('GET', `/workspaces/${tenant.workspaceId}`, undefined, viewer)).status).toBe(200);
  expect((await call('POST', `${limits}/filter`, {}, viewer)).status).toBe(200);
  expect((await call('POST', `${limits}/`, { name: 'x', limit: 1 }, viewer)).status).toBe(403);
  expect((await call('PATCH', `/workspaces/${tenant.workspaceId}`, { name: 'mine' }, viewer)).status).toBe(403);
  expect((await call('DELETE', `/workspaces/${tenant.workspaceId}`, undefined, viewer)).status).toBe(403);
  expect((await call('POST', '/workspaces/', { name: 'mine' }, viewer)).status).toBe(403);
  // To poll is to work for a queue, and is written down: who only looks does not.
  const nobody = crypto.randomUUID();
  for (const [path, body] of [
    ['/work_pools/pool/get_scheduled_flow_runs', {}],
    [`/work_queues/${nobody}/get_runs`, { scheduled_before: '2030-01-01T00:00:00Z' }],
    ['/deployments/get_scheduled_flow_runs', { deployment_ids: [nobody] }],
  ] as [string, object][])
    expect((await call('POST', `/workspaces/${tenant.workspaceId}${path}`, body, viewer)).status, path).toBe(403);
});

test('an owner of the account enters its workspaces without being a member', async () => {
  const owner = await app.tenant();
  await app.db.sql.query("insert into account_membership (account_id, user_id, role) values ($1, $2, 'Owner')", [
    tenant.accountId,
    owner.userId,
  ]);
  expect((await call('PATCH', `/workspaces/${tenant.workspaceId}`, { name: 'theirs' }, owner)).status).toBe(204);
});

const purge = () => app.app.get(Loops).pass('purge-deleted-workspaces');
const leftOf = async (table: string, id: string) =>
  (await app.db.sql.query(`select 1 from ${table} where workspace_id = $1`, [id])).rowCount;

test('a deleted workspace is gone at once, and everything in it when the loop has passed', async () => {
  const { id } = (await create({ name: 'doomed' })).body;
  const [flowId, runId] = [crypto.randomUUID(), crypto.randomUUID()];
  await app.db.sql.query('insert into flow (workspace_id, id, name) values ($1, $2, $3)', [id, flowId, 'f']);
  await app.db.sql.query(
    'insert into flow_run (workspace_id, id, name, flow_id, expected_start_time) values ($1, $2, $3, $4, now())',
    [id, runId, 'r', flowId],
  );
  await app.db.sql.query('insert into run_queue (workspace_id, flow_run_id, due) values ($1, $2, now())', [id, runId]);
  expect((await call('DELETE', `/workspaces/${id}`)).status).toBe(204);
  expect((await call('GET', `/workspaces/${id}`)).status).toBe(404);
  expect(
    (
      await app.inject(
        'POST',
        `/api/accounts/${tenant.accountId}/workspaces/${id}/v2/concurrency_limits/filter`,
        {},
        tenant.key,
      )
    ).status,
  ).toBe(404);
  expect(await leftOf('flow', id)).toBe(0);
  await purge();
  for (const table of remainTables) expect(await leftOf(table, id), table).toBe(0);
});

test('who deletes a workspace waits for none of its history, which goes in batches, whoever deletes it', async () => {
  const [large, small] = [(await create({ name: 'large' })).body.id, (await create({ name: 'small' })).body.id];
  await app.db.sql.query(
    `insert into log (workspace_id, id, timestamp, level, name, message) select $1, gen_random_uuid(), now(), 20, 'n', 'm' from generate_series(1, 12000)`,
    [large],
  );
  await app.db.sql.query(
    `insert into run_queue (workspace_id, flow_run_id, due) select $1, gen_random_uuid(), now() from generate_series(1, 10)`,
    [small],
  );
  const deletes = await statementsDuring(/delete from "?(log|run_queue)/, async () => {
    for (const id of [large, small]) expect((await call('DELETE', `/workspaces/${id}`)).status).toBe(204);
  });
  expect([deletes, await leftOf('log', large), await leftOf('run_queue', small)]).toEqual([0, 12_000, 10]);
  for (const id of [large, small]) expect((await call('GET', `/workspaces/${id}`)).status).toBe(404);
  await Promise.all([purge(), purge()]);
  expect([await leftOf('log', large), await leftOf('run_queue', small)]).toEqual([0, 0]);
  expect(await purge()).toEqual({ purged: 0 });
});

test('what arrives after a workspace was deleted goes too, until nothing of it can arrive any more', async () => {
  const { id } = (await create({ name: 'late' })).body;
  await call('DELETE', `/workspaces/${id}`);
  await purge();
  await app.db.sql.query('insert into run_queue (workspace_id, flow_run_id, due) values ($1, $2, now())', [
    id,
    crypto.randomUUID(),
  ]);
  await purge();
  expect(await leftOf('run_queue', id)).toBe(0);
  const isKnown = async () =>
    (await app.db.sql.query('select 1 from deleted_workspace where id = $1', [id])).rowCount === 1;
  expect(await isKnown()).toBe(true);
  await app.db.sql.query(`update deleted_workspace set deleted = now() - interval '1 day' where id = $1`, [id]);
  await purge();
  expect(await isKnown()).toBe(false);
});

test('no table of a workspace is left out when one is deleted', async () => {
  const { rows } = await app.db.sql.query<{ name: string }>(`
    with recursive emptied as (
      select 'workspace'::regclass::oid as id
      union select c.conrelid from pg_constraint c join emptied e on c.confrelid = e.id where c.contype = 'f' and c.confdeltype = 'c')
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace and c.oid not in (select id from emptied)`);
  expect(rows.map((row) => row.name).toSorted()).toEqual([...remainTables].toSorted());
});

test('the web app finds a workspace by the handles of its address, or by its id', async () => {
  const handle = (await call('GET', '')).body.handle;
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const query =
    '{ workspace(accountHandle: "' +
    handle +
    '", workspaceHandle: "main") { id } workspaceById(id: "' +
    tenant.workspaceId +
    '") { name accountName } }';
  const found = await app.gql(query, {}, bearer(tenant.key));
  expect(found.data).toEqual({
    workspace: { id: tenant.workspaceId },
    workspaceById: { name: 'main', accountName: 'Test User' },
  });
  const stranger = await app.tenant();
  expect((await app.gql(query, {}, bearer(stranger.key))).data).toEqual({ workspace: null, workspaceById: null });
  const made = await app.gql(
    'mutation ($id: ID!) { createWorkspace(accountId: $id, name: "From the web") { handle role } }',
    { id: tenant.accountId },
    bearer(tenant.key),
  );
  expect(made.data.createWorkspace).toEqual({ handle: 'from-the-web', role: 'Owner' });
});

test('the address without a workspace means the oldest that the caller is a member of', async () => {
  await create({ name: 'second' });
  await app.inject('POST', '/api/v2/concurrency_limits/', { name: 'at-home', limit: 1 }, tenant.key);
  expect((await call('GET', `/workspaces/${tenant.workspaceId}/v2/concurrency_limits/at-home`)).status).toBe(200);
});
