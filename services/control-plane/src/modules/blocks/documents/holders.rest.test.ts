import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';
import { makeKind, type Kind } from '../../../../test/block-kinds.js';

let app: TestApp;
let owner: Tenant;
let flowId: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'measure' })).body.id;
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

/** A deployment that names one document as its storage and another as its infrastructure, with a run that waits and one that goes on. */
async function holders(slug: string) {
  const kind: Kind = await makeKind(app, owner, { slug });
  const document = async (name: string): Promise<string> =>
    (await call('POST', '/block_documents/', { ...kind, name, data: {} })).body.id;
  const [storage, infrastructure] = [await document('storage'), await document('infrastructure')];
  const named = { storage_document_id: storage, infrastructure_document_id: infrastructure };
  const { id } = (await call('POST', '/deployments/', { name: slug, flow_id: flowId, ...named })).body;
  const run = async (state?: object) =>
    (await call('POST', `/deployments/${id}/create_flow_run`, { state })).body.id as string;
  return { kind, storage, infrastructure, id, waiting: await run(), going: await run({ type: 'RUNNING' }) };
}
const deploymentOf = async (id: string) => {
  const { storage_document_id, infrastructure_document_id } = (await call('GET', `/deployments/${id}`)).body;
  return { storage_document_id, infrastructure_document_id };
};
const infrastructureOf = async (runId: string) =>
  (await call('GET', `/flow_runs/${runId}`)).body.infrastructure_document_id;

test('deployments let go of a document that is deleted, and so do their runs that wait', async () => {
  const [one, other] = [await holders('gauge'), await holders('basin')];
  expect(await infrastructureOf(one.waiting)).toBe(one.infrastructure);
  await call('DELETE', `/block_documents/${one.storage}`);
  const { infrastructure } = one;
  expect(await deploymentOf(one.id)).toEqual({ storage_document_id: null, infrastructure_document_id: infrastructure });
  await call('DELETE', `/block_documents/${infrastructure}`);
  expect(await deploymentOf(one.id)).toEqual({ storage_document_id: null, infrastructure_document_id: null });
  expect(await infrastructureOf(one.waiting)).toBeNull();
  expect(await infrastructureOf(one.going)).toBe(infrastructure);
  expect(await deploymentOf(other.id)).toMatchObject({ storage_document_id: other.storage });
  expect(await infrastructureOf(other.waiting)).toBe(other.infrastructure);
});

test.each([
  ['type', 'sluice', ({ block_type_id: id }: Kind) => `/block_types/${id}`],
  ['schema', 'weir', ({ block_schema_id: id }: Kind) => `/block_schemas/${id}`],
])('they let go when the documents leave with their %s', async (_, slug, pathOf) => {
  const { kind, id, waiting } = await holders(slug);
  expect((await call('DELETE', pathOf(kind))).status).toBe(204);
  expect(await deploymentOf(id)).toEqual({ storage_document_id: null, infrastructure_document_id: null });
  expect(await infrastructureOf(waiting)).toBeNull();
});
