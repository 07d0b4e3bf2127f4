import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Config } from '../../src/core/config/config.js';
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

const limited = { concurrency_limit: 2, concurrency_options: { collision_strategy: 'ENQUEUE' } };
const slotsOf = async (deployment: string) =>
  (await made(stage.http('GET', `/v2/concurrency_limits/deployment:${deployment}`))).active_slots;

test('a slot that a run holds stays; one whose run moved on while its process died comes back, once', async () => {
  const { id: deployment_id } = await stage.deployment(limited);
  const [holder, other] = [await stage.run({ deployment_id }), await stage.run({ deployment_id })];
  for (const run of [holder, other]) await made(stage.move(run.id, { type: 'SCHEDULED' }, true));
  for (const run of [holder, other]) await made(stage.move(run.id, { type: 'PENDING' }));
  await stage.sql(`update concurrency_lease set created = now() - interval '5 minutes'`);
  await stage.isIdle('return-stray-slots');
  // The lease of the other is the one that a killed process leaves: its run does not know it any more.
  await stage.sql(
    `update flow_run set state = state #- '{state_details,deployment_concurrency_lease_id}' where id = $1`,
    [other.id],
  );
  expect(await slotsOf(deployment_id)).toBe(2);
  await stage.cutOff('return-stray-slots', 'concurrency_limit', 'update');
  await stage.rivals('return-stray-slots');
  expect(await slotsOf(deployment_id)).toBe(1);
  await stage.isIdle('return-stray-slots');
});

test('a slot whose run is gone comes back', async () => {
  const { id: deployment_id } = await stage.deployment(limited);
  const { id } = await stage.run({ deployment_id, state: { type: 'SCHEDULED' } });
  await made(stage.move(id, { type: 'PENDING' }));
  await stage.sql(
    `update concurrency_lease set created = now() - interval '5 minutes', holder_id = gen_random_uuid()
                    where holder_id = $1`,
    [id],
  );
  await stage.sql(
    `update flow_run set state = state #- '{state_details,deployment_concurrency_lease_id}' where id = $1`,
    [id],
  );
  await stage.rivals('return-stray-slots');
  expect(await slotsOf(deployment_id)).toBe(0);
});

test.each([
  [
    'has ended without giving it back',
    `update task_run set state_type = 'COMPLETED', state_timestamp = now() - interval '1 minute' where id = $1`,
  ],
  ['is not there', 'delete from task_run where id = $1'],
])('the slot of a tag comes back when the task run that has it %s', async (_, end) => {
  const tag = `tag-${Math.random()}`;
  await made(stage.http('POST', '/concurrency_limits/', { tag, concurrency_limit: 1 }));
  const run = await stage.run({ state: { type: 'RUNNING' } });
  const task = { flow_run_id: run.id, task_key: 't', dynamic_key: '0', tags: [tag] };
  const { body } = await stage.http('POST', '/task_runs/', { ...task, state: { type: 'PENDING' } });
  await made(stage.http('POST', `/task_runs/${body.id}/set_state`, { state: { type: 'RUNNING' } }));
  const holders = async () => (await stage.http('GET', `/concurrency_limits/tag/${tag}`)).body.active_slots;
  expect(await holders()).toEqual([body.id]);
  await stage.sql(`update concurrency_lease set created = now() - interval '5 minutes'`);
  await stage.isIdle('return-stray-slots');
  await stage.sql(end, [body.id]);
  await stage.sql(`update concurrency_lease set created = now() - interval '11 minutes'`);
  await stage.rivals('return-stray-slots');
  expect(await holders()).toEqual([]);
});

test('counts are summed up once, and nothing is left to sum', async () => {
  await stage.run();
  await stage.cutOff('fold-counts', 'flow_run_tally', 'insert');
  await stage.rivals('fold-counts');
  await stage.loops.pass('fold-counts');
  await stage.isIdle('fold-counts');
});

test('replicas that make and drop days at the same time make and drop each once', async () => {
  await stage.sql(`create table log_20200101 partition of log for values from ('2020-01-01') to ('2020-01-02')`);
  const dropped = (await stage.rivals('keep-partitions')).map((did) => did['dropped']);
  expect(dropped.reduce((sum, each) => sum! + each!, 0)).toBe(1);
  await stage.isIdle('keep-partitions');
});

