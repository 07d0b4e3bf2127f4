/** A few things for the addresses to name: the keys are the collection and the parameter, as in the document. */
export async function furnish(api, key) {
  const post = async (path, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(`${api}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const pool = await post('/work_pools/', { name: 'pool', type: 'process' });
  const queue = await post('/work_pools/pool/queues/', { name: 'queue' });
  const flow = await post('/flows/', { name: 'flow' });
  const deployment = await post('/deployments/', { name: 'deployment', flow_id: flow.id, work_pool_name: 'pool' });
  const run = await post('/flow_runs/', { flow_id: flow.id, deployment_id: deployment.id, state: { type: 'PENDING' } });
  const task = await post('/task_runs/', {
    flow_run_id: run.id,
    task_key: 't',
    dynamic_key: '0',
    state: { type: 'PENDING' },
  });
  const limit = await post('/v2/concurrency_limits/', { name: 'limit', limit: 3 });
  const artifact = await post('/artifacts/', { key: 'artifact', type: 'markdown', data: 'text' });
  return {
    'work_pools:name': pool.name,
    'work_pools:work_pool_name': pool.name,
    'work_queues:id': queue.id,
    'flows:id': flow.id,
    'flows:name': flow.name,
    'deployments:id': deployment.id,
    'deployments:flow_name': flow.name,
    'deployments:deployment_name': deployment.name,
    'flow_runs:id': run.id,
    'flow_run_states:id': run.state.id,
    'task_runs:id': task.id,
    'task_run_states:id': task.state.id,
    'v2:id_or_name': limit.id,
    'artifacts:id': artifact.id,
    'artifacts:key': artifact.key,
  };
}
