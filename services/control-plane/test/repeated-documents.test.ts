import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';
import { doorsOf } from './graphql/doors.js';

/** What is stored once and stands in every item of an answer makes hundreds of megabytes of one. */
vi.setConfig({ testTimeout: 120_000 });
let app: TestApp;
let owner: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  await app.app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

const words = /What was asked for is larger than \d+ MB. Please ask for less of it at a time./;
const schema = { type: 'object', properties: { a: { type: 'string', description: 'x'.repeat(2_500_000) } } };
const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const made = async (path: string, body: object) => (await call('POST', path, body)).body.id as string;

test('a schema of a deployment in each of its runs: GraphQL refuses to repeat it without end', async () => {
  const flow_id = await made('/flows/', { name: 'large' });
  const deployment = await made('/deployments/', { name: 'large', flow_id, parameter_openapi_schema: schema });
  await call(
    'POST',
    `/deployments/${deployment}/create_flow_run/bulk`,
    Array.from({ length: 8 }, () => ({})),
  );
  const runs = (first: number) =>
    `{ flowRuns(workspaceId: "${owner.workspaceId}", first: ${first}) { nodes { deployment { parameterOpenapiSchema } } } }`;
  const doors = doorsOf(app);
  // The second time the document is compiled.
  for (const door of [doors.http, doors.http, doors.http, doors.socket]) {
    expect((await door(runs(8), {}, owner.key)).errors).toMatchObject([
      { message: expect.stringMatching(words), extensions: { code: 'invalid' } },
    ]);
    expect((await door(runs(4), {}, owner.key)).data.flowRuns.nodes).toHaveLength(4);
  }
});

test('a schema of a block in each of its documents: REST refuses to repeat it without end', async () => {
  const block_type_id = await made('/block_types/', { name: 'large', slug: 'large' });
  const block_schema_id = await made('/block_schemas/', { block_type_id, fields: schema, capabilities: [] });
  for (let at = 0; at < 19; at++)
    await made('/block_documents/', { name: `doc-${at}`, block_type_id, block_schema_id, data: {} });
  for (const [method, path, body] of [
    ['POST', '/block_documents/filter', {}],
    ['GET', '/block_types/slug/large/block_documents', undefined],
  ] as const) {
    const { status, body: refused } = await call(method, path, body);
    expect({ status, refused }).toEqual({ status: 422, refused: { detail: expect.stringMatching(words) } });
  }
  const few = await call('POST', '/block_documents/filter', { limit: 10 });
  expect(few.body).toHaveLength(10);
});
