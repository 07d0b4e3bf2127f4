import type { Filters } from '../../filters/index.js';
import type { Along, Span } from './places.sql.js';

/** Of how many flows or deployments a page each is read, before it is cheaper to read the newest runs of all. */
export const keysMax = 100;

/** States in which few runs stand at a time, or ever: found by their state before anything else. */
const rare = ['PENDING', 'RUNNING', 'PAUSED', 'CANCELLING', 'CRASHED', 'CANCELLED'];

export type Choice = { along: Along; rest: Filters; span: Span };
/** What is known of the filters besides: which few flows or deployments they mean, whether a part of the name is given. */
type Resolved = { flowIds?: string[] | null; deploymentIds?: string[] | null; named?: boolean };

/** Parts of names without three letters in a row are in no index. */
export const isIndexed = (part: string | null | undefined): boolean => /[\p{L}\p{N}]{3}/u.test(part ?? '');

/** Whether runs can be found by the words of these filters: tags, parts of names. */
export function hasWords({ flow_runs: runs }: Filters): boolean {
  if (!runs || runs.operator === 'or_' || runs.id?.any_ || runs.parent_task_run_id?.any_) return false;
  const { tags, name } = runs;
  const byTags = tags?.operator !== 'or_' && (tags?.all_?.length || tags?.any_?.length);
  return Boolean(byTags || isIndexed(name?.like_));
}

/** Along which index the runs that filters let through are found; what that decides is left out of the rest. */
export function chooseIndex(filters: Filters, resolved: Resolved): Choice {
  const runs = filters.flow_runs;
  const parents = parentsOf(filters);
  if (parents) return parents;
  if (runs?.operator === 'or_' || resolved.named || namesRuns(filters))
    return { along: { by: 'time' }, rest: filters, span: {} };
  const state = stateOf(filters);
  if (state && (state.types?.every((type) => rare.includes(type)) || !hasKeys(filters, resolved)))
    return { along: state, ...withoutSpan({ ...filters, flow_runs: { ...runs!, state: undefined } }) };
  const deployments = deploymentsOf(filters, resolved);
  if (deployments) return { along: { by: 'deployment_id', ids: deployments.ids }, ...withoutSpan(deployments.rest) };
  if (resolved.flowIds)
    return { along: { by: 'flow_id', ids: resolved.flowIds }, ...withoutSpan({ ...filters, flows: undefined }) };
  return { along: { by: 'time' }, rest: filters, span: {} };
}

function parentsOf(filters: Filters): Choice | null {
  const runs = filters.flow_runs;
  const wanted = runs?.parent_flow_run_id?.any_;
  if (!wanted || runs.operator === 'or_' || runs.id?.any_) return null;
  const rest = { ...filters, flow_runs: { ...runs, parent_flow_run_id: undefined } };
  return { along: { by: 'parent', flowRunIds: unique(wanted) }, ...withoutSpan(rest) };
}

/** Filters that name few runs have indexes of their own, which the database finds by itself. */
function namesRuns({ flow_runs: runs }: Filters): boolean {
  const name = runs?.name;
  const byName = name?.any_ || isIndexed(name?.like_);
  return Boolean(runs?.id?.any_ || runs?.parent_task_run_id?.any_ || byName);
}

function stateOf({ flow_runs: runs }: Filters): (Along & { by: 'state' }) | null {
  const state = runs?.state;
  const types = state?.type?.any_ ? unique(state.type.any_) : null;
  const names = state?.name?.any_ ? unique(state.name.any_) : null;
  if (names && names.length > keysMax) return null;
  if (state?.type?.not_any_?.length || state?.name?.not_any_?.length) return null;
  const only = state && !(state.type && !types) && !(state.name && !names) && (types ?? names);
  return only && (state.operator !== 'or_' || !types || !names) ? { by: 'state', types, names } : null;
}

const hasKeys = (filters: Filters, resolved: Resolved): boolean =>
  Boolean(resolved.flowIds || deploymentsOf(filters, resolved));

function deploymentsOf(filters: Filters, resolved: Resolved): { ids: string[]; rest: Filters } | null {
  if (resolved.deploymentIds) return { ids: resolved.deploymentIds, rest: { ...filters, deployments: undefined } };
  const wanted = filters.flow_runs?.deployment_id;
  const ids = wanted && typeof wanted.is_null_ !== 'boolean' ? wanted.any_ : null;
  if (!ids || ids.length > keysMax) return null;
  return {
    ids: unique(ids),
    rest: { ...filters, flow_runs: { ...filters.flow_runs!, deployment_id: undefined } },
  };
}

/** The expected start is what the indexes are ordered by. */
function withoutSpan(filters: Filters): { rest: Filters; span: Span } {
  const expected = filters.flow_runs?.expected_start_time;
  if (!expected) return { rest: filters, span: {} };
  const rest = { ...filters, flow_runs: { ...filters.flow_runs!, expected_start_time: undefined } };
  return { rest, span: { since: expected.after_, upTo: expected.before_ } };
}

/** What is asked for twice is looked for once: along an index it would be found twice. */
const unique = <T>(list: readonly T[]): T[] => [...new Set(list)];
