import type { BulkStateResult } from '@headgate/contracts/rest/bulk-runs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
const call = (path: string, body: unknown, who = owner) =>
  app.inject('POST', `/api/accounts/${who.accountId}/workspaces/${who.workspaceId}${path}`, body, who.key);

/** New runs under a tag of their own, the newest first, as the routes take them. */
async function newRuns(tag: string, count: number, state: object = { type: 'PENDING' }): Promise<string[]> {
  const { id: flow_id } = (await call('/flows/', { name: 'many' })).body;
  const ids: string[] = [];
  for (let made = 0; made < count; made++)
    ids.unshift((await call('/flow_runs/', { flow_id, tags: [tag], state })).body.id);
  return ids;
}
const tagged = (tag: string) => ({ flow_runs: { tags: { all_: [tag] } } });
const setState = async (body: object, who = owner) =>
  (await call('/flow_runs/bulk_set_state', body, who)).body.results as BulkStateResult[];
const remaining = async (tag: string) => (await call('/flow_runs/count', tagged(tag))).body as number;

beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
});
afterAll(() => app.close());

test('a state for many runs is decided for each of them', async () => {
  const [newest, middle, oldest] = await newRuns('decided', 3);
  expect(await setState({ ...tagged('decided'), state: { type: 'RUNNING', message: 'go' }, limit: 2 })).toMatchObject([
    {
      flow_run_id: newest,
      status: 'ACCEPT',
      state: { name: 'Running', message: 'go', state_details: { flow_run_id: newest } },
    },
    {
      flow_run_id: middle,
      status: 'ACCEPT',
      state: { state_details: { flow_run_id: middle } },
      details: { type: 'accept_details' },
    },
  ]);
  expect(await setState({ ...tagged('decided'), state: { type: 'PAUSED' } })).toMatchObject([
    { flow_run_id: newest, status: 'ACCEPT' },
    { flow_run_id: middle, status: 'ACCEPT' },
    {
      flow_run_id: oldest,
      status: 'REJECT',
      state: { type: 'PENDING' },
      details: { type: 'reject_details', reason: 'Cannot pause flows that are not currently running.' },
    },
  ]);
});

test('a state that is forced is accepted by all', async () => {
  await newRuns('forced', 2, { type: 'COMPLETED' });
  const cancelling = { ...tagged('forced'), state: { type: 'CANCELLING' } };
  expect((await setState(cancelling)).map((each) => each.status)).toEqual(['ABORT', 'ABORT']);
  const forced = await setState({ ...cancelling, force: true });
  expect(forced.map((each) => each.status)).toEqual(['ACCEPT', 'ACCEPT']);
});

test('runs are deleted up to the limit, and the answer names those that went', async () => {
  const ids = await newRuns('gone', 3);
  expect((await call('/flow_runs/bulk_delete', { ...tagged('gone'), limit: 2 })).body).toEqual({
    deleted: ids.slice(0, 2),
  });
  expect(await remaining('gone')).toBe(1);
  expect((await call('/flow_runs/bulk_delete', { ...tagged('gone'), limit: null })).body).toEqual({
    deleted: ids.slice(2),
  });
  expect((await call('/flow_runs/bulk_delete', tagged('gone'))).body).toEqual({ deleted: [] });
});

test('nothing that matches is nothing to do', async () => {
  expect(await setState({ ...tagged('none'), state: { type: 'RUNNING' } })).toEqual([]);
});

test('the limit lies between 1 and 50, and a state has to be there', async () => {
  for (const path of [
    '/flow_runs/bulk_delete',
    '/flow_runs/bulk_set_state',
    '/flows/bulk_delete',
    '/deployments/bulk_delete',
  ]) {
    for (const limit of [0, 51, 'x']) {
      const { status, body } = await call(path, { limit, state: { type: 'RUNNING' } });
      expect([path, status, body.exception_detail?.[0]?.loc]).toEqual([path, 422, ['body', 'limit']]);
    }
  }
  expect((await call('/flow_runs/bulk_set_state', tagged('x'))).status).toBe(422);
  expect((await call('/flow_runs/bulk_delete', { flow_runs: { nope: 1 } })).status).toBe(422);
});

test("another workspace's runs are neither moved nor deleted", async () => {
  const [id] = await newRuns('kept', 1);
  const named = { flow_runs: { id: { any_: [id] } } };
  expect(await setState({ ...named, state: { type: 'CANCELLED' } }, stranger)).toEqual([]);
  expect((await call('/flow_runs/bulk_delete', named, stranger)).body).toEqual({ deleted: [] });
  expect((await call('/flow_runs/bulk_delete', {}, stranger)).body).toEqual({ deleted: [] });
  expect(await remaining('kept')).toBe(1);
});
