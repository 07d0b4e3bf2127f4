import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import type { WireEvent } from '../../../core/events/events.js';

let app: TestApp;
let owner: Tenant;
let deploymentId: string;
let flow_id: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant('Ada Lovelace');
  flow_id = (await call('POST', '/flows/', { name: 'f' })).body.id;
  deploymentId = (await call('POST', '/deployments/', { name: 'd', flow_id })).body.id;
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST', path: string, body?: unknown, key = owner.key) =>
  app.inject(method, `/api${path}`, body, key);
const act = (id: string, action: string) => call('POST', `/headgate/flow_runs/${id}/${action}`);
const running = { type: 'RUNNING' };

/** A run of the deployment that went through these states, as its process reports them. */
async function runIn(...states: object[]): Promise<string> {
  const { id } = (await call('POST', `/deployments/${deploymentId}/create_flow_run`, {})).body;
  for (const state of states) await call('POST', `/flow_runs/${id}/set_state`, { state });
  return id;
}
const asAda = async (document: string, kind = 'query') => {
  const { data, error } = await app.gql(`${kind} { ${document} }`, {}, { authorization: `Bearer ${owner.key}` });
  expect(error).toBeUndefined();
  return data;
};
const historyOf = async (id: string) =>
  (await asAda(`flowRun(workspaceId: "${owner.workspaceId}", id: "${id}") { states { name message actor } }`)).flowRun
    .states as { name: string; message: string | null; actor: string | null }[];
async function actorsOf(id: string, name: string) {
  const filter = { event: { name: [`prefect.flow-run.${name}`] }, resource: { id: [`prefect.flow-run.${id}`] } };
  const { events } = (await call('POST', '/events/filter', { filter })).body as { events: WireEvent[] };
  return events.flatMap(({ related }) => related.filter((each) => each['prefect.resource.role'] === 'actor'));
}

const byAda = 'Ada Lovelace, with key test';

test('who cancels a run is named by its state, its history and its event, with their key', async () => {
  const id = await runIn({ type: 'PENDING' }, running);
  const { status, body } = await act(id, 'cancel');
  expect([status, body.status, body.state.message]).toEqual([201, 'ACCEPT', `Cancelled by ${byAda}`]);
  expect((await historyOf(id)).at(-1)).toEqual({ name: 'Cancelling', message: `Cancelled by ${byAda}`, actor: byAda });
  expect(await actorsOf(id, 'Cancelling')).toEqual([
    {
      'prefect.resource.id': `prefect-cloud.actor.${owner.userId}`,
      'prefect.resource.role': 'actor',
      'prefect.resource.name': 'Ada Lovelace',
      'headgate.api-key.id': expect.any(String),
      'headgate.api-key.name': 'test',
    },
  ]);
});

test('what the process of a run reports, with whose key ever, is nobody’s act', async () => {
  const id = await runIn({ type: 'PENDING' }, running, { type: 'COMPLETED' });
  const history = await historyOf(id);
  expect(history.map(({ name, actor }) => [name, actor])).toEqual([
    ['Scheduled', null],
    ['Pending', null],
    ['Running', null],
    ['Completed', null],
  ]);
  expect(await actorsOf(id, 'Completed')).toEqual([]);
});

test('a client of Prefect that cancels keeps its own words, and the history knows who it was', async () => {
  const id = await runIn({ type: 'PENDING' }, running);
  const state = { type: 'CANCELLING', message: 'By my own tool' };
  expect((await call('POST', `/flow_runs/${id}/set_state`, { state })).status).toBe(201);
  expect((await historyOf(id)).at(-1)).toEqual({ name: 'Cancelling', message: 'By my own tool', actor: byAda });
  const read = (await call('GET', `/flow_run_states/?flow_run_id=${id}`)).body as object[];
  for (const each of read) expect(Object.keys(each)).not.toContain('actor');
});

