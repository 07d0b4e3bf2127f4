import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../property/invariants.js';
import { made } from '../property/http.js';
import { workspaceHttp } from '../property/workspace.js';
import { startStage, type Stage } from './stage.js';

/** Runs of workers and processes that are gone without a word. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  expect(await brokenInvariants((sql) => stage.sql(sql))).toEqual([]);
  await stage.app.close();
});

const loop = 'recover-lost-runs';
const notStarted = 'A worker took the run and did not start it in time.';

/** A pool with one slot and a deployment that may run once, so that a slot that is kept is seen. */
async function makePool(recovery: object = {}) {
  const name = `pool-${Math.random()}`;
  await made(stage.http('POST', '/work_pools/', { name, type: 'process', concurrency_limit: 1 }));
  await made(stage.http('PATCH', `/headgate/work_pools/${name}/recovery`, recovery));
  const deployment = await stage.deployment({ work_pool_name: name, concurrency_limit: 1 });
  const run = (more: object = {}) => made(stage.http('POST', `/deployments/${deployment.id}/create_flow_run`, more));
  const offered = async (): Promise<string[]> => {
    const ask = { work_queue_names: [], scheduled_before: new Date(Date.now() + 1_000).toISOString() };
    const polled = await made(stage.http('POST', `/work_pools/${name}/get_scheduled_flow_runs`, ask));
    return polled.map((each: { flow_run: { id: string } }) => each.flow_run.id);
  };
  const beat = () =>
    made(stage.http('POST', `/work_pools/${name}/workers/heartbeat`, { name: 'w', heartbeat_interval_seconds: 30 }));
  return { name, run, offered, beat };
}

/** The run has been in its state for so long. */
const since = (id: string, seconds: number) =>
  stage.sql(
    `update flow_run set state = jsonb_set(state, '{timestamp}', to_jsonb(to_char((now() - $2 * interval '1 second') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))
      where id = $1`,
    [id, seconds],
  );

test('a run that a dead worker took is due again, once, and all its slots are free', async () => {
  const pool = await makePool();
  const { id } = await pool.run();
  await made(stage.move(id, { type: 'PENDING' }));
  await made(stage.move(id, { type: 'PENDING', name: 'Submitting' }));
  const next = await pool.run();
  expect(await pool.offered()).toEqual([]);
  await stage.isIdle(loop);
  await since(id, 301);
  await stage.cutOff(loop, 'flow_run_state', 'insert');
  await stage.rivals(loop);
  expect(await stage.history(id)).toEqual(['Scheduled', 'Pending', 'Submitting', 'Scheduled']);
  expect((await stage.read(id)).state.message).toBe(notStarted);
  expect((await pool.offered())[0]).toBe(id);
  await made(stage.move(next.id, { type: 'PENDING' }));
  expect((await stage.read(next.id)).state_name).toBe('Pending');
  await stage.isIdle(loop);
});

test('while a worker of the pool lives a run may take longer to start, but not for ever', async () => {
  const pool = await makePool();
  const { id } = await pool.run();
  await pool.beat();
  await made(stage.move(id, { type: 'PENDING' }));
  await since(id, 1_700);
  await stage.isIdle(loop);
  await since(id, 1_801);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_name).toBe('Scheduled');
});

test('the pool says how long its runs may take', async () => {
  const pool = await makePool({ pending_seconds_max: 20 });
  const { id } = await pool.run();
  await pool.beat();
  await made(stage.move(id, { type: 'PENDING' }));
  await since(id, 5);
  await stage.isIdle(loop);
  await since(id, 21);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_name).toBe('Scheduled');
});

test('a run that is taken again and again and never started crashes in the end', async () => {
  const pool = await makePool();
  const { id } = await pool.run();
  for (let taken = 1; taken <= 4; taken++) {
    await made(stage.move(id, { type: 'PENDING' }));
    await since(id, 301);
    await stage.rivals(loop);
  }
  expect((await stage.read(id)).state).toMatchObject({
    type: 'CRASHED',
    message: 'Workers took the run 4 times and did not start it in time.',
  });
});

test('a run that an agent has claimed, or that belongs to no deployment, is left to others', async () => {
  const pool = await makePool();
  await pool.run();
  const claim = { agent_name: 'a', agent_id: crypto.randomUUID(), wait_seconds: 0, limit: 1 };
  const { runs } = await made(stage.http('POST', `/headgate/work_pools/${pool.name}/claim`, claim));
  const script = await stage.run({ state: { type: 'PENDING' } });
  for (const id of [runs[0].flow_run.id, script.id]) await since(id, 100_000);
  await stage.isIdle(loop);
});

