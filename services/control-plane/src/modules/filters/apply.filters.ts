import type {
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from '@headgate/contracts/rest/filters';
import { sql } from 'kysely';
import { whereFlowRun } from './flow-runs.filters.js';
import { whereDeployment, whereFlow, whereTaskRun, whereWorkPool, whereWorkQueue } from './kinds.filters.js';
import { links, type Kind, type Link } from './links.filters.js';
import { anyId, asksForSomething, subFilter, type Predicate } from './predicates.filters.js';

/** Filters of several kinds side by side; absent ones let everything through. */
export type Filters = {
  flows?: FlowFilter | undefined;
  flow_runs?: FlowRunFilter | undefined;
  task_runs?: TaskRunFilter | undefined;
  deployments?: DeploymentFilter | undefined;
  work_pools?: WorkPoolFilter | undefined;
  work_pool_queues?: WorkQueueFilter | undefined;
};

type Asked = Partial<Record<Kind, Predicate>>;

function predicatesOf(filters: Filters): Asked {
  const asked: Record<Kind, Predicate | undefined> = {
    flow: subFilter(filters.flows, whereFlow)[0],
    flow_run: subFilter(filters.flow_runs, whereFlowRun)[0],
    task_run: subFilter(filters.task_runs, whereTaskRun)[0],
    deployment: subFilter(filters.deployments, whereDeployment)[0],
    work_pool: subFilter(filters.work_pools, (filter) => whereWorkPool(filter))[0],
    work_queue: subFilter(filters.work_pool_queues, (filter) => whereWorkQueue(filter))[0],
    artifact: undefined,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, predicate]) => predicate));
}

/** What all filters together ask of the table `kind`, under its own name, in a workspace. */
export function predicatesFor(kind: Kind, workspaceId: string, filters: Filters): Predicate[] {
  const ofRuns = kind === 'task_run' ? onlyRunIds(filters) : null;
  if (ofRuns) return [...own('task_run', filters), ...anyId(sql.ref('task_run.flow_run_id'), ofRuns)];
  const asked = predicatesOf(filters);
  const others = links[kind].filter(({ to, along }) => [to, ...kindsOf(along)].some((other) => asked[other]));
  return [...own(kind, filters), ...others.map((link) => existing(link, workspaceId, asked))];
}

const own = (kind: Kind, filters: Filters): Predicate[] =>
  [predicatesOf(filters)[kind]].filter((each) => each !== undefined && asksForSomething(each)) as Predicate[];
const kindsOf = (along: Link['along']): Kind[] => Object.keys(along ?? {}) as Kind[];

/** The task runs of given flow runs need no look at the flow runs themselves: screens ask for them all the time. */
function onlyRunIds({ task_runs: _, flow_runs, ...others }: Filters): string[] | null {
  if (!flow_runs?.id?.any_ || Object.values(others).some(Boolean)) return null;
  const { id, operator: __, ...rest } = flow_runs;
  return id.not_any_?.length || Object.values(rest).some(Boolean) ? null : (id.any_ ?? null);
}

function existing({ to, on, along }: Link, workspaceId: string, asked: Asked): Predicate {
  const brought = Object.entries(along ?? {}).filter(([kind]) => asked[kind as Kind]) as [Kind, string][];
  const inWorkspace = (table: Kind) => sql<boolean>`${sql.ref(`${table}.workspace_id`)} = ${workspaceId}`;
  const joins = brought.map(
    ([table, condition]) => sql` join ${sql.table(table)} on ${inWorkspace(table)} and ${sql.raw(condition)}`,
  );
  const wanted = [to, ...brought.map(([table]) => table)].flatMap((table) => asked[table] ?? []);
  const conditions = [inWorkspace(to), sql<boolean>`${sql.raw(on)}`, ...wanted.filter(asksForSomething)];
  return sql`exists (select from ${sql.table(to)}${joins.length ? sql.join(joins, sql``) : sql``} where ${sql.join(conditions, sql` and `)})`;
}

type Filterable<Q> = { where(predicate: Predicate): Q };

/** Narrows a select over the table `kind`, under its own name, to the rows of the workspace that all filters let through. */
export function applyFilters<Q extends Filterable<Q>>(query: Q, kind: Kind, workspaceId: string, filters: Filters): Q {
  return predicatesFor(kind, workspaceId, filters).reduce((narrowed, predicate) => narrowed.where(predicate), query);
}
