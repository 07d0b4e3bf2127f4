import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { ctxFor } from '../../../../test/ctx.js';
import { upcoming } from '@headgate/contracts/schedules/index';
import { until } from '@headgate/testkit';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService } from '../../runs/index.js';
import { planOf } from './plan.js';
import { horizonDefault } from './timetable.js';
import { activeSchedules } from './schedules.queries.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}${path}`, body, owner.key);
const deployed = async (more: object = {}) =>
  (await call('POST', '/deployments/', { name: 'daily', flow_id: flowId, ...more })).body;
type Run = { id: string; deployment_id: string; idempotency_key: string; expected_start_time: string; tags: string[] };
const runs = async (): Promise<Run[]> =>
  (await call('POST', '/flow_runs/filter', { sort: 'EXPECTED_START_TIME_ASC' })).body;
const pass = () => app.app.get(Loops).pass('schedule-runs');
/** The minute of the hour that comes in so many minutes: no moment of these schedules comes while a test runs. */
const minuteIn = (minutes: number) => (new Date().getUTCMinutes() + minutes) % 60;
const hourly = { cron: `${minuteIn(30)} * * * *`, timezone: 'UTC' };
const hourlyToo = { cron: `${minuteIn(40)} * * * *`, timezone: 'UTC' };
const minuteOf = ({ cron }: typeof hourly) => cron.split(' ')[0]!.padStart(2, '0');
const schedulesOf = async (id: string) => (await call('GET', `/deployments/${id}/schedules`)).body;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'etl' })).body.id;
});
afterAll(() => app.close());

test('the runs of a schedule are there when the deployment is saved', async () => {
  const { id, schedules } = await deployed({
    parameters: { a: 1, b: 1 },
    tags: ['t'],
    schedules: [{ schedule: hourly, parameters: { b: 2 }, slug: 'hourly' }],
  });
  const [first, ...more] = await runs();
  expect(more).toHaveLength(2);
  const [schedule] = schedules;
  expect(schedule).toMatchObject({
    schedule: { ...hourly, day_or: true },
    active: true,
    max_scheduled_runs: null,
    parameters: { b: 2 },
    slug: 'hourly',
  });
  const start = first!.expected_start_time;
  expect(first).toMatchObject({
    deployment_id: id,
    auto_scheduled: true,
    idempotency_key: `scheduled ${id} ${schedule.id} ${start.slice(0, 10)} ${start.slice(11, 19)}+00:00`,
    parameters: { a: 1, b: 2 },
    tags: ['auto-scheduled', 't'],
    created_by: { id: schedule.id, type: 'SCHEDULE', display_value: 'hourly' },
    next_scheduled_start_time: start,
    state: {
      type: 'SCHEDULED',
      name: 'Scheduled',
      message: 'Flow run scheduled',
      state_details: { scheduled_time: start },
    },
  });
  expect(
    (await call('POST', '/events/filter', { filter: { resource: { id: [`prefect.flow-run.${first!.id}`] } } })).body
      .events,
  ).toEqual([]);
});

test('a schedule that leaves out the hour that comes twice says so wherever it is answered, and others say nothing', async () => {
  const twice = { cron: '*/30 * * * *', timezone: 'America/New_York' };
  const { id, schedules } = await deployed({ schedules: [{ schedule: twice }, { schedule: hourly }] });
  const notes = (all: { schedule: { cron: string }; note?: string }[]) =>
    Object.fromEntries(all.map(({ schedule, note }) => [schedule.cron, note]));
  const said = {
    [twice.cron]: expect.stringMatching(/clocks of America\/New_York are put back/),
    [hourly.cron]: undefined,
  };
  expect(notes(schedules)).toEqual(said);
  expect(notes(await schedulesOf(id))).toEqual(said);
  const [listed] = (await call('POST', '/deployments/filter', {})).body;
  expect(notes(listed.schedules)).toEqual(said);
  // What a client was told it may send back.
  const { status } = await call('PATCH', `/deployments/${id}`, { schedules: [{ schedule: twice, active: false }] });
  expect(status).toBe(204);
});

