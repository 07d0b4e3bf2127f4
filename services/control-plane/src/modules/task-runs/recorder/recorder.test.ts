import { randomUUID } from 'node:crypto';
import { newId, type StateType } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'f' })).body.id;
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const newFlowRun = async (): Promise<string> =>
  (await call('POST', '/flow_runs/', { flow_id: flowId, state: { type: 'RUNNING' } })).body.id;
const at = (second: number) => `2026-11-21T10:00:${String(second).padStart(2, '0')}.000000Z`;

type Run = { id: string; flowRunId: string | null; key?: string };
type Moment = { second: number; type: StateType; name?: string; run?: object; id?: string; state?: object };

/** The event by which a process tells of a state of its task run. */
function event({ id, flowRunId, key = 'k' }: Run, moment: Moment) {
  const { second, type, name = type[0] + type.slice(1).toLowerCase() } = moment;
  const flowRun = { 'prefect.resource.id': `prefect.flow-run.${flowRunId}`, 'prefect.resource.role': 'flow-run' };
  return {
    id: moment.id ?? newId(),
    occurred: at(second),
    event: `prefect.task-run.${name}`,
    resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
    related: flowRunId ? [flowRun] : [],
    payload: {
      validated_state: { type, name, message: null, ...moment.state },
      task_run: { task_key: 'extract', dynamic_key: key, name: `extract-${key}`, ...moment.run },
    },
  };
}
const tell = async (...events: object[]) => expect((await call('POST', '/events', events)).status).toBe(204);
const read = async (id: string) => {
  const [run, states] = [
    await call('GET', `/task_runs/${id}`),
    await call('GET', `/task_run_states/?task_run_id=${id}`),
  ];
  return { run: run.body, status: run.status, states: states.body as { name: string; timestamp: string }[] };
};

/** The life of a task run as an engine tells of it: every event carries all that is known by then. */
function life(run: Run, failures: number) {
  const told: object[] = [];
  let [second, known] = [0, { tags: ['t'], run_count: 0, total_run_time: 0 } as Record<string, unknown>];
  const step = (type: StateType, name: string, more: object = {}) => {
    known = { ...known, expected_start_time: at(0), ...more };
    told.push(event(run, { second: second++, type, name, run: known }));
  };
  step('PENDING', 'Pending');
  for (let attempt = 1; attempt <= failures + 1; attempt++) {
    step('RUNNING', attempt === 1 ? 'Running' : 'Retrying', { run_count: attempt, start_time: at(1) });
    if (attempt <= failures) step('SCHEDULED', 'AwaitingRetry', { next_scheduled_start_time: at(second + 1) });
  }
  step('COMPLETED', 'Completed', { end_time: at(second), total_run_time: 1.5, next_scheduled_start_time: null });
  return told;
}

/** All but what differs between two runs that lived the same. */
const outcome = ({ run, states }: Awaited<ReturnType<typeof read>>) => {
  const { id: _, created: __, updated: ___, state_id: ____, state, flow_run_id: _____, ...rest } = run;
  return { ...rest, state: [state.type, state.name, state.timestamp], states: states.map((each) => each.name) };
};

