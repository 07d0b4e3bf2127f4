import { until } from '@headgate/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/app.js';
import { ctxFor } from '../../../test/ctx.js';
import type { Ctx } from '../access/ctx.js';
import type { Db } from '../db/db.js';
import { joined } from '../db/joined.js';
import type { WireEvent } from '../events/events.js';
import { Live, topics } from '../live/live.js';
import { Work } from './work.js';

let app: TestApp;
let work: Work;
let ctx: Ctx;
beforeAll(async () => {
  app = await startTestApp();
  work = app.app.get(Work);
  await app.db.sql.query('create table seat (id integer primary key, taken integer not null)');
});
beforeEach(async () => {
  ctx = ctxFor(await app.tenant());
  await app.db.sql.query('truncate seat');
  await app.db.sql.query('insert into seat values (1, 0), (2, 0)');
});
afterAll(() => app.close());

const draft = (id: string) => ({ event: 'test.happened', resource: { 'prefect.resource.id': id } });
const take = (tx: Db, id: number) => sql`update seat set taken = taken + 1 where id = ${id}`.execute(tx);
const taken = async (): Promise<number[]> =>
  (await app.db.sql.query('select taken from seat order by id')).rows.map((row: { taken: number }) => row.taken);
const stored = async (): Promise<string[]> =>
  (
    await app.db.sql.query('select resource_id from event where workspace_id = $1 order by id', [ctx.workspaceId])
  ).rows.map((row: { resource_id: string }) => row.resource_id);
function heard(): string[] {
  const ids: string[] = [];
  app.app.get(Live).subscribe(topics.events(ctx.workspaceId), (events) => {
    for (const event of events as WireEvent[]) ids.push(event.resource['prefect.resource.id']!);
  });
  return ids;
}

test('a change, its events and what follows from it happen together, and nobody hears of it before it stands', async () => {
  const announced = heard();
  const seenByHook: number[][] = [];
  await work.during(async (tx) => {
    await take(tx, 1);
    await work.tell(ctx, tx, [draft('one'), draft('two')]);
    work.afterCommit(tx, () => void taken().then((seats) => seenByHook.push(seats)));
    expect(announced).toEqual([]);
  });
  expect(announced).toEqual(['one', 'two']);
  expect(await stored()).toEqual(['one', 'two']);
  await until('the hook has looked', () => seenByHook.length > 0);
  expect(seenByHook).toEqual([[1, 0]]);
});

test('of a change that fails nothing stands, nothing is told, and nothing follows', async () => {
  const announced = heard();
  let followed = false;
  const failing = work.during(async (tx) => {
    await take(tx, 1);
    await work.tell(ctx, tx, [draft('one')]);
    work.afterCommit(tx, () => void (followed = true));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect([await taken(), await stored(), announced, followed]).toEqual([[0, 0], [], [], false]);
});

test('of two changes that wait for each other one is made again, and each tells its events once', async () => {
  const announced = heard();
  let met = 0;
  let meet: () => void;
  const both = new Promise<void>((resolve) => (meet = resolve));
  let tries = 0;
  const change = (first: number, second: number) =>
    work.during(async (tx) => {
      tries++;
      await take(tx, first);
      await work.tell(ctx, tx, [draft(`${first}${second}`)]);
      if (++met === 2) meet();
      await both;
      await take(tx, second);
    });
  await Promise.all([change(1, 2), change(2, 1)]);
  // On a slow machine they may meet once more.
  expect(tries).toBeGreaterThanOrEqual(3);
  expect(await taken()).toEqual([2, 2]);
  expect((await stored()).sort()).toEqual(['12', '21']);
  expect(announced.sort()).toEqual(['12', '21']);
});

test('a transaction is of no use after its end: nothing is written over it, told in it, or done after it', async () => {
  let left!: Db;
  await work.during(async (tx) => {
    left = tx;
    await take(tx, 1);
  });
  await expect(take(left, 1)).rejects.toThrow('already committed');
  const query = async () => joined(left).query({ text: 'select 1', values: [] });
  await expect(query()).rejects.toThrow('already committed');
  await expect(work.tell(ctx, left, [draft('late')])).rejects.toThrow('already committed');
  expect(() => work.afterCommit(left, () => undefined)).toThrow('under way');
  expect([await taken(), await stored()]).toEqual([[1, 0], []]);
});
