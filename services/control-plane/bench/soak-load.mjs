// What the soak does: whole lives of runs with all that may hang on them, at a given rate. It remembers what was
// acknowledged, and when.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { openEventSocket, lifeOfTask } from './ingest.mjs';
import { makeDeployment } from './workloads.mjs';

const clientsMax = 64;
const socketsCount = 8;
export const linesPerRun = 5;
export const tasksPerRun = 2;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Load {
  /** By run: how it ended, the moment in which that was acknowledged, and whether it came to its agent by a claim. */
  ended = new Map();
  events = 0;
  failures = [];
  begun = 0;

  constructor({ api, account }) {
    this.api = api;
    this.account = account;
  }

  async prepare() {
    this.deployments = [];
    for (let at = 0; at < 4; at++)
      this.deployments.push(await makeDeployment(this.api, `soak-${at}-${randomUUID()}`, true));
    await this.api.post('/v2/concurrency_limits/', { name: 'soak', limit: 1000 });
    this.sockets = await Promise.all(Array.from({ length: socketsCount }, () => openEventSocket(this.account)));
  }

  /** Begins so many lives a second; Infinity: as many as there are clients for. Answers how many ended in a second. */
  async run(perSecond, seconds) {
    const [first, started] = [this.begun, Date.now()];
    const before = this.ended.size;
    const end = started + seconds * 1000;
    const one = async () => {
      for (;;) {
        // Who comes late does not hurry afterwards: a second's worth may be made up for.
        const due = started + ((this.begun - first) / perSecond) * 1000;
        if (Math.max(due, Date.now()) >= end) return;
        const turn = this.begun++;
        if (due > Date.now()) await wait(due - Date.now());
        await this.live(turn).catch((error) => this.failures.push(String(error.message ?? error).slice(0, 200)));
      }
    };
    await Promise.all(Array.from({ length: clientsMax }, one));
    return (this.ended.size - before) / ((Date.now() - started) / 1000);
  }

  /** Created, Pending, Running, lines, task runs, events, and an end; one in so many has more. */
  async live(turn) {
    const every = (n) => turn % n === 0;
    const { api } = this;
    const deployment = this.deployments[turn % this.deployments.length];
    const { id } = await api.post(`/deployments/${deployment.id}/create_flow_run`, {
      parameters: { turn },
      tags: [`soak-${turn % 50}`],
      ...(every(3) && { idempotency_key: `soak-${turn}-${randomUUID()}` }),
    });
    const viewer = every(50) ? await watch(this.account, id) : null;
    await this.move(id, 'PENDING');
    await this.move(id, 'RUNNING');
    const held = every(10) ? await this.takeSlot() : null;
    const now = new Date().toISOString();
    const line = (n) => ({ name: 'soak', level: 20, message: `line ${n} of ${id}`, timestamp: now, flow_run_id: id });
    await api.post(
      '/logs/',
      Array.from({ length: linesPerRun }, (_, n) => line(n)),
    );
    await this.tell(turn, id);
    await this.happen(id, now, every(10));
    if (every(10)) await api.post(`/flow_runs/${id}/input`, { key: 'soak', value: '"said"' });
    if (every(20))
      await api.post('/artifacts/', {
        key: `soak-${(turn / 20) % 4}`,
        type: 'markdown',
        data: `# ${turn}`,
        flow_run_id: id,
      });
    if (held) await api.post('/v2/concurrency_limits/decrement-with-lease', { lease_id: held });
    const end = every(7) ? 'FAILED' : every(11) ? 'CANCELLED' : 'COMPLETED';
    await this.move(id, end);
    this.ended.set(id, { end, at: Date.now() });
    viewer?.terminate();
  }

  async move(id, type) {
    const state = { type, state_details: { transition_id: randomUUID() } };
    const { status } = await this.api.post(`/flow_runs/${id}/set_state`, { state });
    if (status !== 'ACCEPT') throw new Error(`${type} was answered ${status}`);
  }

  async takeSlot() {
    const wanted = { names: ['soak'], slots: 1, mode: 'concurrency', lease_duration: 60 };
    return (await this.api.post('/v2/concurrency_limits/increment-with-lease', wanted)).lease_id;
  }

  /** A pong means that what came before it is stored. */
  async tell(turn, flowRunId) {
    const socket = this.sockets[turn % socketsCount];
    for (let n = 0; n < tasksPerRun; n++)
      for (const event of lifeOfTask(flowRunId, 'soak-task', `${n}`)) socket.send(event);
    await socket.ponged();
  }

  async happen(flowRunId, occurred, alsoBeats) {
    const resource = { 'prefect.resource.id': `prefect.flow-run.${flowRunId}` };
    const events = [
      { id: randomUUID(), occurred, event: 'soak.happened', resource: { 'prefect.resource.id': 'soak' } },
    ];
    if (alsoBeats) events.push({ id: randomUUID(), occurred, event: 'prefect.flow-run.heartbeat', resource });
    await this.api.post('/events', events);
    this.events += 1;
  }

  close() {
    for (const socket of this.sockets) socket.close();
  }
}

/** A browser on the page of a run, for as long as it lasts. */
function watch({ url, apiUrl, workspaceId, key }, runId) {
  const socket = new WebSocket(
    `${new URL(apiUrl ?? url).origin.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  const say = (message) => socket.send(JSON.stringify(message));
  const query = `subscription { flowRunChanged(id: "${runId}", workspaceId: "${workspaceId}") { id stateType } }`;
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => say({ type: 'connection_init', payload: { apiKey: key } }));
    socket.on('message', (data) => {
      if (JSON.parse(data).type !== 'connection_ack') return;
      say({ type: 'subscribe', id: '1', payload: { query } });
      resolve(socket);
    });
  });
}
