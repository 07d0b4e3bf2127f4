type Question = [method: 'GET' | 'POST', path: string, body?: object];
type Place = Record<'flow' | 'deployment' | 'run' | 'failed' | 'task' | 'parentTask' | 'state' | 'queue', string> & {
  since: string;
  until: string;
};

const page = { limit: 50 };

/** What the Prefect client, its workers and its command line ask for, with the filters that they use. */
export function questionsOfClients(ids: Place): Question[] {
  const runs = (flow_runs: object, more: object = {}): Question => [
    'POST',
    '/flow_runs/filter',
    { ...page, flow_runs, ...more },
  ];
  const newest = { sort: 'EXPECTED_START_TIME_DESC' };
  const week = { expected_start_time: { after_: ids.since, before_: ids.until } };
  return [
    ['POST', '/flow_runs/filter', page],
    ['POST', '/flow_runs/filter', { ...page, ...newest }],
    ['POST', '/flow_runs/filter', { ...page, ...newest, flows: { name: { any_: ['flow-7'] } } }],
    ...['Late', 'Failed', 'Crashed', 'Running', 'Completed', 'Suspended'].map((name) =>
      runs({ state: { name: { any_: [name] } } }, newest),
    ),
    ...['RUNNING', 'FAILED', 'CRASHED', 'PAUSED', 'SCHEDULED'].map((type) =>
      runs({ state: { type: { any_: [type] } } }, newest),
    ),
    runs({ state: { type: { any_: ['FAILED', 'CRASHED'] } }, ...week }, newest),
    runs({ state: { type: { any_: ['PAUSED'] }, name: { any_: ['Suspended'] } }, id: { any_: [ids.run] } }),
    runs({ state: { type: { any_: ['CANCELLING'] } }, id: { any_: [ids.run, ids.failed] } }),
    runs({ name: { any_: ['lucid-otter'] } }, { limit: 100 }),
    runs({ parent_task_run_id: { any_: [ids.parentTask] } }, { ...newest, limit: 1 }),
    runs({ flow_id: undefined, deployment_id: { any_: [ids.deployment] } }, newest),
    runs({ tags: { all_: ['team-3'] } }, newest),
    runs({ tags: { all_: ['release-3'] } }, newest),
    runs({ idempotency_key: { any_: ['scheduled 41'] } }),
    ['GET', `/flow_runs/${ids.run}`],
    ['GET', `/flow_run_states/?flow_run_id=${ids.run}`],
    ['GET', `/flow_run_states/${ids.state}`],
    ['GET', `/flow_runs/${ids.run}/graph-v2`],
    ['POST', `/flow_runs/${ids.run}/input/filter`, { prefix: 'keyset', limit: 1, exclude_keys: [] }],
    ['POST', '/flow_runs/count', {}],
    ['POST', '/flow_runs/count', { flow_runs: { state: { type: { any_: ['RUNNING'] } } } }],
    ['GET', `/task_runs/${ids.task}`],
    ['GET', `/task_run_states/?task_run_id=${ids.task}`],
    ['POST', '/task_runs/filter', { ...page, ...newest }],
    ['POST', '/task_runs/filter', { ...page, task_runs: { flow_run_id: { any_: [ids.run] } } }],
    ['POST', '/task_runs/filter', { ...page, task_runs: { id: { any_: [ids.task] } } }],
    ['POST', '/task_runs/count', { task_runs: { flow_run_id: { any_: [ids.run] } } }],
    ['POST', '/logs/filter', { logs: { flow_run_id: { any_: [ids.failed] } }, limit: 200 }],
    ['POST', '/logs/filter', { logs: { flow_run_id: { any_: [ids.failed] } }, limit: 200, sort: 'TIMESTAMP_DESC' }],
    ['POST', '/logs/filter', { logs: { task_run_id: { any_: [ids.task] } }, limit: 200 }],
    ['POST', '/flows/filter', { ...page, sort: 'CREATED_DESC' }],
    ['POST', '/flows/filter', { ...page, flows: { id: { any_: [ids.flow] } } }],
    ['GET', '/flows/name/flow-7'],
    ['POST', '/flows/count', {}],
    ['POST', '/deployments/filter', { ...page, sort: 'NAME_ASC' }],
    ['POST', '/deployments/filter', { ...page, flows: { name: { any_: ['flow-7'] } } }],
    ['GET', `/deployments/${ids.deployment}`],
    ['GET', '/deployments/name/flow-7/deployment-7'],
    ['GET', `/deployments/${ids.deployment}/work_queue_check`],
    ['POST', '/deployments/count', {}],
    [
      'POST',
      '/deployments/get_scheduled_flow_runs',
      { deployment_ids: [ids.deployment], scheduled_before: ids.until, limit: 50 },
    ],
    ['POST', '/work_pools/filter', page],
    ['GET', '/work_pools/pool-1'],
    ['POST', '/work_pools/pool-1/get_scheduled_flow_runs', { scheduled_before: ids.until }],
    ['POST', '/work_pools/pool-1/queues/filter', page],
    ['POST', '/work_pools/pool-1/workers/filter', page],
    ['POST', '/work_queues/filter', page],
    ['GET', `/work_queues/${ids.queue}/status`],
    ['POST', `/work_queues/${ids.queue}/get_runs`, { limit: 50 }],
    ['POST', '/artifacts/filter', page],
    ['POST', '/artifacts/latest/filter', page],
    ['GET', '/artifacts/report-3/latest'],
    [
      'POST',
      '/events/filter',
      {
        limit: 50,
        filter: { occurred: { since: ids.since, until: ids.until }, resource: { id: [`prefect.flow-run.${ids.run}`] } },
      },
    ],
    ['POST', '/concurrency_limits/filter', page],
    ['POST', '/v2/concurrency_limits/filter', page],
    ['POST', '/variables/filter', page],
  ];
}
