// M2, M4, M5 and M6: what comes in by the hundred. Each answers durations, how many things came, and a check of what is stored.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { load } from './driver.mjs';

const farAway = { type: 'SCHEDULED', state_details: { scheduled_time: '2100-01-01T00:00:00Z' } };

/** M2: runs of a deployment in requests of 500, 4 clients. */
export async function createInBulk({ api, sql, workspaceId, seconds, clients = 4, size = 500 }) {
  const flow = await api.post('/flows/', { name: `bulk-${randomUUID()}` });
  const deployment = await api.post('/deployments/', { name: 'bulk', flow_id: flow.id });
  const body = { flow_runs: Array.from({ length: size }, (_, n) => ({ parameters: { n }, state: farAway })) };
  const durations = await load(clients, seconds, () =>
    api.post(`/headgate/deployments/${deployment.id}/flow_runs`, body),
  );
  const operations = durations.length * size;
  const check = async () => {
    const { rows } = await sql.query(
      `select (select count(*) from flow_run where workspace_id = $1 and deployment_id = $2)::int as runs,
              (select count(*) from run_queue where workspace_id = $1 and deployment_id = $2)::int as queued,
              (select count(*) from flow_run r join flow_run_state s on s.workspace_id = r.workspace_id and s.flow_run_id = r.id
                where r.workspace_id = $1 and r.deployment_id = $2)::int as states`,
      [workspaceId, deployment.id],
    );
    const { runs, queued, states } = rows[0];
    return [
      `${runs} runs, ${queued} queued, ${states} states of ${operations} asked for`,
      runs === operations && queued === operations && states === operations,
    ];
  };
  return { durations, operations, check };
}

const drainSecondsMax = 300;

/** M4: 100 sockets tell of three states of each task run, ten task runs between two pings. */
export async function taskRuns({ api, sql, account, workspaceId, seconds, turns, clients = 100, size = 10 }) {
  const flow = await api.post('/flows/', { name: `tasks-${randomUUID()}` });
  const run = await api.post('/flow_runs/', { flow_id: flow.id, state: { type: 'RUNNING' } });
  const sockets = await Promise.all(Array.from({ length: clients }, () => openEventSocket(account)));
  let lastSent = 0;
  const tell = async (client, turn) => {
    const socket = sockets[client];
    for (let n = 0; n < size; n++)
      for (const event of lifeOfTask(run.id, `task-${client}`, `${turn}-${n}`)) socket.send(event);
    lastSent = Date.now();
    await socket.ponged();
  };
  const durations = await load(clients, seconds, tell, turns);
  const operations = durations.length * size;
  const path = `task_run where workspace_id = $1 and flow_run_id = $2 and state_type = 'COMPLETED'`;
  const completed = { flow_run_id: { any_: [run.id] }, state: { type: { any_: ['COMPLETED'] } } };
  const count = () => api.post('/task_runs/count', { task_runs: completed });
  let readable = 0;
  const deadline = Date.now() + drainSecondsMax * 1000;
  // Looked at often while a second matters, then seldom enough not to count as work.
  for (let looks = 0; Date.now() < deadline; await wait(looks++ < 50 ? 20 : 1000)) {
    readable = await count();
    if (readable >= operations) break;
  }
  const lag = Date.now() - lastSent;
  for (const socket of sockets) socket.close();
  const check = async () => {
    const { rows } = await sql.query(
      `select count(*)::int as runs, sum((select count(*) from task_run_state s where s.workspace_id = t.workspace_id and s.task_run_id = t.id))::int as states
         from (select workspace_id, id from ${path}) t`,
      [workspaceId, run.id],
    );
    const { runs, states } = rows[0];
    return [
      `${runs} of ${operations} task runs, ${states} states`,
      runs === operations && states === operations * 3 && readable === operations,
    ];
  };
  return { durations, operations, lag, check, count };
}

