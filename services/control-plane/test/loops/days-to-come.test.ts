import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '../app.js';
import { made, type Http } from '../property/http.js';
import { workspaceHttp } from '../property/workspace.js';
import { startStage, type Stage } from './stage.js';

/** What clients date ahead, and the days that begin for everybody. */

let stage: Stage;
let tenants: Tenant[];
let doors: Http[];
beforeAll(async () => {
  stage = await startStage();
  tenants = [stage.tenant, await stage.app.tenant()];
  doors = tenants.map((tenant) => workspaceHttp(stage.app, tenant));
});
afterAll(() => stage.app.close());

const histories = [
  ['log', 'timestamp'],
  ['event', 'occurred'],
  ['event_related', 'day'],
  ['flow_run_state', 'timestamp'],
  ['task_run_state', 'timestamp'],
] as const;
const dayMs = 86_400_000;
const dayFromNow = (days: number): string => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);
const tableOf = (history: string, days: number): string => `${history}_${dayFromNow(days).replaceAll('-', '')}`;
const isThere = async (table: string) =>
  (await stage.sql('select to_regclass($1) is not null as there', [table])).rows[0].there as boolean;
const withoutDay = async () => {
  const { rows } = await stage.sql(
    histories.map(([table]) => `select '${table}' as table from ${table}_other`).join(' union all '),
  );
  return rows;
};
const line = (timestamp: string, message: string, flow_run_id: string) => ({
  name: 'l',
  level: 20,
  message,
  timestamp,
  flow_run_id,
});
const happened = (occurred: string, more: object = {}) => ({
  id: newId(),
  occurred,
  event: 'dated-ahead',
  resource: { 'prefect.resource.id': 'x' },
  ...more,
});

test('however far ahead lines and events are dated, on however many days, each day begins for everybody', async () => {
  const dates = Array.from({ length: 2_000 }, (_, at) => new Date(Date.now() + (at + 1) * dayMs).toISOString());
  await Promise.all(
    doors.map(async (http) => {
      const { id: flow_id } = await made(http('POST', '/flows/', { name: 'ahead' }));
      const { id } = await made(http('POST', '/flow_runs/', { flow_id }));
      await made(
        http(
          'POST',
          '/logs/',
          dates.map((date) => line(date, date, id)),
        ),
      );
      for (let at = 0; at < dates.length; at += 500)
        expect(
          (
            await http(
              'POST',
              '/events',
              dates.slice(at, at + 500).map((date) => happened(date)),
            )
          ).status,
        ).toBe(204);
    }),
  );
  expect(await withoutDay()).toEqual([]);
  await stage.sql('select ensure_partitions(10)');
  for (const [table] of histories)
    for (const days of [8, 9, 10])
      expect([table, days, await isThere(tableOf(table, days))]).toEqual([table, days, true]);
});

test('lines that are dated ahead are read back as they were dated, each once, page by page', async () => {
  const [http] = doors;
  const run = await stage.run();
  const dates = ['2030-01-01T01:00:00.000000Z', '2030-01-02T02:00:00.123456Z', '9999-12-31T23:00:00.000000Z'];
  const now = new Date().toISOString().replace('Z', '000Z');
  const given = [now, ...dates];
  await made(
    http!(
      'POST',
      '/logs/',
      given.map((date) => line(date, date, run.id)),
    ),
  );
  const find = async (timestamp?: object) => {
    const logs = { flow_run_id: { any_: [run.id] }, ...(timestamp && { timestamp }) };
    return (await made(http!('POST', '/logs/filter', { logs }))).map((each: any) => each.timestamp);
  };
  expect((await find()).toSorted()).toEqual(given);
  expect((await find({ after_: '2029-01-01T00:00:00Z' })).toSorted()).toEqual(dates);
  expect(await find({ before_: '2029-01-01T00:00:00Z' })).toEqual([now]);
  const query = `query ($w: ID!, $r: ID!, $after: String) { flowRun(workspaceId: $w, id: $r) {
    logs(first: 1, after: $after) { nodes { message timestamp } pageInfo { hasNextPage endCursor } } } }`;
  const said: string[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const variables = { w: stage.tenant.workspaceId, r: run.id, after };
    const { data } = await stage.app.gql(query, variables, { authorization: `Bearer ${stage.tenant.key}` });
    const { nodes, pageInfo } = data.flowRun.logs;
    for (const { message, timestamp } of nodes) expect(said.push(message) && timestamp).toBe(message);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  }
  expect(said.toSorted()).toEqual(given);
});