describe('a task run', () => {
  test('ends the same whatever the order of its events, however often they come and however they are sent', async () => {
    const flowRunId = await newFlowRun();
    const heard = { id: newId(), flowRunId, key: 'k' };
    const inOrder = life(heard, 2);
    for (const each of inOrder) await tell(each);
    const expected = outcome(await read(heard.id));
    expect(expected).toMatchObject({ state_type: 'COMPLETED', run_count: 3, total_run_time: 1.5, end_time: at(6) });
    expect(expected.states).toHaveLength(inOrder.length);

    const places = inOrder.map((_, place) => place);
    const deliveries = fc
      .tuple(
        fc.shuffledSubarray(places, { minLength: places.length }),
        fc.array(fc.nat(places.length - 1), { maxLength: 6 }),
      )
      .chain(([once, again]) => fc.shuffledSubarray([...once, ...again], { minLength: once.length + again.length }));
    const splits = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(deliveries, splits, async (order, sizes) => {
        const run = { id: newId(), flowRunId: await newFlowRun(), key: 'k' };
        const events = life(run, 2);
        const queue = order.map((place) => events[place]!);
        for (const size of sizes) if (queue.length > 0) await tell(...queue.splice(0, size));
        if (queue.length > 0) await tell(...queue);
        expect(outcome(await read(run.id))).toEqual(expected);
      }),
      { numRuns: 40, seed: Number(process.env['SEED'] ?? 1) },
    );
  });

  test('keeps what a later event leaves out, and takes what it says, also when it says null', async () => {
    const run = { id: newId(), flowRunId: await newFlowRun() };
    await tell(
      event(run, {
        second: 1,
        type: 'RUNNING',
        run: { start_time: at(1), cache_key: 'c', tags: ['a'], labels: { x: 1 } },
      }),
    );
    await tell(event(run, { second: 2, type: 'COMPLETED', run: { cache_key: null, end_time: at(2) } }));
    expect((await read(run.id)).run).toMatchObject({
      start_time: at(1),
      end_time: at(2),
      cache_key: null,
      tags: ['a'],
      labels: { x: 1 },
    });
  });

  test('is not changed by an older event, which is kept as history, sorted by its time', async () => {
    const run = { id: newId(), flowRunId: await newFlowRun() };
    await tell(event(run, { second: 5, type: 'COMPLETED', run: { run_count: 1, name: 'new' } }));
    await tell(event(run, { second: 3, type: 'RUNNING', run: { run_count: 7, name: 'old', tags: ['old'] } }));
    const { run: kept, states } = await read(run.id);
    expect(kept).toMatchObject({ state_type: 'COMPLETED', run_count: 1, name: 'new', tags: [] });
    expect(states.map((each) => each.name)).toEqual(['Running', 'Completed']);
  });

  test('takes of two states of the same moment the one with the greater id, in either order', async () => {
    const ending = randomUUID().slice(8);
    const types = { [`00000000${ending}`]: 'RUNNING', [`ffffffff${ending}`]: 'COMPLETED' } as const;
    for (const ids of [Object.keys(types), Object.keys(types).reverse()]) {
      const run = { id: newId(), flowRunId: await newFlowRun() };
      for (const id of ids) await tell(event(run, { second: 1, type: types[id]!, id }));
      expect((await read(run.id)).run.state_type).toBe('COMPLETED');
    }
  });

  test('tells of many states in one batch, and stores all of them', async () => {
    const run = { id: newId(), flowRunId: await newFlowRun() };
    await tell(...life(run, 3).reverse());
    const { run: kept, states } = await read(run.id);
    expect(kept).toMatchObject({ state_name: 'Completed', run_count: 4 });
    expect(states.map((each) => each.timestamp)).toEqual(states.map((_, second) => at(second)));
  });

  test('without a flow run is known by its id', async () => {
    const run = { id: newId(), flowRunId: null, key: newId() };
    await tell(event(run, { second: 2, type: 'RUNNING' }));
    await tell(event(run, { second: 1, type: 'PENDING' }));
    const { run: kept, states } = await read(run.id);
    expect(kept).toMatchObject({ flow_run_id: null, state_type: 'RUNNING' });
    expect(states).toHaveLength(2);
  });
});

describe('a place in a flow run', () => {
  test('keeps the id under which it was first heard of, in one batch or in several', async () => {
    for (const batches of [1, 2]) {
      const flowRunId = await newFlowRun();
      const [first, second] = [newId(), newId()];
      const events = [
        event({ id: first, flowRunId }, { second: 1, type: 'RUNNING' }),
        event({ id: second, flowRunId }, { second: 2, type: 'COMPLETED' }),
      ];
      if (batches === 1) await tell(...events);
      else for (const each of events) await tell(each);
      const { run, states } = await read(first);
      expect(run).toMatchObject({
        state_type: 'COMPLETED',
        state: { state_details: { task_run_id: first, flow_run_id: flowRunId } },
      });
      expect(states).toHaveLength(2);
      expect((await read(second)).status).toBe(404);
    }
  });

  test('is one run when its events come in at the same time from many sides', async () => {
    const flowRunId = await newFlowRun();
    const runs = Array.from({ length: 12 }, (_, key) => ({ id: newId(), flowRunId, key: String(key) }));
    const events = runs.flatMap((run) => life(run, 1));
    await Promise.all(events.map((each) => tell(each)));
    for (const run of runs) {
      const { run: kept, states } = await read(run.id);
      expect(kept).toMatchObject({ state_name: 'Completed', run_count: 2 });
      expect(states).toHaveLength(5);
    }
  });

  test('takes over a run that was made over HTTP', async () => {
    const flowRunId = await newFlowRun();
    const made = await call('POST', '/task_runs/', { flow_run_id: flowRunId, task_key: 'extract', dynamic_key: 'k' });
    const told = event({ id: newId(), flowRunId }, { second: 1, type: 'RUNNING' });
    await tell({ ...told, occurred: '2100-01-01T00:00:00Z' });
    expect((await read(made.body.id)).run).toMatchObject({ state_type: 'RUNNING', id: made.body.id });
  });
});

