import { stateTypes } from '@headgate/contracts';
import type { FlowRunFilterInput, FlowRunSortInput, RunRowFragment, StateType } from '@/generated/graphql';
import { isId, isKeyOf, readInstant, readList, readText, writeList } from '@/lib/address-values';

/** The filters of the runs page, as they stand in the address. */
export type RunFilter = {
  search: string;
  states: StateType[];
  flows: string[];
  deployments: string[];
  pools: string[];
  tags: string[];
  /** A key of `ranges`, or `custom` with `from` and `to`. */
  range: string;
  from: string | null;
  to: string | null;
  hideSubflows: boolean;
  sort: FlowRunSortInput;
};

export const ranges: Record<string, { label: string; hours: number | null }> = {
  any: { label: 'Up to now', hours: null },
  '1h': { label: 'Past hour', hours: 1 },
  '24h': { label: 'Past 24 hours', hours: 24 },
  '7d': { label: 'Past 7 days', hours: 168 },
  '30d': { label: 'Past 30 days', hours: 720 },
};

export const sorts: Record<FlowRunSortInput, string> = {
  NEWEST: 'Newest first',
  OLDEST: 'Oldest first',
  NAME_ASC: 'Name A–Z',
  NAME_DESC: 'Name Z–A',
};

const isState = (text: string): text is StateType => (stateTypes as readonly string[]).includes(text);
/** States in any case: addresses are typed, too. */
const states = (text: string | null) => [
  ...new Set(readList(text).map((one) => (isState(upper(one)) ? upper(one) : one))),
];
const upper = (text: string) => text.toUpperCase();
/** To what is no id the server answers with an error, and with no list. */
const byId = (text: string | null) => ({
  kept: readList(text).filter(isId),
  left: readList(text).filter((id) => !isId(id)),
});
const isRange = (text: string) => isKeyOf(ranges, text) || text === 'upcoming' || text === 'custom';

/** What is next comes first among what is yet to come, and what was last among what has been. */
export const usualSort = (range: string): FlowRunSortInput => (range === 'upcoming' ? 'OLDEST' : 'NEWEST');

export function readRunFilter(query: URLSearchParams): RunFilter {
  const [from, to] = [readInstant(query.get('from')), readInstant(query.get('to'))];
  const wanted = query.get('range') ?? (from || to ? 'custom' : 'any');
  const range = isRange(wanted) ? wanted : 'any';
  const sort = query.get('sort') ?? '';
  return {
    search: readText(query.get('q')),
    states: states(query.get('state')).filter(isState),
    flows: byId(query.get('flow')).kept,
    deployments: byId(query.get('deployment')).kept,
    pools: readList(query.get('pool')),
    tags: readList(query.get('tag') ?? query.get('tags')),
    range,
    // Dates beside a span of another name would be dates that filter nothing.
    from: range === 'custom' ? from : null,
    to: range === 'custom' ? to : null,
    hideSubflows: query.get('subflows') === 'hide',
    sort: isKeyOf(sorts, sort) ? sort : usualSort(range),
  };
}

/** Names in the address that filter; `tags` is what Prefect's addresses call `tag`. */
export const filterNames = ['q', 'state', 'flow', 'deployment', 'pool', 'tag', 'range', 'from', 'to', 'subflows'];
const knownNames = new Set([...filterNames, 'sort', 'tags']);

