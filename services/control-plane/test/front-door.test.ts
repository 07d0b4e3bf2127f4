import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { until } from '@headgate/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listDoors } from '../src/core/openapi/document.js';
import { startTestApp, type Tenant, type TestApp } from './app.js';

let app: TestApp;
let owner: Tenant;
let stranger: Tenant;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  [owner, stranger] = [await app.tenant(), await app.tenant()];
  await app.app.listen(0, '127.0.0.1');
  ({ port } = app.app.getHttpServer().address() as AddressInfo);
});
afterAll(() => app.close());

/** Writes to a socket of its own; answers all that came back once `isEnough` of it has. */
async function say(parts: (string | Buffer)[], isEnough = /\r\n\r\n[^]/): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  let heard = '';
  socket.on('data', (data) => (heard += String(data)));
  for (const part of parts) socket.write(part);
  try {
    return await until('an answer', () => isEnough.test(heard) && heard);
  } finally {
    socket.destroy();
  }
}
const head = (line: string, headers: Record<string, string | number>) =>
  `${line} HTTP/1.1\r\nhost: here\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const keyOf = (tenant: Tenant) => ({ authorization: `Bearer ${tenant.key}` });

test('where only the known may go, a stranger hears so before any of the body is read', async () => {
  const wrong: string[] = [];
  for (const door of listDoors(app.app).filter(({ needs, method }) => needs !== 'nothing' && method !== 'get')) {
    const url = door.path.replaceAll(/:\w+/g, '01900000-0000-7000-8000-000000000000');
    // The body is only announced.
    const answer = await say([head(`${door.method.toUpperCase()} ${url}`, { 'content-length': 4_000_000 })]);
    if (statusOf(answer) !== 401) wrong.push(`${door.method} ${url}: ${answer.slice(0, 60)}`);
  }
  expect(wrong).toEqual([]);
});

test('a stranger gets 16 KB read, whatever the length is said to be, and sees the refusal of more', async () => {
  const long = Buffer.alloc(3_000_000, ' ');
  const json = { 'content-type': 'application/json' };
  for (const url of ['/graphql', '/nowhere']) {
    const post = `POST ${url}`;
    expect(statusOf(await say([head(post, { ...json, 'content-length': long.length }), long]))).toBe(413);
    const chunk = [`${long.length.toString(16)}\r\n`, long, '\r\n0\r\n\r\n'];
    expect(statusOf(await say([head(post, { ...json, 'transfer-encoding': 'chunked' }), ...chunk]))).toBe(413);
  }
  const wrongKey = { authorization: `Bearer pnu_${'x'.repeat(36)}` };
  expect(statusOf(await say([head('POST /graphql', { ...json, ...wrongKey, 'content-length': 20_000 })]))).toBe(413);
});

test('those who are known send up to 5 MB to a workspace, and 100 KB of GraphQL', async () => {
  const send = async (url: string, bytes: number) => {
    const body = Buffer.from(JSON.stringify({ query: '{viewer{id}}', filler: 'x'.repeat(bytes) }));
    return statusOf(await say([head(`POST ${url}`, { ...keyOf(owner), 'content-length': body.length }), body]));
  };
  expect(await send('/api/flows/filter', 5_000_000)).toBe(200);
  expect(await send('/api/flows/filter', 5_300_000)).toBe(413);
  expect(await send('/graphql', 103_000)).toBe(413);
});

test('a packed body is refused in words, before it is unpacked', async () => {
  const body = gzipSync(JSON.stringify({ name: 'x'.repeat(50_000_000) }));
  for (const [encoding, status] of Object.entries({ gzip: 415, br: 415, 'gzip, identity': 415, Identity: 400 })) {
    const more = { ...keyOf(owner), 'content-encoding': encoding, 'content-length': body.length };
    const answer = await say([head('POST /api/flows/', more), body]);
    expect(statusOf(answer), encoding).toBe(status);
    if (status === 415) expect(answer).toContain('without Content-Encoding');
  }
});

test('the rest of a refused body is not waited for without end', async () => {
  const socket = connect(port, '127.0.0.1');
  let isClosed = false;
  socket.resume();
  socket.on('error', () => undefined).on('close', () => (isClosed = true));
  socket.write(head('POST /api/logs/', { 'content-length': 4_000_000 }));
  await until('the connection to be closed', () => isClosed);
});

test('JSON that is nested too deep or not UTF-8 is refused at every door alike; what is no Unicode is replaced', async () => {
  const send = async (body: string | Buffer) => {
    const raw = Buffer.from(body as string);
    const answer = await say([head('POST /api/flows/', { ...keyOf(owner), 'content-length': raw.length }), raw]);
    return `${statusOf(answer)} ${answer.slice(answer.indexOf('\r\n\r\n') + 4)}`;
  };
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(await send(deep(1_000_000))).toContain('422 {"detail":"JSON is nested more than 200 levels deep."}');
  expect(await send(`{"name":"a","labels":{"b":${'{"a":'.repeat(200)}1${'}'.repeat(200)}}}`)).toMatch(
    /^422 .*200 levels/,
  );
  expect(await send('{"name":"half \\ud800"}')).toMatch(/^201 .*"half \ufffd"/);
  expect(await send('{"name":"a","labels":{"\\udc00":1}}')).toMatch(/^201 .*"\ufffd":1/);
  expect(await send('{"name":"\\ud83d\\ude00"}')).toMatch(/^201 .*😀|^201 /);
  // As the reference says it.
  expect(await send(Buffer.from([0x22, 0xff, 0x22]))).toBe('400 {"detail":"There was an error parsing the body"}');
});

test.each(['h2c', 'foo', 'TLS/1.0, HTTP/1.1'])(
  'a wish to speak %s is ignored, and the request answered',
  async (other) => {
    const wish = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: other,
      'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA',
    };
    for (const url of ['/ready', '/health', '/api/health', '/api/hello', '/api/events/in'])
      expect([url, statusOf(await say([head(`GET ${url}`, { ...wish, ...keyOf(owner) })]))]).toEqual([
        url,
        url.endsWith('/in') ? 404 : 200,
      ]);
    const body = JSON.stringify({ query: '{viewer{id}}' });
    const post = head('POST /graphql', { ...wish, 'content-type': 'application/json', 'content-length': body.length });
    // The connection lives on.
    const both = await say([post, body, head('GET /api/hello', wish)], /(HTTP.1.1 200 [^]*){2}/);
    expect(both).toContain('{"data":{"viewer":null}}');
  },
);

test('a websocket where there are none is an ordinary request', async () => {
  const websocket = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': 13,
    'sec-websocket-key': 'x',
  };
  expect(statusOf(await say([head('GET /ready', websocket)]))).toBe(200);
});

test('no header makes a change by a session go without its token', async () => {
  const [email, password] = ['csrf@example.test', 'long enough pw'];
  const signUp = `mutation { signUp(input: { email: "${email}", password: "${password}", name: "Zoë" }) { id } }`;
  const { cookies } = await app.gql(signUp);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const [csrf] = cookies.filter(({ name }) => name.endsWith('csrf')).map(({ value }) => value);
  const changes = ['mutation { createApiKey(name: "k") { key } }', 'mutation { signOut }'];
  for (const query of changes) {
    const body = JSON.stringify({ query });
    const wishes: Record<string, string>[] = [
      { accept: '*/*' },
      { connection: 'Upgrade', upgrade: 'websocket' },
      { connection: 'Upgrade', upgrade: 'x' },
    ];
    for (const more of wishes) {
      const headers: Record<string, string | number> = {
        cookie,
        'content-type': 'application/json',
        'content-length': body.length,
        ...more,
      };
      // Also where the other protocol is not asked for in earnest.
      const answers = [headers, { ...headers, connection: 'keep-alive' }];
      for (const each of answers) expect(await say([head('POST /graphql', each), body])).not.toContain('"data":{"');
    }
    expect((await app.gql(query, {}, { cookie, upgrade: 'websocket' })).error?.extensions.code).toBe('forbidden');
  }
  const own = { cookie, 'x-csrf-token': csrf! };
  for (const site of ['cross-site', 'same-site'])
    expect(
      (await app.inject('POST', '/graphql', { query: changes[1] }, null, { ...own, 'sec-fetch-site': site })).status,
    ).toBe(403);
  for (const origin of ['null', 'https://evil.example', 'http://localhost:81'])
    expect((await app.inject('POST', '/graphql', { query: changes[1] }, null, { ...own, origin })).status).toBe(403);
  const ours = { ...own, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:80' };
  expect((await app.gql(changes[1]!, {}, ours)).data).toEqual({ signOut: true });
});

test('what names no workspace by two UUIDs leads nowhere, and no other workspace answers for it', async () => {
  const none = '-'.repeat(36);
  const rests = [
    'flows/count',
    'admin/settings',
    'admin/version',
    'collections/views/aggregate-worker-metadata',
    'health',
  ];
  for (const [account, workspace] of [
    [none, none],
    ['x', 'y'],
    [owner.accountId, 'y'],
    [owner.accountId.replaceAll('-', ''), owner.workspaceId],
    [owner.accountId, owner.workspaceId.slice(1)],
  ])
    for (const rest of rests)
      for (const method of ['GET', 'POST'] as const) {
        const { status } = await app.inject(
          method,
          `/api/accounts/${account}/workspaces/${workspace}/${rest}`,
          undefined,
          owner.key,
        );
        expect([rest, status]).toEqual([rest, 404]);
      }
  for (const rest of rests.filter((each) => each !== 'flows/count')) {
    const address = (of: Tenant) => `/api/accounts/${of.accountId}/workspaces/${of.workspaceId}/${rest}`;
    expect([rest, (await app.inject('GET', address(owner), undefined, owner.key)).status]).toEqual([rest, 200]);
    expect([rest, (await app.inject('GET', address(owner), undefined, stranger.key)).status]).toEqual([rest, 404]);
  }
  const body = 'x';
  const template = `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/templates/validate`;
  expect((await app.inject('POST', template, JSON.stringify(body), stranger.key)).status).toBe(404);
  for (const id of ['', none, 'x'])
    expect(
      (await app.gql('query($id: ID!) { variables(workspaceId: $id) { nodes { name } } }', { id }, keyOf(owner))).error
        ?.extensions.code,
    ).toBe('notFound');
});

test('answers that are data are run, sniffed and framed by no browser', async () => {
  for (const [url, status] of [
    ['/api/health', 200],
    ['/api/flows/x', 401],
    ['/nowhere', 404],
  ] as const) {
    const { headers, status: got } = await app.inject('GET', url);
    expect([url, got]).toEqual([url, status]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  }
});

test('without a token of the operator nobody reads the metrics', async () => {
  expect((await app.inject('GET', '/metrics', undefined, owner.key)).status).toBe(404);
});

test('an address is shown as the caller wrote it, if it can be one, and not as a stranger forwards it', async () => {
  const apiUrl = async (headers: Record<string, string>) => {
    const { data, text } = await app.gql('{ viewer { workspaces { apiUrl } } }', {}, { ...keyOf(owner), ...headers });
    if (!data) throw new Error(JSON.stringify(headers) + text);
    return new URL(data.viewer.workspaces[0].apiUrl).origin;
  };
  expect(await apiUrl({ host: 'gate.example:81' })).toBe('http://gate.example:81');
  for (const host of ['evil.example/?', 'a b', 'user@evil.example', '"'])
    expect((await app.inject('GET', '/api/health', undefined, null, { host })).status).toBe(400);
  const forwarded = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  expect(await apiUrl({ host: 'gate.example', ...forwarded })).toBe('http://gate.example');
});

const ask = (target: string, headers: Record<string, string> = {}) => say([head(`GET ${target}`, headers)]);
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test('a target with a host in front is the path behind it, whatever the host is', async () => {
  for (const host of [
    'http://here',
    'HTTP://here:4200',
    'https://elsewhere.test',
    'http://me@here',
    'http://[::1]:80',
  ]) {
    const answer = await ask(`${host}/api/health`);
    expect([host, statusOf(answer), bodyOf(answer)]).toEqual([host, 200, 'true']);
  }
  for (const path of [
    '/api/health?x=http://y',
    '/api/me/workspaces',
    '/api/nowhere',
    '//api/health',
    '/api/%2e%2e/health',
  ])
    expect([path, statusOf(await ask(`http://here${path}`))]).toEqual([path, statusOf(await ask(path))]);
  // What has no path asks for the first page, with its question.
  expect(statusOf(await ask('http://here'))).toBe(statusOf(await ask('/')));
  expect(statusOf(await ask('http://here?a=b'))).toBe(statusOf(await ask('/?a=b')));
});

