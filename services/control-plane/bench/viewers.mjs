// M15: browsers have the page of one run open while it moves (one person may have 500). An operation is a message to one of them.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { committed, cpuBetween } from './cpu.mjs';

const changesASecondMax = 10;

export const viewers = (count) => async (side) => {
  const { api, account, workspaceId, sql, seconds } = side;
  const flow = await api.post('/flows/', { name: `watched-${randomUUID()}` });
  const run = await api.post('/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } });
  const seen = new Map();
  const sockets = [];
  for (let at = 0; at < count; at++) sockets.push(await watch(account, run.id, (name) => heard(seen, name)));
  // The statistics of a connection are told once a second.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const [cpuBefore, statementsBefore] = [side.cpu(), await committed(sql)];
  const durations = [];
  let changes = 0;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; changes++) {
    const name = `Step ${changes}`;
    const all = new Promise((resolve) => seen.set(name, { left: count, resolve, times: [] }));
    const changed = performance.now();
    await api.post(`/flow_runs/${run.id}/set_state`, { state: { type: 'RUNNING', name }, force: true });
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    durations.push(...seen.get(name).times.map((time) => time - changed));
    await new Promise((resolve) => setTimeout(resolve, changed + 1000 / changesASecondMax - performance.now()));
  }
  const cpuAfter = side.cpu();
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const perChange = ((await committed(sql)) - statementsBefore) / changes;
  for (const socket of sockets) socket.terminate();
  const check = async () => {
    const { rows } = await sql.query(
      `select count(*)::int as n from flow_run_state where workspace_id = $1 and flow_run_id = $2 and name like 'Step %'`,
      [workspaceId, run.id],
    );
    return [
      `${changes} changes, ${rows[0].n} stored, ${durations.length} of ${changes * count} messages heard; ${perChange.toFixed(1)} transactions a change`,
      rows[0].n === changes && durations.length === changes * count,
    ];
  };
  const used = cpuBetween(cpuBefore, cpuAfter);
  return { durations, used, check };
};

function heard(seen, name) {
  const change = seen.get(name);
  if (!change) return;
  change.times.push(performance.now());
  if (--change.left === 0) change.resolve();
}

/** Opens the page's socket, and waits until it is let in. */
async function watch({ url, apiUrl, workspaceId, key }, runId, hear) {
  const socket = new WebSocket(
    `${new URL(apiUrl ?? url).origin.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  const say = (message) => socket.send(JSON.stringify(message));
  const query = `subscription { flowRunChanged(id: "${runId}", workspaceId: "${workspaceId}") { id stateType stateName } }`;
  await once(socket, 'open');
  const asked = new Promise((resolve, reject) => {
    socket.once('close', (code, reason) => reject(new Error(`A viewer was refused: ${code} ${reason}`)));
    socket.on('message', (data) => {
      const { type, id, payload } = JSON.parse(data);
      if (type === 'connection_ack') {
        say({ type: 'subscribe', id: '1', payload: { query } });
        // A query behind it is answered when the subscription has been let in.
        say({ type: 'subscribe', id: '2', payload: { query: '{ viewer { id } }' } });
      } else if (type === 'next' && id === '1') hear(payload.data.flowRunChanged.stateName);
      else if (type === 'next') resolve(socket);
      else if (type === 'error') reject(new Error(JSON.stringify(payload)));
    });
  });
  say({ type: 'connection_init', payload: { apiKey: key } });
  return asked;
}
