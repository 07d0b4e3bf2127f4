import { filters as filterBodies } from '@headgate/contracts/rest/filters';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../core/db/schema.js';
import { applyFilters, type Filters } from './apply.filters.js';
import type { Kind } from './links.filters.js';
import { applySort } from './sorts.filters.js';

const db = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
const parse = (body: object) => z.object(filterBodies).parse(body) as Filters;
const compile = (kind: Kind, body: object) =>
  applyFilters(
    db.selectFrom(kind).select(`${kind}.id`).where(`${kind}.workspace_id`, '=', 'ws') as never,
    kind,
    'ws',
    parse(body),
  ) as { compile(): { sql: string; parameters: readonly unknown[] } };

const id = '0192f0a0-0000-7000-8000-000000000001';
const all = {
  flows: {
    id: { any_: [id], not_any_: [id] },
    deployment: { is_null_: true },
    name: { any_: ['a'], like_: 'a' },
    tags: { all_: ['a'], is_null_: false },
  },
  flow_runs: {
    operator: 'or_',
    id: { any_: [id], not_any_: [id] },
    name: { any_: ['a'], like_: 'a' },
    tags: { operator: 'or_', all_: ['a'], any_: ['b'], is_null_: true },
    deployment_id: { operator: 'or_', any_: [id], is_null_: true },
    work_queue_name: { any_: ['q'], is_null_: true },
    state: { operator: 'or_', type: { any_: ['RUNNING'], not_any_: ['FAILED'] }, name: { not_any_: ['Late'] } },
    flow_version: { any_: ['1'] },
    start_time: { before_: '2026-01-01', after_: '2026-01-01', is_null_: false },
    end_time: { before_: '2026-01-01T00:00:00Z' },
    expected_start_time: { after_: 0 },
    next_scheduled_start_time: { before_: '2026-01-01 00:00:00+00:00' },
    parent_flow_run_id: { any_: [id] },
    parent_task_run_id: { any_: [id], is_null_: true },
    idempotency_key: { any_: ['k'], not_any_: ['k'] },
    created_by: { id_: [id], type_: ['USER'], is_null_: false },
  },
  task_runs: {
    id: { any_: [id] },
    name: { any_: ['a'], like_: 'a' },
    tags: { all_: ['a'], is_null_: false },
    state: { type: { any_: ['RUNNING'] }, name: { any_: ['Running'] } },
    start_time: { is_null_: true },
    end_time: { after_: 0 },
    expected_start_time: { before_: 1 },
    subflow_runs: { exists_: true },
    flow_run_id: { any_: [id] },
  },
  deployments: {
    id: { any_: [id], not_any_: [id] },
    name: { any_: ['a'], like_: 'a' },
    flow_or_deployment_name: { like_: 'a' },
    paused: { eq_: true },
    tags: { all_: ['a'], any_: ['b'] },
    work_queue_name: { any_: ['q'] },
    concurrency_limit: { ge_: 1 },
  },
  work_pools: { id: { any_: [id] }, name: { any_: ['p'] }, type: { any_: ['process'] } },
  work_pool_queues: { id: { any_: [id] }, name: { any_: ['q'], startswith_: ['f'] } },
};

test('a look into another table names the workspace, in every filter of every kind', () => {
  for (const kind of ['flow', 'flow_run', 'task_run', 'deployment', 'work_pool', 'work_queue'] as const) {
    const { sql } = compile(kind, all).compile();
    // Each look is an `exists (…)` or a `(select … from …)`: as many conditions on a workspace as there are tables.
    const tables = sql.match(/\b(?:from|join) (?!unnest)"?\w+"?/g) ?? [];
    const named = sql.match(/workspace_id"? = /g) ?? [];
    expect(named.length, `${kind}: ${sql}`).toBeGreaterThanOrEqual(tables.length);
  }
});

test('lists are one parameter each, so that the statement is the same however long they are', () => {
  const sqlOf = (ids: string[]) => compile('flow_run', { flow_runs: { id: { any_: ids } } }).compile().sql;
  expect(sqlOf([])).toBe(sqlOf([id, id, id]));
});

test('an empty list under not_any_, all_ or like_ asks for nothing', () => {
  const { sql } = compile('flow_run', {
    flow_runs: { id: { not_any_: [] }, tags: { all_: [] }, name: { like_: '' } },
    deployments: null,
  }).compile();
  expect(sql).toBe(compile('flow_run', {}).compile().sql);
});

test('a part that asks for nothing lets everything through under or_', () => {
  const { sql } = compile('flow_run', { flow_runs: { operator: 'or_', id: {}, name: { any_: ['a'] } } }).compile();
  expect(sql).toBe(compile('flow_run', {}).compile().sql);
});

test('the task runs of given flow runs are found without a look at the flow runs', () => {
  const { sql } = compile('task_run', {
    flow_runs: { id: { any_: [id] } },
    task_runs: { name: { like_: 'a' } },
  }).compile();
  expect(sql).toContain('"task_run"."flow_run_id" = any');
  expect(sql).not.toContain('exists');
});

test('unknown keys and operators are refused, at every depth', () => {
  for (const body of [
    { flow_runs: { colour: {} } },
    { flow_runs: { id: { some_: [] } } },
    { flows: { operator: 'xor_' } },
    { flow_runs: { id: { any_: ['x'] } } },
    { flow_runs: { state: { type: { any_: ['DONE'] } } } },
  ]) {
    expect(z.object(filterBodies).safeParse(body).success, JSON.stringify(body)).toBe(false);
  }
});

test('every order ends with the id, unless the name is unique', () => {
  const order = (kind: Kind, sort?: string) =>
    (applySort(db.selectFrom(kind).select(`${kind}.id`) as never, kind, sort) as { compile(): { sql: string } })
      .compile()
      .sql.split('order by ')[1];
  expect(order('flow_run')).toBe('flow_run.id desc');
  expect(order('flow_run', 'START_TIME_DESC')).toBe(
    'coalesce(flow_run.start_time, flow_run.expected_start_time) desc, flow_run.id desc',
  );
  expect(order('deployment')).toBe('deployment.name asc, deployment.id');
  expect(order('flow', 'NAME_DESC')).toBe('flow.name desc');
  expect(order('task_run', 'END_TIME_DESC')).toBe('task_run.end_time desc nulls last, task_run.id');
});
