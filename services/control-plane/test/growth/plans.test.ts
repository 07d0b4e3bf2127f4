import { randomUUID } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EventLog, loopOf } from '../../src/core/event-log/event-log.js';
import { Loops } from '../../src/core/loops/loops.js';
import { firstIdOf, hourMade } from '../../src/modules/runs/counts/levels.sql.js';
import { nearestDays, places } from '../../src/modules/runs/lists/places.sql.js';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { questionsOfClients } from './client-questions.js';
import { queriesOfThePages, variablesOfThePages } from './graphql-questions.js';
import { loadFixture } from './load-fixture.js';
import { readingOf, statementsOf } from './plans.js';
import { rollupDifferences } from './rollup-differences.js';

const runs = Number(process.env['GROWTH_RUNS'] ?? 100_000);

let app: TestApp;
let owner: Tenant;
let neighbour: Tenant;
let ids: Awaited<ReturnType<typeof findIds>>;

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  neighbour = await app.tenant();
  await loadFixture(app.databaseUrl, { workspaceId: owner.workspaceId, runs });
  await loadFixture(app.databaseUrl, { workspaceId: neighbour.workspaceId, runs: 1_000, flows: 5, deployments: 10 });
  ids = await findIds();
}, 600_000);
afterAll(() => app.close());

/** Things of the fixture, in the middle of it, that pages and clients name. */
async function findIds() {
  const one = async (text: string): Promise<string> =>
    (await app.db.sql.query({ text, values: [owner.workspaceId] })).rows[0].id;
  const run = await one(
    `select flow_run_id as id from task_run where workspace_id = $1 order by created desc offset 2000 limit 1`,
  );
  const now = Date.now();
  return {
    run,
    failed: await one(
      `select l.flow_run_id as id from log l where l.workspace_id = $1 and level = 40 order by timestamp desc limit 1`,
    ),
    subflow: await one(
      `select id from flow_run where workspace_id = $1 and parent_task_run_id is not null order by id desc limit 1`,
    ),
    parentTask: await one(
      `select parent_task_run_id as id from flow_run where workspace_id = $1 and parent_task_run_id is not null order by id desc limit 1`,
    ),
    task: await one(`select id from task_run where workspace_id = $1 order by created desc offset 2000 limit 1`),
    state: await one(
      `select id from flow_run_state where workspace_id = $1 order by timestamp desc offset 2000 limit 1`,
    ),
    flow: await one(`select id from flow where workspace_id = $1 and name = 'flow-7'`),
    deployment: await one(`select id from deployment where workspace_id = $1 and name = 'deployment-7'`),
    waiting: await one(
      `select d.id from deployment d join work_queue q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id
         join work_pool p on p.workspace_id = q.workspace_id and p.id = q.work_pool_id and p.name = 'pool-1'
        where d.workspace_id = $1 limit 1`,
    ),
    queue: await one(`select id from work_queue where workspace_id = $1 and name = 'default' limit 1`),
    since: new Date(now - 7 * 86_400_000).toISOString(),
    until: new Date(now + 60_000).toISOString(),
  };
}

/** A connection with the settings of the database and no other. */
async function plainClient(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  return client;
}

/** Which statements of a piece of work read more than they may. */
async function offenders(work: () => Promise<unknown>): Promise<string[]> {
  const statements = await statementsOf(work);
  const client = await plainClient();
  try {
    const found: string[] = [];
    for (const statement of statements) {
      const { read, returned, allowed, plan } = await readingOf(client, statement);
      if (read > allowed)
        found.push(
          `read ${read} rows for ${returned}\n${statement.text}\n${JSON.stringify(statement.values)}\n${plan}`,
        );
    }
    return found;
  } finally {
    await client.end();
  }
}