test('events that are dated ahead are found under their dates, page by page', async () => {
  const [http] = doors;
  const dates = ['2031-01-01T01:00:00.000000Z', '2031-01-02T02:00:00.123456Z', '2031-01-02T03:00:00.000000Z'];
  const name = `far-${newId()}`;
  const events = dates.map((date) => happened(date, { event: name }));
  for (let times = 0; times < 2; times++) expect((await http!('POST', '/events', events)).status).toBe(204);
  const filter = {
    event: { name: [name] },
    occurred: { since: '2031-01-01T00:00:00Z', until: '2031-12-31T00:00:00Z' },
  };
  const seen: string[] = [];
  let page = await made(http!('POST', '/events/filter', { filter, limit: 1 }));
  while (true) {
    seen.push(...page.events.map(({ occurred }: { occurred: string }) => occurred));
    if (!page.next_page) break;
    page = await made(http!('GET', page.next_page.slice(page.next_page.indexOf('/events/'))));
  }
  expect(seen.toSorted()).toEqual(dates);
  const today = { event: { name: [name] }, occurred: { since: dayFromNow(-1), until: dayFromNow(1) } };
  expect((await made(http!('POST', '/events/filter', { filter: today }))).events).toEqual([]);
});

test('states of a task run that its process dates ahead are told in their order, as they were dated', async () => {
  const [http] = doors;
  const id = newId();
  const state = (type: string, second: string) =>
    happened(`2030-01-01T00:00:${second}.000000Z`, {
      event: `prefect.task-run.${type}`,
      resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
      payload: { validated_state: { type, name: type }, task_run: { task_key: 't', dynamic_key: id, name: 't' } },
    });
  const events = [state('PENDING', '01'), state('RUNNING', '02')];
  expect((await http!('POST', '/events', events)).status).toBe(204);
  await made(http!('POST', `/task_runs/${id}/set_state`, { state: { type: 'COMPLETED' } }));
  const states = await made(http!('GET', `/task_run_states/?task_run_id=${id}`));
  expect(states.map((each: { type: string; timestamp: string }) => [each.type, each.timestamp])).toEqual([
    ['PENDING', '2030-01-01T00:00:01.000000Z'],
    ['RUNNING', '2030-01-01T00:00:02.000000Z'],
    ['COMPLETED', '2030-01-01T00:00:02.000001Z'],
  ]);
  expect(await withoutDay()).toEqual([]);
});

test.each(histories)(
  'a day of %s that nobody made in time begins late, with what has come by then',
  async (table, moment) => {
    const { id } = await stage.run({ state: { type: 'COMPLETED' } });
    await made(stage.http('POST', '/logs/', [line(new Date().toISOString(), 'm', id)]));
    await made(
      stage.http('POST', '/task_runs/', {
        flow_run_id: id,
        task_key: 't',
        dynamic_key: newId(),
        state: { type: 'RUNNING' },
      }),
    );
    const day = tableOf(table, 4);
    await stage.sql(`drop table ${day}`);
    await stage.sql(
      `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object('${moment}', $1::timestamptz))).*
       from (select * from ${table} limit 1) t`,
      [`${dayFromNow(4)}T12:00:00Z`],
    );
    const within = async () => (await stage.sql(`select count(*)::integer as count from ${table}_other`)).rows[0].count;
    expect(await within()).toBe(1);
    await stage.rivals('keep-partitions');
    expect(await within()).toBe(0);
    expect((await stage.sql(`select count(*)::integer as count from ${day}`)).rows[0].count).toBe(1);
    await stage.isIdle('keep-partitions');
  },
);

test('a day that cannot be made, because too much of it has come, costs nothing to look at, and hinders no other', async () => {
  const [full, empty] = [tableOf('log', 3), tableOf('log', 5)];
  await stage.sql(`drop table ${full}`);
  await stage.sql(`drop table ${empty}`);
  await stage.sql(
    `insert into log (workspace_id, id, timestamp, level, name, message)
     select $1::uuid, gen_random_uuid(), $2::timestamptz + at * interval '1 second', 20, 'n', 'm' from generate_series(1, 30000) at`,
    [stage.tenant.workspaceId, `${dayFromNow(3)}T00:00:00Z`],
  );
  await stage.rivals('keep-partitions');
  expect([await isThere(full), await isThere(empty)]).toEqual([false, true]);
  await stage.isIdle('keep-partitions');
  await stage.sql('delete from log_other');
  await stage.rivals('keep-partitions');
  expect(await isThere(full)).toBe(true);
});
