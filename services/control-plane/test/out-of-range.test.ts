import { afterAll, beforeAll, expect, test } from 'vitest';
import { Loops } from '../src/core/loops/loops.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { callerOf, furnish } from './house.js';
import { addressOf, bodyWith, placesOf, publishedDoors, type Place, type Schema, type Things } from './published.js';

/**
 * A number or a moment that nobody can reckon with, wherever a door takes one, is answered rightly or refused in words:
 * it breaks neither the door nor whoever reads later what it left behind.
 */
let app: TestApp;
let owner: Tenant;
let things: Things;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_LIMIT_REQUESTS: '1000000', HEADGATE_LIMIT_RUNS: '1000000' });
  owner = await app.tenant();
  things = {
    ...(await furnish(callerOf(app, owner))),
    account_id: owner.accountId,
    workspace_id: owner.workspaceId,
  };
});
afterAll(() => app.close());

/** As they stand in a body: some of them JavaScript cannot write. */
const numbers = [
  '1e300',
  '-1e300',
  '1e400',
  '0.01',
  '1e-300',
  '32768',
  '2147483648',
  '-2147483649',
  '9223372036854775808',
  '86399999913600',
  '"NaN"',
  '"Infinity"',
];
const moments = [
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999Z',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  'infinity',
  '-infinity',
  '294277-01-01T00:00:00Z',
  'P999999999D',
].map((text) => JSON.stringify(text));
const epochs = ['8640000000000000', '-8640000000000001', '253402300799.9999999', '-62135596800'];
/** With each other. */
const ends = ['"0001-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999Z"', '1e300', '0.01', '9007199254740991', '0'];

const isNumber = ({ type }: Schema) => type === 'integer' || type === 'number';
const isMoment = ({ format }: Schema) => format === 'date-time';
const doors = publishedDoors.filter(({ body, path }) => body && !path.endsWith('/claim'));

/** Values as JSON text, by the place in the body. */
type Values = [Place, string][];

/** What many doors have in common is tried in earnest at the first of them. */
const seen = new Set<string>();
function isNew(place: Place): boolean {
  const key = place.slice(-3).join();
  return !seen.has(key) && Boolean(seen.add(key));
}

function* tried(body: Schema): Generator<Values> {
  for (const place of placesOf(body, isNumber))
    for (const value of isNew(place) ? numbers : ['1e300', '9223372036854775808']) yield [[place, value]];
  for (const place of placesOf(body, isMoment))
    for (const value of isNew(place) ? [...moments, ...epochs] : moments.slice(0, 2)) yield [[place, value]];
  yield* pairs(placesOf(body, (kind) => isNumber(kind) || isMoment(kind)));
}

/** Of places that stand beside each other: a door reckons with the one and the other. */
function* pairs(places: Place[]): Generator<Values> {
  for (const [at, one] of places.entries())
    for (const other of places.slice(at + 1)) {
      if (one.slice(0, -1).join() !== other.slice(0, -1).join() || !isNew([...one.slice(-2), other.at(-1)!])) continue;
      for (const left of ends)
        for (const right of ends)
          yield [
            [one, left],
            [other, right],
          ];
    }
}

/** A body whose marked values are put in as they are written. */
function textOf(body: Schema, values: Values): string {
  const marks = values.map(([place], at): [Place, unknown] => [place, `\u0001${at}`]);
  return values.reduce(
    (text, [, value], at) => text.replace(JSON.stringify(`\u0001${at}`), () => value),
    JSON.stringify(bodyWith(body, things, marks)),
  );
}

const json = { 'content-type': 'application/json' };
const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

test('nothing out of range breaks a door, alone or beside another', async () => {
  const broken: string[] = [];
  let taken = 0;
  for (const { method, path, body } of doors) {
    for (const values of tried(body!)) {
      const text = textOf(body!, values);
      const { status } = await app.inject(method, addressOf(path, things), text, owner.key, json);
      if (status < 300) taken++;
      if (status >= 500)
        broken.push(`${method} ${path.replace(/^.*workspace_id}/, '')} ${text.slice(0, 300)} ${status}`);
    }
  }
  expect(broken).toEqual([]);
  expect(taken).toBeGreaterThan(1_000);
}, 600_000);

