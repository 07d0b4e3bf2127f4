import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../property/invariants.js';
import { made } from '../property/http.js';
import { workspaceHttp } from '../property/workspace.js';
import { startStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  expect(await brokenInvariants((sql) => stage.sql(sql))).toEqual([]);
  await stage.app.close();
});

/** Half an hour ago, and in half an hour: no moment comes while a test runs. */
const hourly = { cron: `${(new Date().getUTCMinutes() + 30) % 60} * * * *` };
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
type Run = { id: string; state_name: string; expected_start_time: string; state: { message: string } };
/** As it crosses the wire. */
type CatchUp = 'all' | 'latest' | 'none' | number;
type Scheduled = { id: string; schedule: string; pool: string };

/** A deployment that runs every hour. */
async function scheduled(catch_up?: CatchUp, more: object = {}): Promise<Scheduled> {
  const pool = `p${randomUUID().slice(0, 8)}`;
  await made(stage.http('POST', '/work_pools/', { name: pool, type: 'process' }));
  const deployment = await stage.deployment({
    work_pool_name: pool,
    schedules: [{ schedule: hourly, ...(catch_up && { catch_up }) }],
    ...more,
  });
  return { id: deployment.id, schedule: deployment.schedules[0].id, pool };
}

/** Runs of the past, for which nobody came: of so many hours. */
const nobodyCame = ({ id }: Scheduled, hours: number) =>
  made(
    stage.http('POST', `/deployments/${id}/schedule`, {
      start_time: hoursAgo(hours),
      end_time: new Date().toISOString(),
      min_runs: hours,
      max_runs: hours,
    }),
  );

/** As if nobody had made runs for so long: what was made of the future goes. */
const serverWasAway = async ({ id, schedule }: Scheduled, since: string) => {
  await stage.sql('delete from run_queue where deployment_id = $1', [id]);
  await stage.sql(
    'delete from flow_run_by_state where flow_run_id in (select id from flow_run where deployment_id = $1)',
    [id],
  );
  await stage.sql(
    `insert into flow_run_count (workspace_id, hour, deployment_id, state_type, delta, started, delay_seconds)
     select workspace_id, date_trunc('hour', expected_start_time), deployment_id, state_type, -1, 0, 0 from flow_run where deployment_id = $1`,
    [id],
  );
  await stage.sql(
    'delete from flow_run_state where flow_run_id in (select id from flow_run where deployment_id = $1)',
    [id],
  );
  await stage.sql('delete from flow_run where deployment_id = $1', [id]);
  await stage.sql('update deployment_schedule set made_until = $2, next_pass = now() where id = $1', [schedule, since]);
};

const runsOf = async ({ id }: Scheduled): Promise<Run[]> =>
  made(
    stage.http('POST', '/flow_runs/filter', {
      flow_runs: { deployment_id: { any_: [id] }, expected_start_time: { before_: new Date().toISOString() } },
      sort: 'EXPECTED_START_TIME_ASC',
    }),
  );
const waiting = async (of: Scheduled) => (await runsOf(of)).filter((run) => run.state_name !== 'Skipped');
const skipped = async (of: Scheduled) => (await runsOf(of)).filter((run) => run.state_name === 'Skipped');
const eventsOf = async ({ schedule }: Scheduled) =>
  (
    await made(
      stage.http('POST', '/events/filter', { filter: { resource: { id: [`headgate.schedule.${schedule}`] } } }),
    )
  ).events;
const skip = () => stage.rivals('skip-missed-runs');
const claimAll = async ({ pool }: Scheduled): Promise<{ flow_run: Run; claim_id: string }[]> =>
  (
    await made(
      stage.http('POST', `/headgate/work_pools/${pool}/claim`, {
        agent_name: 'a',
        agent_id: randomUUID(),
        wait_seconds: 0,
        limit: 50,
      }),
    )
  ).runs;
const claim = async (it: Scheduled) => (await claimAll(it)).map((run) => run.flow_run);
const underClaim = (claim: string) => workspaceHttp(stage.app, stage.tenant, { 'x-headgate-claim': claim });
/** Seconds since then. */
const ageOf = (run: Run) => (Date.now() - Date.parse(run.expected_start_time)) / 1000;

