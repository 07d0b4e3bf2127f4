import { connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { until } from '@headgate/testkit';
import { afterEach, expect, test } from 'vitest';
import { FrontServer } from './front-server.js';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

type Limits = { max: number; perAddressMax: number; isProxy?: () => boolean; unreadBytesMax?: number };
const megabyte = 1024 * 1024;

async function open(limits: Limits) {
  const asked: string[] = [];
  const server = new FrontServer(
    // `/slow` is never answered.
    (request, response) => {
      asked.push(request.url!);
      const megabytes = Number(/large=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
      if (request.url !== '/slow') response.end(megabytes > 0 ? Buffer.alloc(megabytes * megabyte) : 'done');
    },
    { isProxy: () => false, ...limits },
    /^\/graphql/,
  );
  server.on('upgrade', (_request, socket) =>
    socket
      .resume()
      .on('end', () => socket.end())
      .write('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  ends.push(() => (server.closeAllConnections(), server.close()));
  const visit = () => {
    const socket: Socket = connect(port, '127.0.0.1');
    const seen = { socket, heard: '', isClosed: false };
    socket.on('data', (data) => (seen.heard += String(data)));
    socket.on('close', () => (seen.isClosed = true)).on('error', () => undefined);
    ends.push(() => socket.destroy());
    return seen;
  };
  const count = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  return { visit, count, asked, server, port };
}
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;

test.each([
  { max: 3, perAddressMax: 100 },
  { max: 100, perAddressMax: 3 },
])('of too many connections the oldest idle one makes room: %j', async (limits) => {
  const { visit, count } = await open(limits);
  const [busy, idle, websocket] = [visit(), visit(), visit()];
  await until('three connections', async () => (await count()) === 3);
  busy.socket.write(get('/slow'));
  idle.socket.write(get('/'));
  websocket.socket.write(get('/graphql', 'connection: upgrade\r\nupgrade: websocket\r\n'));
  await until('what two of them asked for', () => /done/.test(idle.heard) && /101/.test(websocket.heard));
  const late = visit();
  late.socket.write(get('/'));
  await until('the answer to who came late', () => /200 OK/.test(late.heard));
  await until('the idle one to be closed', () => idle.isClosed);
  expect([busy.isClosed, websocket.isClosed]).toEqual([false, false]);
});

test('a request with two hosts is refused, whatever it asks for, and its connection with it', async () => {
  const { visit } = await open({ max: 9, perAddressMax: 9 });
  for (const head of [
    get('/', 'Host: y\r\n'),
    get('/', 'HOST: x\r\n'),
    get('/graphql', 'host: y\r\nconnection: upgrade\r\nupgrade: websocket\r\n'),
    get('/', 'host: y\r\nconnection: upgrade\r\nupgrade: h2c\r\n'),
  ]) {
    const visitor = visit();
    visitor.socket.write(head + get('/'));
    await until('the connection to be closed', () => visitor.isClosed);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(visitor.heard).not.toMatch(/done|101/);
  }
});

test('where all are busy, who comes late is turned away with words', async () => {
  const { visit, count } = await open({ max: 2, perAddressMax: 100 });
  const busy = [visit(), visit()];
  await until('two connections', async () => (await count()) === 2);
  busy.forEach(({ socket }) => socket.write(get('/graphql', 'connection: upgrade\r\nupgrade: websocket\r\n')));
  await until('both to be websockets', () => busy.every(({ heard }) => /101/.test(heard)));
  const late = visit();
  await until('the refusal', () => late.isClosed);
  expect(late.heard).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 2[^]*\{"detail":"Too many connections\."\}$/);
  busy[0]!.socket.destroy();
  await until('room', async () => (await count()) === 1);
  const next = visit();
  next.socket.write(get('/'));
  await until('the answer', () => /200 OK/.test(next.heard));
});

test('behind a trusted proxy there may be many', async () => {
  const { visit, count } = await open({ max: 100, perAddressMax: 2, isProxy: () => true });
  const all = Array.from({ length: 5 }, visit);
  await until('five connections', async () => (await count()) === 5);
  expect(all.filter(({ isClosed }) => isClosed)).toEqual([]);
});

test('who does not say what they want within ten seconds is let go', async () => {
  const { visit } = await open({ max: 10, perAddressMax: 10 });
  const [silent, slow] = [visit(), visit()];
  slow.socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
  await until('both to be closed', () => silent.isClosed && slow.isClosed);
});

test('whose request came while the process was busy is answered, however long that took', async () => {
  const { server, port } = await open({ max: 9, perAddressMax: 9 });
  server.headersTimeout = 100;
  const written = new Int32Array(new SharedArrayBuffer(4));
  // Until the request lies in the socket, and the next look at who has said nothing is due.
  server.once('connection', () => {
    Atomics.wait(written, 0, 0, 60_000);
    for (const end = performance.now() + 2_500; performance.now() < end;);
  });
  const client = new Worker(
    `const { workerData: { port, written } } = require('node:worker_threads');
     const socket = require('node:net').connect(port, '127.0.0.1', () =>
       setTimeout(() => socket.write('GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n', () => Atomics.notify(written, 0, Atomics.store(written, 0, 1))), 200));
     let heard = '';
     socket.on('data', (data) => { heard += data; if (heard.includes('done')) socket.destroy(); });
     socket.on('error', (error) => { heard += error.code; });
     socket.on('close', () => require('node:worker_threads').parentPort.postMessage(heard));`,
    { eval: true, workerData: { port, written } },
  );
  const [heard] = await once(client, 'message');
  expect(heard).toMatch(/200 OK/);
  await client.terminate();
});

test('where answers are left unread, those that leave most are let go; who reads gets theirs', async () => {
  const { visit } = await open({ max: 100, perAddressMax: 100, unreadBytesMax: 40 * megabyte });
  const deaf = Array.from({ length: 4 }, visit);
  const small = visit();
  for (const { socket } of [...deaf, small]) socket.pause();
  small.socket.write(get('/?large=8'));
  deaf.forEach(({ socket }) => socket.write(get('/?large=30')));
  const reader = visit();
  reader.socket.write(get('/?large=20'));
  await until('the reader has all', () => reader.heard.length > 20 * megabyte);
  // One that is not read does not hear that it is over; it hears that it cannot write.
  const isOver = async ({ socket }: (typeof deaf)[0]) => (socket.write('x'), socket.destroyed);
  await until('three are over', async () => (await Promise.all(deaf.map(isOver))).filter(Boolean).length >= 3);
  small.socket.resume();
  await until('the small one has all', () => small.heard.length > 8 * megabyte);
});

test('who comes for a long answer and reads it slowly gets all of it', async () => {
  const { visit } = await open({ max: 100, perAddressMax: 100 });
  const visitors = Array.from({ length: 7 }, visit);
  for (const { socket } of visitors) {
    socket.pause();
    socket.write(get('/?large=16'));
  }
  // Longer than it takes until somebody looks after the answers that are not read.
  const looked = performance.now() + 1_500;
  await until('somebody has looked', () => performance.now() > looked);
  for (const { socket } of visitors) socket.resume();
  await until('all have theirs', () => visitors.every(({ heard }) => heard.length > 16 * megabyte));
});

test('requests that follow each other on a connection are taken up one by one, and answered in their order', async () => {
  const { visit, asked } = await open({ max: 100, perAddressMax: 100 });
  const { socket, ...visitor } = Object.assign(visit(), { chunks: [] as number[] });
  socket.on('data', (data) => visitor.chunks.push(data.length));
  const read = () => visitor.chunks.reduce((sum, each) => sum + each, 0);
  socket.pause();
  socket.write([1, 2, 3, 4].map((n) => get(`/?large=3${n}`)).join('') + get('/last', 'connection: close\r\n'));
  await until('the first to be asked', () => asked.length > 0);
  // The others have come: who asks later on another connection is answered.
  const other = visit();
  other.socket.write(get('/other'));
  await until('the answer to another', () => /done/.test(other.heard));
  expect(asked).toEqual(['/?large=31', '/other']);
  socket.resume();
  await until('all to be read', () => socket.destroyed && read() > (31 + 32 + 33 + 34) * megabyte);
  expect(asked).toEqual(['/?large=31', '/other', '/?large=32', '/?large=33', '/?large=34', '/last']);
});

test('a body of a request that waited arrives whole', async () => {
  const server = new FrontServer(
    (request, response) => {
      let bytes = 0;
      request.on('data', (data: Buffer) => (bytes += data.length));
      request.on('end', () => response.end(`[${bytes}]`));
    },
    { max: 9, perAddressMax: 9, isProxy: () => false },
    /^$/,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => (server.closeAllConnections(), server.close()));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  ends.push(() => socket.destroy());
  let heard = '';
  socket.on('data', (data) => (heard += String(data)));
  const sizes = [3_000_000, 0, 70_000, 1, 2_000_000];
  socket.write(
    sizes.map((size) => `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${size}\r\n\r\n${'x'.repeat(size)}`).join(''),
  );
  await until('five answers', () => heard.match(/\[\d+\]/g)?.length === sizes.length);
  expect(heard.match(/\[\d+\]/g)).toEqual(sizes.map((size) => `[${size}]`));
});

test('who sends many requests ahead is answered those that may wait, in order, and told that the connection ends', async () => {
  const { visit, asked } = await open({ max: 9, perAddressMax: 9 });
  const many = visit();
  const paths = Array.from({ length: 500 }, (_, at) => `/${at}`);
  many.socket.write(paths.map((path) => get(path)).join(''));
  await until('the connection to be closed', () => many.isClosed);
  const answers = many.heard.match(/HTTP\/1\.1 200 OK[^]*?done/g) ?? [];
  expect(answers.length).toBeGreaterThanOrEqual(17);
  expect(asked).toEqual(paths.slice(0, answers.length));
  expect(answers.map((answer) => /connection: close/i.test(answer)).indexOf(true)).toBe(answers.length - 1);
});

test('of a connection that is to end nothing more is read', async () => {
  const { visit, asked, server } = await open({ max: 9, perAddressMax: 9 });
  const [few, many] = [visit(), visit()];
  few.socket.write(get('/').repeat(17));
  await until('seventeen answers', () => few.heard.match(/done/g)?.length === 17);
  let read = 0;
  server.on('connection', (socket: Socket) => socket.once('close', () => (read = socket.bytesRead)));
  many.socket.write(get('/slow') + get('/').repeat(1_000));
  await until('it to be taken up', () => asked.includes('/slow'));
  const flood = setInterval(
    () => many.socket.writableLength < megabyte && many.socket.write(get('/').repeat(10_000)),
    1,
  );
  await until('what it sends to be left', () => many.socket.writableLength > megabyte);
  clearInterval(flood);
  expect(asked.filter((path) => path !== '/')).toEqual(['/slow']);
  expect(asked).toHaveLength(18);
  server.closeAllConnections();
  await until('it to be closed', () => many.isClosed);
  expect(read).toBeLessThan(megabyte);
});

test('nothing is begun for a connection that ends with the answer before', async () => {
  const { visit, asked } = await open({ max: 9, perAddressMax: 9 });
  const visitor = visit();
  visitor.socket.write(get('/last', 'connection: close\r\n') + get('/after'));
  await until('the connection to be closed', () => visitor.isClosed);
  expect(asked).toEqual(['/last']);
});

test.each([
  ['a way through', 'CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
  ['a body that is packed on its way', get('/', 'transfer-encoding: gzip, chunked\r\n'), 501],
  [
    'a body that is packed, and another protocol',
    get('/graphql', 'transfer-encoding: gzip, chunked\r\nconnection: upgrade\r\nupgrade: websocket\r\n'),
    501,
  ],
])('who wants %s is told that there is none, after what was asked before', async (_, head, status) => {
  const { visit, asked } = await open({ max: 9, perAddressMax: 9 });
  const visitor = visit();
  visitor.socket.write(get('/?large=1') + head);
  await until('the connection to be closed', () => visitor.isClosed);
  expect(asked).toEqual(['/?large=1']);
  expect(visitor.heard.length).toBeGreaterThan(megabyte);
  expect(visitor.heard.slice(megabyte)).toMatch(
    new RegExp(`HTTP/1\\.1 ${status} [A-Z][^]*connection: close\\r\\n[^]*\\r\\n\\r\\n$`, 'i'),
  );
});

test('a body in pieces is no packed one', async () => {
  const { visit } = await open({ max: 9, perAddressMax: 9 });
  const visitor = visit();
  visitor.socket.write(`${get('/', 'transfer-encoding: Chunked\r\n').replace('GET', 'POST')}2\r\n{}\r\n0\r\n\r\n`);
  await until('the answer', () => /200 OK/.test(visitor.heard));
});

test.each([
  ['the wrong hosts', get('/graphql', 'host: y\r\nconnection: upgrade\r\nupgrade: websocket\r\n')],
  ['a protocol that nobody speaks', get('/', 'connection: upgrade\r\nupgrade: h2c\r\n')],
  ['a way through', 'CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n'],
])('who asks for %s and is gone takes nobody along', async (_, head) => {
  const { visit, count, asked } = await open({ max: 9, perAddressMax: 9 });
  const visitor = visit();
  visitor.socket.write(get('/slow') + head);
  await until('it to be taken up', () => asked.length > 0);
  visitor.socket.resetAndDestroy();
  await until('it to be gone', async () => (await count()) === 0);
});
