import { labelLimits } from '@headgate/contracts/rest/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  app.inject(method, `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}${path}`, body, owner.key);
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
});
afterAll(() => app.close());

const labels = (count: number, from = 0) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`label-${from + at}`, 'x']));
const tooMany = labels(labelLimits.count + 1);
const tooLong = { a: 'x'.repeat(labelLimits.characters) };

test('every door that takes labels refuses too many of them, and too much', async () => {
  const flow_id = (await call('POST', '/flows/', { name: 'labelled', labels: labels(labelLimits.count) })).body.id;
  const { id } = (await call('POST', '/flow_runs/', { flow_id })).body;
  const doors: ['POST' | 'PATCH', string, (given: object) => object][] = [
    ['POST', '/flows/', (given) => ({ name: 'another', labels: given })],
    ['PATCH', `/flows/${flow_id}`, (given) => ({ labels: given })],
    ['POST', '/deployments/', (given) => ({ name: 'd', flow_id, labels: given })],
    ['POST', '/flow_runs/', (given) => ({ flow_id, labels: given })],
    ['PATCH', `/flow_runs/${id}/labels`, (given) => given],
    ['POST', '/task_runs/', (given) => ({ flow_run_id: id, task_key: 't', dynamic_key: '0', labels: given })],
  ];
  for (const [method, path, body] of doors) {
    for (const given of [tooMany, tooLong])
      expect.soft((await call(method, path, body(given))).status, `${method} ${path}`).toBe(422);
  }
  expect((await call('POST', '/flows/filter', {})).body).toHaveLength(1);
});

test('labels that are added again and again have an end, and what is refused changes nothing', async () => {
  const flow_id = (await call('POST', '/flows/', { name: 'merged' })).body.id;
  const { id } = (await call('POST', '/flow_runs/', { flow_id })).body;
  const add = (given: object) => call('PATCH', `/flow_runs/${id}/labels`, given);
  expect((await add(labels(300))).status).toBe(204);
  const before = (await call('GET', `/flow_runs/${id}`)).body.labels;
  expect((await add(labels(300, 1_000))).status).toBe(422);
  expect((await call('GET', `/flow_runs/${id}`)).body.labels).toEqual(before);
  expect((await add({ 'label-0': 'y' })).status).toBe(204);
  expect((await call('GET', `/flow_runs/${id}`)).body.labels).toEqual({ ...before, 'label-0': 'y' });
});
