import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@headgate/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type Tenant, type TestApp } from '../../../test/app.js';
import { statementsDuring } from '../../../test/statements.js';
import { Turns } from '../fair/turns.js';

let app: TestApp;
let owner: Tenant;
let open: IncomingMessage[];
beforeAll(async () => {
  app = await startTestApp({ HEADGATE_SOCKETS_RECHECK_SECONDS: '300' });
  await app.app.listen(0, '127.0.0.1');
});
beforeEach(async () => {
  owner = await app.tenant();
  open = [];
});
afterEach(() => open.forEach((answer) => answer.destroy()));
afterAll(() => app.close());

const call = (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
  app.inject(method, `/api${path}`, body, owner.key);
const sql = (text: string, ...values: unknown[]) => app.db.sql.query(text, values);

/** A run with so many lines of so many characters. */
async function logOf(lines: number, chars: number): Promise<string> {
  const flow = (await call('POST', '/flows/', { name: randomUUID() })).body;
  const run = (await call('POST', '/flow_runs/', { flow_id: flow.id })).body.id;
  await sql(
    `insert into log (workspace_id, id, flow_run_id, timestamp, level, name, message)
     select $1, gen_random_uuid(), $2, now() - n * interval '1 ms', 20, 'n', repeat('q', $4) from generate_series(1, $3::integer) n`,
    owner.workspaceId,
    run,
    lines,
    chars,
  );
  return run;
}
const pathOf = (run: string) => `/api/flow_runs/${run}/logs/download`;

/** An answer of which nothing has been read yet. */
async function ask(run: string, headers: Record<string, string> = { authorization: `Bearer ${owner.key}` }) {
  const { port } = app.app.getHttpServer().address() as AddressInfo;
  const asked = get({ port, host: '127.0.0.1', path: pathOf(run), headers, agent: false });
  asked.on('error', () => undefined);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  open.push(answer);
  return answer;
}
async function read(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const piece of answer) text += piece;
  return text;
}
/** More than lies between a server and a client that does not read. */
const long = () => logOf(400, 60_000);

test.each([
  ['of more than a statement may answer', 560, 60_000],
  ['of lines that are larger than a piece', 3, 1_000_000],
  ['of many small lines', 2_345, 3],
  ['without lines', 0, 0],
])('a log %s arrives whole', async (_, lines, chars) => {
  const answer = await ask(await logOf(lines, chars));
  expect(answer.statusCode).toBe(200);
  const [head, ...rest] = (await read(answer)).trimEnd().split('\r\n');
  expect([head, rest.length]).toEqual(['timestamp,level,flow_run_id,task_run_id,message', lines]);
  expect(rest.filter((line) => line.length < chars)).toEqual([]);
  expect(rest).toEqual(rest.toSorted());
});

test('what nobody reads is not looked for, and who has many going on is asked to come later', async () => {
  const run = await long();
  const answers: IncomingMessage[] = [];
  const looks = await statementsDuring(/from log\b/, async () => {
    while (answers.at(-1)?.statusCode !== 429 && answers.length < 50) answers.push(await ask(run));
  });
  const refused = answers.pop()!;
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(JSON.parse(await read(refused)).detail).toMatch(/Too many downloads of this account/);
  // Each has 45 pieces.
  expect(looks).toBeLessThan(answers.length * 40);
  answers.forEach((answer) => answer.destroy());
  await until('there is room again', async () => {
    const answer = await ask(run);
    answer.destroy();
    return answer.statusCode === 200;
  });
});

test('who asks for the head alone makes nobody look for lines', async () => {
  const run = await logOf(10, 10);
  const looks = await statementsDuring(/from log\b/, async () => {
    const { statusCode, headers, body } = await app.app.inject({
      method: 'HEAD',
      url: pathOf(run),
      headers: { authorization: `Bearer ${owner.key}` },
    });
    expect([statusCode, headers['content-type'], body]).toEqual([200, 'text/csv; charset=utf-8', '']);
  });
  expect(looks).toBe(0);
});

test('each piece takes its turn: one that waits keeps nobody else from theirs', async () => {
  const [run, other] = [await logOf(10, 10), await app.tenant()];
  const gate = app.app.get(Turns).at('downloads');
  const mine = owner.workspaceId;
  await app.inject('GET', '/api/me', undefined, other.key);
  // So many are at work as may be of one who is not alone.
  await gate.enter(mine);
  const waiting = ask(run);
  await until('its piece waits', () => gate.waitsFor(mine) === 1);
  owner = other;
  const others = await read(await ask(await logOf(10, 10)));
  expect(others.split('\r\n')).toHaveLength(12);
  expect(gate.waitsFor(mine)).toBe(1);
  gate.leave(mine);
  expect((await read(await waiting)).split('\r\n')).toHaveLength(12);
});

const signIn = async () => {
  const variables = { input: { email: owner.email, password: owner.password } };
  const { cookies } = await app.gql('mutation ($input: SignInInput!) { signIn(input: $input) { id } }', variables);
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
};
const leavings: [string, (keyId: string, cookie: string) => Promise<unknown>][] = [
  ['the key is deleted', (keyId) => call('DELETE', `/users/${owner.userId}/api_keys/${keyId}`)],
  ['the workspace is deleted', () => call('DELETE', `/accounts/${owner.accountId}/workspaces/${owner.workspaceId}`)],
  [
    'the session ends',
    (_, cookie) => {
      const csrf = /headgate_csrf=([^;]+)/.exec(cookie)![1]!;
      return app.gql('mutation { signOut }', {}, { cookie, 'x-csrf-token': csrf });
    },
  ],
];
test.each(leavings)('a download ends, whether it is read or not, when %s', async (what, leave) => {
  const run = await long();
  const key = (await call('POST', `/users/${owner.userId}/api_keys`, { name: 'short' })).body;
  const cookie = await signIn();
  const headers: Record<string, string> = what.includes('session')
    ? { cookie }
    : { authorization: `Bearer ${key.key}` };
  const [unread, slow] = [await ask(run, headers), await ask(run, headers)];
  expect([unread.statusCode, slow.statusCode]).toEqual([200, 200]);
  // A little at a time.
  const timer = setInterval(() => slow.read(1_000), 50);
  await leave(key.id, cookie);
  // One that is not read does not hear that it is over; it hears that it cannot write.
  const isOver = ({ socket }: IncomingMessage) => socket.destroyed || (socket.write('x'), false);
  await until('both are over', () => isOver(unread) && isOver(slow));
  clearInterval(timer);
  expect([unread.complete, slow.complete]).toEqual([false, false]);
});