/** A run that an agent claimed and lost: the claim is gone, and still stands written on the run. */
async function givenUp(pool: Awaited<ReturnType<typeof makePool>>, more: object = {}): Promise<string> {
  const { id } = await pool.run(more);
  const claim = { agent_name: 'a', agent_id: crypto.randomUUID(), wait_seconds: 0, limit: 1 };
  await made(stage.http('POST', `/headgate/work_pools/${pool.name}/claim`, claim));
  await stage.sql(`update run_claim set lease_until = now() - interval '1 second' where flow_run_id = $1`, [id]);
  await stage.loops.pass('recover-lost-claims');
  const { rows } = await stage.sql(
    `select r.claim_id is not null as written, c.claim_id as held from flow_run r left join run_claim c on c.flow_run_id = r.id where r.id = $1`,
    [id],
  );
  expect(rows).toEqual([{ written: true, held: null }]);
  return id;
}

test('a run that an agent had before is found like any other: taken and not started, silent, or not tried again', async () => {
  const pending = await givenUp(await makePool());
  await made(stage.move(pending, { type: 'PENDING' }));
  await since(pending, 1_801);
  const silent = await givenUp(await makePool());
  for (const type of ['PENDING', 'RUNNING']) await made(stage.move(silent, { type }));
  await heartbeats(silent, [-60, 0], 100_000);
  const retried = await givenUp(await makePool(), { empirical_policy: { retries: 1, retry_delay: 60 } });
  for (const type of ['PENDING', 'RUNNING', 'FAILED']) await made(stage.move(retried, { type }));
  await stage.sql(`update run_queue set due = now() - interval '301 seconds' where flow_run_id = $1`, [retried]);
  await stage.rivals(loop);
  expect((await stage.read(pending)).state).toMatchObject({ type: 'SCHEDULED', message: notStarted });
  expect((await stage.read(silent)).state_type).toBe('CRASHED');
  expect((await stage.read(retried)).state_name).toBe('Late');
});

/** So many seconds after each other, the last one so long ago. */
async function heartbeats(id: string, seconds: number[], ago: number): Promise<void> {
  const now = Date.now();
  for (const [at, second] of seconds.entries()) {
    const event = {
      id: crypto.randomUUID(),
      occurred: new Date(now + second * 1000).toISOString(),
      event: 'prefect.flow-run.heartbeat',
      resource: { 'prefect.resource.id': `prefect.flow-run.${id}`, 'prefect.resource.name': `beat ${at}` },
      related: [],
      payload: {},
    };
    await made(stage.http('POST', '/events', [event]));
  }
  await silentFor(id, ago);
}

/** Nothing was heard of it for so long, in the state in which it is. */
async function silentFor(id: string, seconds: number): Promise<void> {
  await stage.sql(`update run_heartbeat set seen = now() - $2 * interval '1 second' where flow_run_id = $1`, [
    id,
    seconds,
  ]);
  if (seconds > 0) await since(id, seconds);
}

async function running(more: object = {}): Promise<string> {
  const { id } = await stage.run({ state: { type: 'PENDING' }, ...more });
  await made(stage.move(id, { type: 'RUNNING' }));
  return id;
}

test.each<[string, number[], number, 'RUNNING' | 'CRASHED']>([
  ['two of three heartbeats are missing', [-120, -60, 0], 150, 'RUNNING'],
  ['three are missing', [-120, -60, 0], 181, 'CRASHED'],
  ['they come often and are late by a little', [-20, -10, 0], 60, 'RUNNING'],
  ['they come often and stop', [-20, -10, 0], 91, 'CRASHED'],
  ['there was one', [0], 500, 'RUNNING'],
  ['there was one, long ago', [0], 541, 'CRASHED'],
])('a running run, when %s, is %s', async (_, seconds, ago, expected) => {
  const id = await running();
  await heartbeats(id, seconds, ago);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_type).toBe(expected);
  if (expected === 'RUNNING') await made(stage.move(id, { type: 'COMPLETED' }));
  else expect((await stage.read(id)).state.message).toMatch(/^Its process has not been heard of for \d+ seconds\.$/);
});

/** As a process does that will tell that it lives. */
const promising = (seconds: number | string) =>
  workspaceHttp(stage.app, stage.tenant, { 'x-headgate-heartbeat-seconds': String(seconds) });
const heartbeatsOf = async (id: string) =>
  (
    await stage.sql(
      'select round(interval_seconds)::integer as interval_seconds from run_heartbeat where flow_run_id = $1',
      [id],
    )
  ).rows;

test('a process that says that it will tell, and ends before it could, is missed: as it begins, and before', async () => {
  const begun = await running();
  const draft = { flow_id: stage.flowId, state: { type: 'PENDING' } };
  await made(promising(30)('POST', `/flow_runs/${begun}/set_state`, { state: { type: 'RUNNING' } }));
  const created = await made(promising(30)('POST', '/flow_runs/', draft));
  for (const id of [begun, created.id]) await silentFor(id, 85);
  await stage.isIdle(loop);
  for (const id of [begun, created.id]) await silentFor(id, 91);
  await stage.rivals(loop);
  for (const id of [begun, created.id]) expect((await stage.read(id)).state_type).toBe('CRASHED');
  await stage.isIdle(loop);
});

