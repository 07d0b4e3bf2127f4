import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { lookingFor } from '../../core/db/text-search.js';
import { storedEvents } from '../../core/events/stored.sql.js';
import { eventFits } from './events.filters.js';
import { textFits } from './text.filters.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const words = Array.from({ length: 90 }, (_, at) => String.fromCharCode(0x4e00 + at));
const query = `${words.join(' ')} +all -none`;

/** What Postgres makes of conditions, in its own words. */
async function planOf(from: ReturnType<typeof sql>, conditions: ReturnType<typeof sql>[]): Promise<string> {
  const where = sql.join(conditions, sql` and `);
  const { rows } = await sql<object>`explain (verbose) select 1 from ${from} where ${where}`.execute(app.db.db);
  return JSON.stringify(rows);
}

test('the texts of an event, and of a log line, are put together once for all words that are looked for', async () => {
  const events = await planOf(storedEvents, [eventFits({ text: { query } } as never)]);
  const lines = await planOf(sql`log`, textFits(sql`log.message || ' ' || log.name`, query));
  for (const plan of [events, lines]) {
    expect(plan.split('lower(').length - 1).toBeLessThan(5);
    expect(plan.split('POSITION(').length - 1).toBe(words.length + 2);
  }
});

test('a search that takes too long is stopped and says so, and what comes after it has its usual time', async () => {
  const read = (seconds: number) =>
    lookingFor('words', app.db, owner.workspaceId, (db) => sql`select pg_sleep(${seconds})`.execute(db));
  await expect(read(300)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringContaining('10 seconds') });
  await read(0);
  const times = await Promise.all(
    Array.from({ length: 20 }, () => sql<{ statement_timeout: string }>`show statement_timeout`.execute(app.db.db)),
  );
  expect(new Set(times.map(({ rows }) => rows[0]!.statement_timeout))).toEqual(new Set(['40s']));
});

test('words are looked for in texts of megabytes, many at a time', async () => {
  const payload = { text: Array.from({ length: 150_000 }, (_, at) => at.toString(36)).join(' '), last: 'Łódź' };
  const event = {
    occurred: new Date().toISOString(),
    event: 'large',
    resource: { 'prefect.resource.id': 'a.large.one' },
    payload,
    id: crypto.randomUUID(),
  };
  expect((await app.inject('POST', '/api/events', [event], owner.key)).status).toBe(204);
  const found = async (text: string) => {
    const filter = { filter: { event: { name: ['large'] }, text: { query: text } } };
    const { status, body } = await app.inject('POST', '/api/events/filter', filter, owner.key);
    return [status, body.total];
  };
  expect(await found(`${words.join(' ')} łÓDŹ`)).toEqual([200, 1]);
  expect(await found(words.join(' '))).toEqual([200, 0]);
  expect(await found('-łódź')).toEqual([200, 0]);
});
