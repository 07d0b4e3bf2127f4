import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import type { WireEvent } from '../../../core/events/events.js';
import { Live, topics } from '../../../core/live/live.js';

/** Of an event of a state little is stored; what is read is what was told when it happened. */
let app: TestApp;
let owner: Tenant;
let flow: string;
const told = new Map<string, WireEvent>();
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  app.app.get(Live).subscribe(topics.events(owner.workspaceId), (events) => {
    for (const event of events as WireEvent[]) told.set(event.id, event);
  });
  flow = (await post('/flows/', { name: 'etl' })).id;
});
afterAll(() => app.close());

const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  (await app.inject(method, `/api${path}`, body, owner.key)).body;
const post = (path: string, body: object) => call('POST', path, body);
const run = async (more: object = {}): Promise<string> => (await post('/flow_runs/', { flow_id: flow, ...more })).id;
const move = (id: string, state: object, force = true) => post(`/flow_runs/${id}/set_state`, { state, force });
const eventsOf = async (id: string, filter: object = {}): Promise<WireEvent[]> =>
  (await post('/events/filter', { filter: { resource: { id: [`prefect.flow-run.${id}`] }, order: 'ASC', ...filter } }))
    .events;
/** When it came in is another moment than when it happened, and is not told. */
const withoutReceived = ({ received: _, ...event }: WireEvent) => event;
async function expectAsTold(id: string, names: string[]): Promise<WireEvent[]> {
  const read = await eventsOf(id);
  expect(read.map(({ event }) => event.slice('prefect.flow-run.'.length))).toEqual(names);
  for (const event of read) expect(withoutReceived(event)).toEqual(withoutReceived(told.get(event.id)!));
  return read;
}
const columns = async (id: string, which: string) =>
  (
    await app.db.sql.query(`select ${which} as it from event where resource_id = $1 order by occurred`, [
      `prefect.flow-run.${id}`,
    ])
  ).rows.map(({ it }) => it);

test('a life of a run is read as it was told, and its events repeat nothing', async () => {
  const id = await run({ tags: ['a', 'b'], state: { type: 'PENDING' } });
  await move(id, { type: 'RUNNING', message: 'off "we" go, 😀 \\u0000' }, false);
  await move(id, { type: 'PAUSED', name: 'Waiting. For.it', state_details: { pause_timeout: '2199-01-01T00:00:00Z' } });
  await move(id, { type: 'SCHEDULED', name: 'AwaitingRetry', message: '' });
  await move(id, { type: 'RUNNING' });
  await move(id, { type: 'FAILED', message: 'no' });
  await expectAsTold(id, ['Pending', 'Running', 'Waiting. For.it', 'AwaitingRetry', 'Running', 'Failed']);
  expect(await columns(id, 'coalesce(resource, payload)')).toEqual([null, null, null, null, null, null]);
});

test('so is one of a deployment with a pool, cancelled by somebody, and a subflow', async () => {
  await post('/work_pools/', { name: 'pool', type: 'process' });
  const deployment = await post('/deployments/', { name: 'd', flow_id: flow, work_pool_name: 'pool', tags: ['t'] });
  const { id } = await post(`/deployments/${deployment.id}/create_flow_run`, { name: 'named' });
  await move(id, { type: 'RUNNING' });
  await move(id, { type: 'CANCELLING', message: 'stop' });
  await move(id, { type: 'CANCELLED' });
  const events = await expectAsTold(id, ['Scheduled', 'Running', 'Cancelling', 'Cancelled']);
  expect(events[2]!.related.at(-1)).toMatchObject({ 'prefect.resource.role': 'actor' });
  const task = await post('/task_runs/', { flow_run_id: id, task_key: 't', dynamic_key: '0' });
  const child = await run({ parent_task_run_id: task.id, state: { type: 'RUNNING' } });
  await move(child, { type: 'COMPLETED', message: null });
  await expectAsTold(child, ['Running', 'Completed']);
});

test('to what runs are related is stored once a day for all runs of a deployment, and once more when it changes', async () => {
  const { id: flow_id } = await post('/flows/', { name: 'often' });
  const deployment = await post('/deployments/', { name: 'often', flow_id });
  const lists = async () =>
    (
      await app.db.sql.query('select distinct id from event_related where related @> $1::jsonb', [
        JSON.stringify([{ 'prefect.resource.id': `prefect.flow.${flow_id}` }]),
      ])
    ).rows.length;
  const live = async (body: object) => {
    const { id } = await post(`/deployments/${deployment.id}/create_flow_run`, body);
    await move(id, { type: 'RUNNING' });
    await move(id, { type: 'COMPLETED' });
    const events = await expectAsTold(id, ['Scheduled', 'Running', 'Completed']);
    expect(new Set(events.map(({ related }) => JSON.stringify(related))).size).toBe(1);
  };
  await Promise.all([live({}), live({}), live({})]);
  expect(await lists()).toBe(1);
  await live({ tags: ['another'] });
  expect(await lists()).toBe(2);
});

test('what Postgres cannot hold is left out of all of an event alike, and a message may be longer than its resource says', async () => {
  const id = await run({ name: 'n \0 \ud800', state: { type: 'RUNNING' } });
  await move(id, { type: 'FAILED', name: 'End \0', message: 'bin \0 \ud800' });
  await move(id, { type: 'CRASHED', message: `${'😀'.repeat(49_999)}abc😀` });
  const [running, failed, crashed] = await eventsOf(id);
  expect(running!.resource).toMatchObject({ 'prefect.resource.name': 'n  \ufffd', 'prefect.state-message': '' });
  expect(failed).toMatchObject({
    event: 'prefect.flow-run.End ',
    resource: { 'prefect.state-name': 'End ', 'prefect.state-message': 'bin  \ufffd' },
    payload: {
      intended: { from: 'RUNNING', to: 'FAILED' },
      initial_state: { type: 'RUNNING', name: 'Running', message: null },
      validated_state: { type: 'FAILED', name: 'End ', message: 'bin  \ufffd' },
    },
  });
  const { message } = (crashed!.payload as { validated_state: { message: string } }).validated_state;
  expect([message.length, crashed!.resource['prefect.state-message']!.length]).toEqual([100_003, 100_000]);
});

test('filters find them by labels, text and payload, counts count them, and they stay when the run is gone', async () => {
  const id = await run({ name: 'to-be-found', state: { type: 'RUNNING' } });
  await move(id, { type: 'FAILED', message: 'needle in it' });
  const found = async (filter: object) => (await eventsOf(id, filter)).map(({ event }) => event.slice(17));
  const only = (labels: object) => ({ resource: { id: [`prefect.flow-run.${id}`], labels } });
  const look = async () => [
    await found(only({ 'prefect.state-type': 'FAILED' })),
    await found(only({ 'prefect.resource.name': 'to-be-*', 'prefect.run-count': '1' })),
    await found(only({ 'prefect.state-message': '!needle*' })),
    await found({ text: { query: 'needle' } }),
    await found({ text: { query: '-needle' } }),
    await found({ any_resource: { labels: { 'prefect.state-name': ['Failed'] } } }),
    (await post('/events/count-by/resource', { filter: only({}) })).map(
      ({ label, count }: { label: string; count: number }) => [label, count],
    ),
  ];
  const before = [await eventsOf(id), await look()];
  expect(before[1]).toEqual([
    ['Failed'],
    ['Running', 'Failed'],
    ['Running'],
    ['Failed'],
    ['Running'],
    ['Failed'],
    [['to-be-found', 2]],
  ]);
  await call('DELETE', `/flow_runs/${id}`);
  expect([await eventsOf(id), await look()]).toEqual(before);
});
