import type { Tenant, TestApp } from './app.js';

/** Answers the body of a request that has to succeed. */
export type Call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) => Promise<any>;

export const callerOf =
  (app: TestApp, tenant: Tenant): Call =>
  async (method, path, body) => {
    const url = `/api/accounts/${tenant.accountId}/workspaces/${tenant.workspaceId}${path}`;
    const answer = await app.inject(method, url, body, tenant.key);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };

/**
 * One thing of every kind that an address can name, in the tenant's workspace. The keys are the collection and the
 * parameter as the doors write them (`flow_runs:id`).
 */
export async function furnish(call: Call): Promise<Record<string, string>> {
  return { ...(await work(call)), ...(await limits(call)), ...(await keepsakes(call)), ...(await blocks(call)) };
}

async function work(call: Call): Promise<Record<string, string>> {
  const pool = await call('POST', '/work_pools/', { name: 'house-pool', type: 'process' });
  await call('POST', '/work_pools/house-pool/workers/heartbeat', { name: 'house-worker' });
  const queue = await call('POST', '/work_pools/house-pool/queues/', { name: 'house-queue' });
  const spare = await call('POST', '/work_pools/house-pool/queues/', { name: 'house-spare' });
  const flow = await call('POST', '/flows/', { name: 'house-flow' });
  const deployment = await call('POST', '/deployments/', {
    name: 'house-deployment',
    flow_id: flow.id,
    work_pool_name: pool.name,
    work_queue_name: queue.name,
    schedules: [{ schedule: { interval: 3600 }, slug: 'hourly' }],
  });
  const run = await call('POST', '/flow_runs/', { flow_id: flow.id, state: { type: 'PENDING' } });
  const paused = await call('POST', '/flow_runs/', { flow_id: flow.id, deployment_id: deployment.id });
  await call('POST', `/flow_runs/${run.id}/input`, { key: 'house-key', value: '"v"' });
  const task = await call('POST', '/task_runs/', {
    flow_run_id: run.id,
    task_key: 'house-task',
    dynamic_key: '0',
    state: { type: 'PENDING' },
  });
  return {
    'work_pools:id': pool.id,
    'work_pools:name': pool.name,
    'work_pools:pool': pool.name,
    'work_pools:queue': queue.name,
    'workers:name': 'house-worker',
    'work_queues:id': spare.id,
    'work_queues:name': spare.name,
    'flows:id': flow.id,
    'flows:name': flow.name,
    'deployments:id': deployment.id,
    'deployments:flow': flow.name,
    'deployments:deployment': deployment.name,
    'deployments:schedule': deployment.schedules[0].id,
    'flow_runs:id': run.id,
    'flow_runs:key': 'house-key',
    'flow_run_states:id': paused.state.id,
    'task_runs:id': task.id,
    'task_run_states:id': task.state.id,
  };
}

async function limits(call: Call): Promise<Record<string, string>> {
  const limit = await call('POST', '/v2/concurrency_limits/', { name: 'house-limit', limit: 3 });
  const [tag] = [
    await call('POST', '/concurrency_limits/', { tag: 'house-label', concurrency_limit: 3 }),
    await call('POST', '/concurrency_limits/', { tag: 'house-tag', concurrency_limit: 3 }),
  ];
  const { lease_id } = await call('POST', '/v2/concurrency_limits/increment-with-lease', {
    names: [limit.name],
    slots: 1,
    mode: 'concurrency',
  });
  return {
    'v2:idOrName': limit.id,
    'v2:leaseId': lease_id,
    'concurrency_limits:id': tag.id,
    'concurrency_limits:tag': 'house-tag',
  };
}

async function keepsakes(call: Call): Promise<Record<string, string>> {
  const artifact = await call('POST', '/artifacts/', { key: 'house-artifact', type: 'markdown', data: '# Ours' });
  await call('POST', '/logs/', [{ name: 'n', level: 20, message: 'ours', timestamp: new Date().toISOString() }]);
  const [variable] = [
    await call('POST', '/variables/', { name: 'house-variable', value: 'ours' }),
    await call('POST', '/variables/', { name: 'house-value', value: 'ours' }),
  ];
  const search = await call('PUT', '/saved_searches/', { name: 'house-search' });
  return {
    'artifacts:id': artifact.id,
    'artifacts:key': artifact.key,
    'variables:id': variable.id,
    'variables:name': 'house-value',
    'saved_searches:id': search.id,
  };
}

async function blocks(call: Call): Promise<Record<string, string>> {
  const type = await call('POST', '/block_types/', { name: 'House block', slug: 'house-block' });
  const fields = { title: 'HouseBlock', type: 'object', properties: { level: { type: 'integer' } } };
  const schema = await call('POST', '/block_schemas/', {
    fields,
    block_type_id: type.id,
    capabilities: ['write-path'],
  });
  const document = await call('POST', '/block_documents/', {
    name: 'house-document',
    data: { level: 3 },
    block_schema_id: schema.id,
    block_type_id: type.id,
  });
  await call('PUT', '/admin/storage', { default_result_storage_block_id: document.id });
  return {
    'block_types:id': type.id,
    'block_types:slug': type.slug,
    'block_types:block_document_name': document.name,
    'block_schemas:id': schema.id,
    'block_schemas:checksum': schema.checksum,
    'block_documents:id': document.id,
  };
}
