import { randomUUID } from 'node:crypto';
import { newId } from '@headgate/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

/** Two copies of a run: an agent lost it and its process goes on, another one has it. */

let app: TestApp;
let owner: Tenant;
let pool: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  pool = (await call('POST', '/work_pools/', { name: 'two', type: 'process' })).name;
});
afterAll(() => app.close());

type Under = { run: string; claim: string };
const headersOf = (under?: Under): Record<string, string> =>
  under ? { 'x-headgate-run': under.run, 'x-headgate-claim': under.claim } : {};
const answer = (method: 'GET' | 'POST', path: string, body?: unknown, under?: Under) =>
  app.inject(method, `/api${path}`, body, owner.key, headersOf(under));
const call = async (method: 'GET' | 'POST', path: string, body?: unknown, under?: Under) => {
  const { status, body: said } = await answer(method, path, body, under);
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(said)}`);
  return said;
};

async function claim(): Promise<Under> {
  const ask = { agent_name: 'a', agent_id: randomUUID(), wait_seconds: 0, limit: 1 };
  const { runs } = await call('POST', `/headgate/work_pools/${pool}/claim`, ask);
  const under = { run: runs[0].flow_run.id, claim: runs[0].claim_id };
  await call('POST', `/flow_runs/${under.run}/set_state`, { state: { type: 'RUNNING' } }, under);
  return under;
}

/** A run that was taken from its agent, and is in the hands of another one since a minute, or so. */
async function overtaken(): Promise<{ old: Under; young: Under }> {
  const flow = await call('POST', '/flows/', { name: randomUUID() });
  const deployment = await call('POST', '/deployments/', { name: 'd', flow_id: flow.id, work_pool_name: pool });
  const policy = { empirical_policy: { retries: 1, retry_delay: 0 } };
  await call('POST', `/deployments/${deployment.id}/create_flow_run`, policy);
  const old = await claim();
  await call('POST', `/flow_runs/${old.run}/set_state`, { state: { type: 'SCHEDULED' }, force: true });
  const young = await claim();
  expect(young.run).toBe(old.run);
  return { old, young };
}

/** So many seconds from now, as the wire writes it. */
const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '000Z');
const line = (run: string, message: string, seconds: number) => ({
  name: 'copy',
  level: 20,
  message,
  timestamp: at(seconds),
  flow_run_id: run,
});
const linesOf = async (run: string): Promise<string[]> =>
  (await call('POST', '/logs/filter', { logs: { flow_run_id: { any_: [run] } }, sort: 'TIMESTAMP_ASC' })).map(
    (each: { message: string }) => each.message,
  );

test('lines of a copy that another one has overtaken are kept as far as they tell of the time before', async () => {
  const { old, young } = await overtaken();
  const elsewhere = randomUUID();
  await call('POST', '/logs/', [line(old.run, 'old before', -60), line(old.run, 'old after', 20)], old);
  await call('POST', '/logs/', [line(elsewhere, 'of another run', 20)], old);
  await call('POST', '/logs/', [line(young.run, 'young', 21)], young);
  await call('POST', '/logs/', [line(young.run, 'of nobody', 22)]);
  expect(await linesOf(young.run)).toEqual(['old before', 'young', 'of nobody']);
  expect(await linesOf(elsewhere)).toEqual(['of another run']);
});

function taskEvent(run: string, key: string, type: 'RUNNING' | 'COMPLETED', seconds: number, id: string = newId()) {
  return {
    id: newId(),
    occurred: at(seconds),
    event: `prefect.task-run.${type}`,
    resource: { 'prefect.resource.id': `prefect.task-run.${id}`, 'prefect.orchestration': 'client' },
    related: [{ 'prefect.resource.id': `prefect.flow-run.${run}`, 'prefect.resource.role': 'flow-run' }],
    payload: {
      validated_state: { type, name: type, message: null },
      task_run: { task_key: 'work', dynamic_key: key, name: `work-${key}` },
    },
  };
}
const tasksOf = async (run: string): Promise<string[]> =>
  (await call('POST', '/task_runs/filter', { flow_runs: { id: { any_: [run] } } }))
    .map((each: { name: string; state_type: string }) => `${each.name} ${each.state_type}`)
    .sort();

test('so are its task runs: it neither adds to those of the copy that has the run, nor ends them', async () => {
  const { old, young } = await overtaken();
  await call('POST', '/events', [taskEvent(old.run, '0', 'RUNNING', -60)], old);
  await call('POST', '/events', [taskEvent(young.run, '1', 'RUNNING', 15)], young);
  await call(
    'POST',
    '/events',
    [taskEvent(old.run, '1', 'COMPLETED', 20), taskEvent(old.run, '2', 'RUNNING', 20)],
    old,
  );
  expect(await tasksOf(young.run)).toEqual(['work-0 RUNNING', 'work-1 RUNNING']);
  await call('POST', '/events', [taskEvent(young.run, '1', 'COMPLETED', 25)], young);
  expect(await tasksOf(young.run)).toEqual(['work-0 RUNNING', 'work-1 COMPLETED']);
});

test('a claim is shown for its own run: what the process says of others is theirs to decide', async () => {
  const { young } = await overtaken();
  const flow = await call('POST', '/flows/', { name: randomUUID() });
  const sub = await call('POST', '/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } }, young);
  for (const type of ['RUNNING', 'COMPLETED'])
    expect((await call('POST', `/flow_runs/${sub.id}/set_state`, { state: { type } }, young)).status).toBe('ACCEPT');
  // Without a name it is for the run that is spoken of, as agents say it that know no other.
  const [bare, other] = [{ 'x-headgate-claim': young.claim }, await overtaken()];
  const state = { state: { type: 'FAILED' } };
  const { body } = await app.inject('POST', `/api/flow_runs/${other.young.run}/set_state`, state, owner.key, bare);
  expect(body.status).toBe('ABORT');
});
