import { isDeepStrictEqual } from 'node:util';
import { randomUUID } from 'node:crypto';
import { until } from '@headgate/testkit';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import { Live, topics } from '../live/live.js';
import { Loops } from '../loops/loops.js';
import { Metrics } from '../health/metrics.js';
import { Work } from '../unit-of-work/work.js';
import type { EventConsumer } from './consumer.js';
import { EventLog, loopOf } from './event-log.js';

let app: TestApp;
let loops: Loops;
let consumers = 0;
beforeAll(async () => {
  app = await startTestApp();
  loops = app.app.get(Loops);
  await rows(
    'create table heard (at bigserial, consumer text, workspace_id uuid, id uuid, event text, unique (consumer, workspace_id, id))',
  );
});
afterAll(() => app.close());

const rows = async (text: string, values: unknown[] = []) => (await app.db.sql.query(text, values)).rows;

/** A consumer that writes down what it hears, each event once, or the statement fails; `also` is done with every page. */
async function follow(also: EventConsumer['take'] = async () => undefined, more: Partial<EventConsumer> = {}) {
  const name = `test-${consumers++}`;
  app.app.get(EventLog).add({
    name,
    says: 'Writes down what it hears.',
    accepts: [''],
    from: 'now',
    ...more,
    async take(ctx, events, tx) {
      await sql`insert into heard (consumer, workspace_id, id, event)
        select ${name}, ${ctx.workspaceId}, id, event
          from unnest(${events.map((each) => each.id)}::uuid[], ${events.map((each) => each.event)}::text[]) with ordinality e(id, event, n)
         order by n`.execute(tx);
      await also(ctx, events, tx);
    },
  });
  const pass = () => loops.pass(loopOf(name));
  if (more.from !== 'earliest') await pass();
  const heard = async ({ workspaceId }: Tenant): Promise<string[]> =>
    (
      await rows('select event from heard where consumer = $1 and workspace_id = $2 order by at', [name, workspaceId])
    ).map(({ event }) => event);
  const drain = () => until('all is taken', async () => Object.values(await pass()).every((count) => count === 0));
  return { name, pass, heard, drain };
}

const send = (tenant: Tenant, ...names: string[]) => sendEvents(tenant, names.map(eventCalled));
const eventCalled = (event: string) => ({
  id: randomUUID(),
  occurred: new Date().toISOString(),
  event,
  resource: { 'prefect.resource.id': 'test.thing' },
});
async function sendEvents(tenant: Tenant, events: object[]): Promise<void> {
  expect((await app.inject('POST', '/api/events', events, tenant.key)).status).toBe(204);
}
async function sendOneByOne(tenant: Tenant, ...names: string[]): Promise<void> {
  for (const name of names) await send(tenant, name);
}