/** What stands in the address that no filter knows, as `name=value`, and the changes that take it out. */
export function unknownIn(query: URLSearchParams): { words: string[]; changes: Record<string, string | null> } {
  const filter = readRunFilter(query);
  const ofLists = {
    state: { kept: filter.states as string[], left: states(query.get('state')).filter((state) => !isState(state)) },
    flow: byId(query.get('flow')),
    deployment: byId(query.get('deployment')),
  };
  const wrongLists = Object.entries(ofLists).filter(([, { left }]) => left.length > 0);
  const single: Record<string, boolean> = {
    range: query.get('range') === filter.range,
    sort: query.get('sort') === filter.sort,
    subflows: filter.hideSubflows,
    from: filter.from !== null,
    to: filter.to !== null,
  };
  const wrong = [
    ...Object.keys(single).filter((name) => query.get(name) && !single[name]),
    ...new Set([...query.keys()].filter((name) => !knownNames.has(name))),
  ];
  // It stands on under our name for it, which the filters change.
  const tags = query.get('tags') && { tag: writeList(filter.tags) || null, tags: null };
  return {
    words: [
      ...wrongLists.flatMap(([name, { left }]) => left.map((value) => `${name}=${value}`)),
      ...wrong.map((name) => `${name}=${query.get(name)}`),
    ],
    changes: {
      ...Object.fromEntries(wrongLists.map(([name, { kept }]) => [name, writeList(kept) || null])),
      ...Object.fromEntries(wrong.map((name) => [name, null])),
      ...tags,
    },
  };
}

/** Whether runs that are yet to come are left out, though nobody chose dates that leave them out. */
export const isUpToNow = (filter: RunFilter): boolean => filter.range !== 'upcoming' && filter.range !== 'custom';

export const isFiltered = (filter: RunFilter): boolean =>
  filter.search !== '' ||
  filter.range !== 'any' ||
  filter.hideSubflows ||
  [filter.states, filter.flows, filter.deployments, filter.pools, filter.tags].some((values) => values.length > 0);

const some = <T>(values: T[]) => (values.length > 0 ? values : null);
const iso = (ms: number) => new Date(ms).toISOString();

/** A run that was made this instant belongs to "now", by a clock that is known to the second. */
const graceMs = 1_500;

/** Where "up to now" ends. */
export const untilNow = (nowMs: number): string => iso(nowMs + graceMs);

/**
 * From when to when, in ISO 8601. Without a range: everything up to now; what is yet to come has a range of its own.
 * `nowMs` is by the clock of the server, as the times of runs are.
 */
export function windowOf(filter: RunFilter, nowMs: number): { since: string | null; until: string | null } {
  if (filter.range === 'upcoming') return { since: iso(nowMs), until: null };
  if (filter.range === 'custom') return { since: filter.from, until: filter.to };
  const hours = ranges[filter.range]?.hours ?? null;
  return { since: hours === null ? null : iso(nowMs - hours * 3_600_000), until: untilNow(nowMs) };
}

export function toFilterInput(filter: RunFilter, nowMs: number): FlowRunFilterInput {
  return {
    search: filter.search || null,
    stateTypes: some(filter.states),
    flowIds: some(filter.flows),
    deploymentIds: some(filter.deployments),
    workPoolNames: some(filter.pools),
    tags: some(filter.tags),
    hideSubflows: filter.hideSubflows || null,
    ...windowOf(filter, nowMs),
  };
}

/** The moment a run stands at in a list that is ordered by time. */
export const listTime = (run: RunRowFragment): number => Date.parse(run.expectedStartTime ?? run.created);

const allows = <T>(wanted: T[], value: T | null | undefined) =>
  wanted.length === 0 || (value != null && wanted.includes(value));

/** Whether a run that changed just now belongs to the list: the same question that the server answers for a page. */
export function matches(run: RunRowFragment, filter: RunFilter, nowMs: number): boolean {
  const { since, until } = windowOf(filter, nowMs);
  const time = listTime(run);
  return (
    run.name.toLowerCase().includes(filter.search.toLowerCase()) &&
    allows(filter.states, run.stateType) &&
    allows(filter.flows, run.flowId) &&
    allows(filter.deployments, run.deployment?.id) &&
    allows(filter.pools, run.workPoolName) &&
    filter.tags.every((tag) => run.tags.includes(tag)) &&
    !(filter.hideSubflows && run.parentTaskRunId) &&
    (since === null || time >= Date.parse(since)) &&
    (until === null || time < Date.parse(until))
  );
}
