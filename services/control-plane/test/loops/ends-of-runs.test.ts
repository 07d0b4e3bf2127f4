import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants } from '../property/invariants.js';
import { made } from '../property/http.js';
import { startStage, type Stage } from './stage.js';

/** No task run outlives its flow run, whoever ended that. */

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  expect(await brokenInvariants((sql) => stage.sql(sql))).toEqual([]);
  await stage.app.close();
});

const loop = 'end-task-runs';
/** The time is over in which words of processes are waited for. */
const later = () => stage.sql('update run_ended set due = now()');
const taskOf = (id: string) => made(stage.http('GET', `/task_runs/${id}`));
const statesOf = async (id: string): Promise<string[]> =>
  (await made(stage.http('GET', `/task_run_states/?task_run_id=${id}`))).map((state: { name: string }) => state.name);
const makeTask = async (flow_run_id: string | null, more: object = {}): Promise<string> => {
  const task = { flow_run_id, task_key: 't', dynamic_key: newId(), state: { type: 'PENDING' }, ...more };
  return (await made(stage.http('POST', '/task_runs/', task))).id;
};

/** A running flow run: one of its tasks is over, one runs and holds the only slot of its tag, one has not started. */
async function working(more: object = {}) {
  const tag = `tag-${Math.random()}`;
  await made(stage.http('POST', '/concurrency_limits/', { tag, concurrency_limit: 1 }));
  const { id } = await stage.run({ state: { type: 'RUNNING' }, ...more });
  const [over, runs, waits] = [
    await makeTask(id, { state: { type: 'COMPLETED' } }),
    await makeTask(id, { tags: [tag] }),
    await makeTask(id),
  ];
  await made(stage.http('POST', `/task_runs/${runs}/set_state`, { state: { type: 'RUNNING' } }));
  const holders = async () => (await stage.http('GET', `/concurrency_limits/tag/${tag}`)).body.active_slots;
  expect(await holders()).toEqual([runs]);
  return { id, over, runs, waits, tag, holders };
}

async function claimed(id: string): Promise<void> {
  await stage.sql('update flow_run set claim_id = $1 where id = $1', [id]);
  await stage.sql(
    `insert into run_claim (workspace_id, flow_run_id, claim_id, agent_id, agent_name, work_pool_id, lease_until)
     values ($1, $2, $2, $2, 'gone', $2, now() - interval '1 second')`,
    [stage.tenant.workspaceId, id],
  );
}

const ways: [string, string, (id: string) => Promise<unknown>][] = [
  ['its process says Completed', 'Completed', (id) => made(stage.move(id, { type: 'COMPLETED' }))],
  ['its process says Failed', 'Failed', (id) => made(stage.move(id, { type: 'FAILED' }))],
  ['its process says Crashed', 'Crashed', (id) => made(stage.move(id, { type: 'CRASHED' }))],
  ['a worker says Cancelled', 'Cancelled', (id) => made(stage.move(id, { type: 'CANCELLED' }))],
  ['somebody forces Completed', 'Completed', (id) => made(stage.move(id, { type: 'COMPLETED' }, true))],
  [
    'many are ended together',
    'Failed',
    (id) =>
      made(
        stage.http('POST', '/flow_runs/bulk_set_state', {
          flow_runs: { id: { any_: [id] } },
          state: { type: 'FAILED' },
          force: true,
        }),
      ),
  ],
  [
    'it is cancelled from the web app',
    'Cancelled',
    async (id) => {
      const cancel = 'mutation ($w: ID!, $id: ID!) { cancelFlowRun(workspaceId: $w, id: $id) { stateType } }';
      const asked = { w: stage.tenant.workspaceId, id };
      const answer = await stage.app.gql(cancel, asked, { authorization: `Bearer ${stage.tenant.key}` });
      expect(answer.data).toEqual({ cancelFlowRun: { stateType: 'CANCELLING' } });
      await made(stage.move(id, { type: 'CANCELLED' }));
    },
  ],
  [
    'nobody carries its cancellation out',
    'Cancelled',
    async (id) => {
      await made(stage.move(id, { type: 'CANCELLING' }, true));
      await stage.sql(`update flow_run_by_state set until = now() where flow_run_id = $1`, [id]);
      await stage.rivals('finish-cancellations');
    },
  ],
  [
    'nobody resumes it',
    'Failed',
    async (id) => {
      const state_details = { pause_timeout: '2020-01-01T00:00:00Z', pause_key: '1' };
      await made(stage.move(id, { type: 'PAUSED', state_details }, true));
      await stage.rivals('expire-pauses');
    },
  ],
  [
    'its agent is lost',
    'Crashed',
    async (id) => {
      await claimed(id);
      await stage.rivals('recover-lost-claims');
    },
  ],
  [
    'its heartbeats stop',
    'Crashed',
    async (id) => {
      await stage.sql(
        `insert into run_heartbeat (workspace_id, flow_run_id, seen, occurred) values ($1, $2, '2020-01-01', '2020-01-01')`,
        [stage.tenant.workspaceId, id],
      );
      await stage.sql(
        `update flow_run set state = jsonb_set(state, '{timestamp}', to_jsonb(to_char((now() - interval '10 minutes') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) where id = $1`,
        [id],
      );
      await stage.rivals('recover-lost-runs');
    },
  ],
];

