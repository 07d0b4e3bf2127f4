// A workspace without manners: `node flood.mjs KIND ACCOUNT` sends until it is told to stop, then says how much was done,
// how much was refused for now (it obeys Retry-After, at most for a second) and how much failed. It only gets the CPU that
// nobody else wants: a neighbour's own machine is another one.
import fs from 'node:fs';
import http from 'node:http';
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

const [kind, account] = [process.argv[2], JSON.parse(process.argv[3])];
const { hostname, port, pathname } = new URL(account.apiUrl);
const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const tally = { done: 0, refused: 0, failed: 0 };
const later = '2100-01-01T00:00:00Z';
let stopped = false;
giveWay();

/** Where Linux groups processes by session, a priority counts only among those of the same one: this has one of its own. */
function giveWay() {
  os.setPriority(os.constants.priority.PRIORITY_LOW);
  try {
    fs.writeFileSync('/proc/self/autogroup', '19');
  } catch {
    // Not grouped here.
  }
}

function post(path, text) {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      authorization: `Bearer ${account.key}`,
    };
    const request = http.request(
      { agent, hostname, port, path: pathname + path, method: 'POST', headers },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part) => (body += part));
        response.on('end', () =>
          resolve({ status: response.statusCode, body, retryAfter: response.headers['retry-after'] }),
        );
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

async function hammer(clients, path, textOf) {
  const one = async () => {
    while (!stopped) {
      const { status, retryAfter } = await post(path, textOf()).catch(() => ({ status: 0 }));
      if (status === 429) tally.refused++;
      else if (status >= 200 && status < 300) tally.done++;
      else tally.failed++;
      if (status === 429) await wait(Math.min(1000, Number(retryAfter ?? 1) * 1000));
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
}

async function deployment(more = {}) {
  const flow = JSON.parse((await post('/flows/', JSON.stringify({ name: `flood-${randomUUID()}` }))).body);
  const made = await post('/deployments/', JSON.stringify({ name: 'flood', flow_id: flow.id, ...more }));
  return JSON.parse(made.body).id;
}

const scheduled = { type: 'SCHEDULED', state_details: { scheduled_time: later } };
const kinds = {
  async bulk() {
    const id = await deployment();
    const body = JSON.stringify({
      flow_runs: Array.from({ length: 500 }, (_, n) => ({ parameters: { n }, state: scheduled })),
    });
    return () => hammer(32, `/headgate/deployments/${id}/flow_runs`, () => body);
  },
  async creates() {
    const body = JSON.stringify({ parameters: { text: 'x'.repeat(1000) }, state: scheduled });
    const id = await deployment();
    return () => hammer(64, `/deployments/${id}/create_flow_run`, () => body);
  },
  async logs() {
    const [run, timestamp] = [randomUUID(), new Date().toISOString()];
    const line = { name: 'flood', level: 20, message: 'x'.repeat(120), timestamp, flow_run_id: run };
    const rest = JSON.stringify(Array.from({ length: 999 }, () => line)).slice(1);
    // A request that came before is not stored again: each is another one.
    const body = () => `[${JSON.stringify({ ...line, message: randomUUID() })},${rest}`;
    return () => hammer(32, '/logs/', body);
  },
  async events() {
    const eventOf = () => ({
      id: randomUUID(),
      occurred: new Date().toISOString(),
      event: 'flood.came',
      resource: { 'prefect.resource.id': 'flood.1' },
      payload: { text: 'x'.repeat(200) },
    });
    return () => hammer(32, '/events', () => JSON.stringify(Array.from({ length: 100 }, eventOf)));
  },
  async searches() {
    const id = await deployment();
    const runs = (n) => ({
      flow_runs: Array.from({ length: 1000 }, () => ({ name: `common otter ${n}`, state: scheduled })),
    });
    for (let n = 0; n < 5; n++) await post(`/headgate/deployments/${id}/flow_runs`, JSON.stringify(runs(n)));
    const asks = ['filter', 'count', 'history'].map((path) => [`/flow_runs/${path}`, searchOf(path)]);
    return () => Promise.all(asks.map(([path, body]) => hammer(12, path, () => body)));
  },
  // More runs than the loops make of one workspace, which they go on making while it does nothing.
  async schedules() {
    const schedules = Array.from({ length: 90 }, () => ({ schedule: { interval: 1 }, active: true }));
    const ids = [];
    while (ids.length < 6) ids.push(await deployment({ schedules }));
    return async () => {
      while (!stopped) await wait(20);
      for (const id of ids) await post(`/deployments/${id}/pause_deployment`, '');
    };
  },
  async sockets() {
    const sockets = new Set();
    const eventOf = () =>
      JSON.stringify({
        id: randomUUID(),
        occurred: new Date().toISOString(),
        event: 'flood.came',
        resource: { 'prefect.resource.id': 'flood.1' },
        payload: {},
        related: [],
      });
    const open = () =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${account.apiUrl.replace('http', 'ws')}/events/in`, ['prefect'], {
          headers: { authorization: `Bearer ${account.key}` },
        });
        socket.on('open', () => {
          sockets.add(socket);
          socket.send(JSON.stringify({ type: 'auth', token: account.key }));
          resolve();
        });
        socket.on('message', () => (socket.isLetIn = true));
        socket.on('error', () => resolve(tally.refused++));
        socket.on('close', () => sockets.delete(socket));
      });
    const opening = async () => {
      while (!stopped && sockets.size < 2500) await open();
    };
    const talking = async () => {
      while (!stopped) {
        for (const socket of sockets) {
          if (!socket.isLetIn || socket.bufferedAmount > 100_000) continue;
          for (let n = 0; n < 5; n++) socket.send(eventOf());
          tally.done += 5;
        }
        await wait(5);
      }
    };
    return async () => {
      await Promise.all([...Array.from({ length: 32 }, opening), talking()]);
      for (const socket of sockets) socket.terminate();
    };
  },
};

const searchOf = (path) =>
  JSON.stringify(
    path === 'history'
      ? { history_start: '2099-12-31T00:00:00Z', history_end: '2100-01-02T00:00:00Z', history_interval_seconds: 3600 }
      : { flow_runs: { name: { like_: 'otter' } }, ...(path === 'filter' && { limit: 200 }) },
  );

const flood = await kinds[kind]();
process.once('message', () => (stopped = true));
// In its session nobody hears what ends the one who started it.
process.once('disconnect', () => process.exit());
process.send(tally);
await flood();
process.send(tally);
agent.destroy();
process.disconnect();
