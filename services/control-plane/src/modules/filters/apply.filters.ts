import type {
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from '@headgate/contracts/rest/filters';
import { sql } from 'kysely';
import {
  whereDeployment,
  whereFlow,
  whereFlowRun,
  whereTaskRun,
  whereWorkPool,
  whereWorkQueue,
} from './kinds.filters.js';
import type { Predicate } from './predicates.filters.js';

export type Kind = 'flow' | 'flow_run' | 'task_run' | 'deployment' | 'work_pool' | 'work_queue';

/** Filters of several kinds side by side; absent ones let everything through. */
export type Filters = {
  flows?: FlowFilter | undefined;
  flow_runs?: FlowRunFilter | undefined;
  task_runs?: TaskRunFilter | undefined;
  deployments?: DeploymentFilter | undefined;
  work_pools?: WorkPoolFilter | undefined;
  work_pool_queues?: WorkQueueFilter | undefined;
};

/** How a row of one kind hangs together with rows of another. */
const links: Record<Kind, Partial<Record<Kind, string>>> = {
  flow_run: {
    flow: 'flow.id = flow_run.flow_id',
    task_run: 'task_run.flow_run_id = flow_run.id',
    deployment: 'deployment.id = flow_run.deployment_id',
    work_queue: 'work_queue.id = flow_run.work_queue_id',
    work_pool: 'work_pool.id = flow_run.work_pool_id',
  },
  task_run: {
    flow_run: 'flow_run.id = task_run.flow_run_id',
    flow: 'flow.id = (select r.flow_id from flow_run r where r.workspace_id = task_run.workspace_id and r.id = task_run.flow_run_id)',
    deployment:
      'deployment.id = (select r.deployment_id from flow_run r where r.workspace_id = task_run.workspace_id and r.id = task_run.flow_run_id)',
    work_queue:
      'work_queue.id = (select r.work_queue_id from flow_run r where r.workspace_id = task_run.workspace_id and r.id = task_run.flow_run_id)',
    work_pool:
      'work_pool.id = (select r.work_pool_id from flow_run r where r.workspace_id = task_run.workspace_id and r.id = task_run.flow_run_id)',
  },
  flow: {
    flow_run: 'flow_run.flow_id = flow.id',
    task_run:
      'task_run.flow_run_id in (select r.id from flow_run r where r.workspace_id = flow.workspace_id and r.flow_id = flow.id)',
    deployment: 'deployment.flow_id = flow.id',
    work_pool:
      'work_pool.id in (select q.work_pool_id from deployment d join work_queue q on q.workspace_id = d.workspace_id and q.id = d.work_queue_id where d.workspace_id = flow.workspace_id and d.flow_id = flow.id)',
  },
  deployment: {
    flow: 'flow.id = deployment.flow_id',
    flow_run: 'flow_run.deployment_id = deployment.id',
    task_run:
      'task_run.flow_run_id in (select r.id from flow_run r where r.workspace_id = deployment.workspace_id and r.deployment_id = deployment.id)',
    work_queue: 'work_queue.id = deployment.work_queue_id',
    work_pool:
      'work_pool.id = (select q.work_pool_id from work_queue q where q.workspace_id = deployment.workspace_id and q.id = deployment.work_queue_id)',
  },
  work_pool: { work_queue: 'work_queue.work_pool_id = work_pool.id' },
  work_queue: { work_pool: 'work_pool.id = work_queue.work_pool_id' },
};

function predicatesOf(filters: Filters): Record<Kind, Predicate[] | null> {
  return {
    flow: filters.flows ? whereFlow(filters.flows) : null,
    flow_run: filters.flow_runs ? whereFlowRun(filters.flow_runs) : null,
    task_run: filters.task_runs ? whereTaskRun(filters.task_runs) : null,
    deployment: filters.deployments ? whereDeployment(filters.deployments) : null,
    work_pool: filters.work_pools ? whereWorkPool(filters.work_pools) : null,
    work_queue: filters.work_pool_queues ? whereWorkQueue(filters.work_pool_queues) : null,
  };
}

type Filterable<Q> = { where(predicate: Predicate): Q };

/** Narrows a select over the table `kind`, under its own name, to the rows of the workspace that all filters let through. */
export function applyFilters<Q extends Filterable<Q>>(query: Q, kind: Kind, workspaceId: string, filters: Filters): Q {
  let narrowed = query;
  for (const [other, predicates] of Object.entries(predicatesOf(filters)) as [Kind, Predicate[] | null][]) {
    if (!predicates?.length) continue;
    const link = other === kind ? null : links[kind][other];
    if (other === kind) for (const predicate of predicates) narrowed = narrowed.where(predicate);
    else if (link) narrowed = narrowed.where(existing(other, workspaceId, link, predicates));
  }
  return narrowed;
}

function existing(table: Kind, workspaceId: string, link: string, predicates: Predicate[]): Predicate {
  return sql`exists (select from ${sql.table(table)} where ${sql.ref(`${table}.workspace_id`)} = ${workspaceId} and ${sql.raw(link)} and ${sql.join(predicates, sql` and `)})`;
}