/** Where others end it no words of its process are waited for. */
const atOnce = new Set([
  'a worker says Cancelled',
  'it is cancelled from the web app',
  'nobody carries its cancellation out',
  'its agent is lost',
  'its heartbeats stop',
]);

test.each(ways)('when %s, its task runs end, and their slots are free', async (way, name, end) => {
  const run = await working();
  await end(run.id);
  const { state } = await stage.read(run.id);
  expect(state.name).toBe(name);
  if (!atOnce.has(way)) {
    await stage.isIdle(loop);
    await later();
  }
  await stage.cutOff(loop, 'concurrency_lease', 'delete');
  await stage.rivals(loop);
  const expected = {
    type: name === 'Cancelled' ? 'CANCELLED' : 'CRASHED',
    message: `The flow run ended first, in ${name}.`,
  };
  for (const id of [run.runs, run.waits]) {
    const task = await taskOf(id);
    expect(task.state).toMatchObject(expected);
    expect(task.end_time).toBe(task.state.timestamp);
  }
  expect(await statesOf(run.runs)).toHaveLength(3);
  expect((await taskOf(run.over)).state.type).toBe('COMPLETED');
  expect(await run.holders()).toEqual([]);
  await stage.isIdle(loop);
});

test('a task run ends when its flow run did, and is told of as an event with its flow run and tags', async () => {
  const run = await working();
  await made(stage.move(run.id, { type: 'FAILED' }));
  await later();
  await stage.loops.pass(loop);
  const task = await taskOf(run.runs);
  expect(task.end_time).toBe((await stage.read(run.id)).end_time);
  const { rows } = await stage.sql('select event, related, payload from event where id = $1', [task.state.id]);
  expect(rows).toEqual([
    {
      event: 'prefect.task-run.Crashed',
      related: expect.arrayContaining([
        expect.objectContaining({ 'prefect.resource.id': `prefect.flow-run.${run.id}` }),
        expect.objectContaining({ 'prefect.resource.id': `prefect.tag.${run.tag}` }),
      ]),
      payload: expect.objectContaining({ intended: { from: 'RUNNING', to: 'CRASHED' } }),
    },
  ]);
});

test.each(['one is deleted', 'many are deleted'])(
  'when %s, the slots of its task runs are free at once',
  async (how) => {
    const run = await working();
    if (how === 'one is deleted') await made(stage.http('DELETE', `/flow_runs/${run.id}`));
    else await made(stage.http('POST', '/flow_runs/bulk_delete', { flow_runs: { id: { any_: [run.id] } } }));
    expect(await run.holders()).toEqual([]);
  },
);

test('when a task run is deleted, its slots are free at once', async () => {
  const run = await working();
  await made(stage.http('DELETE', `/task_runs/${run.runs}`));
  expect(await run.holders()).toEqual([]);
});