describe('what cannot be recorded', () => {
  test('an event of an unknown or deleted flow run makes no task run and no history, and costs the others nothing', async () => {
    const gone = { id: newId(), flowRunId: await newFlowRun() };
    await tell(event(gone, { second: 1, type: 'RUNNING' }));
    await call('DELETE', `/flow_runs/${gone.flowRunId}`);
    const [unknown, known] = [
      { id: newId(), flowRunId: randomUUID() },
      { id: newId(), flowRunId: await newFlowRun() },
    ];
    await tell(...[gone, unknown, known].map((run) => event(run, { second: 2, type: 'COMPLETED' })));
    expect([(await read(gone.id)).status, (await read(unknown.id)).status, (await read(known.id)).status]).toEqual([
      404, 404, 200,
    ]);
    expect((await read(unknown.id)).states).toEqual([]);
  });

  test('an event whose numbers are none loses them, and costs the others nothing', async () => {
    const [bad, good] = [
      { id: newId(), flowRunId: await newFlowRun() },
      { id: newId(), flowRunId: await newFlowRun() },
    ];
    await tell(
      event(bad, { second: 1, type: 'RUNNING', run: { run_count: 'many' } }),
      event(good, { second: 1, type: 'RUNNING' }),
    );
    expect([(await read(bad.id)).status, (await read(good.id)).status]).toEqual([200, 200]);
  });

  test('the late word that a background run waits does not bring back one that was deleted', async () => {
    const deferred = { type: 'SCHEDULED', state_details: { deferred: true } };
    const { body } = await call('POST', '/task_runs/', { task_key: 't', dynamic_key: newId(), state: deferred });
    const run = { id: body.id as string, flowRunId: null, key: body.dynamic_key as string };
    await call('DELETE', `/task_runs/${run.id}`);
    await tell(event(run, { second: 1, type: 'SCHEDULED', state: { state_details: { deferred: true } } }));
    expect((await read(run.id)).status).toBe(404);
    expect((await read(run.id)).states).toEqual([]);
  });

  test('a task run that is told of while its flow run is deleted is not left behind', async () => {
    const flowRunId = await newFlowRun();
    const run = { id: newId(), flowRunId };
    const deletion = await app.db.sql.connect();
    try {
      await deletion.query('begin');
      await deletion.query('select from flow_run where id = $1 for update', [flowRunId]);
      const told = tell(event(run, { second: 1, type: 'RUNNING' }));
      await until('the recorder waits for the deletion', async () => {
        const waiting = await app.db.sql.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting.rowCount === 1;
      });
      await deletion.query('delete from flow_run where id = $1', [flowRunId]);
      await deletion.query('commit');
      await told;
    } finally {
      deletion.release();
    }
    expect((await read(run.id)).status).toBe(404);
  });

  test('events that the server wrote, of other things, or without a state are only events', async () => {
    const run = { id: newId(), flowRunId: null, key: newId() };
    const told = event(run, { second: 1, type: 'RUNNING' });
    await tell(
      { ...told, id: newId(), resource: { ...told.resource, 'prefect.orchestration': 'server' } },
      { ...told, id: newId(), event: 'prefect.flow-run.Running' },
      { ...told, id: newId(), payload: {} },
      { ...told, id: newId(), payload: { ...told.payload, validated_state: { type: 'NONSENSE' } } },
    );
    expect((await read(run.id)).status).toBe(404);
  });

  test('events of another workspace do not touch a run with the same id', async () => {
    const stranger = await app.tenant();
    const run = { id: newId(), flowRunId: null, key: newId() };
    await tell(event(run, { second: 1, type: 'RUNNING' }));
    await app.inject('POST', '/api/events', [event(run, { second: 2, type: 'FAILED' })], stranger.key);
    expect((await read(run.id)).run.state_type).toBe('RUNNING');
    expect((await app.inject('GET', `/api/task_runs/${run.id}`, undefined, stranger.key)).body.state_type).toBe(
      'FAILED',
    );
  });
});
