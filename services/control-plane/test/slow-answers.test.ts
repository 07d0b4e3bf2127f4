import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let run: string;
const lines = 100;
const chars = 60_000;
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_SOCKETS_RECHECK_SECONDS: '300' });
  await app.app.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  owner = await app.tenant();
  run = randomUUID();
  await app.db.sql.query(
    `insert into log (workspace_id, id, flow_run_id, timestamp, level, name, message)
     select $1, gen_random_uuid(), $2, now() - n * interval '1 ms', 20, 'n', repeat('ä😀', $4 / 2) from generate_series(1, $3::integer) n`,
    [owner.workspaceId, run, lines, chars],
  );
});
afterAll(() => app.close());

const call = (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);

/** A long answer of which nothing has been read yet. */
async function ask(path: string, body: object, key: string): Promise<IncomingMessage> {
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const asked = request({ port, host: '127.0.0.1', method: 'POST', path, headers, agent: false });
  asked.on('error', () => undefined);
  asked.end(JSON.stringify(body));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  return answer;
}
const overRest = (key: string) => ask('/api/logs/filter', { logs: { flow_run_id: { any_: [run] } }, limit: 200 }, key);
const overGraphql = (key: string) => {
  const pages = Array.from(
    { length: 13 },
    (_, at) => `p${at}: logs(workspaceId: $w, filter: { flowRunIds: [$r] }, first: 5) { nodes { message } }`,
  );
  const query = `query ($w: ID!, $r: ID!) { ${pages.join(' ')} }`;
  return ask('/graphql', { query, variables: { w: owner.workspaceId, r: run } }, key);
};
const newKey = async () => (await call('POST', `/users/${owner.userId}/api_keys`, { name: 'short' })).body;

test('a long answer arrives whole, with its length', async () => {
  const answer = await overRest(owner.key);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  expect(whole.length).toBe(Number(answer.headers['content-length']));
  const messages = (JSON.parse(whole.toString()) as { message: string }[]).map(({ message }) => message);
  expect(messages).toEqual(Array.from({ length: lines }, () => 'ä😀'.repeat(chars / 2)));
});

test.each([
  ['over REST', overRest],
  ['of which the reader takes a little at a time', overRest],
  ['over GraphQL', overGraphql],
])('a long answer %s ends when the key is deleted', async (how, askFor) => {
  const { id, key } = await newKey();
  const [answer, other] = [await askFor(key), await askFor(owner.key)];
  expect(answer.statusCode).toBe(200);
  const timer = setInterval(() => how.includes('little') && answer.read(1_000), 50);
  await call('DELETE', `/users/${owner.userId}/api_keys/${id}`);
  // One that is not read does not hear that it is over; it hears that it cannot write.
  await until('it is over', () => answer.socket.destroyed || (answer.socket.write('x'), false));
  clearInterval(timer);
  expect(answer.complete).toBe(false);
  let read = 0;
  for await (const chunk of other) read += (chunk as Buffer).length;
  expect(read).toBe(Number(other.headers['content-length']));
});

test('an answer that begins after its right has ended ends, too', async () => {
  const { id, key } = await newKey();
  const asked = overRest(key);
  await call('DELETE', `/users/${owner.userId}/api_keys/${id}`);
  const answer = await asked;
  if (answer.statusCode === 401) return void answer.destroy();
  await until('it is over', () => answer.socket.destroyed || (answer.socket.write('x'), false));
});
