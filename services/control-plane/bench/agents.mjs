// M8 and M9: many agents at one pool. Who gets a run is exact, and what a run costs does not depend on their number.
import { randomUUID } from 'node:crypto';
import { committed, cpuBetween } from './cpu.mjs';
import { createClient, load } from './driver.mjs';
import { makeDeployment } from './workloads.mjs';

const slots = 64;
/** So many runs wait while agents are at work: enough for all, and no line that grows. */
const dueMax = 128;

/** M8: the same slots held by so many agents; one operation is the whole life of a run, from its creation on. */
export const sharedSlots = (agents) => async (side) => {
  const { api, seconds } = side;
  const deployment = await makeDeployment(api, `slots-${randomUUID()}`, true);
  const tally = { made: 0, started: 0, taken: new Map(), durations: [], bornAt: new Map(), stopped: false };
  const makers = load(16, seconds, async () => {
    if (tally.made - tally.started > dueMax) return wait(2);
    tally.made += 1;
    const at = performance.now();
    const run = await api.post(`/deployments/${deployment.id}/create_flow_run`, {});
    tally.bornAt.set(run.id, at);
  });
  const working = Array.from({ length: agents }, () => agentAt(side, deployment, slots / agents, tally));
  await makers;
  for (const end = Date.now() + 20_000; tally.durations.length < tally.made && Date.now() < end;) await wait(20);
  tally.stopped = true;
  await Promise.all(working);
  return { durations: tally.durations, check: () => checkAll(side, deployment, tally, 'COMPLETED') };
};

/** An agent whose slots are free again as soon as a run has gone through its states. */
async function agentAt({ api }, deployment, free, tally) {
  const wish = { agent_name: `bench-${randomUUID()}`, agent_id: randomUUID(), wait_seconds: 1 };
  let wake = () => undefined;
  const run = async ({ claim_id, flow_run }) => {
    for (const type of ['RUNNING', 'COMPLETED']) {
      const { status } = await api.post(
        `/flow_runs/${flow_run.id}/set_state`,
        { state: { type, state_details: { transition_id: randomUUID() } } },
        { 'x-headgate-claim': claim_id },
      );
      if (status !== 'ACCEPT') throw new Error(`${type} was answered ${status}`);
    }
    // Its creator may not have been answered yet.
    tally.durations.push(performance.now() - (tally.bornAt.get(flow_run.id) ?? performance.now()));
    free += 1;
    wake();
  };
  while (!tally.stopped) {
    if (free === 0) await new Promise((resolve) => (wake = resolve));
    const { runs } = await api.post(`/headgate/work_pools/${deployment.pool}/claim`, { ...wish, limit: free });
    free -= runs.length;
    tally.started += runs.length;
    for (const each of runs) {
      tally.taken.set(each.flow_run.id, (tally.taken.get(each.flow_run.id) ?? 0) + 1);
      void run(each);
    }
  }
}

/** M9: runs made one at a time in a pool where so many idle agents wait; from the commit to the run in somebody's hands. */
export const idleHerd = (agents) => async (side) => {
  const { account, seconds } = side;
  const api = createClient(account.apiUrl, account.key, agents + 8);
  const deployment = await makeDeployment(api, `herd-${randomUUID()}`, true);
  const tally = { made: 0, taken: new Map() };
  const arrived = new Map();
  let stopped = false;
  const waiting = Array.from({ length: agents }, async () => {
    const wish = { agent_name: `idle-${randomUUID()}`, agent_id: randomUUID(), limit: 1, wait_seconds: 20 };
    while (!stopped) {
      const { runs } = await api.post(`/headgate/work_pools/${deployment.pool}/claim`, wish);
      for (const { flow_run } of runs) {
        tally.taken.set(flow_run.id, (tally.taken.get(flow_run.id) ?? 0) + 1);
        arrived.get(flow_run.id)?.();
      }
    }
  });
  // What it costs to come is not what is asked.
  await wait(3_000);
  const before = side.cpu();
  const durations = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(20 + Math.random() * 60)) {
    tally.made += 1;
    const run = await api.post(`/deployments/${deployment.id}/create_flow_run`, {});
    const at = performance.now();
    if (!tally.taken.has(run.id)) await new Promise((resolve) => arrived.set(run.id, resolve));
    durations.push(performance.now() - at);
  }
  const cpu = side.cpu();
  const check = () => checkAll(side, deployment, tally, 'PENDING');
  const result = {
    durations,
    used: cpuBetween(before, cpu),
    check,
  };
  stopped = true;
  api.close();
  await Promise.allSettled(waiting);
  return result;
};

const agentsPerAddress = 1_000;
/** As our agents do, once a first poll was held for its whole time. */
const pollSeconds = 55;

/** M9: agents that wait and get nothing, at so many pools, from machines of a thousand each. An operation is a second of one. */
export const idleAgents = (agents, pools) => async (side) => {
  const { account, sql, seconds } = side;
  const clients = Array.from({ length: Math.ceil(agents / agentsPerAddress) }, (_, at) =>
    createClient(account.apiUrl, account.key, agentsPerAddress + 8, `127.0.1.${at + 1}`),
  );
  const deployments = [];
  while (deployments.length < pools) deployments.push(await makeDeployment(side.api, `idle-${randomUUID()}`, true));
  const [answers, refusals] = [{ n: 0 }, new Map()];
  let stopped = false;
  const agent = async (at) => {
    const wish = { agent_name: `idle-${randomUUID()}`, agent_id: randomUUID(), limit: 1, wait_seconds: pollSeconds };
    // They come one after the other, as after a restart of the server.
    await wait((at / agents) * pollSeconds * 1000);
    while (!stopped) {
      const path = `/headgate/work_pools/${deployments[at % pools].pool}/claim`;
      await clients[Math.floor(at / agentsPerAddress)].post(path, wish).then(
        () => answers.n++,
        (error) => {
          const code = error.message
            .replace(/^\S+ /, '')
            .replace(/[\da-f-]{36}/g, '…')
            .slice(0, 120);
          if (!stopped) refusals.set(code, (refusals.get(code) ?? 0) + 1);
          return wait(1_000);
        },
      );
    }
  };
  const waiting = Array.from({ length: agents }, (_, at) => agent(at));
  await wait((pollSeconds + 5) * 1000);
  const [cpuBefore, before, began] = [side.cpu(), await committed(sql), Date.now()];
  await wait(Math.max(seconds, pollSeconds) * 1000);
  const [cpuAfter, took] = [side.cpu(), (Date.now() - began) / 1000];
  const perSecond = ((await committed(sql)) - before) / took;
  stopped = true;
  for (const client of clients) client.close();
  await Promise.allSettled(waiting);
  const used = cpuBetween(cpuBefore, cpuAfter);
  const share = (used.server + used.database) / took / 10;
  const check = async () => [
    `${share.toFixed(1)} % of a core, ${perSecond.toFixed(0)} transactions/s, ${answers.n} polls answered, refused: ${JSON.stringify([...refusals])}`,
    refusals.size === 0,
  ];
  return { durations: [], operations: agents * took, used, check };
};

async function checkAll({ sql, workspaceId }, deployment, { made, taken }, type) {
  const twice = [...taken.values()].filter((times) => times > 1).length;
  const { rows } = await sql.query(
    'select count(*)::int as n from flow_run where workspace_id = $1 and deployment_id = $2 and state_type = $3',
    [workspaceId, deployment.id, type],
  );
  return [
    `${made} made, ${taken.size} claimed, ${twice} twice, ${rows[0].n} ${type.toLowerCase()}`,
    taken.size === made && twice === 0 && rows[0].n === made,
  ];
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
