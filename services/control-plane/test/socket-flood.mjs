// Attackers against a server, in a process of their own: `node socket-flood.mjs PORT KIND KEY`.
// Says `done` when the server has cut them off, or when they have sent what they wanted to.
import { once } from 'node:events';
import { WebSocket } from 'ws';

const [port, kind, key] = process.argv.slice(2);
const clients = 6;
const bytesMax = 240 * 1024 * 1024;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function flood(path, frameBytes, first, protocol = 'prefect') {
  const chunk = 'x'.repeat(frameBytes);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  // Goes on after the goodbye, as a client that keeps to no protocol.
  socket.close = () => undefined;
  const raw = socket._socket;
  for (const say of first) socket.send(JSON.stringify(say));
  if (first.length > 1) await wait(500);
  for (let sent = 0; sent < bytesMax && !raw.destroyed; sent += frameBytes) {
    const header = Buffer.alloc(14);
    header.set([0x81, 0xff]);
    header.writeBigUInt64BE(BigInt(chunk.length), 2);
    raw.write(header);
    if (!raw.write(chunk)) await Promise.race([once(raw, 'drain').catch(() => undefined), wait(2_000)]);
  }
  raw.destroy();
}

/** Subscribes to everything, and never reads again. */
async function sleep() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events/out`, 'prefect');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token: key }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'filter', filter: {} }));
  socket._socket.pause();
  process.stdout.write('ready\n');
  await wait(120_000);
}

const [small, large] = [80 * 1024, 4 * 1024 * 1024];
const auth = (token) => ({ type: 'auth', token });
const init = { type: 'connection_init', payload: {} };
const kinds = {
  refused: () => flood('/api/logs/out', small, [auth('pnu_wrong')]),
  'refused-large': () => flood('/api/logs/out', large, [auth('pnu_wrong')]),
  listener: () => flood('/api/logs/out', small, [auth(key), { type: 'filter', filter: {} }]),
  waiting: () => flood('/api/task_runs/subscriptions/scheduled', small, [auth(key), { type: 'subscribe' }]),
  graphql: () => flood('/graphql', small, [init], 'graphql-transport-ws'),
  unread: () => sleep(),
};
await Promise.all(Array.from({ length: kind === 'unread' ? 1 : clients }, kinds[kind]));
process.stdout.write('done\n');
process.exit(0);
