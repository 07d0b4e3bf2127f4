/** Filters over the seeded world and the names that a Prefect server answers them with, in its order. */
export type Case = [path: string, body: Record<string, unknown>, names: string[]];

const later = ['later1', 'later2', 'later3', 'later4', 'later5'];
const runs = ['cancelled', 'crashed', 'done', 'failed', ...later, 'nostate', 'pending', 'running', 'sub1', 'sub2'];
const without = (...names: string[]) => runs.filter((name) => !names.includes(name));
const byName = (flow_runs: object, others: object = {}) => ({ flow_runs, ...others, sort: 'NAME_ASC' });

/** One that runs, and others that have not run at all. */
const ofDurations = { task_runs: { name: { any_: ['extract', 'spare', 'planned', 'alone', 'stateless'] } } };

export const cases: Case[] = [
  // Lists: any of none is none, not any of none is no condition; who has no value is in neither.
  ['flow_runs', byName({ id: { any_: [] } }), []],
  ['flow_runs', byName({ id: { not_any_: [] } }), runs],
  ['flow_runs', byName({ id: { any_: ['@done', '@later1'], not_any_: ['@done'] } }), ['later1']],
  ['flow_runs', byName({ idempotency_key: { not_any_: ['k1'] } }), ['later2', 'nostate']],
  ['flow_runs', byName({ state: { name: { not_any_: ['Scheduled'] } } }), without(...later)],

  // Text: a part, in any case, with the wildcards of SQL.
  ['flow_runs', byName({ name: { like_: 'ING' } }), ['pending', 'running']],
  ['flow_runs', byName({ name: { like_: '' } }), runs],
  ['flow_runs', byName({ name: { like_: 'r%g' } }), ['running']],
  ['flow_runs', byName({ name: { like_: '_1' } }), ['later1', 'sub1']],
  ['work_queues', { work_queues: { name: { startswith_: ['FA', 's'] } } }, ['Faraway', 'fast', 'fast', 'slow']],

  // Operators: of the filter, of the sub-filter; a part that asks for nothing decides an or_.
  [
    'flow_runs',
    byName({ operator: 'or_', name: { any_: ['done'] }, tags: { any_: ['c'] } }),
    ['cancelled', 'done', 'running'],
  ],
  ['flow_runs', byName({ operator: 'or_', name: { any_: ['done'] }, id: {} }), runs],
  ['flow_runs', byName({ operator: 'or_', id: { any_: ['@done', '@failed'], not_any_: ['@done'] } }), ['failed']],
  ['flow_runs', byName({ tags: { operator: 'or_', all_: ['a', 'b'], any_: ['c'] } }), ['cancelled', 'done', 'running']],
  [
    'flow_runs',
    byName({ deployment_id: { operator: 'or_', any_: ['@weekly'], is_null_: true } }),
    without('later1', 'later2', 'later4', 'later5'),
  ],

  // Tags, times, parents, queues.
  ['flow_runs', byName({ tags: { is_null_: false } }), without('later4', 'nostate', 'pending', 'sub1', 'sub2')],
  [
    'flow_runs',
    byName({ start_time: { after_: '2099-01-02', before_: '2099-01-04 00:00:00+00:00' } }),
    ['later2', 'later3', 'later4'],
  ],
  ['flow_runs', byName({ start_time: { is_null_: false } }), ['cancelled', 'crashed', 'done', 'failed', 'running']],
  ['flow_runs', byName({ parent_flow_run_id: { any_: ['@running', '@done'] } }), ['sub1', 'sub2']],
  ['flow_runs', byName({ parent_task_run_id: { is_null_: false } }), ['sub1', 'sub2']],
  ['flow_runs', byName({ work_queue_name: { any_: ['fast'] } }), ['later1', 'later2', 'later4']],

  // Other kinds: there is one that matches. An empty filter asks that there is one at all.
  ['flow_runs', byName({}, { deployments: {} }), later],
  [
    'flow_runs',
    byName({}, { task_runs: {}, flows: { tags: { all_: ['a'] } } }),
    ['done', 'failed', 'later1', 'running'],
  ],
  ['flow_runs', byName({}, { work_pools: { type: { any_: ['docker'] } } }), ['later3']],
  ['flows', { task_runs: { tags: { all_: ['x'] } } }, ['etl']],
  // … and filters of one link speak of the same row: no run of etl is cancelled and has a task.
  ['flows', { flow_runs: { name: { any_: ['done'] } }, task_runs: { name: { any_: ['planned'] } } }, []],
  ['flows', { flow_runs: { name: { any_: ['done'] } }, deployments: { name: { any_: ['weekly'] } } }, ['etl']],
  ['flows', { deployments: { paused: { eq_: false } }, work_pools: { name: { any_: ['light'] } } }, []],
  ['flows', { flows: { deployment: { is_null_: true } }, sort: 'NAME_DESC' }, ['idle']],
  ['deployments', { flow_runs: { tags: { any_: ['a'] } }, task_runs: {} }, ['daily']],
  ['deployments', { deployments: { flow_or_deployment_name: { like_: 'et' } } }, ['daily', 'weekly']],
  ['deployments', { work_pools: { name: { any_: ['heavy'] } }, sort: 'NAME_DESC' }, ['hourly', 'daily']],
  [
    'deployments',
    { deployments: { concurrency_limit: { ge_: 1, is_null_: false } } },
    ['daily', 'hourly', 'loose', 'weekly'],
  ],
  ['task_runs', { flow_runs: { id: { any_: ['@done'] } }, sort: 'NAME_ASC' }, ['extract', 'load']],
  [
    'task_runs',
    { task_runs: { flow_run_id: {} }, flows: { name: { any_: ['report'] } }, sort: 'NAME_DESC' },
    ['spare', 'child'],
  ],
  ['task_runs', { task_runs: { flow_run_id: { is_null_: true, any_: ['@done'] } } }, ['alone']],
  [
    'task_runs',
    { task_runs: { flow_run_id: { is_null_: null } }, sort: 'NAME_ASC' },
    ['alone', 'child', 'extract', 'load', 'planned', 'spare', 'stateless'],
  ],
  ['task_runs', { task_runs: { subflow_runs: { exists_: true } }, sort: 'NAME_ASC' }, ['child', 'load']],

  ['task_runs', { ...ofDurations, sort: 'DURATION_DESC' }, ['alone', 'planned', 'stateless', 'spare', 'extract']],
  ['task_runs', { ...ofDurations, sort: 'DURATION_ASC' }, ['planned', 'stateless', 'spare', 'extract', 'alone']],
  ['flow_runs', byName({ state: { type: { any_: ['RUNNING', 'FAILED'], not_any_: ['FAILED'] } } }), ['running']],
  ['artifacts', { artifacts: { key: { exists_: false } }, sort: 'CREATED_DESC' }, ['result', 'bare']],
  ['artifacts', { artifacts: { type: { not_any_: ['table'] } }, sort: 'CREATED_DESC' }, ['result', 'notes2', 'notes']],
  ['artifacts', { deployments: { name: { any_: ['daily'] } } }, ['table']],
  ['artifacts', { flow_runs: { name: { any_: ['done'] } }, task_runs: { name: { any_: ['extract'] } } }, ['notes']],
  ['artifacts/latest', { sort: 'KEY_DESC' }, ['notes2', 'table']],
  ['artifacts/latest', { flow_runs: { name: { any_: ['done'] } } }, []],
  [
    'logs',
    { logs: { level: { ge_: 20, le_: 40 }, task_run_id: { is_null_: true } }, sort: 'TIMESTAMP_DESC' },
    ['a dog and a cat', 'The DOG sat'],
  ],
  [
    'logs',
    { logs: { operator: 'or_', level: { ge_: 50 }, flow_run_id: { any_: ['@failed'] } } },
    ['a dog and a cat', 'nothing'],
  ],
];