/** As the process of a task run tells of a state of it, so many seconds after now. */
function tell(taskRunId: string, flowRunId: string, type: string, seconds: number) {
  const name = type[0] + type.slice(1).toLowerCase();
  const event = {
    id: newId(),
    occurred: new Date(Date.now() + seconds * 1000).toISOString(),
    event: `prefect.task-run.${name}`,
    resource: { 'prefect.resource.id': `prefect.task-run.${taskRunId}`, 'prefect.orchestration': 'client' },
    related: [{ 'prefect.resource.id': `prefect.flow-run.${flowRunId}`, 'prefect.resource.role': 'flow-run' }],
    payload: {
      validated_state: { type, name, message: 'told' },
      task_run: { task_key: 't', dynamic_key: taskRunId, run_count: 1, end_time: null },
    },
  };
  return made(stage.http('POST', '/events', [event]));
}

test('what a process told of the end before, and arrives after it was presumed, counts', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  const [done, slow] = [newId(), newId()];
  for (const task of [done, slow]) await tell(task, id, 'PENDING', -60);
  await made(stage.move(id, { type: 'COMPLETED' }));
  await later();
  await stage.rivals(loop);
  expect((await taskOf(done)).state_type).toBe('CRASHED');
  await tell(done, id, 'COMPLETED', -20);
  expect((await taskOf(done)).state).toMatchObject({ type: 'COMPLETED', message: 'told' });
  expect(await statesOf(done)).toEqual(['Pending', 'Completed']);
  await tell(slow, id, 'RUNNING', -40);
  expect((await taskOf(slow)).state_type).toBe('CRASHED');
  await tell(slow, id, 'FAILED', -10);
  expect((await taskOf(slow)).state_type).toBe('FAILED');
  await later();
  await stage.rivals(loop);
  expect((await taskOf(slow)).state_type).toBe('FAILED');
  await stage.isIdle(loop);
});

test('who goes on after the end of its flow run, or is first told of then, ends in its turn', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  const [goesOn, late] = [newId(), newId()];
  await tell(goesOn, id, 'RUNNING', -60);
  await made(stage.move(id, { type: 'CRASHED' }));
  await later();
  await stage.rivals(loop);
  await stage.isIdle(loop);
  await tell(goesOn, id, 'RUNNING', 30);
  await tell(late, id, 'RUNNING', -1);
  expect((await taskOf(goesOn)).state_type).toBe('RUNNING');
  await later();
  await stage.rivals(loop);
  for (const task of [goesOn, late]) expect((await taskOf(task)).state_type).toBe('CRASHED');
  await stage.isIdle(loop);
  const byHttp = await makeTask(id);
  await later();
  await stage.rivals(loop);
  expect((await taskOf(byHttp)).state_type).toBe('CRASHED');
  await tell(goesOn, id, 'COMPLETED', 60);
  expect((await taskOf(goesOn)).state_type).toBe('COMPLETED');
});

test('a flow run that is started anew meanwhile keeps its task runs', async () => {
  const deployment = await stage.deployment();
  const run = await working({ deployment_id: deployment.id });
  await made(stage.move(run.id, { type: 'FAILED' }));
  await made(stage.move(run.id, { type: 'SCHEDULED' }, true));
  await later();
  await stage.isIdle(loop);
  expect((await taskOf(run.runs)).state_type).toBe('RUNNING');
  for (const type of ['PENDING', 'RUNNING', 'CRASHED']) await made(stage.move(run.id, { type }, true));
  await later();
  await stage.rivals(loop);
  expect((await taskOf(run.runs)).state_type).toBe('CRASHED');
});

