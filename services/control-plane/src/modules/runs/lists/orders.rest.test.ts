import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let deploymentId: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const { id } = await post('/flows/', { name: 'etl' });
  deploymentId = (await post('/deployments/', { name: 'daily', flow_id: id })).id;
  // Late, due long ago and tried again later, to come, at work, ended: each several times, made in no order.
  for (let n = 0; n < 12; n++) {
    const minutes = [-50, 40, -20, 30, -90, 10, -5, 70, -33, 20, -71, 55][n]!;
    const scheduled_time = new Date(Date.now() + minutes * 60_000).toISOString();
    const run = await post(`/deployments/${deploymentId}/create_flow_run`, {
      name: `run-${(n * 7) % 12}`,
      state: { type: 'SCHEDULED', state_details: { scheduled_time } },
    });
    const kind = n % 4;
    if (kind === 0) await move(run.id, { type: 'PENDING' }, { type: 'RUNNING' }, { type: 'COMPLETED' });
    if (kind === 1) await move(run.id, { type: 'RUNNING' });
    if (kind === 2) {
      const later = new Date(Date.now() + (100 - n) * 60_000).toISOString();
      await move(run.id, {
        type: 'SCHEDULED',
        name: 'AwaitingRetry',
        state_details: { scheduled_time: later },
      });
    }
  }
});
afterAll(() => app.close());

type Run = Record<string, string | null> & { id: string };
const post = async (path: string, body: unknown) => (await app.inject('POST', `/api${path}`, body, owner.key)).body;
async function move(id: string, ...states: object[]) {
  for (const state of states) await post(`/flow_runs/${id}/set_state`, { state, force: true });
}

const startOf = (run: Run) => run.start_time ?? run.expected_start_time;
const orders: [string, (run: Run) => string | null | undefined, 1 | -1][] = [
  ['START_TIME_ASC', startOf, 1],
  ['START_TIME_DESC', startOf, -1],
  ['END_TIME_DESC', (run) => run.end_time, -1],
  ['NAME_ASC', (run) => run.name, 1],
  ['NAME_DESC', (run) => run.name, -1],
  ['NEXT_SCHEDULED_START_TIME_ASC', (run) => run.next_scheduled_start_time, 1],
];
/** Runs without the key come last. */
const sorted = (keys: (string | null | undefined)[], direction: 1 | -1) =>
  keys.toSorted((one, other) => {
    if (one == null || other == null) return Number(one == null) - Number(other == null);
    return one === other ? 0 : (one < other ? -1 : 1) * direction;
  });

const filters = (): object[] => [
  {},
  { flow_runs: { deployment_id: { any_: [deploymentId] } } },
  { flow_runs: { state: { type: { any_: ['SCHEDULED'] } } } },
  { flow_runs: { state: { type: { any_: ['COMPLETED', 'RUNNING'] } } } },
  { flow_runs: { name: { like_: 'run-1' } } },
];

test('every order holds, under every filter, and pages cut it without a gap or a double', async () => {
  for (const filter of filters()) {
    const all: Run[] = await post('/flow_runs/filter', { ...filter, limit: 200 });
    for (const [sort, keyOf, direction] of orders) {
      const wanted = sorted(all.map(keyOf), direction);
      const label = `${sort} ${JSON.stringify(filter)}`;
      const whole: Run[] = await post('/flow_runs/filter', { ...filter, sort, limit: 200 });
      expect(whole.map(keyOf), label).toEqual(wanted);
      expect(new Set(whole.map((run) => run.id)).size, label).toBe(all.length);
      const paged: Run[] = [];
      for (let offset = 0; offset < all.length; offset += 3)
        paged.push(...(await post('/flow_runs/filter', { ...filter, sort, limit: 3, offset })));
      expect(
        paged.map((run) => run.id),
        label,
      ).toEqual(whole.map((run) => run.id));
    }
  }
});
