import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

/** Who gets no answer sends the same again, and it may arrive when the run has moved on: nothing happens twice. */
let app: TestApp;
let owner: Tenant;
let flow: string;
let deployment: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await post('/flows/', { name: 'f' })).id;
  deployment = (await post('/deployments/', { name: 'd', flow_id: flow })).id;
});
afterAll(() => app.close());

const post = async (path: string, body: object) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
const newRun = async (more: object = {}): Promise<string> =>
  (await post('/flow_runs/', { flow_id: flow, deployment_id: deployment, state: { type: 'SCHEDULED' }, ...more })).id;
const historyOf = async (id: string): Promise<string[]> =>
  (await app.inject('GET', `/api/flow_run_states/?flow_run_id=${id}`, undefined, owner.key)).body.map(
    (state: { name: string }) => state.name,
  );

type Move = { type: string; name?: string; force?: boolean; details?: object };
/** A request that can be sent more than once. */
function request(id: string, { type, name, force = false, details = {} }: Move) {
  const state = { type, name, state_details: { ...details, transition_id: randomUUID() } };
  return () => post(`/flow_runs/${id}/set_state`, { state, force });
}

const lives: [string, object, Move[]][] = [
  ['an ordinary life', {}, [{ type: 'PENDING' }, { type: 'RUNNING' }, { type: 'COMPLETED' }]],
  ['a crash', {}, [{ type: 'PENDING' }, { type: 'CRASHED' }]],
  [
    'retries',
    { empirical_policy: { retries: 1, retry_delay: 0 } },
    [{ type: 'PENDING' }, { type: 'RUNNING' }, { type: 'FAILED' }, { type: 'RUNNING' }, { type: 'FAILED' }],
  ],
  [
    'a pause',
    {},
    [
      { type: 'PENDING' },
      { type: 'RUNNING' },
      { type: 'PAUSED' },
      { type: 'RUNNING' },
      { type: 'PAUSED' },
      { type: 'RUNNING' },
      { type: 'COMPLETED' },
    ],
  ],
  [
    'a suspension',
    {},
    [
      { type: 'PENDING' },
      { type: 'RUNNING' },
      { type: 'PAUSED', name: 'Suspended', details: { pause_reschedule: true } },
      { type: 'SCHEDULED', name: 'Resuming' },
      { type: 'PENDING' },
      { type: 'RUNNING' },
    ],
  ],
  ['a cancellation', {}, [{ type: 'PENDING' }, { type: 'RUNNING' }, { type: 'CANCELLING' }, { type: 'CANCELLED' }]],
  ['a cancellation before it runs', {}, [{ type: 'CANCELLING' }]],
  [
    'force',
    {},
    [
      { type: 'RUNNING', force: true },
      { type: 'COMPLETED', force: true },
      { type: 'SCHEDULED', force: true },
      { type: 'RUNNING', force: true },
      { type: 'FAILED', force: true },
    ],
  ],
];

test.each(lives)('reports of %s that are sent again, at once or late, add nothing', async (_, more, moves) => {
  const id = await newRun(more);
  const sent: (() => Promise<{ status: string; state: { id: string } }>)[] = [];
  for (const move of moves) {
    const again = request(id, move);
    const { state, status } = await again();
    expect(['ACCEPT', 'REJECT']).toContain(status);
    sent.push(again);
    const history = await historyOf(id);
    expect(history).toHaveLength(sent.length + 1);
    for (const each of sent.toReversed()) expect((await each()).state.id).toBe(state.id);
    expect(await historyOf(id)).toEqual(history);
  }
});

test('the same report many times at once counts once', async () => {
  const id = await newRun();
  const answers = await Promise.all(Array.from({ length: 20 }, request(id, { type: 'RUNNING' })));
  expect(new Set(answers.map(({ state }) => state.id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 'ACCEPT')).toHaveLength(1);
  expect(await historyOf(id)).toHaveLength(2);
});

test.each([
  ['cancelFlowRun', [{ type: 'RUNNING' }]],
  ['retryFlowRun', [{ type: 'RUNNING' }, { type: 'FAILED' }]],
  [
    'retryFlowRun',
    [
      { type: 'RUNNING' },
      { type: 'SCHEDULED', name: 'AwaitingRetry', details: { scheduled_time: '2100-01-01T00:00:00Z' }, force: true },
    ],
  ],
  ['pauseFlowRun', [{ type: 'RUNNING' }]],
  ['resumeFlowRun', [{ type: 'RUNNING' }, { type: 'PAUSED', name: 'Suspended', details: { pause_reschedule: true } }]],
] as [string, Move[]][])('%s of the web app twice adds one state', async (mutation, before) => {
  const id = await newRun();
  for (const move of before) await request(id, move)();
  const document = `mutation { ${mutation}(workspaceId: "${owner.workspaceId}", id: "${id}"${mutation === 'resumeFlowRun' ? ', runInput: null' : ''}) { id } }`;
  const ask = () => app.gql(document, {}, { authorization: `Bearer ${owner.key}` });
  expect((await ask()).error).toBeUndefined();
  expect(await historyOf(id)).toHaveLength(before.length + 2);
  expect((await ask()).error).toMatchObject({ extensions: { code: expect.any(String) } });
  expect(await historyOf(id)).toHaveLength(before.length + 2);
});