test('a schedule that says nothing keeps every run that nobody began, and the wire does not tell of it', async () => {
  const it = await scheduled();
  await nobodyCame(it, 5);
  await skip();
  expect(await waiting(it)).toHaveLength(5);
  expect(await claim(it)).toHaveLength(5);
  const [schedule] = await made(stage.http('GET', `/deployments/${it.id}/schedules`));
  expect(schedule).not.toHaveProperty('catch_up');
  expect(await eventsOf(it)).toEqual([]);
});

test('of a schedule that catches up on the latest, nobody is offered an older run, and those are skipped, once', async () => {
  const it = await scheduled('latest');
  await nobodyCame(it, 5);
  const due = await waiting(it);
  expect(due).toHaveLength(5);
  expect(
    (
      await made(
        stage.http('POST', `/work_pools/${it.pool}/get_scheduled_flow_runs`, {
          scheduled_before: new Date().toISOString(),
        }),
      )
    ).map((each: { flow_run: Run }) => each.flow_run.id),
  ).toEqual([due.at(-1)!.id]);
  expect(
    (
      await made(
        stage.http('POST', '/deployments/get_scheduled_flow_runs', {
          deployment_ids: [it.id],
          scheduled_before: new Date().toISOString(),
        }),
      )
    ).map((run: Run) => run.id),
  ).toEqual([due.at(-1)!.id]);
  await skip();
  expect((await waiting(it)).map((run) => run.id)).toEqual([due.at(-1)!.id]);
  const gone = await skipped(it);
  expect(gone.map((run) => run.id)).toEqual(due.slice(0, -1).map((run) => run.id));
  expect(gone[0]).toMatchObject({
    state_type: 'CANCELLED',
    state: { message: expect.stringMatching(/^Skipped: .*starts only the latest\.$/) },
  });
  expect(await stage.history(gone[0]!.id)).toEqual(['Scheduled', 'Skipped']);
  const [event, ...others] = await eventsOf(it);
  expect(others).toEqual([]);
  expect(event).toMatchObject({
    event: 'headgate.schedule.skipped',
    payload: {
      count: 4,
      at_least: false,
      made: true,
      catch_up: 'latest',
      first: gone[0]!.expected_start_time,
      last: gone.at(-1)!.expected_start_time,
    },
  });
  expect(event.related.map((each: Record<string, string>) => each['prefect.resource.id'])).toContain(
    `prefect.deployment.${it.id}`,
  );
  expect((await claim(it)).map((run: Run) => run.id)).toEqual([due.at(-1)!.id]);
  await stage.isIdle('skip-missed-runs');
});

test('of a schedule that does not catch up, runs are skipped a minute after their time, and not before', async () => {
  const it = await scheduled('none');
  await nobodyCame(it, 5);
  const [fresh] = (await waiting(it)).slice(-1);
  const { rows } = await stage.sql(
    'select extract(epoch from q.missed_at - r.expected_start_time)::int as seconds from run_queue q join flow_run r on r.id = q.flow_run_id where r.id = $1',
    [fresh!.id],
  );
  expect(rows).toEqual([{ seconds: 60 }]);
  await stage.sql("update run_queue set missed_at = now() + interval '1 minute' where flow_run_id = $1", [fresh!.id]);
  await skip();
  expect((await waiting(it)).map((run) => run.id)).toEqual([fresh!.id]);
  expect(await skipped(it)).toHaveLength(4);
  expect((await skipped(it))[0]!.state.message).toContain('within 60 seconds of its time');
});

test('of a schedule that catches up within a time, runs are skipped when they are older', async () => {
  const it = await scheduled(9_000);
  await nobodyCame(it, 6);
  await skip();
  const [kept, gone] = [await waiting(it), await skipped(it)];
  expect([kept.every((run) => ageOf(run) < 9_060), gone.every((run) => ageOf(run) > 8_940)]).toEqual([true, true]);
  expect([2, 3]).toContain(kept.length);
  expect(kept.length + gone.length).toBe(6);
});

test('a run that waits for a slot, or at a paused pool, is skipped as well', async () => {
  const it = await scheduled('none', { concurrency_limit: 1 });
  await nobodyCame(it, 4);
  await stage.sql('update run_queue set missed_at = null where deployment_id = $1', [it.id]);
  expect(await claim(it)).toHaveLength(1);
  await stage.rivals('mark-late-runs');
  const names = (await waiting(it)).map((run) => run.state_name);
  expect(names).toContain('AwaitingConcurrencySlot');
  await made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { catch_up: 'none' }));
  await skip();
  expect(await skipped(it)).toHaveLength(3);

  const paused = await scheduled('none');
  await made(stage.http('PATCH', `/work_pools/${paused.pool}`, { is_paused: true }));
  await nobodyCame(paused, 3);
  await stage.rivals('mark-late-runs');
  await skip();
  expect(await skipped(paused)).toHaveLength(3);
});

