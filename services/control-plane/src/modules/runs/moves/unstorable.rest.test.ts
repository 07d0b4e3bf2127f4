import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../../test/app.js';

/** What Postgres cannot hold is left out: nobody can be asked to say the words of a failure again. */
let app: TestApp;
let owner: Tenant;
let flowId: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flowId = (await call('POST', '/flows/', { name: 'etl' })).body.id;
});
afterAll(() => app.close());

const call = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
/** A NUL, half of a surrogate pair, a backslash before what looks like an escape, and what is text. */
const bad = 'bin \0 and \ud800 end \\u0000 😀';
const kept = 'bin  and \ufffd end \\u0000 😀';
const running = async () => (await call('POST', '/flow_runs/', { flow_id: flowId, state: { type: 'RUNNING' } })).body;

test.each(['FAILED', 'CRASHED', 'COMPLETED', 'CANCELLED'])(
  'a run ends as %s, whatever its message is',
  async (type) => {
    const run = await running();
    const { status, body } = await call('POST', `/flow_runs/${run.id}/set_state`, {
      state: { type, name: 'End \0', message: bad, data: { type: 'x', text: bad } },
    });
    expect([status, body.status]).toEqual([201, 'ACCEPT']);
    const { body: after } = await call('GET', `/flow_runs/${run.id}`);
    expect(after).toMatchObject({ state_type: type, state: { name: 'End ', message: kept, data: { text: kept } } });
  },
);

test('of many reports at once none is lost for what is in another', async () => {
  const runs = await Promise.all(Array.from({ length: 24 }, running));
  const answers = await Promise.all(
    runs.map(({ id }, at) =>
      call('POST', `/flow_runs/${id}/set_state`, { state: { type: 'FAILED', message: at % 3 ? 'plain' : bad } }),
    ),
  );
  expect(new Set(answers.map(({ body }) => body.status))).toEqual(new Set(['ACCEPT']));
});

test('runs are made with such texts, alone and in bulk, and artifacts are kept', async () => {
  const one = await call('POST', '/flow_runs/', { flow_id: flowId, name: bad, tags: [bad], idempotency_key: 'k \0' });
  expect([one.status, (await call('GET', `/flow_runs/${one.body.id}`)).body]).toMatchObject([
    201,
    { name: kept, tags: [kept] },
  ]);
  const artifact = await call('POST', '/artifacts/', { key: 'report', type: 'markdown', description: bad, data: bad });
  expect([artifact.status, artifact.body]).toMatchObject([201, { description: kept, data: kept }]);
  const patched = await call('PATCH', `/artifacts/${artifact.body.id}`, { data: { a: bad }, description: bad });
  expect(patched.status).toBe(204);
  expect((await call('GET', `/artifacts/${artifact.body.id}`)).body).toMatchObject({ data: { a: kept } });
});
