import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newId } from '@headgate/contracts';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const workspace = (who: Tenant) => `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}`;
const event = (name: string, more: object = {}) => ({
  id: newId(),
  occurred: new Date().toISOString(),
  event: name,
  resource: { 'prefect.resource.id': `thing.${name}` },
  ...more,
});

/** The way in as the client in Cloud mode opens it. */
async function openIn(key = owner.key): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${workspace(owner)}/events/in`, {
    headers: { authorization: `bearer ${key}` },
  });
  await once(socket, 'open');
  return socket;
}
async function confirmed(socket: WebSocket): Promise<void> {
  const pong = once(socket, 'pong');
  socket.ping();
  await pong;
}

/** A reader as the client opens it: subprotocol, first message, filter. Collects what it gets. */
async function openOut(path: string, filter: object, token: string | null = owner.key, more: object = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${workspace(owner)}${path}`, 'prefect');
  const got: { type: string; event?: { event: string; id: string }; log?: { message: string } }[] = [];
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  socket.on('message', (data: Buffer) => got.push(JSON.parse(data.toString())));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token }));
  await Promise.race([until('auth_success', () => got.some((message) => message.type === 'auth_success')), closed]);
  socket.send(JSON.stringify({ type: 'filter', filter, ...more }));
  return { socket, got, closed };
}

/** The event by which a process tells of a state of one of its task runs. */
function taskRunEvent(flowRunId: string, taskRunId: string, state: string, at: string, run: object = {}) {
  return {
    id: newId(),
    occurred: at,
    event: `prefect.task-run.${state}`,
    resource: {
      'prefect.resource.id': `prefect.task-run.${taskRunId}`,
      'prefect.orchestration': 'client',
      'prefect.state-type': state.toUpperCase(),
    },
    related: [{ 'prefect.resource.id': `prefect.flow-run.${flowRunId}`, 'prefect.resource.role': 'flow-run' }],
    payload: {
      validated_state: { type: state.toUpperCase(), name: state, message: null, state_details: {}, data: null },
      task_run: {
        name: 'extract-0',
        task_key: 'extract',
        dynamic_key: '0',
        tags: ['t'],
        run_count: state === 'Pending' ? 0 : 1,
        ...run,
      },
    },
  };
}
const newFlowRun = async () =>
  (await call('POST', '/flow_runs/', { flow_id: (await call('POST', '/flows/', { name: 'f' })).body.id })).body
    .id as string;

test('a pong comes when what was sent before is stored; a broken frame costs nothing else', async () => {
  const socket = await openIn();
  const sent = event('confirmed');
  socket.send(JSON.stringify(sent));
  socket.send('{ broken');
  await confirmed(socket);
  const { events } = (await call('POST', '/events/filter', { filter: { event: { name: ['confirmed'] } } })).body;
  expect(events).toMatchObject([{ id: sent.id, payload: {}, related: [] }]);
  socket.close();
});

test('an event that is sent again is stored once', async () => {
  const twice = event('repeated');
  expect((await call('POST', '/events', [twice, twice])).status).toBe(204);
  await call('POST', '/events', [twice]);
  expect((await call('POST', '/events/filter', { filter: { event: { name: ['repeated'] } } })).body.total).toBe(1);
});

test('what the database cannot hold is taken out of an event, and what only looks like it stays', async () => {
  const payload = { nul: 'a\u0000b', written: '\\u0000', escaped: '\\\\u0000 \\ud800' };
  expect((await call('POST', '/events/', [event('odd.text', { payload }), event('odd.mate')])).status).toBe(204);
  expect((await call('POST', '/events/', [event('odd.half', { payload: { half: 'c\ud800d' } })])).status).toBe(204);
  const found = await call('POST', '/events/filter', { filter: { event: { prefix: ['odd.'] } } });
  const told = new Map(found.body.events.map((each: { event: string }) => [each.event, each]));
  expect([...told.keys()].sort()).toEqual(['odd.half', 'odd.mate', 'odd.text']);
  expect(told.get('odd.half')).toMatchObject({ payload: { half: 'c\ufffdd' } });
  expect(told.get('odd.text')).toMatchObject({ payload: { ...payload, nul: 'ab' } });
});