test('a pass that is cut off has skipped nothing and told nothing; the next one does both', async () => {
  const it = await scheduled('latest');
  await nobodyCame(it, 4);
  await stage.cutOff('skip-missed-runs', 'event', 'insert');
  await stage.cutOff('skip-missed-runs', 'deployment_schedule', 'update');
  expect(await waiting(it)).toHaveLength(4);
  await skip();
  expect(await skipped(it)).toHaveLength(3);
  expect((await eventsOf(it)).map((event: { payload: { count: number } }) => event.payload.count)).toEqual([3]);
});

test('however many runs a schedule has missed, one event tells of those of a pass', async () => {
  const it = await scheduled('none');
  await nobodyCame(it, 250);
  await stage.loops.pass('skip-missed-runs');
  expect((await eventsOf(it)).map((event: { payload: { count: number } }) => event.payload.count)).toEqual([250]);
});

test('a run that is begun in the moment in which it is skipped is one of both', async () => {
  const it = await scheduled('none');
  await nobodyCame(it, 90);
  const due = await waiting(it);
  expect(due).toHaveLength(90);
  const begun = due.map((run) => stage.move(run.id, { type: 'PENDING' }));
  await Promise.all([skip(), ...begun, skip()]);
  await skip();
  const histories = await Promise.all(due.map((run) => stage.history(run.id)));
  for (const history of histories)
    expect(['Pending', 'Skipped']).toContain(history.filter((name) => name !== 'Scheduled').join());
  const ended = histories.filter((history) => history.includes('Skipped')).length;
  const told = (await eventsOf(it)).reduce(
    (sum: number, each: { payload: { count: number } }) => sum + each.payload.count,
    0,
  );
  expect(told).toBe((await skipped(it)).length);
  expect(ended).toBeGreaterThan(0);
});

test('a run that a person puts off is not skipped for its old time', async () => {
  const it = await scheduled('none');
  await nobodyCame(it, 3);
  const [first] = await waiting(it);
  await made(
    stage.move(first!.id, { type: 'SCHEDULED', state_details: { scheduled_time: new Date().toISOString() } }, true),
  );
  await stage.sql("update run_queue set due = now() - interval '2 minutes' where flow_run_id = $1", [first!.id]);
  await made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { catch_up: 60 }));
  await skip();
  expect(await stage.history(first!.id)).toEqual(['Scheduled', 'Scheduled']);
});

test.each(['before it ran', 'while it ran'])(
  'a run that was begun in time and whose agent died %s is tried again, not skipped',
  async (when) => {
    const it = await scheduled('none');
    await nobodyCame(it, 1);
    await stage.sql("update run_queue set missed_at = now() + interval '1 minute' where deployment_id = $1", [it.id]);
    const [taken] = await claimAll(it);
    const { flow_run: run, claim_id } = taken!;
    if (when === 'while it ran') {
      await stage.sql(`update flow_run set empirical_policy = '{"retries": 1, "retry_delay": 0}' where id = $1`, [
        run.id,
      ]);
      await made(underClaim(claim_id)('POST', `/flow_runs/${run.id}/set_state`, { state: { type: 'RUNNING' } }));
    }
    await stage.sql("update run_claim set lease_until = now() - interval '1 hour' where flow_run_id = $1", [run.id]);
    await stage.rivals('recover-lost-claims');
    // Nor by what looks at all waiting runs of the schedule anew.
    await made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { catch_up: 60 }));
    await skip();
    expect(await skipped(it)).toEqual([]);
    expect((await claim(it)).map((each: Run) => each.id)).toEqual([run.id]);
  },
);

