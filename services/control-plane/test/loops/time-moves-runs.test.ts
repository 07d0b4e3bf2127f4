import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../property/invariants.js';
import { made } from '../property/http.js';
import { startStage, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  expect(await brokenInvariants((sql) => stage.sql(sql))).toEqual([]);
  await stage.app.close();
});

const overdue = { type: 'SCHEDULED', state_details: { scheduled_time: '2020-01-01T00:00:00Z' } };

test('a run that nobody takes is late once, however many replicas look', async () => {
  const { id } = await stage.run({ state: overdue });
  await stage.cutOff('mark-late-runs', 'flow_run_state', 'insert');
  expect((await stage.read(id)).state_name).toBe('Scheduled');
  await stage.rivals('mark-late-runs');
  expect(await stage.history(id)).toEqual(['Scheduled', 'Late']);
  await stage.isIdle('mark-late-runs');
});

test('a late run is cancelled where its deployment cancels what finds no slot', async () => {
  const { id: deployment_id } = await stage.deployment({
    concurrency_limit: 1,
    concurrency_options: { collision_strategy: 'CANCEL_NEW' },
  });
  const [holder, late] = [
    await stage.run({ deployment_id, state: overdue }),
    await stage.run({ deployment_id, state: overdue }),
  ];
  await made(stage.move(holder.id, { type: 'PENDING' }));
  await stage.rivals('mark-late-runs');
  expect((await stage.read(late.id)).state).toMatchObject({
    type: 'CANCELLED',
    message: 'Deployment concurrency limit reached.',
  });
  await stage.isIdle('mark-late-runs');
});

test('a pause that runs out fails once; one that is resumed in time does not', async () => {
  const paused = (timeout: string) => ({
    type: 'PAUSED',
    name: 'Paused',
    state_details: { pause_timeout: timeout, pause_key: '1' },
  });
  const [over, open] = [
    await stage.run({ state: paused('2020-01-01T00:00:00Z') }),
    await stage.run({ state: paused('2220-01-01T00:00:00Z') }),
  ];
  await stage.cutOff('expire-pauses', 'event', 'insert');
  await stage.rivals('expire-pauses');
  expect(await stage.history(over.id)).toEqual(['Paused', 'Failed']);
  expect((await stage.read(open.id)).state_type).toBe('PAUSED');
  await stage.isIdle('expire-pauses');
});

test('a pause that is made longer, or for ever, runs out when the last word of it says', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  const pause = (pause_timeout: string | null) =>
    made(stage.move(id, { type: 'PAUSED', name: 'Paused', state_details: { pause_timeout, pause_key: '1' } }, true));
  await pause('2020-01-01T00:00:00Z');
  await pause('2220-01-01T00:00:00Z');
  await stage.isIdle('expire-pauses');
  await pause(null);
  await stage.isIdle('expire-pauses');
  await pause('2020-01-01T00:00:00Z');
  await stage.rivals('expire-pauses');
  expect((await stage.read(id)).state_type).toBe('FAILED');
});

test('the children of a cancelled run are cancelled, also when the loop is cut off half-way', async () => {
  const parent = await stage.run({ state: { type: 'RUNNING' } });
  const task = (dynamic_key: string) =>
    made(
      stage.http('POST', '/task_runs/', {
        flow_run_id: parent.id,
        task_key: 't',
        dynamic_key,
        state: { type: 'RUNNING' },
      }),
    );
  const dummy = await task('0');
  const subflow = await stage.run({ parent_task_run_id: dummy.id, state: { type: 'RUNNING' } });
  await made(stage.move(parent.id, { type: 'CANCELLED' }, true));
  await stage.cutOff('finish-cancellations', 'run_cleanup', 'delete');
  await stage.rivals('finish-cancellations');
  expect(await stage.history(subflow.id)).toEqual(['Running', 'Cancelled']);
  expect((await made(stage.http('GET', `/task_runs/${dummy.id}`))).state_type).toBe('CANCELLED');
  await stage.isIdle('finish-cancellations');
});

test('a cancellation that nobody carries out ends after five minutes', async () => {
  const { id } = await stage.run({ state: { type: 'CANCELLING' } });
  await stage.isIdle('finish-cancellations');
  await stage.sql(`update flow_run_by_state set until = until - interval '200 seconds' where flow_run_id = $1`, [id]);
  await stage.isIdle('finish-cancellations');
  await stage.sql(`update flow_run_by_state set until = until - interval '101 seconds' where flow_run_id = $1`, [id]);
  await stage.rivals('finish-cancellations');
  expect(await stage.history(id)).toEqual(['Cancelling', 'Cancelled']);
  await stage.rivals('finish-cancellations');
  await stage.isIdle('finish-cancellations');
});

/** A run in the hands of an agent that has not been heard of since. */
async function abandoned(state: object, policy: object = {}, more: object = {}): Promise<string> {
  const { id } = await stage.run({ state, empirical_policy: policy, ...more });
  const claim = crypto.randomUUID();
  await stage.sql('update flow_run set claim_id = $2 where id = $1', [id, claim]);
  await stage.sql(
    `insert into run_claim (workspace_id, flow_run_id, claim_id, agent_id, agent_name, work_pool_id, lease_until)
     values ($1, $2, $3, $4, 'gone', $4, now() - interval '1 second')`,
    [stage.tenant.workspaceId, id, claim, crypto.randomUUID()],
  );
  return id;
}

test('what a lost agent had not started is due again, what it ran has crashed or is tried again: once', async () => {
  const { id: deployment_id } = await stage.deployment();
  const [pending, running, retried] = [
    await abandoned({ type: 'PENDING' }),
    await abandoned({ type: 'RUNNING' }),
    await abandoned({ type: 'RUNNING' }, { retries: 1 }, { deployment_id }),
  ];
  await stage.cutOff('recover-lost-claims', 'flow_run_state', 'insert');
  await stage.rivals('recover-lost-claims');
  expect(await stage.history(pending)).toEqual(['Pending', 'Scheduled']);
  expect(await stage.history(running)).toEqual(['Running', 'Crashed']);
  expect(await stage.history(retried)).toEqual(['Running', 'AwaitingRetry']);
  expect((await stage.read(retried)).empirical_policy.retry_type).toBe('reschedule');
  await stage.isIdle('recover-lost-claims');
});

test('a pause whose process was lost with its agent ends as what it ran: nobody would go on when it is resumed', async () => {
  const { id: deployment_id } = await stage.deployment();
  const [paused, retried] = [
    await abandoned({ type: 'PAUSED' }),
    await abandoned({ type: 'PAUSED' }, { retries: 1 }, { deployment_id }),
  ];
  await stage.rivals('recover-lost-claims');
  expect(await stage.history(paused)).toEqual(['Paused', 'Crashed']);
  expect(await stage.history(retried)).toEqual(['Paused', 'AwaitingRetry']);
  await stage.isIdle('recover-lost-claims');
});

test('a claim that has run out cannot be renewed while its run is given to another', async () => {
  const id = await abandoned({ type: 'RUNNING' });
  const { rows } = await stage.sql('select agent_id from run_claim where flow_run_id = $1', [id]);
  await stage.cutOff('recover-lost-claims', 'flow_run_state', 'insert');
  const after = await stage.sql('select agent_id from run_claim where flow_run_id = $1', [id]);
  expect(after.rows[0].agent_id).not.toBe(rows[0].agent_id);
  await stage.loops.pass('recover-lost-claims');
});