test('it opens no door that its path does not: one host is taken off, and no other scheme', async () => {
  const path = `/api/accounts/${owner.accountId}/workspaces/${owner.workspaceId}/flows/count`;
  const count = (target: string, of: Tenant) => say([head(`POST ${target}`, { ...keyOf(of), 'content-length': 0 })]);
  expect(statusOf(await count(`http://here${path}`, owner))).toBe(statusOf(await count(path, owner)));
  expect(statusOf(await count(`http://here${path}`, stranger))).toBe(404);
  for (const target of ['http://here/http://here/api/health', 'ftp://here/api/health', 'http:/api/health'])
    expect([target, statusOf(await ask(target))]).not.toEqual([target, 200]);
  const [reached, stop] = [[] as string[], new AbortController()];
  const other = createServer((request, response) => response.end(reached.push(request.url!) && 'not ours'));
  other.listen({ port: 0, host: '127.0.0.1', signal: stop.signal });
  await once(other, 'listening');
  const { port: elsewhere } = other.address() as AddressInfo;
  expect(bodyOf(await ask(`http://127.0.0.1:${elsewhere}/api/health`))).toBe('true');
  stop.abort();
  expect(reached).toEqual([]);
});

test('a websocket is opened, and another protocol ignored, by such a target, too', async () => {
  const wish = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
  const opened = await ask('http://here/api/events/in', {
    ...wish,
    'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
    'sec-websocket-protocol': 'prefect',
  });
  expect(opened).toMatch(/^HTTP\/1\.1 101 /);
  const ignored = await ask('http://here/api/health', { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' });
  expect([statusOf(ignored), bodyOf(ignored)]).toEqual([200, 'true']);
});

test('what cannot be read as a request is answered in words, with the news that the connection closes', async () => {
  for (const [status, sent] of Object.entries({
    431: head(`GET /api/variables/name/${'a'.repeat(20_000)}`, {}),
    400: head('POST /api/flows/', { ...keyOf(owner), 'content-length': '-4' }),
  })) {
    const answer = await say([sent]);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\nConnection: close\r\n[^]*{"detail":"[^"]+"}$`));
  }
});