test('no query of a page reads more than twenty rows for one that it shows', async () => {
  const queries = queriesOfThePages();
  const variables = variablesOfThePages(ids);
  expect(Object.keys(variables).sort()).toEqual([...queries.keys()].sort());
  const found: string[] = [];
  for (const [name, text] of queries) {
    for (const each of variables[name]!) {
      const ask = async () => {
        const answer = await app.gql(
          text,
          { workspaceId: owner.workspaceId, ...each },
          { authorization: `Bearer ${owner.key}` },
        );
        expect(answer.error, name).toBeUndefined();
      };
      found.push(...(await offenders(ask)).map((what) => `${name} ${JSON.stringify(each)}: ${what}`));
    }
  }
  expect(found.join('\n\n')).toBe('');
});

test('no question of a client reads more than twenty rows for one that it gets', async () => {
  const found: string[] = [];
  for (const [method, path, body] of questionsOfClients(ids)) {
    const ask = async () => {
      const answer = await app.inject(method, `/api${path}`, body, owner.key);
      expect(answer.status, `${method} ${path} ${JSON.stringify(body)}: ${answer.text.slice(0, 300)}`).toBeLessThan(
        300,
      );
    };
    found.push(...(await offenders(ask)).map((what) => `${method} ${path} ${JSON.stringify(body)}: ${what}`));
  }
  expect(found.join('\n\n')).toBe('');
});

test('a look at a pool reads nothing of the thousands that wait for a slot of their deployment', async () => {
  const limit = await app.inject(
    'POST',
    '/api/v2/concurrency_limits/',
    { name: 'full', limit: 1, active_slots: 1 },
    owner.key,
  );
  const write = (text: string, values: unknown[]) =>
    app.db.sql.query({ text, values: [owner.workspaceId, ids.waiting, ...values] });
  await write('update deployment set concurrency_limit_id = $3 where workspace_id = $1 and id = $2', [limit.body.id]);
  await write(
    `insert into run_queue (workspace_id, flow_run_id, due, deployment_id, work_pool_id, work_queue_id, awaits_slot, late)
     select $1, gen_random_uuid(), now() - interval '1 hour', $2, q.work_pool_id, q.id, true, true
       from generate_series(1, 30000), work_queue q
      where q.workspace_id = $1 and q.id = (select work_queue_id from deployment where workspace_id = $1 and id = $2)`,
    [],
  );
  const asked: [string, object][] = [
    [`work_pools/pool-1/get_scheduled_flow_runs`, { scheduled_before: ids.until, limit: 1 }],
    [`headgate/work_pools/pool-1/claim`, { agent_name: 'a', agent_id: ids.waiting, wait_seconds: 0, limit: 1 }],
    [`deployments/get_scheduled_flow_runs`, { deployment_ids: [ids.waiting], scheduled_before: ids.until, limit: 1 }],
  ];
  const found: string[] = [];
  for (const [path, body] of asked) {
    const ask = async () => expect((await app.inject('POST', `/api/${path}`, body, owner.key)).status).toBe(200);
    found.push(...(await offenders(ask)).map((what) => `${path}: ${what}`));
  }
  await write('delete from run_queue where workspace_id = $1 and deployment_id = $2 and awaits_slot', []);
  await write('update deployment set concurrency_limit_id = null where workspace_id = $1 and id = $2', []);
  expect(found.join('\n\n')).toBe('');
});

test('loops read nothing of the thousands that wait for a time, are over, or are still paused', async () => {
  const write = (text: string) => app.db.sql.query({ text, values: [owner.workspaceId] });
  await write(
    `insert into flow_run_by_state (workspace_id, state_type, state_name, expected_start_time, flow_run_id, until)
     select $1, type, type, now(), gen_random_uuid(), case when n % 2 = 0 then now() + interval '1 day' end
       from unnest(array['PAUSED', 'CANCELLING']) type, generate_series(1, 20000) n`,
  );
  await write(
    `insert into run_ended (workspace_id, flow_run_id, due)
     select $1, gen_random_uuid(), now() + interval '1 hour' from generate_series(1, 20000)`,
  );
  const found: string[] = [];
  for (const loop of ['expire-pauses', 'finish-cancellations', 'end-task-runs']) {
    const pass = () => app.app.get(Loops).pass(loop);
    found.push(...(await offenders(pass)).map((what) => `${loop}: ${what}`));
  }
  await write(`delete from flow_run_by_state where workspace_id = $1 and state_name in ('PAUSED', 'CANCELLING')`);
  await write('delete from run_ended where workspace_id = $1');
  expect(found.join('\n\n')).toBe('');
});