test('a wait beyond the end of the calendar ends there, and one that no clock can tell is refused', async () => {
  const retries = (retry_delay: unknown) => ({ empirical_policy: { retries: 1, retry_delay } });
  const failed = { state: { type: 'FAILED' } };
  const flow_id = things['flows:id'];
  const run = { flow_id, state: { type: 'RUNNING' }, ...retries(86_399_999_913_600) };
  const task = { task_key: 't', dynamic_key: 'far', state: { type: 'RUNNING' }, ...retries([86_399_999_913_600]) };
  for (const [path, body] of Object.entries({ '/flow_runs/': run, '/task_runs/': task })) {
    const { id } = (await call('POST', path, body)).body;
    const moved = await call('POST', `${path}${id}/set_state`, failed);
    expect(moved.body.state.state_details.scheduled_time).toBe('9999-12-31T23:59:59.000000Z');
    expect((await call('GET', `${path}${id}`)).body.state_name).toBe('AwaitingRetry');
    const refused = await call('POST', path, { ...body, dynamic_key: undefined, ...retries(1e300) });
    expect(refused.status).toBe(422);
  }
});

const rules = [
  'DTSTART:00010101T000000\nFREQ=YEARLY',
  'DTSTART:99991231T235959\nFREQ=SECONDLY',
  'FREQ=DAILY;UNTIL=99991231T235959Z',
  'FREQ=DAILY;UNTIL=00010101T000000Z',
  'FREQ=SECONDLY;INTERVAL=999999999999999',
  'FREQ=YEARLY;INTERVAL=999999999999999',
  'FREQ=DAILY;COUNT=999999999999999',
  'DTSTART:99991231T235959\nRDATE:99991231T235959Z',
].map((rrule) => ({ rrule, timezone: 'Pacific/Apia' }));
const crons = ['59 23 31 12 *', '* * * * * *'].map((cron) => ({ cron, timezone: 'Pacific/Apia' }));
const intervals = [1, 86_400, 86_399_999_913_600].flatMap((interval) =>
  ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'].map((anchor_date) => ({
    interval,
    anchor_date,
    timezone: 'Pacific/Apia',
  })),
);

test('schedules at the ends of the calendar are followed as far as it goes, whatever window is asked for', async () => {
  const broken: string[] = [];
  for (const [at, schedule] of [...rules, ...crons, ...intervals].entries()) {
    const body = { name: `far-${at}`, flow_id: things['flows:id'], schedules: [{ schedule }] };
    const made = await call('POST', '/deployments/', body);
    const answers = [made];
    for (const start_time of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:58Z', '9999-12-31T23:59:59.999999Z'])
      answers.push(await call('POST', `/deployments/${made.body.id}/schedule`, { start_time, max_runs: 3 }));
    for (const { status, text } of answers)
      if (status >= 500) broken.push(`${JSON.stringify(schedule)} ${status} ${text.slice(0, 200)}`);
  }
  expect(broken).toEqual([]);
});

const wholeCalendar = { history_start: '0001-01-01', history_end: '9999-12-31', history_interval_seconds: 630_000_000 };

test('what was left behind breaks no list, no figure and no loop, also when it has grown old', async () => {
  const { sql } = app.db;
  await sql.query(`update concurrency_limit set updated = updated - interval '100 years'`);
  await sql.query(`update concurrency_lease set expires = now() - interval '1 day', slots = 2147483647`);
  await sql.query(`update worker set last_heartbeat_time = now() - interval '100 years'`);
  await sql.query(`update run_claim set lease_until = now() - interval '1 day'`);
  const broken: string[] = [];
  for (const { method, path, body } of publishedDoors.filter(({ path }) => /\/(filter|history|paginate)$/.test(path))) {
    const { status, text } = await app.inject(
      method,
      addressOf(path, things),
      path.endsWith('/history') ? wholeCalendar : body ? JSON.parse(textOf(body, [])) : undefined,
      owner.key,
    );
    if (status >= 300) broken.push(`${method} ${path} ${status} ${text.slice(0, 300)}`);
  }
  const loops = app.app.get(Loops);
  for (const name of loops.names())
    await loops.pass(name).catch((error: unknown) => broken.push(`${name}: ${String(error)}`));
  expect(broken).toEqual([]);
});