test('a run that has ended is retried, and one that waits to be tried again is tried at once', async () => {
  const due = new Date(Date.now() + 3_600_000).toISOString();
  const waiting = { type: 'SCHEDULED', name: 'AwaitingRetry', state_details: { scheduled_time: due } };
  for (const states of [
    [running, { type: 'FAILED' }],
    [running, { type: 'COMPLETED' }],
    [running, waiting],
  ]) {
    const id = await runIn({ type: 'PENDING' }, ...states);
    const { status, body } = await act(id, 'retry');
    expect([status, body.state.name, body.state.message]).toEqual([201, 'AwaitingRetry', `Retried by ${byAda}`]);
    expect(Date.parse(body.state.state_details.scheduled_time)).toBeLessThan(Date.now() + 1_000);
  }
});

test('a run that is started once more by hand pauses anew, whatever it had passed before', async () => {
  const pauses = {
    type: 'PAUSED',
    name: 'Paused',
    state_details: { pause_key: 'approval', pause_timeout: new Date(Date.now() + 3_600_000).toISOString() },
  };
  const policyOf = async (id: string) => (await call('GET', `/flow_runs/${id}`)).body.empirical_policy;
  const doors = {
    'the action': (id: string) => act(id, 'retry'),
    'a forced state by GraphQL': (id: string) =>
      asAda(
        `setFlowRunState(workspaceId: "${owner.workspaceId}", id: "${id}", state: { type: SCHEDULED }, force: true) { status }`,
        'mutation',
      ),
  };
  for (const [door, again] of Object.entries(doors)) {
    const id = await runIn({ type: 'PENDING' }, running, pauses);
    expect((await call('POST', `/flow_runs/${id}/resume`, {})).status).toBe(201);
    for (const state of [{ type: 'PENDING' }, running, { type: 'FAILED' }])
      await call('POST', `/flow_runs/${id}/set_state`, { state });
    expect({ door, keys: (await policyOf(id)).pause_keys }).toEqual({ door, keys: ['approval'] });
    await again(id);
    expect({ door, keys: (await policyOf(id)).pause_keys }).toEqual({ door, keys: [] });
    for (const state of [{ type: 'PENDING' }, running]) await call('POST', `/flow_runs/${id}/set_state`, { state });
    expect((await call('POST', `/flow_runs/${id}/set_state`, { state: pauses })).body.status).toBe('ACCEPT');
  }
});

test('what cannot be retried or suspended is refused with the reason, and stays as it is', async () => {
  const id = await runIn({ type: 'PENDING' }, running);
  const retried = await act(id, 'retry');
  expect([retried.status, retried.text]).toEqual([409, expect.stringContaining('has not ended')]);
  const alone = (await call('POST', '/flow_runs/', { flow_id, state: running })).body.id;
  for (const action of ['retry', 'suspend']) {
    const refused = await act(alone, action);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('Only runs of a deployment')]);
  }
  expect((await historyOf(id)).map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running']);
  expect((await historyOf(alone)).map(({ name }) => name)).toEqual(['Running']);
});

test('a run is suspended, and whoever resumes it is named', async () => {
  const id = await runIn({ type: 'PENDING' }, running);
  expect((await act(id, 'suspend')).body.state).toMatchObject({ name: 'Suspended', message: `Suspended by ${byAda}` });
  expect((await call('POST', `/flow_runs/${id}/resume`, {})).status).toBe(201);
  expect((await historyOf(id)).slice(-2).map(({ actor }) => actor)).toEqual([byAda, byAda]);
});

test('a change of a thing is told with who made it', async () => {
  await call('POST', '/variables/', { name: 'a', value: 1 });
  const filter = { event: { name: ['prefect.variable.created'] } };
  const { events } = (await call('POST', '/events/filter', { filter })).body as { events: WireEvent[] };
  expect(events[0]!.related).toMatchObject([
    { 'prefect.resource.role': 'actor', 'prefect.resource.name': 'Ada Lovelace' },
  ]);
});
