/** What a door takes, and what it is to refuse: by key the values that are wrong there, and bodies wrong as a whole. */
export type Door = {
  door: `${'POST' | 'PATCH' | 'PUT'} ${string}`;
  /** Names in braces are ids of the world that `refusals.ts` makes. */
  right: Record<string, unknown>;
  wrong: Record<string, unknown[]>;
  whole?: unknown[];
  /** The door takes a list of them. */
  many?: true;
};

const text = [null, 5, true, ['x']];
const texts = [5, 'x', {}, [5], [null]];
const id = ['x', '', 5, '0-0-0-0-0', '00000000-0000-0000-0000-00000000000', 'urn:uuid:x', 'x'.repeat(50)];
const flag = ['maybe', 2, 1.5, []];
const time = ['soon', true, [], 1e30, '2026-02-30', '2026-01-01T00:00:00+99:00'];
const whole = ['x', 1.5, [], {}];
const count = [-1, ...whole];
const number = ['x', [], {}];
const object = [5, 'x', [], true];
const noModel = [5, 'x', [], true];
const oneOf = ['NOPE', 5, []];
const extra = { colour: [1, null] };
const like = [{ like_: 5 }, { any_: 'x' }, { colour: 1 }, 5];
const ids = [{ any_: 'x' }, { any_: ['x', 5] }, { colour: 1 }, 5];
const labels = [5, [], { a: [] }, { a: null }];
const policy = [{ retries: 'x' }, { retry_type: 'x' }, { pause_keys: 5 }, { resuming: 'maybe' }, { retry_delay: [] }];
const state = [
  { type: 'NOPE' },
  { name: 'x' },
  { type: 'RUNNING', colour: 1 },
  { type: 'RUNNING', message: 5, name: [] },
  { type: 'RUNNING', state_details: 5 },
  { type: 'RUNNING', state_details: { flow_run_id: 'x', scheduled_time: 'soon', retriable: 'maybe', cache_key: 5 } },
  5,
];
const schedules = [
  null,
  5,
  {},
  { colour: 1 },
  { interval: 0 },
  { interval: null },
  ...['x', '', 'P1Q', 'PT1', '12', 1e20].map((interval) => ({ interval })),
  { interval: [], timezone: 5 },
  { interval: 60, anchor_date: 'soon' },
  { interval: 60, cron: '0 0 * * *' },
  { interval: 60, colour: 1 },
  { cron: '* * * *' },
  { cron: 5, day_or: 'maybe' },
  { rrule: 5 },
  { rrule: 'FREQ=DAILY', day_or: true },
];
const paging = { limit: ['x', 1.5, []], offset: [-1, 'x', []], sort: oneOf };

const runs: Door[] = [
  {
    door: 'POST /flows/',
    right: { name: 'f' },
    wrong: { name: [...text, '', 'a/b'], tags: texts, labels, ...extra },
    whole: [null, 5, [], {}],
  },
  { door: 'PATCH /flows/{flow}', right: {}, wrong: { tags: texts, name: ['x'] }, whole: [null, 5, []] },
  {
    door: 'POST /flow_runs/',
    right: { flow_id: '{flow}' },
    wrong: {
      flow_id: [null, ...id],
      deployment_id: ['x', true],
      parameters: object,
      context: object,
      tags: texts,
      state,
      empirical_policy: policy,
      idempotency_key: [5],
      ...extra,
    },
    whole: [null, 5, {}],
  },
  {
    door: 'PATCH /flow_runs/{run}',
    right: {},
    wrong: { flow_version: [5], job_variables: object, tags: texts, infrastructure_pid: [5], ...extra },
  },
  {
    door: 'POST /flow_runs/{run}/set_state',
    right: { state: { type: 'RUNNING' } },
    wrong: { state: [null, ...state], force: flag },
    whole: [null, 5, [], {}],
  },
  { door: 'POST /flow_runs/{run}/resume', right: {}, wrong: { run_input: object }, whole: [5] },
  { door: 'PATCH /flow_runs/{run}/labels', right: {}, wrong: {}, whole: [null, 5, []] },
  {
    door: 'POST /flow_runs/filter',
    right: {},
    wrong: {
      ...paging,
      flows: [...noModel, { operator: 'xor_' }, { operator: null }, { name: { like_: 5 } }],
      flow_runs: [
        ...ids.map((each) => ({ id: each })),
        ...time.map((before_) => ({ start_time: { before_ } })),
        { state: { type: { any_: ['DONE'] }, name: { any_: 5 } } },
        { tags: { is_null_: 'maybe', operator: 'x' }, colour: 1 },
      ],
      work_pool_queues: [{ name: { startswith_: 5 } }],
    },
    whole: [5, []],
  },
  {
    door: 'POST /task_runs/',
    right: { task_key: 't', dynamic_key: '0', flow_run_id: '{run}' },
    wrong: {
      task_key: text,
      cache_expiration: time,
      empirical_policy: [{ retry_delay: 'x' }, { retry_delay: ['x', 1.5] }, { retry_jitter_factor: -1 }],
      task_inputs: [5, { a: 5 }, { a: [5, {}] }, { a: [{ input_type: 'task_run', id: 'x' }, { input_type: 'x' }] }],
      labels,
      ...extra,
    },
    whole: [null, {}],
  },
  { door: 'POST /task_runs/filter', right: {}, wrong: { ...paging, task_runs: [{ subflow_runs: { exists_: 'x' } }] } },
];

