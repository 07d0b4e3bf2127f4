import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
const rest = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const whole = `{ schedules { id summary catchUp withinSeconds note lastSkipped { count } schedule } }`;
const mutations = {
  create: `mutation ($w: ID!, $d: ID!, $input: ScheduleInput!) { createSchedule(workspaceId: $w, deploymentId: $d, input: $input) ${whole} }`,
  update: `mutation ($w: ID!, $d: ID!, $s: ID!, $input: ScheduleInput!) { updateSchedule(workspaceId: $w, deploymentId: $d, scheduleId: $s, input: $input) ${whole} }`,
  delete: `mutation ($w: ID!, $d: ID!, $s: ID!) { deleteSchedule(workspaceId: $w, deploymentId: $d, scheduleId: $s) ${whole} }`,
};
const change = (what: keyof typeof mutations, variables: object, who = owner) =>
  app.gql(mutations[what], { w: who.workspaceId, ...variables }, { authorization: `Bearer ${who.key}` });
const deployed = async (more: object = {}) =>
  (await rest('POST', '/deployments/', { name: `d${Math.random()}`, flow_id: flowId, ...more })).body;

beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flowId = (await rest('POST', '/flows/', { name: 'etl' })).body.id;
});
afterAll(() => app.close());

test('a schedule is made, changed and deleted, and what is left out stays', async () => {
  const { id: d } = await deployed();
  const input = { cron: '*/30 * * * *', timezone: 'America/New_York', catchUp: 'WITHIN', withinSeconds: 600 };
  const made = (await change('create', { d, input })).data.createSchedule.schedules[0];
  expect(made).toMatchObject({ summary: 'Every 30 minutes (America/New_York)', catchUp: 'WITHIN', withinSeconds: 600 });
  expect(made.note).toContain('nothing fires for 90 minutes');
  const s = made.id;
  const every = { intervalSeconds: 1_800, timezone: 'UTC' };
  expect((await change('update', { d, s, input: every })).data.updateSchedule.schedules).toMatchObject([
    { id: s, summary: 'Every 30 minutes', catchUp: 'WITHIN', note: null },
  ]);
  const { data } = await change('update', { d, s, input: { catchUp: 'NONE' } });
  expect(data.updateSchedule.schedules).toMatchObject([
    { summary: 'Every 30 minutes', catchUp: 'NONE', withinSeconds: null, lastSkipped: null },
  ]);
  expect((await change('update', { d, s, input: { rrule: 'FREQ=DAILY;BYHOUR=3' } })).error).toBeUndefined();
  expect((await change('delete', { d, s })).data.deleteSchedule.schedules).toEqual([]);
});

test('what is wrong is said of its field, and changes nothing', async () => {
  const { id: d } = await deployed();
  const wrong: [object, string | null, RegExp][] = [
    [{ cron: '0 0 31 2 *' }, 'cron', /would never fire: no date fits/],
    [{ cron: 'soon' }, 'cron', /Invalid cron string: "soon"/],
    [{ cron: '0 * * * *', timezone: 'Nowhere/Land' }, 'timezone', /Invalid timezone/],
    [{ intervalSeconds: 0.5 }, 'interval', /at least one second/],
    [{ cron: '0 * * * *', catchUp: 'WITHIN' }, 'withinSeconds', /must be from 1 to/],
    [{ cron: '0 * * * *', catchUp: 'LATEST', withinSeconds: 60 }, 'withinSeconds', /goes with catchUp: WITHIN/],
    [{ cron: '0 * * * *', withinSeconds: 60 }, 'withinSeconds', /goes with catchUp: WITHIN/],
    [{ cron: '0 * * * *', intervalSeconds: 60 }, null, /has one of cron, intervalSeconds and rrule/],
    [{ catchUp: 'NONE' }, null, /has one of cron, intervalSeconds and rrule/],
  ];
  for (const [input, field, words] of wrong) {
    const { error } = await change('create', { d, input });
    expect(error.message, JSON.stringify(input)).toMatch(words);
    expect(error.extensions.code).toBe('invalid');
    expect(Object.keys(error.extensions.fields ?? {})).toEqual(field ? [field] : []);
  }
  expect((await rest('GET', `/deployments/${d}/schedules`)).body).toEqual([]);
});

test("another workspace's deployments and schedules are not there", async () => {
  const stranger = await app.tenant();
  const deployment = await deployed({ schedules: [{ schedule: { cron: '0 * * * *' } }] });
  const [d, s] = [deployment.id, deployment.schedules[0].id];
  const other = (await deployed()).id;
  for (const [what, variables, who] of [
    ['create', { d, input: { cron: '0 * * * *' } }, stranger],
    ['update', { d, s, input: { catchUp: 'NONE' } }, stranger],
    ['delete', { d, s }, stranger],
    ['update', { d: other, s, input: { catchUp: 'NONE' } }, owner],
  ] as const)
    expect((await change(what, variables, who)).error.extensions.code, what).toBe('notFound');
});