test('moments that came while the server was away are made up for, the newest hundred; the rest is told of', async () => {
  const it = await scheduled();
  await serverWasAway(it, hoursAgo(300));
  await stage.rivals('schedule-runs');
  const runs = await waiting(it);
  expect(runs).toHaveLength(100);
  expect(ageOf(runs.at(-1)!)).toBeLessThan(3_600);
  const [event, ...others] = await eventsOf(it);
  expect(others).toEqual([]);
  expect(event.payload).toMatchObject({ count: 200, at_least: false, made: false, catch_up: 'all' });
  expect(Date.parse(event.payload.last)).toBeLessThan(Date.parse(runs[0]!.expected_start_time));
  await stage.sql('update deployment_schedule set next_pass = now() where id = $1', [it.schedule]);
  await stage.rivals('schedule-runs');
  expect(await runsOf(it)).toHaveLength(100);
  expect(await eventsOf(it)).toHaveLength(1);
});

test.for([
  ['latest', 1, 29],
  ['none', 0, 30],
  [36_000, 10, 20],
] as [CatchUp, number, number][])(
  'of moments that nobody made, %j makes up for so many',
  async ([policy, kept, gone]) => {
    const it = await scheduled(policy);
    await serverWasAway(it, hoursAgo(30));
    await stage.rivals('schedule-runs');
    await skip();
    expect((await runsOf(it)).length).toBe(kept);
    const [event] = await eventsOf(it);
    expect(event.payload).toMatchObject({ count: gone, made: false, catch_up: policy });
  },
);

test('an absence of many more moments is told of without being counted to its end', async () => {
  const it = await scheduled('latest');
  await serverWasAway(it, hoursAgo(24 * 365));
  await stage.rivals('schedule-runs');
  const runs = await waiting(it);
  expect(runs).toHaveLength(1);
  expect(ageOf(runs[0]!)).toBeLessThan(3_600);
  const [event] = await eventsOf(it);
  expect(event.payload).toMatchObject({ count: 500, at_least: true });
});

test('what was paused, or switched off, has nothing to make up for', async () => {
  const it = await scheduled();
  const away = () =>
    stage.sql(
      "update deployment_schedule set made_until = now() - interval '1 hour' where id = $1 and made_until is not null",
      [it.schedule],
    );
  await made(stage.http('POST', `/deployments/${it.id}/pause_deployment`));
  await away();
  await made(stage.http('POST', `/deployments/${it.id}/resume_deployment`));
  await made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { active: false }));
  await away();
  await made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { active: true }));
  await stage.rivals('schedule-runs');
  expect(await runsOf(it)).toEqual([]);
});

test('a policy stays when the deployment is made again without it, also with another time', async () => {
  const { id } = await scheduled('latest');
  const { name } = await made(stage.http('GET', `/deployments/${id}`));
  const policies = async () =>
    (await made(stage.http('GET', `/deployments/${id}/schedules`))).map(
      (each: { catch_up?: CatchUp }) => each.catch_up,
    );
  const again = (...schedules: object[]) => stage.deployment({ name, schedules });
  await again({ schedule: hourly });
  expect(await policies()).toEqual(['latest']);
  await again({ schedule: { cron: '0 3 * * *' } });
  expect(await policies()).toEqual(['latest']);
  await again({ schedule: { cron: '0 3 * * *' }, catch_up: 600 });
  expect(await policies()).toEqual([600]);
  await again({ schedule: { cron: '0 3 * * *' }, catch_up: null });
  expect(await policies()).toEqual([600]);
  await again({ schedule: { cron: '0 3 * * *' }, catch_up: 'all' });
  expect(await policies()).toEqual([undefined]);
});

test('a policy that changes holds at once, also for runs that are late already', async () => {
  const it = await scheduled();
  await nobodyCame(it, 5);
  await stage.rivals('mark-late-runs');
  const change = (catch_up: CatchUp) =>
    made(stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { catch_up }));
  await change('none');
  await change('all');
  await skip();
  expect(await waiting(it)).toHaveLength(5);
  await change('latest');
  expect(await claim(it)).toHaveLength(1);
  await skip();
  expect(await skipped(it)).toHaveLength(4);
});

test.for([['soon'], [0], [-1], [1.5], [40_000_000], [{ within_seconds: 5 }]])(
  '%j is no policy, and changes nothing',
  async ([catch_up]) => {
    const it = await scheduled('latest');
    const answer = await stage.http('PATCH', `/deployments/${it.id}/schedules/${it.schedule}`, { catch_up });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('a whole number of seconds from 1 to 31622400');
    expect((await made(stage.http('GET', `/deployments/${it.id}/schedules`)))[0].catch_up).toBe('latest');
  },
);