test('a second pass makes nothing, and rivals make nothing twice', async () => {
  const often = { interval: 600, anchor_date: new Date(Date.now() + 300_000).toISOString() };
  await deployed({ schedules: [{ schedule: often }, { schedule: hourly }] });
  const before = (await runs()).length;
  expect(before).toBeGreaterThan(6);
  expect(await pass()).toEqual({ scheduled: 0 });
  await app.db.sql.query(`update deployment_schedule set next_pass = now() - interval '1 hour'`);
  await Promise.all([pass(), pass(), pass()]);
  const keys = (await runs()).map((run) => run.idempotency_key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBe(before);
});

test('a run that has had its time is followed by a new one when it is time to look again', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly }] });
  const [first] = await runs();
  const { rows } = await app.db.sql.query(`select next_pass from deployment_schedule where deployment_id = $1`, [id]);
  expect(rows[0].next_pass).toBe(first!.expected_start_time);
});

test('a change makes the future runs anew, under the same keys where nothing moved', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly, slug: 'h' }] });
  const before = await runs();
  await call('PATCH', `/deployments/${id}`, { tags: ['new'] });
  const after = await runs();
  expect(after.map((run) => run.idempotency_key)).toEqual(before.map((run) => run.idempotency_key));
  expect(after[0]!.id).not.toBe(before[0]!.id);
  expect(after[0]!.tags).toEqual(['auto-scheduled', 'new']);
});

test('runs that somebody asked for, or that have started, survive a change', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly }] });
  const byHand = (await call('POST', `/deployments/${id}/create_flow_run`, {})).body;
  const [started] = (await runs()).filter((run) => run.id !== byHand.id);
  await call('POST', `/flow_runs/${started!.id}/set_state`, { state: { type: 'PENDING' } });
  await call('PATCH', `/deployments/${id}`, { schedules: [] });
  expect((await runs()).map((run) => run.id).toSorted()).toEqual([byHand.id, started!.id].toSorted());
});

test('a pause takes the future runs away, and resuming brings them back', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly }] });
  const paused = await call('POST', `/deployments/${id}/pause_deployment`);
  expect([paused.status, paused.text]).toEqual([200, 'null']);
  expect(await runs()).toEqual([]);
  expect(await pass()).toEqual({ scheduled: 0 });
  expect((await call('POST', `/deployments/${id}/resume_deployment`)).status).toBe(200);
  expect(await runs()).toHaveLength(3);
});

test('schedules are added, read, changed and deleted one by one', async () => {
  const { id } = await deployed();
  const added = await call('POST', `/deployments/${id}/schedules`, [
    { schedule: hourly, slug: 'a' },
    { schedule: { rrule: 'FREQ=DAILY' }, active: false },
  ]);
  expect(added.status).toBe(201);
  expect(added.body).toMatchObject([
    { slug: 'a', active: true },
    { active: false, schedule: { rrule: 'DTSTART:20200101T000000\nFREQ=DAILY', timezone: 'UTC' } },
  ]);
  expect(await schedulesOf(id)).toEqual(added.body.toReversed());
  expect(await runs()).toHaveLength(3);
  const path = `/deployments/${id}/schedules/${added.body[0].id}`;
  expect((await call('PATCH', path, { active: false })).status).toBe(204);
  expect(await runs()).toEqual([]);
  expect((await call('DELETE', path)).status).toBe(204);
  expect(await schedulesOf(id)).toHaveLength(1);
  expect((await call('DELETE', path)).status).toBe(404);
  expect((await call('PATCH', path, {})).status).toBe(404);
});

test('a slug is given once per deployment', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly, slug: 'a' }] });
  expect((await call('POST', `/deployments/${id}/schedules`, [{ schedule: hourly, slug: 'a' }])).status).toBe(409);
  expect(
    (
      await call('POST', '/deployments/', {
        name: 'x',
        flow_id: flowId,
        schedules: [
          { schedule: hourly, slug: 'a' },
          { schedule: hourly, slug: 'a' },
        ],
      })
    ).status,
  ).toBe(409);
});

