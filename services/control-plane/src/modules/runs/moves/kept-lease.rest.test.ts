import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

/** The slot of a limited deployment is a run's for as long as it is at work, also when somebody forces it on. */
let app: TestApp;
let owner: Tenant;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await post('/flows/', { name: 'f' })).id;
});
afterAll(() => app.close());

const call = async (method: 'GET' | 'POST', path: string, body?: object) =>
  (await app.inject(method, `/api${path}`, body, owner.key)).body;
const post = (path: string, body: object) => call('POST', path, body);

const held = async (deployment: string): Promise<number> => {
  const { global_concurrency_limit: limit } = await call('GET', `/deployments/${deployment}`);
  return limit.active_slots;
};

async function running(name: string) {
  const deployment = await post('/deployments/', { name, flow_id: flow, concurrency_limit: 1 });
  const { id } = await post(`/deployments/${deployment.id}/create_flow_run`, {});
  const lease = async () =>
    (await call('GET', `/flow_runs/${id}`)).state.state_details.deployment_concurrency_lease_id ?? null;
  const move = (type: string, force: boolean, details: object = {}) =>
    post(`/flow_runs/${id}/set_state`, { state: { type, state_details: details }, force });
  await move('PENDING', false);
  await move('RUNNING', false);
  return { deployment: deployment.id as string, lease, move };
}

test.each([
  ['says nothing of it', {}],
  ['says that there is none', { deployment_concurrency_lease_id: null }],
  ['names another', { deployment_concurrency_lease_id: '01920000-0000-7000-8000-000000000000' }],
])('a forced change that %s keeps the lease, and the end gives it back once', async (what, details) => {
  const { deployment, lease, move } = await running(what);
  const first = await lease();
  expect(first).toEqual(expect.any(String));
  for (const type of ['RUNNING', 'CANCELLING', 'PENDING', 'RUNNING']) {
    expect((await move(type, true, details)).status).toBe('ACCEPT');
    expect([type, await lease(), await held(deployment)]).toEqual([type, first, 1]);
  }
  expect((await move('COMPLETED', true, details)).status).toBe('ACCEPT');
  expect([await lease(), await held(deployment)]).toEqual([null, 0]);
  // What is over holds nothing, so that nothing is given back twice.
  await move('FAILED', true, details);
  expect(await held(deployment)).toBe(0);
});
