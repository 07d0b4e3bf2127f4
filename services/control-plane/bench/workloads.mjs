// M1 and M3 of the benchmark plan. Each answers durations and a check that looks at what was really stored.
import { randomUUID } from 'node:crypto';
import { load } from './driver.mjs';

const kilobyte = { text: 'x'.repeat(1000) };

/** M1: create runs one by one; 32 clients, parameters of 1 KB, answered after the commit. */
export async function createRuns({ api, sql, workspaceId, seconds, clients = 32, parameters = kilobyte }) {
  const deployment = await makeDeployment(api, `create-${randomUUID()}`);
  const durations = await load(clients, seconds, () =>
    api.post(`/deployments/${deployment.id}/create_flow_run`, {
      parameters,
      state: { type: 'SCHEDULED', state_details: { scheduled_time: '2100-01-01T00:00:00Z' } },
    }),
  );
  const check = async () => {
    const { rows } = await sql.query(
      `select (select count(*) from flow_run where workspace_id = $1 and deployment_id = $2)::int as stored,
              (select count(*) from run_queue where workspace_id = $1 and deployment_id = $2)::int as queued`,
      [workspaceId, deployment.id],
    );
    const { stored, queued } = rows[0];
    return [
      `${stored} runs stored, ${queued} queued, ${durations.length} answered`,
      stored === durations.length && queued === durations.length,
    ];
  };
  const count = () => api.post('/flow_runs/count', { deployments: { id: { any_: [deployment.id] } } });
  return { durations, check, count };
}

/** M3: create, Pending, Running, Completed, each its own request; 64 clients. One operation is the whole life. */
export async function lifecycles({ api, sql, workspaceId, seconds, clients = 64 }) {
  const flow = await api.post('/flows/', { name: `lifecycle-${randomUUID()}` });
  const durations = await load(clients, seconds, async () => {
    const run = await api.post('/flow_runs/', { flow_id: flow.id, state: { type: 'SCHEDULED' }, parameters: { n: 1 } });
    for (const type of ['PENDING', 'RUNNING', 'COMPLETED']) {
      const { status } = await api.post(`/flow_runs/${run.id}/set_state`, {
        state: { type, state_details: { transition_id: randomUUID() } },
      });
      if (status !== 'ACCEPT') throw new Error(`${type} was answered ${status}`);
    }
  });
  const check = async () => {
    const { rows } = await sql.query(
      `select count(*)::int as runs, count(*) filter (where r.state_type = 'COMPLETED' and r.run_count = 1)::int as right,
              sum((select count(*) from flow_run_state s where s.workspace_id = r.workspace_id and s.flow_run_id = r.id))::int as states,
              sum((select count(*) from event e where e.workspace_id = r.workspace_id and e.resource_id = 'prefect.flow-run.' || r.id))::int as events
         from flow_run r where r.workspace_id = $1 and r.flow_id = $2`,
      [workspaceId, flow.id],
    );
    const [{ runs, right, states, events }] = rows;
    return [
      `${runs} runs, ${right} completed once, ${states} states, ${events} events`,
      runs === durations.length && right === runs && states === runs * 4 && events === runs * 4,
    ];
  };
  const completed = { flows: { id: { any_: [flow.id] } }, flow_runs: { state: { type: { any_: ['COMPLETED'] } } } };
  const count = () => api.post('/flow_runs/count', completed);
  return { durations, check, count };
}

export async function makeDeployment(api, name, withPool = false) {
  const flow = await api.post('/flows/', { name });
  if (withPool) await api.post('/work_pools/', { name, type: 'process', base_job_template: {} });
  const deployment = await api.post('/deployments/', {
    name,
    flow_id: flow.id,
    ...(withPool && { work_pool_name: name }),
  });
  return { id: deployment.id, pool: name };
}
