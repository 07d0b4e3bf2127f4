/** Posts to a server's API and answers the body; throws when it is refused. */
export type Post = (path: string, body: unknown) => Promise<any>;

/** Names of things → their ids, by which a filter written once is sent to several servers. */
export type Seeded = Record<string, string>;

const scheduled = (day: number) => ({
  type: 'SCHEDULED',
  state_details: { scheduled_time: `2099-01-${String(day).padStart(2, '0')}T00:00:00Z` },
});

/** The same small world in any server: flows with and without deployments, runs in many states, children, artifacts, logs. */
export async function seed(post: Post): Promise<Seeded> {
  const ids: Seeded = {};
  await seedDeployments(post, ids);
  await seedRuns(post, ids);
  await seedTasks(post, ids);
  await seedKeepsakes(post, ids);
  return ids;
}

async function seedDeployments(post: Post, ids: Seeded): Promise<void> {
  for (const [name, tags] of Object.entries({ etl: ['nightly', 'a'], report: ['a'], ingest: [], idle: ['nightly'] }))
    ids[name] = (await post('/flows/', { name, tags })).id;
  for (const [name, type] of Object.entries({ heavy: 'process', light: 'docker' }))
    ids[name] = (await post('/work_pools/', { name, type })).id;
  for (const [pool, name] of ['heavy/fast', 'heavy/slow', 'light/fast', 'light/Faraway'].map((each) => each.split('/')))
    ids[`${pool}/${name}`] = (await post(`/work_pools/${pool}/queues`, { name })).id;
  const deployments: [name: string, flow: string, more: object][] = [
    ['daily', 'etl', { work_pool_name: 'heavy', work_queue_name: 'fast', tags: ['d', 'a'] }],
    ['weekly', 'etl', { work_pool_name: 'light', work_queue_name: 'Faraway', tags: ['d'], paused: true }],
    ['hourly', 'ingest', { work_pool_name: 'heavy', work_queue_name: 'slow' }],
    ['loose', 'report', { tags: ['a'], paused: true }],
  ];
  for (const [name, flow, more] of deployments)
    ids[name] = (await post('/deployments/', { name, flow_id: ids[flow], ...more })).id;
}

async function seedRuns(post: Post, ids: Seeded): Promise<void> {
  const runs: [name: string, flow: string, more: object, moves: string[]][] = [
    ['done', 'etl', { tags: ['a', 'b'], flow_version: '1', state: { type: 'PENDING' } }, ['RUNNING', 'COMPLETED']],
    ['failed', 'etl', { tags: ['b'], flow_version: '2', state: { type: 'PENDING' } }, ['RUNNING', 'FAILED']],
    ['running', 'report', { tags: ['b', 'c'], state: { type: 'PENDING' } }, ['RUNNING']],
    ['pending', 'report', { state: { type: 'PENDING', name: 'Odd' }, idempotency_key: 'k1' }, []],
    ['crashed', 'ingest', { tags: ['a'], state: { type: 'PENDING' } }, ['CRASHED']],
    ['nostate', 'idle', { idempotency_key: 'k2' }, []],
    ['cancelled', 'idle', { tags: ['c'], state: { type: 'PENDING' } }, ['CANCELLED']],
  ];
  for (const [name, flow, more, moves] of runs) {
    ids[name] = (await post('/flow_runs/', { name, flow_id: ids[flow], ...more })).id;
    for (const type of moves) await post(`/flow_runs/${ids[name]}/set_state`, { state: { type } });
  }
  const ofDeployments: [name: string, deployment: string, more: object][] = [
    ['later1', 'daily', { state: scheduled(1), tags: ['a'] }],
    ['later2', 'daily', { state: scheduled(2), idempotency_key: 'k3' }],
    ['later3', 'weekly', { state: scheduled(3) }],
    ['later4', 'hourly', { state: scheduled(4), work_queue_name: 'fast' }],
    ['later5', 'loose', { state: scheduled(5) }],
  ];
  for (const [name, deployment, more] of ofDeployments)
    ids[name] = (await post(`/deployments/${ids[deployment]}/create_flow_run`, { name, ...more })).id;
}

async function seedTasks(post: Post, ids: Seeded): Promise<void> {
  const tasks: [name: string, run: string | null, more: object][] = [
    ['extract', 'done', { state: { type: 'COMPLETED' }, tags: ['x'] }],
    ['load', 'done', { state: { type: 'FAILED' }, tags: ['x', 'y'] }],
    ['child', 'running', { state: { type: 'RUNNING' } }],
    ['spare', 'running', { state: { type: 'PENDING', name: 'Odd' }, tags: ['y'] }],
    ['planned', 'later1', { state: scheduled(6), tags: ['z'] }],
    ['alone', null, { state: { type: 'RUNNING' }, tags: ['x'] }],
    ['stateless', 'failed', {}],
  ];
  for (const [name, run, more] of tasks) {
    const flow_run_id = run && ids[run];
    ids[name] = (await post('/task_runs/', { name, flow_run_id, task_key: name, dynamic_key: '0', ...more })).id;
  }
  for (const [name, flow, task] of [
    ['sub1', 'report', 'child'],
    ['sub2', 'ingest', 'load'],
  ] as const)
    ids[name] = (await post('/flow_runs/', { name, flow_id: ids[flow], parent_task_run_id: ids[task] })).id;
}

async function seedKeepsakes(post: Post, ids: Seeded): Promise<void> {
  const artifacts: [name: string, more: object][] = [
    ['notes', { key: 'notes', type: 'markdown', flow_run_id: ids['done'], task_run_id: ids['extract'] }],
    ['notes2', { key: 'notes', type: 'markdown', flow_run_id: ids['failed'] }],
    ['table', { key: 'big-table', type: 'table', flow_run_id: ids['later1'] }],
    ['bare', { flow_run_id: ids['running'], task_run_id: ids['child'] }],
    ['result', { type: 'result' }],
  ];
  for (const [name, more] of artifacts)
    ids[`artifact ${name}`] = (await post('/artifacts/', { description: name, data: 1, ...more })).id;
  const logs: [message: string, level: number, more: object][] = [
    ['the cat sat', 10, { flow_run_id: ids['done'], task_run_id: ids['extract'] }],
    ['The DOG sat', 20, { flow_run_id: ids['done'] }],
    ['a dog and a cat', 30, { flow_run_id: ids['failed'] }],
    ['100% of _it', 40, { flow_run_id: ids['running'], task_run_id: ids['child'] }],
    ['nothing', 50, {}],
  ];
  await post(
    '/logs/',
    logs.map(([message, level, more], index) => ({
      name: index % 2 ? 'prefect.flow_runs' : 'other',
      message,
      level,
      timestamp: `2026-01-01T00:00:0${index}Z`,
      ...more,
    })),
  );
}
