import fc from 'fast-check';
import type { Seeded } from './seed.js';

/** Filter bodies over the seeded world. Ids are written as `@name`, because each server has its own. */

type Values = fc.Arbitrary<unknown>;

const times = [0, '2026-01-01', '2099-01-02T00:00:00Z', '2099-01-04 00:00:00+00:00', '2200-01-01T00:00:00.5+02:00'];
const stateTypes = ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED'];
const stateNames = ['Scheduled', 'Pending', 'Running', 'Odd', 'Completed', 'nothing'];

const some = (...values: unknown[]) => fc.subarray(values, { maxLength: Math.min(4, values.length) });
const like = fc.constantFrom('', 'a', 'ING', 'er', '%', '_o', 'zz');
const flag = fc.boolean();
const time = fc.constantFrom(...times);
const range = { before_: time, after_: time };
const operator = fc.constantFrom('and_', 'or_');

/** An object with a few of the keys; seldom one that is null. */
const sub = (parts: Record<string, Values>): Values =>
  fc
    .subarray(Object.keys(parts), { maxLength: Math.min(3, Object.keys(parts).length) })
    .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, fc.option(parts[key]!, { freq: 12 })]))));
const joined = (parts: Record<string, Values>) => withOperator(sub(parts));
const withOperator = (filter: Values): Values =>
  fc
    .tuple(filter, fc.option(operator, { nil: undefined }))
    .map(([parts, way]) => ({ ...(parts as object), ...(way && { operator: way }) }));

const flowNames = ['etl', 'report', 'ingest', 'idle'];
const runNames = ['done', 'failed', 'running', 'pending', 'crashed', 'nostate', 'later1', 'later2', 'later4', 'sub1'];
const taskNames = ['extract', 'load', 'child', 'spare', 'planned', 'alone', 'stateless'];
const deploymentNames = ['daily', 'weekly', 'hourly', 'loose'];
const idsOf = (...names: string[]) => some(...names.map((name) => `@${name}`));

const queues = joined({
  id: sub({ any_: idsOf('heavy/fast', 'heavy/slow', 'light/fast', 'light/Faraway') }),
  name: sub({ any_: some('fast', 'slow'), startswith_: fc.subarray(['fa', 'S', 'x'], { minLength: 1 }) }),
});

export const filters: Record<string, Values> = {
  flows: joined({
    id: sub({ any_: idsOf(...flowNames), not_any_: idsOf(...flowNames) }),
    deployment: joined({ is_null_: flag }),
    name: sub({ any_: some(...flowNames), like_: like }),
    tags: joined({ all_: some('nightly', 'a'), is_null_: flag }),
  }),
  flow_runs: joined({
    id: sub({ any_: idsOf(...runNames), not_any_: idsOf(...runNames) }),
    name: sub({ any_: some(...runNames), like_: like }),
    tags: joined({ all_: some('a', 'b'), any_: some('a', 'b', 'c'), is_null_: flag }),
    deployment_id: joined({ any_: idsOf(...deploymentNames), is_null_: flag }),
    work_queue_name: joined({ any_: some('fast', 'slow', 'Faraway'), is_null_: flag }),
    state: joined({
      type: sub({ any_: some(...stateTypes), not_any_: some(...stateTypes) }),
      name: sub({ any_: some(...stateNames), not_any_: some(...stateNames) }),
    }),
    flow_version: sub({ any_: some('1', '2') }),
    start_time: sub({ ...range, is_null_: flag }),
    end_time: sub({ ...range, is_null_: flag }),
    expected_start_time: sub(range),
    next_scheduled_start_time: sub(range),
    parent_flow_run_id: joined({ any_: idsOf('done', 'running', 'failed') }),
    parent_task_run_id: joined({ any_: idsOf('child', 'load'), is_null_: flag }),
    idempotency_key: sub({ any_: some('k1', 'k2'), not_any_: some('k1', 'k3') }),
  }),
  task_runs: joined({
    id: sub({ any_: idsOf(...taskNames) }),
    name: sub({ any_: some(...taskNames), like_: like }),
    tags: joined({ all_: some('x', 'y'), is_null_: flag }),
    state: joined({ type: sub({ any_: some(...stateTypes) }), name: sub({ any_: some(...stateNames) }) }),
    start_time: sub({ ...range, is_null_: flag }),
    end_time: sub({ is_null_: flag }),
    expected_start_time: sub(range),
    subflow_runs: sub({ exists_: flag }),
    flow_run_id: joined({ any_: idsOf('done', 'running', 'failed'), is_null_: flag }),
  }),
  deployments: joined({
    id: sub({ any_: idsOf(...deploymentNames), not_any_: idsOf(...deploymentNames) }),
    name: sub({ any_: some(...deploymentNames), like_: like }),
    flow_or_deployment_name: sub({ like_: like }),
    paused: sub({ eq_: flag }),
    tags: joined({ all_: some('a', 'd'), any_: some('a', 'd'), is_null_: flag }),
    work_queue_name: sub({ any_: some('fast', 'slow', 'Faraway') }),
    concurrency_limit: sub({ ge_: fc.constant(1), le_: fc.constant(0), is_null_: flag }),
  }),
  work_pools: joined({
    id: sub({ any_: idsOf('heavy', 'light') }),
    name: sub({ any_: some('heavy', 'light') }),
    type: sub({ any_: some('process', 'docker') }),
  }),
  work_pool_queues: queues,
  work_queues: queues,
  // No `text`: the reference needs a newer SQLite for it than Python often has.
  logs: joined({
    level: sub({ ge_: fc.constantFrom(10, 30), le_: fc.constantFrom(20, 40) }),
    timestamp: sub({ before_: fc.constant('2026-01-01T00:00:02Z'), after_: fc.constant('2026-01-01T00:00:01Z') }),
    flow_run_id: sub({ any_: idsOf('done', 'failed') }),
    task_run_id: sub({ any_: idsOf('extract', 'child'), is_null_: flag }),
  }),
  artifacts: joined({
    key: sub({ any_: some('notes', 'big-table'), like_: fc.constantFrom('note', 'b_g', '%'), exists_: flag }),
    flow_run_id: sub({ any_: idsOf('done', 'failed', 'running') }),
    task_run_id: sub({ any_: idsOf('extract', 'child') }),
    type: sub({ any_: some('markdown', 'table', 'result'), not_any_: some('markdown', 'table') }),
  }),
};

/** A body with filters of some kinds, the first of them always. */
export const body = (first: string, ...others: string[]): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record(Object.fromEntries([first, ...others].map((kind) => [kind, filters[kind]!])), { requiredKeys: [] })
    .filter((each) => Object.keys(each).length <= 3);

/** `@name` → the id that the thing of that name has in a server. */
export function withIds(value: unknown, ids: Seeded): unknown {
  return JSON.parse(JSON.stringify(value), (_, each) =>
    typeof each === 'string' && each.startsWith('@') ? ids[each.slice(1)] : each,
  );
}