test('every event is followed, ingested or written by the server, in the order of its workspace', async () => {
  const [one, other] = [await app.tenant(), await app.tenant()];
  const { heard, drain } = await follow();
  const post = async (path: string, body: object) => (await app.inject('POST', `/api${path}`, body, one.key)).body;
  await send(one, 'before');
  const flow = await post('/flows/', { name: 'f' });
  const run = await post('/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } });
  await sendOneByOne(other, 'a', 'b');
  await post(`/flow_runs/${run.id}/set_state`, { state: { type: 'RUNNING' } });
  await post('/variables/', { name: 'v', value: 1 });
  await sendOneByOne(other, 'c');
  await post(`/flow_runs/${run.id}/set_state`, { state: { type: 'COMPLETED' } });
  const task = await post('/task_runs/', { task_key: 't', dynamic_key: '0' });
  await post(`/task_runs/${task.id}/set_state`, { state: { type: 'RUNNING' } });
  await drain();
  expect(await heard(one)).toEqual([
    'before',
    'prefect.flow.created',
    'prefect.flow-run.Pending',
    'prefect.flow-run.Running',
    'prefect.variable.created',
    'prefect.flow-run.Completed',
    'prefect.task-run.Running',
  ]);
  expect(await heard(other)).toEqual(['a', 'b', 'c']);
});

test('a consumer is given the events as they are read over the wire', async () => {
  const tenant = await app.tenant();
  const given: unknown[] = [];
  const { drain } = await follow(async (_, events) => void given.push(...events));
  const related = [{ 'prefect.resource.id': 'a.b', 'prefect.resource.role': 'flow' }];
  await sendEvents(tenant, [
    { ...eventCalled('told'), related, payload: { deep: [1, { a: null }], text: '😀' }, follows: randomUUID() },
  ]);
  const flow = (await app.inject('POST', '/api/flows/', { name: 'f' }, tenant.key)).body;
  await app.inject('POST', '/api/flow_runs/', { flow_id: flow.id, tags: ['x'] }, tenant.key);
  await drain();
  const { body } = await app.inject('POST', '/api/events/filter', { filter: { order: 'ASC' } }, tenant.key);
  expect(given).toHaveLength(3);
  expect(given).toEqual(body.events);
});

test('what a transaction writes that commits late is taken, too, and in its turn', async () => {
  const tenant = await app.tenant();
  const { heard, drain } = await follow();
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into event (workspace_id, occurred, id, event, resource_id, resource) values ($1, now(), gen_random_uuid(), 'late', 'x', '{}')`,
      [tenant.workspaceId],
    );
    await sendOneByOne(tenant, 'a', 'b');
    await drain();
    expect(await heard(tenant)).toEqual(['a', 'b']);
    await sendOneByOne(tenant, 'c');
    await client.query('commit');
  } finally {
    await client.end();
  }
  await drain();
  expect(await heard(tenant)).toEqual(['a', 'b', 'late', 'c']);
});

test('cursor and effects are one: of a page that is cut off nothing stands, and it is taken again', async () => {
  const tenant = await app.tenant();
  const { heard, drain, pass } = await follow();
  await send(tenant, 'a', 'b');
  await rows(
    `create function cut_off() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$`,
  );
  await rows('create trigger cut_off before update on event_cursor for each row execute function cut_off()');
  await expect(pass()).rejects.toThrow();
  await rows('drop function cut_off() cascade');
  expect(await heard(tenant)).toEqual([]);
  await drain();
  expect((await heard(tenant)).sort()).toEqual(['a', 'b']);
});

test('events that fail hold up their own workspace, which is tried again, and nobody else', async () => {
  const [ill, well] = [await app.tenant(), await app.tenant()];
  let isIll = true;
  let attempts = 0;
  const { name, heard, drain, pass } = await follow(async ({ workspaceId }, events, tx) => {
    if (workspaceId !== ill.workspaceId || !isIll || !events.some(({ event }) => event === 'poison')) return;
    attempts++;
    await sql`select 1 / 0`.execute(tx);
  });
  const again = async () => {
    await rows('update event_cursor set retry_at = now() where consumer = $1', [name]);
    return pass();
  };
  await sendOneByOne(ill, 'a', 'b', 'poison', 'c');
  await sendOneByOne(well, 'a', 'b');
  expect(await pass()).toMatchObject({ failed: 1 });
  expect(await heard(ill)).toEqual([]);
  await drain();
  expect(await heard(well)).toEqual(['a', 'b']);
  // What comes before it goes through, one by one; it is itself tried more and more seldom.
  for (let tries = 0; tries < 9; tries++) await again();
  expect(await heard(ill)).toEqual(['a', 'b']);
  const [{ wait }] = await rows(
    `select extract(epoch from retry_at - now())::float8 as wait from event_cursor where consumer = $1 and failures > 0`,
    [name],
  );
  expect(wait).toBeGreaterThan(100);
  await sendOneByOne(ill, 'd');
  await sendOneByOne(well, 'c');
  const before = attempts;
  await drain();
  expect([attempts, await heard(well), await heard(ill)]).toEqual([before, ['a', 'b', 'c'], ['a', 'b']]);
  isIll = false;
  await again();
  await drain();
  expect(await heard(ill)).toEqual(['a', 'b', 'poison', 'c', 'd']);
  expect(
    await rows(`select from event_cursor where consumer = $1 and workspace_id = $2`, [name, ill.workspaceId]),
  ).toEqual([]);
  await sendOneByOne(ill, 'e');
  await drain();
  expect(await heard(ill)).toEqual(['a', 'b', 'poison', 'c', 'd', 'e']);
});

test('replicas share the shards: each event is taken once, and those of a workspace in their order', async () => {
  const tenants = await Promise.all(Array.from({ length: 6 }, () => app.tenant()));
  const { heard, pass, drain } = await follow();
  const names = Array.from({ length: 12 }, (_, at) => String(at));
  const writing = Promise.all(tenants.map((tenant) => sendOneByOne(tenant, ...names)));
  let isOver = false;
  const replica = async () => {
    while (!isOver) await pass();
  };
  const replicas = [replica(), replica(), replica()];
  await writing;
  isOver = true;
  await Promise.all(replicas);
  await drain();
  for (const tenant of tenants) expect(await heard(tenant)).toEqual(names);
});

test('a workspace with very much of it does not stand before the others, and is taken whole', async () => {
  const [loud, quiet] = [await app.tenant(), await app.tenant()];
  // Neighbours in one shard: the last digit of the id says which.
  const id = quiet.workspaceId.slice(0, -1) + loud.workspaceId.at(-1);
  const order: string[] = [];
  const { name, pass, drain } = await follow(async ({ workspaceId }) => void order.push(workspaceId));
  const write = (workspaceId: string, count: number) =>
    rows(
      `insert into event (workspace_id, occurred, id, event, resource_id, resource)
       select $1, now() + n * interval '1 microsecond', gen_random_uuid(), n::text, 'x', '{}' from generate_series(1, $2::integer) n`,
      [workspaceId, count],
    );
  await write(loud.workspaceId, 4_000);
  await write(id, 3);
  await drain();
  expect(order.indexOf(id)).toBeGreaterThan(0);
  expect(order.slice(order.indexOf(id)).length).toBeGreaterThan(4);
  const counts = await rows(
    `select workspace_id as id, count(*) as n, array_agg(event::integer order by at) = array_agg(event::integer order by event::integer) as ordered
       from heard where consumer = $1 group by 1 order by 2`,
    [name],
  );
  expect(counts).toEqual([
    { id, n: 3, ordered: true },
    { id: loud.workspaceId, n: 4_000, ordered: true },
  ]);
  expect(
    await rows('select from event_cursor where consumer = $1 and (workspace_id = $2 or target is not null)', [
      name,
      loud.workspaceId,
    ]),
  ).toEqual([]);
  expect(await pass()).toEqual({ taken: 0, failed: 0, more: 0 });
});

test('a consumer hears of what it wants, from when it is new or from the earliest, and of what consumers tell', async () => {
  const tenant = await app.tenant();
  await sendOneByOne(tenant, 'early.one', 'other');
  const work = app.app.get(Work);
  const resource = { 'prefect.resource.id': 'test.echo' };
  let fails = true;
  const echo = await follow(
    async (ctx, events, tx) => {
      for (const { event } of events) await work.tell(ctx, tx, [{ event: `echo.${event}`, resource }]);
      if (fails) throw new Error('after it told');
    },
    { accepts: ['early', 'later'] },
  );
  const all = await follow(undefined, { from: 'earliest', accepts: ['early', 'later', 'echo'] });
  const announced: string[] = [];
  app.app.get(Live).subscribe(topics.events(tenant.workspaceId), (events) => {
    for (const { event } of events as { event: string }[]) announced.push(event);
  });
  await sendOneByOne(tenant, 'later.one', 'other');
  await echo.pass();
  expect(announced).toEqual(['later.one', 'other']);
  fails = false;
  await rows('update event_cursor set retry_at = now()');
  await echo.drain();
  await all.drain();
  expect(await echo.heard(tenant)).toEqual(['later.one']);
  expect(announced).toEqual(['later.one', 'other', 'echo.later.one']);
  expect(await all.heard(tenant)).toEqual(['early.one', 'later.one', 'echo.later.one']);
});

test('who has nothing to take writes nothing, and the lag is seen by those who watch', async () => {
  const tenant = await app.tenant();
  const { name, drain, pass } = await follow();
  await send(tenant, 'a');
  const ctx = ctxFor(tenant);
  await app.app
    .get(Work)
    .during((tx) => app.app.get(Work).tell(ctx, tx, [{ event: 'b', resource: { 'prefect.resource.id': 'x' } }]));
  const scraped = async () => {
    const text = await app.app.get(Metrics).registry.metrics();
    return Number(new RegExp(`headgate_event_consumer_lag_seconds{consumer="${name}"} (\\S+)`).exec(text)?.[1]);
  };
  loops.start();
  expect(await scraped()).toBeGreaterThan(0);
  await drain();
  expect(await scraped()).toBe(0);
  const versions = () =>
    rows('select shard, xmin::text as version from event_cursor where consumer = $1 order by 1', [name]);
  const writesNothing = async () => {
    const before = await versions();
    await pass();
    return isDeepStrictEqual(await versions(), before);
  };
  // The loops go by themselves, too, and one of their passes may still have been about to write.
  await expect.poll(writesNothing).toBe(true);
  await send(tenant, 'c');
});
