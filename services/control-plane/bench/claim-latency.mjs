// M7: runs made one at a time at random gaps; from the answer that tells of the commit to the run in the hands of who runs it.
import { randomUUID } from 'node:crypto';
import { makeDeployment } from './workloads.mjs';

/** An idle agent: it has asked before the run is there, and is answered when it comes, with a run that is its own. */
export async function claimLatency({ api, sql, workspaceId, seconds }) {
  const deployment = await makeDeployment(api, `latency-${randomUUID()}`, true);
  const wish = { agent_name: 'bench', agent_id: randomUUID(), limit: 10, wait_seconds: 2 };
  const { durations, made, taken } = await handedOver(api, deployment, seconds, async () => {
    const { runs } = await api.post(`/headgate/work_pools/${deployment.pool}/claim`, wish);
    return runs.map(({ flow_run }) => flow_run.id);
  });
  const check = async () => {
    const twice = [...taken.values()].filter((times) => times > 1).length;
    const { rows } = await sql.query(
      "select count(*)::int as n from flow_run where workspace_id = $1 and deployment_id = $2 and state_type = 'PENDING'",
      [workspaceId, deployment.id],
    );
    return [
      `${made} made, ${taken.size} claimed, ${twice} twice, ${rows[0].n} pending`,
      taken.size === made && twice === 0 && rows[0].n === made,
    ];
  };
  return { durations, check };
}

const prefetchMs = 10_000;

/**
 * The best that a server which is only asked can do: one poller that asks again at once, and what it is answered counts
 * as in its hands, although it is its own only after the move to Pending. Real workers pause ten seconds between two
 * questions (PREFECT_WORKER_QUERY_SECONDS), which is five seconds more on average.
 */
export async function pollLatency({ api, seconds }) {
  const deployment = await makeDeployment(api, `latency-${randomUUID()}`, true);
  const pending = new Map();
  const take = (id) => pending.set(id, api.post(`/flow_runs/${id}/set_state`, { state: { type: 'PENDING' } }));
  const { durations, made } = await handedOver(api, deployment, seconds, async () => {
    const scheduled_before = new Date(Date.now() + prefetchMs).toISOString();
    const runs = await api.post(`/work_pools/${deployment.pool}/get_scheduled_flow_runs`, {
      scheduled_before,
      limit: 10,
    });
    // The poller does not wait for the moves, so it may be answered the same run again.
    const fresh = runs.map(({ flow_run }) => flow_run.id).filter((id) => !pending.has(id));
    fresh.forEach(take);
    return fresh;
  });
  await Promise.all(pending.values());
  const ours = {
    deployments: { id: { any_: [deployment.id] } },
    flow_runs: { state: { type: { any_: ['PENDING'] } } },
  };
  return { durations, operations: made, count: () => api.post('/flow_runs/count', ours) };
}

/** Makes runs while `take` is asked for the ids of those that are there, again and again. */
async function handedOver(api, deployment, seconds, take) {
  const committed = new Map();
  const arrived = new Map();
  const taken = new Map();
  let stopped = false;
  const taker = (async () => {
    while (!stopped)
      for (const id of await take()) {
        if (!arrived.has(id)) arrived.set(id, performance.now());
        taken.set(id, (taken.get(id) ?? 0) + 1);
      }
  })();
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(10 + Math.random() * 60)) {
    const run = await api.post(`/deployments/${deployment.id}/create_flow_run`, {});
    committed.set(run.id, performance.now());
  }
  for (const deadline = Date.now() + 5000; arrived.size < committed.size && Date.now() < deadline;) await wait(50);
  stopped = true;
  await taker;
  // It may overtake the answer to the creator: then it took no time after the commit.
  const durations = [...committed].flatMap(([id, at]) => (arrived.has(id) ? [Math.max(0, arrived.get(id) - at)] : []));
  return { durations, made: committed.size, taken };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