const deployments: Door[] = [
  {
    door: 'PATCH /deployments/{deployment}',
    right: {},
    wrong: {
      paused: flag,
      concurrency_limit: whole,
      concurrency_options: [{}, { collision_strategy: 'x', grace_period_seconds: 5 }, 5],
      version_info: [{}, { type: 5 }],
      pull_steps: [5, [5]],
      entrypoint: [5],
      schedules: [5, {}, [5], [{ schedule: {}, active: 'maybe', slug: 5 }]],
      ...extra,
    },
  },
  {
    door: 'POST /deployments/{deployment}/schedules',
    right: { schedule: { interval: 60 } },
    wrong: { schedule: schedules, active: flag, max_scheduled_runs: [0, 51, ...whole], parameters: object, ...extra },
    whole: [[5], [{}]],
    many: true,
  },
  {
    door: 'POST /deployments/{deployment}/create_flow_run',
    right: {},
    wrong: { state, parameters: object, enforce_parameter_schema: flag, job_variables: object, ...extra },
    whole: [null, 5],
  },
  {
    door: 'POST /deployments/{deployment}/schedule',
    right: {},
    wrong: { min_time: number, min_runs: whole, max_runs: whole },
    whole: [5],
  },
  {
    door: 'POST /deployments/get_scheduled_flow_runs',
    right: { deployment_ids: ['{deployment}'] },
    wrong: { deployment_ids: [null, 5, ['x', 5]], limit: ['x'] },
    whole: [5, {}],
  },
  {
    door: 'POST /deployments/filter',
    right: {},
    wrong: { ...paging, deployments: [{ paused: { eq_: 'maybe' } }, { concurrency_limit: { ge_: 'x' } }, 5] },
    whole: [[]],
  },
];

const work: Door[] = [
  {
    door: 'POST /work_pools/',
    right: { name: 'p' },
    wrong: { name: ['a/b'], type: [5], is_paused: flag, concurrency_limit: count, ...extra },
    whole: [null, 5, {}],
  },
  {
    door: 'PATCH /work_pools/pool/queues/queue',
    right: {},
    wrong: { name: [5], priority: [0, ...count], is_paused: [null, ...flag], last_polled: time, ...extra },
  },
  { door: 'POST /work_pools/filter', right: {}, wrong: { work_pools: [{ type: { any_: 5 } }, 5] }, whole: [5] },
  {
    door: 'POST /work_pools/pool/get_scheduled_flow_runs',
    right: {},
    wrong: { work_queue_names: texts, limit: ['x'] },
    whole: [5],
  },
  {
    door: 'POST /work_pools/pool/workers/heartbeat',
    right: { name: 'w' },
    wrong: { name: [null, 5], heartbeat_interval_seconds: whole },
    whole: [null, {}],
  },
  {
    door: 'POST /v2/concurrency_limits/',
    right: { name: 'l', limit: 1 },
    wrong: { name: [null, 'a/b'], limit: [null, ...count], slot_decay_per_second: [-1, ...number], ...extra },
    whole: [null, 5, {}],
  },
  {
    door: 'POST /v2/concurrency_limits/increment-with-lease',
    right: { names: ['none'], slots: 1 },
    wrong: {
      names: [null, [], 5, [5]],
      slots: [0, ...count],
      mode: oneOf,
      lease_duration: [5, 100_000, 'x'],
      holder: [{}, { type: 'x', id: 'x' }, { type: 'flow_run', id: '{run}', colour: 1 }],
    },
    whole: [5, {}],
  },
  {
    door: 'POST /concurrency_limits/increment',
    right: { names: ['none'], task_run_id: '{run}' },
    wrong: { names: [5, [5]], task_run_id: [null, 'x', 5] },
    whole: [5, {}],
  },
];

