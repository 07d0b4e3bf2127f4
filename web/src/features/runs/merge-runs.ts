import type { FlowRunSortInput, RunRowFragment } from '@/generated/graphql';
import { listTime, matches, type RunFilter } from './run-filter';

type Run = RunRowFragment;

const orders: Record<FlowRunSortInput, (a: Run, b: Run) => number> = {
  NEWEST: (a, b) => listTime(b) - listTime(a) || b.id.localeCompare(a.id),
  OLDEST: (a, b) => listTime(a) - listTime(b) || a.id.localeCompare(b.id),
  NAME_ASC: (a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id),
  NAME_DESC: (a, b) => b.name.localeCompare(a.name) || b.id.localeCompare(a.id),
};

type List = { runs: readonly Run[]; filter: RunFilter; hasMore: boolean; nowMs: number };

/**
 * Puts runs that changed into a loaded list: known ones are replaced in place, those that no longer belong leave, new ones
 * are inserted where they sort. One that would sort behind the last of an unfinished list is left to the next page.
 */
export function mergeRuns({ runs, filter, hasMore, nowMs }: List, changed: readonly Run[]): Run[] {
  const order = orders[filter.sort];
  const latest = new Map(changed.map((run) => [run.id, run]));
  const kept = runs.flatMap((run) => {
    const next = latest.get(run.id);
    latest.delete(run.id);
    if (!next) return [run];
    return matches(next, filter, nowMs) ? [next] : [];
  });
  const last = kept.at(-1);
  const fresh = [...latest.values()].filter(
    (run) => matches(run, filter, nowMs) && (!hasMore || (last !== undefined && order(run, last) < 0)),
  );
  return fresh.length === 0 ? kept : [...kept, ...fresh].toSorted(order);
}