test.each([
  ['event', 'occurred', 7],
  // With the last event of its day.
  ['event_related', 'day', 8],
  ['log', 'timestamp', 30],
  ['flow_run_state', 'timestamp', 90],
  ['task_run_state', 'timestamp', 90],
])('rows of %s of a moment that has no day of its own go when they are old, too', async (table, moment, days) => {
  const { id } = await stage.run({ state: { type: 'COMPLETED' } });
  await made(
    stage.http('POST', '/logs/', [{ name: 'l', level: 20, message: 'm', timestamp: new Date(), flow_run_id: id }]),
  );
  await stage.sql(`delete from ${table}_other`);
  for (const age of [days + 1, days - 1])
    await stage.sql(
      `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object('id', gen_random_uuid(), '${moment}', now() - interval '${age} days'))).*
         from (select * from ${table} limit 1) t`,
    );
  const ages = async () =>
    (await stage.sql(`select extract(day from now() - ${moment})::int as age from ${table}_other order by 1`)).rows;
  expect(await ages()).toEqual([{ age: days - 1 }, { age: days + 1 }]);
  await stage.cutOff('keep-partitions', `${table}_other`, 'delete');
  await stage.rivals('keep-partitions');
  expect(await ages()).toEqual([{ age: days - 1 }]);
  await stage.sql(`delete from ${table}_other`);
});

test('a worker that nobody has heard of for a month is forgotten; one that was there lately is not', async () => {
  const pool = await made(stage.http('POST', '/work_pools/', { name: `pool-${newId()}`, type: 'process' }));
  for (const name of ['long ago', 'lately', 'now'])
    await stage.http('POST', `/work_pools/${pool.name}/workers/heartbeat`, { name });
  for (const [name, days] of [
    ['long ago', 31],
    ['lately', 29],
  ])
    await stage.sql(
      `update worker set status = 'OFFLINE', last_heartbeat_time = now() - $2 * interval '1 day' where name = $1`,
      [name, days],
    );
  await stage.rivals('forget-workers');
  const workers = await made(stage.http('POST', `/work_pools/${pool.name}/workers/filter`, {}));
  expect(workers.map((worker: { name: string }) => worker.name).sort()).toEqual(['lately', 'now']);
  await stage.isIdle('forget-workers');
});

test('artifacts expire with their run, but for what is still the newest of its key', async () => {
  const [old, young] = [
    await stage.run({ state: { type: 'COMPLETED' } }),
    await stage.run({ state: { type: 'COMPLETED' } }),
  ];
  const leave = async (run: { id: string }, key: string | null) =>
    (await made(stage.http('POST', '/artifacts/', { key, type: 'markdown', data: 'x', flow_run_id: run.id })))
      .id as string;
  const [replaced, keyless, newest] = [await leave(old, 'both'), await leave(old, null), await leave(old, 'one')];
  const kept = [newest, await leave(young, 'both'), await leave(young, null)];
  await makeOld(old.id);
  await stage.cutOff('expire-runs', 'artifact', 'delete');
  expect((await stage.http('GET', `/artifacts/${replaced}`)).status).toBe(200);
  await stage.rivals('expire-runs');
  for (const id of [replaced, keyless]) expect((await stage.http('GET', `/artifacts/${id}`)).status).toBe(404);
  for (const id of kept) expect((await stage.http('GET', `/artifacts/${id}`)).status).toBe(200);
  await stage.isIdle('expire-runs');
});

test('runs may be kept for a part of a day', async () => {
  const { retention } = stage.app.app.get(Config);
  const { runDays } = retention;
  retention.runDays = 0.25;
  try {
    const [old, young] = [
      await stage.run({ state: { type: 'COMPLETED' } }),
      await stage.run({ state: { type: 'COMPLETED' } }),
    ];
    await makeOld(old.id, '7 hours');
    await makeOld(young.id, '5 hours');
    for (const loop of ['expire-runs', 'expire-task-runs', 'keep-partitions']) await stage.rivals(loop);
    expect((await stage.http('GET', `/flow_runs/${old.id}`)).status).toBe(404);
    expect((await stage.http('GET', `/flow_runs/${young.id}`)).status).toBe(200);
  } finally {
    retention.runDays = runDays;
  }
});