test('schedules exchange their names in one patch', async () => {
  const { id } = await deployed({
    schedules: [
      { schedule: hourly, slug: 'a' },
      { schedule: { interval: 60 }, slug: 'b' },
    ],
  });
  expect(
    (
      await call('PATCH', `/deployments/${id}`, {
        schedules: [
          { slug: 'b', replaces: 'a' },
          { slug: 'a', replaces: 'b' },
        ],
      })
    ).status,
  ).toBe(204);
  expect(await schedulesOf(id)).toMatchObject([
    { slug: 'a', schedule: { interval: 60 } },
    { slug: 'b', schedule: hourly },
  ]);
});

test('a run that is late survives an edit of its deployment or schedule, but no pause and no end of its schedule', async () => {
  const late = { start_time: '2026-01-01T00:00:00Z', max_runs: 1 };
  const kept = async (change: (id: string, schedule: string) => Promise<unknown>) => {
    const { id, schedules } = await deployed({ schedules: [{ schedule: hourly }] });
    await call('POST', `/deployments/${id}/schedule`, late);
    await change(id, schedules[0].id);
    const waiting = (await runs()).filter((run) => run.deployment_id === id);
    await call('DELETE', `/deployments/${id}`);
    return waiting.filter((run) => run.expected_start_time < '2026-06-01').length;
  };
  expect(await kept((id) => call('PATCH', `/deployments/${id}`, { description: 'new' }))).toBe(1);
  expect(await kept((id, one) => call('PATCH', `/deployments/${id}/schedules/${one}`, { active: false }))).toBe(1);
  expect(await kept((id) => call('POST', `/deployments/${id}/pause_deployment`))).toBe(0);
  expect(await kept((id, one) => call('DELETE', `/deployments/${id}/schedules/${one}`))).toBe(0);
});

test('the window that somebody asks for is filled even when the deployment is paused', async () => {
  const { id } = await deployed({ paused: true, schedules: [{ schedule: hourly }] });
  expect(await runs()).toEqual([]);
  await call('POST', `/deployments/${id}/schedule`, { start_time: '2090-01-01T00:00:00Z', max_runs: 2 });
  expect(await runs()).toHaveLength(2);
});

test('what is not a schedule is refused, with the reason', async () => {
  for (const [schedule, reason] of [
    [{ cron: 'every day' }, 'Invalid cron string'],
    [{ cron: '0 8 * * *', timezone: 'Nowhere/Land' }, 'Invalid timezone'],
    [{ interval: 0 }, 'positive'],
    [{ interval: 0.000001 }, 'at least one second'],
    [{ interval: 0.999 }, 'at least one second'],
    [{ rrule: 'FREQ=SOMETIMES' }, 'Invalid RRule'],
  ] as const) {
    const { status, text } = await call('POST', '/deployments/', {
      name: 'x',
      flow_id: flowId,
      schedules: [{ schedule }],
    });
    expect([status, text]).toEqual([422, expect.stringContaining(reason)]);
  }
  expect(
    (
      await call('POST', '/deployments/', {
        name: 'x',
        flow_id: flowId,
        schedules: [{ schedule: hourly, max_scheduled_runs: 51 }],
      })
    ).status,
  ).toBe(422);
});

test('runs of a window of one’s own are made now', async () => {
  const { id } = await deployed({ schedules: [{ schedule: { cron: '0 0 1 * *' } }] });
  const window = { start_time: '2090-01-01T00:00:00Z', end_time: '2090-12-31T00:00:00Z', min_runs: 100 };
  const answer = await call('POST', `/deployments/${id}/schedule`, window);
  expect([answer.status, answer.text]).toEqual([200, 'null']);
  expect((await runs()).filter((run) => run.expected_start_time.startsWith('2090'))).toHaveLength(12);
});

test('a deployment that goes leaves no run that waits', async () => {
  const { id } = await deployed({ schedules: [{ schedule: { interval: 60 } }] });
  await call('DELETE', `/deployments/${id}`);
  expect(await runs()).toEqual([]);
  const { rows } = await app.db.sql.query('select 1 from run_queue where workspace_id = $1', [owner.workspaceId]);
  expect(rows).toEqual([]);
});