test('the loop that skips missed runs reads those, and nothing of the thousands that are not missed', async () => {
  const write = (text: string) => app.db.sql.query({ text, values: [owner.workspaceId] });
  await write(`update run_queue set missed_at = now() + interval '1 day' where workspace_id = $1`);
  await app.db.sql.query('analyze run_queue');
  const pass = () => app.app.get(Loops).pass('skip-missed-runs');
  const idle = await offenders(pass);
  await write(
    `update run_queue set missed_at = now() - interval '1 minute' where workspace_id = $1 and flow_run_id in (
       select q.flow_run_id from run_queue q where q.workspace_id = $1 and q.auto_scheduled and q.run_count = 0 order by q.due limit 20)`,
  );
  const busy = await offenders(async () => expect(await pass()).toEqual({ skipped: 20 }));
  await write('update run_queue set missed_at = null where workspace_id = $1');
  expect([...idle, ...busy].join('\n\n')).toBe('');
});

test('a consumer of events reads what is new, and nothing of the thousands that it has taken', async () => {
  const heard: string[] = [];
  app.app.get(EventLog).add({
    name: 'growth',
    says: 'Listens.',
    accepts: [''],
    from: 'now',
    take: async (_, events) => void heard.push(...events.map(({ event }) => event)),
  });
  const pass = () => app.app.get(Loops).pass(loopOf('growth'));
  await pass();
  const idle = await offenders(pass);
  for (const { key } of [owner, neighbour]) {
    const event = { id: randomUUID(), occurred: ids.until, event: 'new', resource: { 'prefect.resource.id': 'x' } };
    expect((await app.inject('POST', '/api/events', [event], key)).status).toBe(204);
  }
  const busy = await offenders(pass);
  expect(heard).toEqual(['new', 'new']);
  expect([...idle, ...busy, ...(await offenders(() => app.app.get(EventLog).lag()))].join('\n\n')).toBe('');
});

test('an order that no index has is made among five thousand runs at most', async () => {
  const sorts = ['START_TIME_DESC', 'START_TIME_ASC', 'END_TIME_DESC', 'NAME_ASC', 'NEXT_SCHEDULED_START_TIME_ASC'];
  const client = await plainClient();
  try {
    for (const sort of sorts) {
      const body = { sort, limit: 50 };
      const statements = await statementsOf(() => app.inject('POST', '/api/flow_runs/filter', body, owner.key));
      for (const statement of statements) {
        const { read, plan } = await readingOf(client, statement);
        expect(read, plan).toBeLessThan(11_000);
      }
    }
  } finally {
    await client.end();
  }
});

const orders = {
  EXPECTED_START_TIME_DESC: 'expected_start_time desc, id desc',
  EXPECTED_START_TIME_ASC: 'expected_start_time, id',
  ID_DESC: 'id desc',
};
type Order = keyof typeof orders;
const all = { condition: 'true', state: undefined };
const completed = { condition: "state_type = 'COMPLETED'", state: { type: { any_: ['COMPLETED'] } } };