/** As if it had ended so long ago. */
async function makeOld(id: string, since = '100 days'): Promise<void> {
  const earlier = `expected_start_time = expected_start_time - interval '${since}'`;
  await stage.sql(`update flow_run set ${earlier}, end_time = end_time - interval '${since}' where id = $1`, [id]);
  await stage.sql(`update flow_run_by_state set ${earlier} where flow_run_id = $1`, [id]);
}

test('a run that ended long ago goes with all that belongs to it; one that has not ended stays', async () => {
  const old = await stage.run({ state: { type: 'COMPLETED' } });
  const [running, recent] = [
    await stage.run({ state: { type: 'RUNNING' } }),
    await stage.run({ state: { type: 'FAILED' } }),
  ];
  await made(stage.http('POST', `/flow_runs/${old.id}/input`, { key: 'k', value: '1' }));
  await made(
    stage.http('POST', '/task_runs/', {
      flow_run_id: old.id,
      task_key: 't',
      dynamic_key: '0',
      state: { type: 'COMPLETED' },
    }),
  );
  for (const { id } of [old, running]) await makeOld(id);
  await stage.cutOff('expire-runs', 'task_run', 'delete');
  await stage.rivals('expire-runs');
  expect((await stage.http('GET', `/flow_runs/${old.id}`)).status).toBe(404);
  for (const { id } of [running, recent]) expect((await stage.http('GET', `/flow_runs/${id}`)).status).toBe(200);
  for (const table of ['flow_run_input', 'flow_run_state', 'task_run'])
    expect((await stage.sql(`select 1 from ${table} where flow_run_id = $1`, [old.id])).rows).toEqual([]);
  await stage.isIdle('expire-runs');
});

test('a task run without a flow run goes when it ended long ago; one that waits stays', async () => {
  const make = async (state: object) =>
    (await made(stage.http('POST', '/task_runs/', { task_key: 't', dynamic_key: newId(), state }))).id as string;
  const [old, recent] = [await make({ type: 'COMPLETED' }), await make({ type: 'COMPLETED' })];
  const waiting = await make({ type: 'SCHEDULED', state_details: { deferred: true } });
  await stage.sql(
    `update task_run set created = created - interval '100 days', updated = updated - interval '100 days' where id = any($1)`,
    [[old, waiting]],
  );
  await stage.cutOff('expire-task-runs', 'task_run_state', 'delete');
  await stage.rivals('expire-task-runs');
  expect((await stage.http('GET', `/task_runs/${old}`)).status).toBe(404);
  expect((await stage.sql('select from task_run_state where task_run_id = $1', [old])).rowCount).toBe(0);
  for (const id of [recent, waiting]) expect((await stage.http('GET', `/task_runs/${id}`)).status).toBe(200);
  await stage.isIdle('expire-task-runs');
});

test('how long a task run without a flow run is kept is not said by the times of its client', async () => {
  const dated = async (year: string) => {
    const [id, key] = [newId(), newId()];
    const told = {
      id: newId(),
      occurred: `${year}-01-01T00:00:00.000000Z`,
      event: 'prefect.task-run.Completed',
      resource: {
        'prefect.resource.id': `prefect.task-run.${id}`,
        'prefect.orchestration': 'client',
        'prefect.state-type': 'COMPLETED',
      },
      payload: {
        validated_state: { type: 'COMPLETED', name: 'Completed' },
        task_run: {
          name: 'n',
          task_key: 't',
          dynamic_key: key,
          expected_start_time: `${year}-01-01T00:00:00Z`,
          end_time: `${year}-01-01T00:00:00Z`,
        },
      },
    };
    expect((await stage.http('POST', '/events', [told])).status).toBeLessThan(300);
    return id;
  };
  const [past, future, old] = [await dated('1999'), await dated('2999'), await dated('2999')];
  const since = "interval '100 days'";
  await stage.sql(`update task_run set created = created - ${since}, updated = updated - ${since} where id = $1`, [
    old,
  ]);
  await stage.rivals('expire-task-runs');
  for (const id of [past, future]) expect((await stage.http('GET', `/task_runs/${id}`)).status).toBe(200);
  expect((await stage.http('GET', `/task_runs/${old}`)).status).toBe(404);
});