let micros = 0;
/** Now, and after every moment before: clients count microseconds. */
function nextMoment() {
  micros = Math.max(micros + 1, Date.now() * 1000);
  return new Date(micros / 1000).toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`);
}

export function* lifeOfTask(flowRunId, taskKey, dynamicKey) {
  const id = randomUUID();
  let follows = null;
  for (const type of ['PENDING', 'RUNNING', 'COMPLETED']) {
    const [event, now] = [randomUUID(), nextMoment()];
    const state = { type, name: type[0] + type.slice(1).toLowerCase(), message: null, state_details: {} };
    yield JSON.stringify({
      id: event,
      occurred: now,
      follows,
      event: `prefect.task-run.${state.name}`,
      resource: {
        'prefect.resource.id': `prefect.task-run.${id}`,
        'prefect.resource.name': `${taskKey}-${dynamicKey}`,
        'prefect.run-count': '1',
        'prefect.state-type': type,
        'prefect.orchestration': 'client',
      },
      related: [{ 'prefect.resource.id': `prefect.flow-run.${flowRunId}`, 'prefect.resource.role': 'flow-run' }],
      payload: {
        intended: { from: null, to: type },
        initial_state: null,
        validated_state: { ...state, timestamp: now },
        task_run: {
          task_key: taskKey,
          dynamic_key: dynamicKey,
          name: `${taskKey}-${dynamicKey}`,
          run_count: 1,
          tags: [],
          expected_start_time: now,
        },
      },
    });
    follows = event;
  }
}

export async function openEventSocket({ apiUrl, key }) {
  const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/events/in`, ['prefect'], { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'auth', token: key }));
  await once(socket, 'message');
  return {
    send: (text) => socket.send(text),
    ponged: () => {
      const answered = once(socket, 'pong');
      socket.ping();
      return answered;
    },
    close: () => socket.close(),
  };
}

const once = (socket, name) =>
  new Promise((resolve, reject) => {
    const closed = () => reject(new Error('the socket was closed'));
    socket.once('close', closed);
    socket.once(name, (value) => {
      socket.off('close', closed);
      resolve(value);
    });
  });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** M5: log lines of 120 bytes over 400 runs, batches of 200, 8 clients. */
export async function logLines({ api, sql, workspaceId, seconds, clients = 8, size = 200 }) {
  const runs = Array.from({ length: 400 }, () => randomUUID());
  const sent = new Map(runs.map((id) => [id, 0]));
  const lines = (client, turn) =>
    Array.from({ length: size }, (_, n) => {
      const flow_run_id = runs[(client * 53 + turn * size + n) % runs.length];
      sent.set(flow_run_id, sent.get(flow_run_id) + 1);
      const message = `line ${client} ${turn} ${n} `.padEnd(120, '.');
      return { name: 'prefect.flow_runs', level: 20, message, timestamp: new Date().toISOString(), flow_run_id };
    });
  const durations = await load(clients, seconds, (client, turn) => api.post('/logs/', lines(client, turn)));
  const operations = durations.length * size;
  const check = async () => {
    const { rows } = await sql.query(
      `select flow_run_id as id, count(*)::int as lines, count(distinct message)::int as texts from log
        where workspace_id = $1 and flow_run_id = any($2::uuid[]) group by 1`,
      [workspaceId, runs],
    );
    const right = rows.filter((row) => row.lines === sent.get(row.id) && row.texts === row.lines).length;
    const read = await api.post('/logs/filter', { logs: { flow_run_id: { any_: [runs[0]] } }, limit: 200 });
    const whole = read.length === Math.min(200, sent.get(runs[0])) && read.every((line) => line.message.length === 120);
    const used = [...sent.values()].filter((count) => count > 0).length;
    const stored = rows.reduce((sum, row) => sum + row.lines, 0);
    return [
      `${stored} of ${operations} lines stored, ${right} of ${used} runs complete`,
      whole && right === used && stored === operations,
    ];
  };
  const count = async () => (await Promise.all(runs.map((id) => countLines(api, id)))).reduce((sum, n) => sum + n);
  return { durations, operations, check, count };
}

async function countLines(api, id, offset = 0) {
  const page = await api.post('/logs/filter', { logs: { flow_run_id: { any_: [id] } }, limit: 200, offset });
  return page.length < 200 ? offset + page.length : countLines(api, id, offset + 200);
}

/** M6: events, in batches of 50 from 16 clients. */
export const eventBatches = (context) => events({ ...context, size: 50 });
/** M6: events one by one from 16 clients. */
export const singleEvents = (context) => events({ ...context, size: 1 });

async function events({ api, sql, workspaceId, seconds, size, clients = 16 }) {
  const name = `bench.${randomUUID()}`;
  const batch = () =>
    Array.from({ length: size }, (_, n) => ({
      id: randomUUID(),
      occurred: new Date().toISOString(),
      event: name,
      resource: { 'prefect.resource.id': `bench.thing.${n}`, 'prefect.resource.name': 'thing' },
      related: [{ 'prefect.resource.id': 'bench.other.1', 'prefect.resource.role': 'other' }],
      payload: { n, text: 'x'.repeat(100) },
    }));
  const durations = await load(clients, seconds, () => api.post('/events', batch()));
  const operations = durations.length * size;
  const check = async () => {
    const { rows } = await sql.query('select count(*)::int as n from event where workspace_id = $1 and event = $2', [
      workspaceId,
      name,
    ]);
    return [`${rows[0].n} of ${operations} events stored`, rows[0].n === operations];
  };
  const count = async () => (await api.post('/events/filter', { limit: 1, filter: { event: { name: [name] } } })).total;
  return { durations, operations, check, count };
}
