import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../app.js';
import { makeKind } from '../block-kinds.js';
import { callerOf } from '../house.js';

let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  const call = callerOf(app, owner);
  const kind = await makeKind(app, owner, { slug: 'counted', capabilities: [] });
  for (const name of ['one', 'two', 'three']) {
    const tags = name === 'one' ? ['t'] : [];
    const { id: flow_id } = await call('POST', '/flows/', { name, tags });
    await call('POST', '/deployments/', { name, flow_id, tags });
    await call('POST', '/work_pools/', { name, type: 'process' });
    await call('POST', `/work_pools/${name}/workers/heartbeat`, { name: `of ${name}` });
    await call('POST', '/variables/', { name, value: 1, tags });
    await call('POST', '/block_documents/', { ...kind, name, data: {} });
  }
});
afterAll(() => app.close());

test.each([
  ['flows', 'FlowFilterInput', { tags: ['t'] }],
  ['deployments', 'DeploymentFilterInput', { tags: ['t'] }],
  ['variables', 'VariableFilterInput', { tags: ['t'] }],
  ['blockDocuments', 'BlockDocumentFilterInput', { search: 'one' }],
])('%s are counted on all pages, under the filter of the list', async (field, type, filter) => {
  const query = `query ($w: ID!, $f: ${type}) { page: ${field}(workspaceId: $w, first: 1, filter: $f) { nodes { name } totalCount } }`;
  const pageOf = async (f: object | null) => {
    const headers = { authorization: `Bearer ${owner.key}` };
    const { nodes, totalCount } = (await app.gql(query, { w: owner.workspaceId, f }, headers)).data.page;
    return [nodes.length, totalCount];
  };
  expect(await pageOf(null)).toEqual([1, 3]);
  expect(await pageOf(filter)).toEqual([1, 1]);
  expect(await pageOf({ search: 'nobody' })).toEqual([0, 0]);
});

test('work pools come page by page in the order of their names, each with its own workers', async () => {
  const query = `query ($w: ID!, $after: String) { workPools(workspaceId: $w, first: 2, after: $after) {
    nodes { name workers { name } } totalCount pageInfo { hasNextPage endCursor } } }`;
  const pageOf = async (after: string | null) => {
    const headers = { authorization: `Bearer ${owner.key}` };
    return (await app.gql(query, { w: owner.workspaceId, after }, headers)).data.workPools;
  };
  const first = await pageOf(null);
  const poolOf = (name: string) => ({ name, workers: [{ name: `of ${name}` }] });
  expect(first).toMatchObject({ nodes: ['one', 'three'].map(poolOf), totalCount: 3, pageInfo: { hasNextPage: true } });
  const { nodes, pageInfo } = await pageOf(first.pageInfo.endCursor);
  expect([nodes, pageInfo.hasNextPage]).toEqual([[poolOf('two')], false]);
});