test('who changes a deployment waits for a scheduler that is at work on it, and takes away what that makes', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly }] });
  const only = { workspaceId: owner.workspaceId, deploymentId: id };
  const pause = await app.db.db.transaction().execute(async (tx) => {
    const locked = await activeSchedules(tx, only, 'lock');
    const pause = call('POST', `/deployments/${id}/pause_deployment`);
    await until('the change waits', async () => {
      const { rows } = await app.db.sql.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    const plans = locked.map((schedule) =>
      planOf({
        schedule,
        upcoming: upcoming(schedule.schedule, Date.parse('2090-01-01'), horizonDefault),
        missed: { kept: [], dropped: null },
        next: null,
      }),
    );
    await app.app.get(FlowRunsService).createMany(
      ctxFor(owner),
      tx,
      plans.flatMap((plan) => plan.drafts),
    );
    return { pause };
  });
  expect((await pause.pause).status).toBe(200);
  expect(await runs()).toEqual([]);
});

test('schedulers and changes at the same time leave the runs of the last change, each once', async () => {
  const { id } = await deployed({ schedules: [{ schedule: hourly, slug: 's' }] });
  for (let round = 0; round < 5; round++) {
    await app.db.sql.query('update deployment_schedule set next_pass = now() where deployment_id = $1', [id]);
    await Promise.all([
      pass(),
      call('PATCH', `/deployments/${id}`, {
        schedules: [{ slug: 's', schedule: round % 2 ? hourly : hourlyToo }],
      }),
      pass(),
    ]);
    const minutes = new Set((await runs()).map((run) => run.expected_start_time.slice(14, 16)));
    expect([...minutes]).toEqual([minuteOf(round % 2 ? hourly : hourlyToo)]);
  }
});

test('a schedule whose runs cannot be written waits, and the others go on', async () => {
  const [bad, good] = [
    await deployed({ name: 'bad', schedules: [{ schedule: hourly }] }),
    await deployed({ name: 'good', schedules: [{ schedule: hourly }] }),
  ];
  await app.db.sql.query('delete from run_queue where workspace_id = $1', [owner.workspaceId]);
  await app.db.sql.query('delete from flow_run where workspace_id = $1', [owner.workspaceId]);
  await app.db.sql.query(`update deployment_schedule set next_pass = now()`);
  await app.db.sql.query(
    `create function refuse() returns trigger language plpgsql as $$ begin if new.deployment_id = '${bad.id}' then raise 'no'; end if; return new; end $$`,
  );
  await app.db.sql.query('create trigger refuse before insert on flow_run for each row execute function refuse()');
  expect((await pass())['scheduled']).toBeGreaterThanOrEqual(3);
  await app.db.sql.query('drop function refuse cascade');
  expect(new Set((await runs()).map((run) => run.deployment_id))).toEqual(new Set([good.id]));
  expect(await pass()).toEqual({ scheduled: 0 });
});

test('a redeploy in the moment in which a worker has the next run does not make it twice', async () => {
  const schedules = [{ schedule: { cron: '* * * * *', timezone: 'UTC' }, active: true }];
  const { id } = await deployed({ schedules });
  const [next] = await runs();
  await call('POST', `/flow_runs/${next!.id}/set_state`, { state: { type: 'PENDING' } });
  const before = await schedulesOf(id);
  for (let times = 0; times < 2; times++) await deployed({ schedules, version: String(times) });
  await pass();
  const moments = (await runs()).map((run) => run.expected_start_time);
  expect(moments).toContain(next!.expected_start_time);
  expect(new Set(moments).size).toBe(moments.length);
  expect((await schedulesOf(id))[0]).toMatchObject({ id: before[0].id, created: before[0].created });
});