/** A page half way, as the door answers it, after a look at the table said what it is; and the statements of the door. */
async function halfWay(sort: Order, { condition, state }: typeof all | typeof completed) {
  const offset = runs / 2;
  const { rows } = await app.db.sql.query({
    text: `select id from flow_run where workspace_id = $1 and ${condition} order by ${orders[sort]} limit 50 offset ${offset}`,
    values: [owner.workspaceId],
  });
  const body = { sort, limit: 50, offset, flow_runs: { state } };
  let found: { id: string }[] = [];
  const statements = await statementsOf(async () => {
    found = (await app.inject('POST', '/api/flow_runs/filter', body, owner.key)).body;
  });
  expect(found.map((run) => run.id)).toEqual(rows.map((row) => row.id));
  return statements;
}

test.each<[string, Order, typeof all | typeof completed]>([
  ['all runs, newest first', 'EXPECTED_START_TIME_DESC', all],
  ['all runs, oldest first', 'EXPECTED_START_TIME_ASC', all],
  ['all runs by id', 'ID_DESC', all],
  ['completed runs, newest first', 'EXPECTED_START_TIME_DESC', completed],
  ['completed runs, oldest first', 'EXPECTED_START_TIME_ASC', completed],
])(
  'a page of %s far from the first costs days and hours of one and an hour of runs, and is the right one',
  async (_, sort, which) => {
    const client = await plainClient();
    try {
      for (const statement of await halfWay(sort, which)) {
        const { read, plan } = await readingOf(client, statement);
        expect(read, plan).toBeLessThan(statement.text.includes('flow_run_tally') ? 1_000 : runs / 10);
      }
    } finally {
      await client.end();
    }
  },
  60_000,
);

test('a page far from the first is the right one where runs came, moved and went that are not summed up yet', async () => {
  const ask = (path: string, body: unknown, method: 'POST' | 'DELETE' = 'POST') =>
    app.inject(method, `/api${path}`, body, owner.key);
  const { rows } = await app.db.sql.query(
    `select id from flow_run where workspace_id = $1 and state_type = 'COMPLETED' order by id desc limit 40 offset 500`,
    [owner.workspaceId],
  );
  for (const { id } of rows.slice(0, 20)) expect((await ask(`/flow_runs/${id}`, undefined, 'DELETE')).status).toBe(204);
  for (const { id } of rows.slice(20))
    await ask(`/flow_runs/${id}/set_state`, { state: { type: 'FAILED' }, force: true });
  for (let n = 0; n < 10; n++) expect((await ask('/flow_runs/', { flow_id: ids.flow })).status).toBe(201);
  for (let folded = 0; folded < 2; folded++) {
    for (const sort of Object.keys(orders) as Order[]) await halfWay(sort, all);
    await halfWay('EXPECTED_START_TIME_DESC', completed);
    expect(await rollupDifferences(app.db.sql)).toEqual([]);
    await app.app.get(Loops).pass('fold-counts');
  }
}, 120_000);

test('a page far from the first is the right one where days were not kept', async () => {
  const days = "deployment_id in ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000003')";
  const put = (from: string, to: string) =>
    app.db.sql.query(`insert into ${to} select * from ${from} where workspace_id = $1 and ${days}`, [
      owner.workspaceId,
    ]);
  await app.db.sql.query('create table days_aside (like flow_run_tally)');
  await put('flow_run_tally', 'days_aside');
  try {
    for (const lost of [`${days} and hour > now() - interval '9 days'`, days]) {
      await app.db.sql.query(`delete from flow_run_tally where workspace_id = $1 and ${lost}`, [owner.workspaceId]);
      for (const sort of Object.keys(orders) as Order[]) await halfWay(sort, all);
      await halfWay('EXPECTED_START_TIME_DESC', completed);
    }
  } finally {
    await app.db.sql.query(`delete from flow_run_tally where workspace_id = $1 and ${days}`, [owner.workspaceId]);
    await put('days_aside', 'flow_run_tally');
  }
}, 60_000);