test('what another process may start is not ended while it waits, whoever promised what', async () => {
  const { id } = await (await makePool()).run();
  await made(stage.move(id, { type: 'PENDING' }));
  await made(promising(30)('POST', `/flow_runs/${id}/set_state`, { state: { type: 'RUNNING' } }));
  await made(stage.move(id, { type: 'PENDING' }, true));
  await silentFor(id, 200);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_type).toBe('PENDING');
});

test('a promise is kept by the first heartbeat, whatever its clock says, and is over when the process says so', async () => {
  const id = await running();
  const say = (seconds: number | string, state: object) =>
    promising(seconds)('POST', `/flow_runs/${id}/set_state`, { state });
  await made(say(30, { type: 'RUNNING' }));
  expect(await heartbeatsOf(id)).toEqual([{ interval_seconds: 30 }]);
  await heartbeats(id, [-100_000, -99_996], 0);
  expect(await heartbeatsOf(id)).toEqual([{ interval_seconds: 30 }]);
  await heartbeats(id, [-99_950], 0);
  expect(await heartbeatsOf(id)).toEqual([{ interval_seconds: 46 }]);
  expect((await say('soon', { type: 'COMPLETED' })).status).toBe(422);
  await made(say(0, { type: 'COMPLETED' }));
  expect(await heartbeatsOf(id)).toEqual([]);
  const other = await running();
  const stranger = await stage.app.tenant();
  const headers = { 'x-headgate-heartbeat-seconds': '30' };
  const body = { state: { type: 'RUNNING' } };
  await stage.app.inject('POST', `/api/flow_runs/${other}/set_state`, body, stranger.key, headers);
  expect(await heartbeatsOf(other)).toEqual([]);
});

test('a run that begins anew is not judged by the silence of the process that had it before', async () => {
  const id = await running();
  await heartbeats(id, [-60, 0], 1_000);
  await made(stage.move(id, { type: 'PENDING' }, true));
  await made(stage.move(id, { type: 'RUNNING' }));
  await stage.isIdle(loop);
  expect((await stage.read(id)).state_type).toBe('RUNNING');
  await since(id, 181);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_type).toBe('CRASHED');
});

