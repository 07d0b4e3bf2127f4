import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';

/** A client that is too old for the way in which it is connected is told so where people look: on the run. */
let app: TestApp;
let owner: Tenant;
let flow: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await app.tenant();
  flow = (await app.inject('POST', '/api/flows/', { name: 'f' }, owner.key)).body.id;
});
afterAll(() => app.close());

const basic = (key: string) => `Basic ${Buffer.from(`me:${key}`).toString('base64')}`;
const post = (path: string, body: unknown, headers: Record<string, string>) =>
  app.inject('POST', `/api${path}`, body, null, headers);
const warnings = async (run: string) =>
  (await app.inject('POST', '/api/logs/filter', { logs: { flow_run_id: { any_: [run] } } }, owner.key)).body.map(
    ({ level, message }: { level: number; message: string }) => [level, message],
  );

async function runsWith(agent: string, authorization: string) {
  const headers = { 'user-agent': agent, authorization };
  const { id } = (await post('/flow_runs/', { flow_id: flow }, headers)).body;
  const move = async (type: string) =>
    (await post(`/flow_runs/${id}/set_state`, { state: { type } }, headers)).headers['warning'];
  return { id, move };
}

test('a client that reports no task runs in server mode finds a warning in the log of its run, once', async () => {
  const { id, move } = await runsWith('prefect/3.6.13 (API 0.8.4)', basic(owner.key));
  expect(await move('PENDING')).toBeUndefined();
  const said = expect.stringMatching(/^Prefect 3\.6\.13 is too old for server mode: .* upgrade to Prefect 3\.6\.14 /);
  expect(await move('RUNNING')).toMatch(/^299 headgate "Prefect 3\.6\.13 is too old for server mode: /);
  await expect.poll(() => warnings(id)).toEqual([[30, said]]);
  // The line is there before the run goes on: a second attempt finds it.
  await move('FAILED');
  await post(
    `/flow_runs/${id}/set_state`,
    { state: { type: 'SCHEDULED' }, force: true },
    { authorization: basic(owner.key) },
  );
  expect(await move('PENDING')).toBeUndefined();
  expect(await move('RUNNING')).toMatch(/too old/);
  const other = await runsWith('prefect/3.0.0 (API 0.8.4)', basic(owner.key));
  await other.move('RUNNING');
  // Notices are written in the order in which they are told.
  await expect.poll(() => warnings(other.id)).toHaveLength(1);
  expect(await warnings(id)).toHaveLength(1);
});

/** As a client in server mode that has PREFECT_API_KEY alone: it asks for a token before its first change. */
async function runsWithKeyAlone(agent: string) {
  const headers = { 'user-agent': agent, authorization: `Bearer ${owner.key}` };
  const client = randomUUID();
  const asked = await app.inject('GET', `/api/csrf-token?client=${client}`, undefined, null, headers);
  const shown: Record<string, string> =
    asked.status === 200 ? { 'prefect-csrf-token': asked.body.token, 'prefect-csrf-client': client } : {};
  const { id } = (await post('/flow_runs/', { flow_id: flow }, { ...headers, ...shown })).body;
  const started = await post(`/flow_runs/${id}/set_state`, { state: { type: 'RUNNING' } }, { ...headers, ...shown });
  return { asked, id, warning: started.headers['warning'] };
}

test('one that has only an API key is told too, for in server mode alone clients ask for a token', async () => {
  const { asked, id, warning } = await runsWithKeyAlone('prefect/3.6.13 (API 0.8.4)');
  expect(asked.status).toBe(200);
  expect(Object.keys(asked.body).sort()).toEqual(['client', 'created', 'expiration', 'id', 'token', 'updated']);
  expect(warning).toMatch(/^299 headgate "Prefect 3\.6\.13 is too old for server mode: /);
  await expect.poll(() => warnings(id)).toHaveLength(1);
});

test.each(['prefect/3.6.14 (API 0.8.4)', 'prefect/3.9.1 (API 0.8.4)', 'curl/8'])(
  '%s gets no token, and is not told',
  async (agent) => {
    const { asked, warning } = await runsWithKeyAlone(agent);
    expect([asked.status, asked.body.detail]).toEqual([422, 'CSRF protection is disabled.']);
    expect(warning).toBeUndefined();
  },
);

test.each([
  ['prefect/3.6.14 (API 0.8.4)', 'server'],
  ['prefect/3.9.1 (API 0.8.4)', 'server'],
  ['prefect/3.6.13 (API 0.8.4)', 'cloud'],
  ['python-httpx/0.28', 'server'],
])('%s in %s mode is not warned', async (agent, mode) => {
  const { id, move } = await runsWith(agent, mode === 'server' ? basic(owner.key) : `Bearer ${owner.key}`);
  expect(await move('RUNNING')).toBeUndefined();
  const told = await runsWith('prefect/3.6.0 (API 0.8.4)', basic(owner.key));
  await told.move('RUNNING');
  await expect.poll(() => warnings(told.id)).toHaveLength(1);
  expect(await warnings(id)).toEqual([]);
});