test('what goes on by itself goes on: background tasks, unless the flow run was cancelled, and subflow runs', async () => {
  const scheduled = { state: { type: 'SCHEDULED', state_details: { deferred: true } } };
  const waiting = async (task: string) =>
    (await stage.sql('select from task_run_queue where task_run_id = $1', [task])).rowCount;
  const alone = await makeTask(null, scheduled);
  for (const type of ['COMPLETED', 'CANCELLED']) {
    const { id } = await stage.run({ state: { type: 'RUNNING' } });
    const [background, dummy] = [await makeTask(id, scheduled), await makeTask(id)];
    const subflow = await stage.run({ parent_task_run_id: dummy, deployment_id: (await stage.deployment()).id });
    await made(stage.move(id, { type }, true));
    await later();
    await stage.rivals(loop);
    expect((await taskOf(background)).state_type).toBe(type === 'CANCELLED' ? 'CANCELLED' : 'SCHEDULED');
    expect(await waiting(background)).toBe(type === 'CANCELLED' ? 0 : 1);
    expect((await taskOf(dummy)).state_type).toBe('PENDING');
    await made(stage.move(subflow.id, { type: 'FAILED' }, true));
    expect((await taskOf(dummy)).state_type).toBe('FAILED');
  }
  expect((await taskOf(alone)).state_type).toBe('SCHEDULED');
  expect(await waiting(alone)).toBe(1);
});

test('a subflow run ends with the process in which it ran, one of a deployment goes on', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  const [inside, apart] = [await makeTask(id), await makeTask(id)];
  const started = { state: { type: 'RUNNING' } };
  const subflow = await stage.run({ parent_task_run_id: inside, ...started });
  const deployment = await stage.deployment();
  const deployed = await stage.run({ parent_task_run_id: apart, deployment_id: deployment.id, ...started });
  const deepest = await makeTask(subflow.id, started);
  await made(stage.move(id, { type: 'CRASHED' }));
  for (let depth = 0; depth < 2; depth++) {
    await later();
    await stage.rivals(loop);
  }
  const message = 'The flow run in whose process it ran ended first, in Crashed.';
  expect((await stage.read(subflow.id)).state).toMatchObject({ type: 'CRASHED', message });
  expect(await stage.history(subflow.id)).toEqual(['Running', 'Crashed']);
  for (const task of [inside, deepest]) expect((await taskOf(task)).state_type).toBe('CRASHED');
  expect((await stage.read(deployed.id)).state_type).toBe('RUNNING');
  expect((await taskOf(apart)).state_type).toBe('RUNNING');
  await made(stage.move(subflow.id, { type: 'COMPLETED' }));
  expect((await taskOf(inside)).state_type).toBe('COMPLETED');
  await later();
  await stage.isIdle(loop);
});

test('a task run that is told of just after its flow run was ended by others is seen to with the second look', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  await made(stage.move(id, { type: 'CANCELLED' }, true));
  await stage.loops.pass(loop);
  // As it is when it was being recorded at that moment.
  const task = newId();
  await stage.sql(
    `insert into task_run (workspace_id, id, name, flow_run_id, task_key, dynamic_key, state_type) values ($1, $2, 'n', $3, 'k', 'late', 'RUNNING')`,
    [stage.tenant.workspaceId, task, id],
  );
  await later();
  await stage.loops.pass(loop);
  expect((await taskOf(task)).state_type).toBe('CANCELLED');
  await stage.isIdle(loop);
});

test('however many a flow run left going, all end, and nothing is left to look at', async () => {
  const { id } = await stage.run({ state: { type: 'RUNNING' } });
  await stage.sql(
    `insert into task_run (workspace_id, id, name, flow_run_id, task_key, dynamic_key)
     select $1, gen_random_uuid(), 'n', $2, 'k', n::text from generate_series(1, 700) n`,
    [stage.tenant.workspaceId, id],
  );
  await made(stage.move(id, { type: 'CRASHED' }));
  await later();
  let ended = 0;
  while (ended < 700) ended += (await stage.loops.pass(loop))['ended']!;
  const { rows } = await stage.sql(`select distinct state_type from task_run where flow_run_id = $1`, [id]);
  expect(rows).toEqual([{ state_type: 'CRASHED' }]);
  const left = await stage.sql('select from run_ended where due <= now()');
  expect(left.rowCount).toBe(0);
});