const keepsakes: Door[] = [
  {
    door: 'POST /block_types/',
    right: { name: 'b', slug: 'b' },
    wrong: { name: [5, 'a/b'], slug: [null, 5, [], 'A b'], logo_url: [5], ...extra },
    whole: [null, {}],
  },
  { door: 'POST /block_schemas/', right: { block_type_id: '{type}' }, wrong: { block_type_id: id, fields: object } },
  {
    door: 'POST /block_documents/filter',
    right: {},
    wrong: { ...paging, include_secrets: flag, block_documents: [{ is_anonymous: { eq_: 'x' }, name: like[0] }, 5] },
    whole: [5],
  },
  {
    door: 'POST /variables/',
    right: { name: 'v', value: 1 },
    wrong: { name: [null, 5, 'A b'], tags: texts, ...extra },
    whole: [null, 5, {}],
  },
  {
    door: 'POST /variables/filter',
    right: {},
    wrong: { ...paging, variables: [...like.map((name) => ({ name })), 5] },
    whole: [5],
  },
  {
    door: 'POST /artifacts/',
    right: { key: 'k' },
    wrong: { key: [5, 'A b'], metadata_: [5, [], { a: 5 }], flow_run_id: ['x'], ...extra },
    whole: [null, 5],
  },
  { door: 'POST /artifacts/filter', right: {}, wrong: { ...paging, artifacts: ids.map((each) => ({ id: each })) } },
  { door: 'PUT /admin/storage', right: {}, wrong: { default_result_storage_block_id: ['x', 5] }, whole: [null, 5, {}] },
  {
    door: 'POST /logs/',
    right: { name: 'l', level: 20, message: 'm', timestamp: 0 },
    wrong: { name: text, level: [null, ...whole], message: text, timestamp: [null, ...time], flow_run_id: ['x'] },
    whole: [[5], [{}]],
    many: true,
  },
  { door: 'POST /logs/filter', right: {}, wrong: { ...paging, logs: [{ level: { ge_: 'x' } }, { timestamp: 5 }] } },
  {
    door: 'POST /events',
    right: { occurred: 0, event: 'e', resource: { 'prefect.resource.id': 'r' }, id: '{flow}' },
    wrong: {
      occurred: time,
      event: text,
      resource: [5, {}, { a: 5 }, { 'prefect.resource.id': '' }],
      related: [5, [5], [{}], [{ 'prefect.resource.id': 'r' }]],
      payload: object,
      id: ['x', 5],
    },
    whole: [5, [5], [{}]],
    many: true,
  },
  {
    door: 'POST /events/filter',
    right: {},
    wrong: {
      limit: [-1, 51, 'x'],
      filter: [
        5,
        { order: 'x', colour: 1 },
        { related: 5 },
        { related: { id: 5 } },
        { related: [{ role: 5, resources_in_roles: [5] }] },
        { any_resource: [{ id_prefix: 5 }, 5] },
        { resource: { labels: { a: 5 }, distinct: 'maybe' } },
      ],
    },
  },
];

const flowIds = [null, ['x'], ['x', 5], 5];
const screens: Door[] = [
  { door: 'POST /ui/flows/count-deployments', right: {}, wrong: { flow_ids: flowIds }, whole: [{}] },
  { door: 'POST /ui/flows/next-runs', right: {}, wrong: { flow_ids: flowIds }, whole: [{}] },
  { door: 'POST /ui/flow_runs/count-task-runs', right: {}, wrong: { flow_run_ids: [null, ['x'], 5] }, whole: [{}] },
  {
    door: 'POST /ui/flow_runs/history',
    right: {},
    wrong: { sort: oneOf, limit: [1001, 'x'], offset: [-1, 'x'], flow_runs: [{ id: ids[0] }, 5] },
  },
  { door: 'POST /ui/task_runs/count', right: {}, wrong: { task_runs: [{ id: { any_: 'x' } }, 5] } },
  {
    door: 'POST /ui/task_runs/dashboard/counts',
    right: {},
    wrong: { task_runs: [null, 5, { colour: 1 }] },
    whole: [{}],
  },
];

export const doors: Door[] = [...runs, ...deployments, ...work, ...keepsakes, ...screens];
