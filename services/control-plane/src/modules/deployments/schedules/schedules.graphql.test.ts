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
  expect((await change('update', { d, s, input: { rrule: 'FREQ=DAILY;COUNT=3' } })).error).toBeUndefined();
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

test('a cron string that no date fits is refused in the same words at every door', async () => {
  const cron = { cron: '0 0 31 2 *' };
  const { id, name, schedules } = await deployed({ schedules: [{ schedule: { cron: '0 * * * *' }, slug: 's' }] });
  const never = [{ schedule: cron, slug: 's' }];
  const said = [
    await rest('POST', '/deployments/', { name: 'never', flow_id: flowId, schedules: never }),
    await rest('POST', '/deployments/', { name, flow_id: flowId, schedules: never }),
    await rest('PATCH', `/deployments/${id}`, { schedules: never }),
    await rest('POST', `/deployments/${id}/schedules`, [{ schedule: cron, slug: 't' }]),
    await rest('PATCH', `/deployments/${id}/schedules/${schedules[0].id}`, { schedule: cron }),
  ];
  for (const { status, text } of said) {
    expect(status).toBe(422);
    expect(JSON.parse(text).detail).toContain('would never fire: no date fits the cron string "0 0 31 2 *"');
  }
  for (const what of ['create', 'update'] as const)
    expect((await change(what, { d: id, s: schedules[0].id, input: cron })).error.message).toContain(
      'would never fire',
    );
  expect((await rest('GET', `/deployments/${id}/schedules`)).body).toMatchObject([{ schedule: { cron: '0 * * * *' } }]);
});