test('the doors for events are closed to wrong keys and to other workspaces', async () => {
  for (const key of ['pnu_wrong', stranger.key]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${workspace(owner)}/events/in`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
  }
  const { closed } = await openOut('/events/out', {}, stranger.key);
  expect((await closed)[0]).toBe(1008);
});

test('a reader gets what happened shortly before and what happens from then on, each once', async () => {
  await call('POST', '/events', [event('before')]);
  const { got, socket } = await openOut('/events/out', { event: { name: ['before', 'after'] }, id: { id: [] } });
  await until('the backfill', () => got.some((message) => message.event?.event === 'before'));
  await call('POST', '/events', [event('after'), event('unwanted')]);
  await until('the live event', () => got.some((message) => message.event?.event === 'after'));
  expect(got.flatMap((message) => message.event?.event ?? [])).toEqual(['before', 'after']);
  socket.close();
});

test('what is stored as the payload goes out as it is, in pages and to readers', async () => {
  await call('POST', '/events', [event('exact')]);
  await app.db.sql.query(`update event set payload = '{"n": 1.50}' where event = 'exact'`);
  const stored = '"payload":{"n": 1.50}';
  const filter = { event: { name: ['exact'] } };
  expect((await call('POST', '/events/filter', { filter })).text).toContain(stored);
  const searching = { ...filter, text: { query: '1.50' } };
  expect((await call('POST', '/events/filter', { filter: searching })).text).toContain(stored);
  const { socket, closed } = await openOut('/events/out', filter);
  let heard = '';
  socket.on('message', (data: Buffer) => (heard += data.toString()));
  await until('the backfill', () => heard.includes('exact'));
  expect(heard).toContain(stored);
  socket.close();
  await closed;
});

test.each([false, null, 0])('a reader that wants no backfill, which %s says, gets none', async (backfill) => {
  const [before, after] = [`before ${backfill}`, `after ${backfill}`];
  await call('POST', '/events', [event(before)]);
  const { got, socket } = await openOut('/events/out', { event: { name: [before, after] } }, owner.key, { backfill });
  await until('the live event', async () => {
    await call('POST', '/events', [event(after)]);
    return got.some((message) => message.event?.event === after);
  });
  expect(got.some((message) => message.event?.event === before)).toBe(false);
  socket.close();
});

test('a change of a flow run reaches readers with the id of its state', async () => {
  const id = await newFlowRun();
  const { got, socket } = await openOut('/events/out', {
    any_resource: { id: [`prefect.flow-run.${id}`] },
    event: { prefix: ['prefect.flow-run'] },
  });
  const { state } = (await call('POST', `/flow_runs/${id}/set_state`, { state: { type: 'RUNNING' } })).body;
  await until('the event', () => got.some((message) => message.event?.id === state.id));
  socket.close();
});

test('who does not send a filter is told so and closed', async () => {
  const { socket, closed } = await openOut('/events/out', { occurred: { since: 'never' } });
  expect((await closed)[0]).toBe(1002);
  socket.close();
});

test('task runs appear through their events, whatever the order and however often they come', async () => {
  const [flowRunId, taskRunId, socket] = [await newFlowRun(), newId(), await openIn()];
  const at = (second: number) => `2026-11-21T10:00:0${second}.000000Z`;
  const events = [
    taskRunEvent(flowRunId, taskRunId, 'Completed', at(3), { end_time: at(3), total_run_time: 1 }),
    taskRunEvent(flowRunId, taskRunId, 'Pending', at(1)),
    taskRunEvent(flowRunId, taskRunId, 'Running', at(2), { start_time: at(2) }),
  ];
  for (const each of [...events, events[1], events[0]]) socket.send(JSON.stringify(each));
  await confirmed(socket);
  const run = (await call('GET', `/task_runs/${taskRunId}`)).body;
  expect(run).toMatchObject({
    name: 'extract-0',
    flow_run_id: flowRunId,
    state_type: 'COMPLETED',
    run_count: 1,
    tags: ['t'],
    end_time: at(3),
    state_id: events[0]!.id,
  });
  const states = (await call('GET', `/task_run_states/?task_run_id=${taskRunId}`)).body;
  expect(states.map((state: { id: string }) => state.id)).toEqual([events[1]!.id, events[2]!.id, events[0]!.id]);
  socket.close();
});

test('an older event in a later batch does not turn a task run back', async () => {
  const [flowRunId, taskRunId] = [await newFlowRun(), newId()];
  await call('POST', '/events', [taskRunEvent(flowRunId, taskRunId, 'Completed', '2026-11-21T10:00:05.000000Z')]);
  await call('POST', '/events', [taskRunEvent(flowRunId, taskRunId, 'Running', '2026-11-21T10:00:04.000000Z')]);
  expect((await call('GET', `/task_runs/${taskRunId}`)).body.state_type).toBe('COMPLETED');
});

test('an event of a task run of an unknown flow run is kept, and makes no task run', async () => {
  const taskRunId = newId();
  expect(
    (await call('POST', '/events', [taskRunEvent(randomUUID(), taskRunId, 'Running', new Date().toISOString())]))
      .status,
  ).toBe(204);
  expect((await call('GET', `/task_runs/${taskRunId}`)).status).toBe(404);
});

test('pages of events follow each other by an absolute address', async () => {
  await call(
    'POST',
    '/events',
    Array.from({ length: 5 }, () => event('paged')),
  );
  const first = (await call('POST', '/events/filter', { filter: { event: { name: ['paged'] } }, limit: 3 })).body;
  expect([first.events.length, first.total]).toEqual([3, 5]);
  const next = new URL(first.next_page);
  const second = (await app.inject('GET', next.pathname + next.search, undefined, owner.key)).body;
  expect([second.events.length, second.next_page]).toEqual([2, null]);
});

test('log lines are kept as they came, without NUL, and readers get them live', async () => {
  const id = await newFlowRun();
  const { got, socket } = await openOut('/logs/out', { flow_run_id: { any_: [id] } });
  const line = (message: string, more: object = {}) => ({
    name: 'n',
    level: 20,
    message,
    timestamp: '2026-11-21 10:00:00.5+00:00',
    flow_run_id: id,
    worker_id: randomUUID(),
    ...more,
  });
  await until('the reader listens', async () => {
    await call('POST', '/logs/', [line('ping', { level: 10 })]);
    return got.some((message) => message.log?.message === 'ping');
  });
  expect((await call('POST', '/logs/', [line('a\u0000b'), line('"quoted", c', { level: 40 })])).text).toBe('null');
  await until('the line', () => got.some((message) => message.log?.message === 'ab'));
  const stored = (
    await call('POST', '/logs/filter', {
      logs: { flow_run_id: { any_: [id] }, level: { ge_: 20 }, text: { query: 'ab quoted' } },
    })
  ).body;
  expect(stored).toMatchObject([
    { message: 'ab', timestamp: '2026-11-21T10:00:00.500000Z' },
    { message: '"quoted", c' },
  ]);
  const csv = await app.app.inject({
    method: 'GET',
    url: `/api/flow_runs/${id}/logs/download`,
    headers: { authorization: `Bearer ${owner.key}` },
  });
  expect(csv.body).toContain('"""quoted"", c"');
  socket.close();
});

test("log lines that do not parse are refused in the wire's envelope, and none is stored", async () => {
  const answer = await call('POST', '/logs/', [
    { name: 'n', level: 20, message: 'm', timestamp: '2026-11-21T10:00:00Z' },
    { name: 'n', level: 'x', message: 'm', timestamp: 'never' },
  ]);
  expect(answer).toMatchObject({
    status: 422,
    body: {
      exception_message: 'Invalid request received.',
      exception_detail: [{ loc: ['body', 1, 'level'] }, { loc: ['body', 1, 'timestamp'] }],
    },
  });
});