test('a paused run whose process is gone crashes when it is to go on', async () => {
  const id = await running();
  await made(stage.move(id, { type: 'PAUSED', name: 'Paused', state_details: { pause_timeout: inAnHour() } }));
  await heartbeats(id, [-60, 0], 1_000);
  await stage.isIdle(loop);
  await made(stage.http('POST', `/flow_runs/${id}/resume`, {}));
  expect((await stage.read(id)).state_type).toBe('RUNNING');
  await stage.isIdle(loop);
  await since(id, 181);
  await stage.rivals(loop);
  expect((await stage.read(id)).state_type).toBe('CRASHED');
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

test('a run of no deployment that its process does not try again has crashed: nobody else could', async () => {
  const id = await running({ empirical_policy: { retries: 1, retry_delay: 60 } });
  await made(stage.move(id, { type: 'FAILED' }));
  expect((await stage.read(id)).state_name).toBe('AwaitingRetry');
  await stage.sql(`update run_queue set due = now() - interval '301 seconds' where flow_run_id = $1`, [id]);
  await stage.rivals(loop);
  expect((await stage.read(id)).state).toMatchObject({
    type: 'CRASHED',
    message: 'Its process was to try it again, and did not.',
  });
});

test('a run that never sent a heartbeat is not ended for it, nor is one that pauses, or that an agent runs', async () => {
  const silent = await running();
  await since(silent, 1_000_000);
  const paused = await running();
  await heartbeats(paused, [-60, 0], 100_000);
  await made(stage.move(paused, { type: 'PAUSED', name: 'Paused' }));
  const pool = await makePool();
  const { id: claimed } = await pool.run();
  const claim = { agent_name: 'a', agent_id: crypto.randomUUID(), wait_seconds: 0, limit: 1 };
  await made(stage.http('POST', `/headgate/work_pools/${pool.name}/claim`, claim));
  await made(stage.move(claimed, { type: 'RUNNING' }));
  await heartbeats(claimed, [-60, 0], 100_000);
  await stage.rivals(loop);
  for (const id of [silent, claimed]) expect((await stage.read(id)).state_type).toBe('RUNNING');
  expect((await stage.read(paused)).state_type).toBe('PAUSED');
});

test('a heartbeat of a run of somebody else, or that has ended, is nothing', async () => {
  const stranger = await stage.app.tenant();
  const id = await running();
  const event = {
    id: crypto.randomUUID(),
    occurred: new Date().toISOString(),
    event: 'prefect.flow-run.heartbeat',
    resource: { 'prefect.resource.id': `prefect.flow-run.${id}` },
  };
  await stage.app.inject('POST', '/api/events', [event], stranger.key);
  const ended = await running();
  await made(stage.move(ended, { type: 'COMPLETED' }));
  await heartbeats(ended, [0], 0);
  const { rows } = await stage.sql('select from run_heartbeat where flow_run_id = any($1)', [[id, ended]]);
  expect(rows).toEqual([]);
});

/** A run that its own process would try again in a minute. */
async function awaitingRetry(pool: Awaited<ReturnType<typeof makePool>>): Promise<string> {
  const { id } = await pool.run({ empirical_policy: { retries: 2, retry_delay: 60 } });
  for (const type of ['PENDING', 'RUNNING', 'FAILED']) await made(stage.move(id, { type }));
  expect((await stage.read(id)).state_name).toBe('AwaitingRetry');
  return id;
}

test('a run whose process does not try it again is late five minutes after its time, and offered to others', async () => {
  const pool = await makePool();
  const id = await awaitingRetry(pool);
  const dueSince = (seconds: number) =>
    stage.sql(`update run_queue set due = now() - $2 * interval '1 second' where flow_run_id = $1`, [id, seconds]);
  await dueSince(240);
  await stage.isIdle(loop);
  expect(await pool.offered()).toEqual([]);
  await dueSince(301);
  await stage.rivals(loop);
  expect(await stage.read(id)).toMatchObject({ state_name: 'Late', empirical_policy: { retry_type: 'reschedule' } });
  expect(await pool.offered()).toEqual([id]);
  await made(stage.move(id, { type: 'PENDING' }));
  expect(await stage.read(id)).toMatchObject({ state_name: 'Pending' });
});

test.each([false, true])('whoever schedules it anew takes it from its process (force: %s)', async (force) => {
  const pool = await makePool();
  const id = await awaitingRetry(pool);
  expect(await pool.offered()).toEqual([]);
  await made(stage.move(id, { type: 'SCHEDULED', name: 'AwaitingRetry' }, force));
  expect(await stage.read(id)).toMatchObject({ empirical_policy: { retry_type: 'reschedule' } });
  expect(await pool.offered()).toEqual([id]);
  const held = await stage.sql('select from concurrency_lease where holder_id = $1', [id]);
  expect(held.rows).toEqual([]);
});

test('a pool says and is told its limits, by either door; nobody else’s', async () => {
  const pool = await makePool();
  const path = `/headgate/work_pools/${pool.name}/recovery`;
  const defaults = { pending_seconds_max: 1_800, pending_without_worker_seconds_max: 300, heartbeat_seconds_max: null };
  expect(await made(stage.http('GET', path))).toEqual(defaults);
  await made(stage.http('PATCH', path, { heartbeat_seconds_max: 600, pending_seconds_max: 60 }));
  await made(stage.http('PATCH', path, { pending_seconds_max: null }));
  expect(await made(stage.http('GET', path))).toEqual({ ...defaults, heartbeat_seconds_max: 600 });
  for (const wrong of [{ pending_seconds_max: 0 }, { heartbeat_seconds_max: 1e9 }, { unknown: 1 }])
    expect((await stage.http('PATCH', path, wrong)).status).toBe(422);
  const stranger = await stage.app.tenant();
  for (const method of ['GET', 'PATCH'] as const)
    expect(
      (await stage.app.inject(method, `/api${path}`, method === 'PATCH' ? {} : undefined, stranger.key)).status,
    ).toBe(404);
  const change = await stage.app.gql(
    `mutation ($w: ID!, $name: String!) {
       setWorkPoolRecovery(workspaceId: $w, name: $name, input: { pendingWithoutWorkerSecondsMax: 30 }) {
         recovery { pendingWithoutWorkerSecondsMax heartbeatSecondsMax } } }`,
    { w: stage.tenant.workspaceId, name: pool.name },
    { authorization: `Bearer ${stage.tenant.key}` },
  );
  const recovery = { pendingWithoutWorkerSecondsMax: 30, heartbeatSecondsMax: 600 };
  expect(change.data).toEqual({ setWorkPoolRecovery: { recovery } });
  const read = await stage.app.gql(
    'query ($w: ID!) { workPools(workspaceId: $w) { nodes { name recovery { pendingSecondsMax pendingWithoutWorkerSecondsMax } } } }',
    { w: stage.tenant.workspaceId },
    { authorization: `Bearer ${stage.tenant.key}` },
  );
  expect(read.data!['workPools'].nodes).toContainEqual({
    name: pool.name,
    recovery: { pendingSecondsMax: 1_800, pendingWithoutWorkerSecondsMax: 30 },
  });
});