/** None of them comes at any time, and what is said of it. */
const dead: [schedule: Record<string, unknown>, field: string, words: string][] = [
  [{ cron: '0 0 31 2 *' }, 'cron', 'no date fits the cron string "0 0 31 2 *".'],
  [{ rrule: 'FREQ=DAILY;COUNT=0' }, 'rrule', 'no date fits the calendar rule "FREQ=DAILY;COUNT=0".'],
  [{ rrule: 'FREQ=DAILY;COUNT=3' }, 'rrule', 'It begins with the year 2020, because it names no DTSTART.'],
  [{ rrule: 'FREQ=MINUTELY;COUNT=3' }, 'rrule', 'It begins with the year 2020, because it names no DTSTART.'],
  [{ rrule: 'FREQ=DAILY;UNTIL=20190101T000000' }, 'rrule', 'no date fits the calendar rule'],
  [{ rrule: 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY;UNTIL=20251231T000000' }, 'rrule', 'no date fits'],
  [{ rrule: 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY;COUNT=1\nEXDATE:20260101T000000' }, 'rrule', 'no date fits'],
  [{ rrule: 'FREQ=YEARLY;INTERVAL=9000' }, 'rrule', 'no date fits the calendar rule "FREQ=YEARLY;INTERVAL=9000".'],
  [{ rrule: 'FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30' }, 'rrule', 'no date fits'],
  [{ rrule: 'FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31' }, 'rrule', 'no date fits'],
  [{ interval: 1e12 }, 'interval', 'an interval of 1000000000000 seconds leads beyond the year 9999.'],
];

test.each(dead)('a schedule that no date fits is refused at every door: %j', async (schedule, field, words) => {
  const { id, name, schedules } = await deployed({ schedules: [{ schedule: { cron: '0 * * * *' }, slug: 's' }] });
  const never = [{ schedule, slug: 's' }];
  const said = [
    await rest('POST', '/deployments/', { name: 'never', flow_id: flowId, schedules: never }),
    await rest('POST', '/deployments/', { name, flow_id: flowId, schedules: never }),
    await rest('PATCH', `/deployments/${id}`, { schedules: never }),
    await rest('POST', `/deployments/${id}/schedules`, [{ schedule, slug: 't' }]),
    await rest('PATCH', `/deployments/${id}/schedules/${schedules[0].id}`, { schedule }),
  ];
  for (const { status, text } of said) {
    expect(status).toBe(422);
    expect(JSON.parse(text).detail).toContain('This schedule would never fire: ');
    expect(JSON.parse(text).detail).toContain(words);
  }
  const { interval: intervalSeconds, ...others } = schedule;
  const input = { ...others, ...(intervalSeconds !== undefined && { intervalSeconds }) };
  for (const what of ['create', 'update'] as const) {
    const { error } = await change(what, { d: id, s: schedules[0].id, input });
    expect(error.message).toContain(words);
    expect(error.extensions.fields).toHaveProperty(field);
  }
  expect((await rest('GET', `/deployments/${id}/schedules`)).body).toMatchObject([{ schedule: { cron: '0 * * * *' } }]);
});

test.each([
  { rrule: 'DTSTART:20240101T000000\nRRULE:FREQ=DAILY;UNTIL=20250101T000000' },
  { rrule: 'DTSTART:20240101T000000\nRRULE:FREQ=DAILY;COUNT=3' },
  { rrule: 'FREQ=DAILY;UNTIL=20250101T000000' },
  { rrule: 'FREQ=MINUTELY;UNTIL=20250101T000000' },
  { rrule: 'RDATE:20240101T000000' },
])('a schedule that has come to its end can be deployed again: %j', async (schedule) => {
  const name = `over-${JSON.stringify(schedule)}`.replaceAll(/[^\w-]/g, '');
  const deploy = () => rest('POST', '/deployments/', { name, flow_id: flowId, schedules: [{ schedule }] });
  const first = await deploy();
  expect(first.status).toBe(201);
  const again = await deploy();
  expect(again.status).toBe(200);
  const ids = ({ body }: typeof first) => body.schedules.map((each: { id: string }) => each.id);
  expect(ids(again)).toEqual(ids(first));
  expect((await rest('POST', '/flow_runs/filter', { deployments: { id: { any_: [first.body.id] } } })).body).toEqual(
    [],
  );
});

test.each([
  { rrule: 'DTSTART:20400101T000000\nRRULE:FREQ=YEARLY;COUNT=1' },
  { rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' },
  { interval: 86_400 * 365 * 50, anchor_date: '1990-01-01T00:00:00Z' },
  { cron: '0 0 29 2 *' },
])('a schedule that fires seldom is kept: %j', async (schedule) => {
  const { id } = await deployed();
  expect((await rest('POST', `/deployments/${id}/schedules`, [{ schedule }])).status).toBe(201);
});