test('an id of any version lies in the hour in which it is counted, and later ids in later hours', async () => {
  const hour = hourMade('id');
  const { rows } = await app.db.sql.query(
    `with ids as (
       select gen_random_uuid() as id from generate_series(1, 2000)
       union all select uuidv7(n * interval '-7 minutes') from generate_series(1, 2000) n),
     counted as (select id, ${hour} as hour from ids)
     select id from (select *, lag(hour) over (order by id) as before from counted) c
      where not (id >= ${firstIdOf('hour')} and id < ${firstIdOf("hour + interval '1 hour'")} and (before is null or before <= hour))`,
  );
  expect(rows).toEqual([]);
});

type Words = { tags?: { all_?: string[]; any_?: string[] }; name?: { like_: string }; hours?: number };
test.each<[string, Words]>([
  ['common tag', { tags: { all_: ['prod'] } }],
  ['rare tag', { tags: { all_: ['release-3'] } }],
  ['either of two tags', { tags: { any_: ['release-3', 'team-3'] } }],
  ['common part of a name', { name: { like_: 'otter' } }],
  ['rare part of a name', { name: { like_: 'lucid-ot' } }],
  ['tag and part of a name', { tags: { all_: ['release-3'] }, name: { like_: 'otter' } }],
  ['part that no name has', { name: { like_: 'unheard of' } }],
  ['rare tag of the last hour', { tags: { all_: ['release-3'] }, hours: 1 }],
  ['rare tag of the last days', { tags: { all_: ['release-3'] }, hours: 100 }],
])('a search for a %s finds what a look at every run finds', async (_, { hours = 1_000, ...words }) => {
  const since = new Date(Date.now() - hours * 3_600_000).toISOString();
  for (const { workspaceId, key } of [owner, neighbour]) {
    for (const direction of ['DESC', 'ASC']) {
      const plain = await app.db.sql.query({
        text: `select id from (select * from flow_run where workspace_id = $1 offset 0) r
                where tags @> $2::text[] and ($3::text[] is null or tags && $3::text[]) and name like '%' || $4::text || '%'
                  and expected_start_time >= $5
                order by expected_start_time ${direction}, id ${direction} limit 50`,
        values: [workspaceId, words.tags?.all_ ?? [], words.tags?.any_ ?? null, words.name?.like_ ?? '', since],
      });
      const filter = { ...words, expected_start_time: { after_: since } };
      const body = { flow_runs: filter, sort: `EXPECTED_START_TIME_${direction}`, limit: 50 };
      const found = await app.inject('POST', '/api/flow_runs/filter', body, key);
      expect(found.body.map((run: { id: string }) => run.id)).toEqual(plain.rows.map((row) => row.id));
    }
  }
});

test.each([true, false])('a search day by day (newest first: %s) finds what the days hold', async (newestFirst) => {
  const read = async <Row>(text: RawBuilder<unknown>) => (await sql<Row>`${text}`.execute(app.db.db)).rows;
  const named = sql<boolean>`flow_run.name like '%lucid-ot%'`;
  const search = { workspaceId: owner.workspaceId, conditions: [named], span: {}, newestFirst, limit: 9 };
  const days = (await read<{ day: string }>(nearestDays(search, 5))).map((row) => row.day);
  const plain = sql`
    select id from (select * from flow_run where workspace_id = ${owner.workspaceId} offset 0) as flow_run
     where ${named} and (expected_start_time at time zone 'UTC')::date = any(${days}::date[])
     order by expected_start_time ${newestFirst ? sql`desc` : sql`asc`} limit 9`;
  const byDays = await read<{ id: string }>(places({ ...search, along: { by: 'days', days, holdsMuch: false } }));
  const found = byDays.map((run) => run.id);
  expect(found.length).toBeGreaterThan(1);
  expect(found).toEqual((await read<{ id: string }>(plain)).map((run) => run.id));
});

test('the fixture keeps its counts as the system does', async () => {
  expect(await rollupDifferences(app.db.sql)).toEqual([]);
});