const returns: [string, (id: string, schedule: string) => Promise<unknown>][] = [
  ['in other words', () => deployed({ schedules: [{ schedule: { ...hourly, cron: `${hourly.cron} ` } }] })],
  ['in another timezone', () => deployed({ schedules: [{ schedule: { ...hourly, timezone: 'Africa/Abidjan' } }] })],
  [
    'after it was taken away by a redeploy',
    async () => {
      await deployed({ schedules: [] });
      return deployed({ schedules: [{ schedule: hourly }] });
    },
  ],
  [
    'after it was deleted',
    async (id, schedule) => {
      await call('DELETE', `/deployments/${id}/schedules/${schedule}`);
      return call('POST', `/deployments/${id}/schedules`, [{ schedule: hourly }]);
    },
  ],
];
test.each(returns)(
  'a moment that has begun does not run twice when its schedule comes back %s',
  async (_, comeBack) => {
    const { id, schedules } = await deployed({ schedules: [{ schedule: hourly }] });
    const [first, ...others] = await runs();
    await call('POST', `/flow_runs/${first!.id}/set_state`, { state: { type: 'PENDING' } });
    await comeBack(id, schedules[0].id);
    await pass();
    const after = await runs();
    expect(after.map((run) => run.expected_start_time)).toEqual(
      [first!, ...others].map((run) => run.expected_start_time),
    );
    expect(after.map((run) => run.id)).toContain(first!.id);
  },
);

test('another schedule that is there beside one keeps its moments, whatever has begun', async () => {
  const both = [
    { schedule: hourly, slug: 'one' },
    { schedule: hourly, slug: 'other' },
  ];
  await deployed({ schedules: both });
  const [first] = await runs();
  await call('POST', `/flow_runs/${first!.id}/set_state`, { state: { type: 'PENDING' } });
  await deployed({ schedules: both });
  await pass();
  expect((await runs()).filter((run) => run.expected_start_time === first!.expected_start_time)).toHaveLength(2);
});

test('a schedule that was switched off by hand stays off until the code says something else', async () => {
  const deploy = (active: boolean) => deployed({ schedules: [{ schedule: hourly, active }] });
  const isActive = async () => (await schedulesOf(id)).map((each: { active: boolean }) => each.active);
  const { id, schedules } = await deploy(true);
  await call('PATCH', `/deployments/${id}/schedules/${schedules[0].id}`, { active: false });
  await deploy(true);
  expect([await isActive(), await runs()]).toEqual([[false], []]);
  await deploy(false);
  await deploy(true);
  expect(await isActive()).toEqual([true]);
});

test('a cron string that no date fits is refused with words, at every door', async () => {
  const never = { cron: '0 0 31 2 *', timezone: 'UTC' };
  const { id, schedules } = await deployed({ schedules: [{ schedule: { cron: '0 0 29 2 *', timezone: 'UTC' } }] });
  const answers = [
    await call('POST', '/deployments/', { name: 'other', flow_id: flowId, schedules: [{ schedule: never }] }),
    await call('PATCH', `/deployments/${id}`, { schedules: [{ schedule: never }] }),
    await call('POST', `/deployments/${id}/schedules`, [{ schedule: never }]),
    await call('PATCH', `/deployments/${id}/schedules/${schedules[0].id}`, { schedule: never }),
  ];
  for (const { status, body } of answers)
    expect([status, body.detail]).toEqual([422, expect.stringContaining('never fire: no date fits')]);
  expect(await schedulesOf(id)).toMatchObject([{ schedule: { cron: '0 0 29 2 *' } }]);
});

test('a window makes the earliest runs of all schedules, and no more than a thousand', async () => {
  const daily = { cron: '30 12 * * *', timezone: 'UTC' };
  const { id } = await deployed({ schedules: [{ schedule: hourly }, { schedule: daily }], paused: true });
  const window = { start_time: '2031-01-01T00:00:00Z', end_time: '2032-01-01T00:00:00Z' };
  const { status } = await call('POST', `/deployments/${id}/schedule`, { ...window, min_runs: 5_000, max_runs: 1e9 });
  expect(status).toBe(200);
  expect((await call('POST', '/flow_runs/count', {})).body).toBe(1_000);
  const ofDay = await call('POST', '/flow_runs/count', {
    flow_runs: { expected_start_time: { before_: '2031-01-10T23:59:59Z' } },
  });
  expect(ofDay.body).toBe(10 * 25);
});
