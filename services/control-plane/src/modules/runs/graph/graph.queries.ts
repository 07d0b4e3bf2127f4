import type { GraphArtifactJson, GraphStateJson } from '@headgate/contracts/rest/run-graph';
import type { StateJson } from '@headgate/contracts';
import { sql } from 'kysely';
import type { Db } from '../../../core/db/db.js';
import type { NodeRow } from './build-graph.js';
import type { TaskInputs } from './inputs.js';

/** Task runs of a flow run, each with the subflow run that it stands for; without those that have no time yet. */
const nodes = (workspaceId: string, flowRunId: string) => sql`
  from task_run t
  left join flow_run r on r.workspace_id = t.workspace_id and r.parent_task_run_id = t.id
  left join flow f on f.workspace_id = r.workspace_id and f.id = r.flow_id
  where t.workspace_id = ${workspaceId} and t.flow_run_id = ${flowRunId}
    and coalesce(r.state_type, t.state_type) is not null
    and coalesce(r.start_time, r.expected_start_time, t.start_time, t.expected_start_time) is not null`;

const ended = sql`coalesce(r.end_time, t.end_time, case when t.state_type = 'COMPLETED' then t.expected_start_time end)`;

/** How many nodes have not ended before the given moment, counted no further than to the limit. */
export async function countNodes(
  db: Db,
  workspaceId: string,
  flowRunId: string,
  since: string | null,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select ${nodes(workspaceId, flowRunId)} and (${since}::timestamptz is null or ${ended} is null or ${ended} >= ${since}::timestamptz)
      limit ${limit}) counted`.execute(db);
  return rows[0]!.count;
}

export async function findNodes(db: Db, workspaceId: string, flowRunId: string): Promise<NodeRow[]> {
  const { rows } = await sql<NodeRow>`
    select case when r.id is null then 'task-run' else 'flow-run' end as kind,
           coalesce(r.id, t.id) as id,
           coalesce(f.name || ' / ' || r.name, t.name) as label,
           coalesce(r.state_type, t.state_type) as state_type,
           coalesce(r.start_time, r.expected_start_time, t.start_time, t.expected_start_time) as start_time,
           ${ended} as end_time,
           t.task_inputs ${nodes(workspaceId, flowRunId)}`.execute(db);
  return rows;
}

/** Artifacts of the run itself and of its task runs, the oldest first. Stored results are none of them. */
export async function findArtifacts(
  db: Db,
  workspaceId: string,
  flowRunId: string,
  limit: number,
): Promise<(GraphArtifactJson & { task_run_id: string | null })[]> {
  const { rows } = await sql<GraphArtifactJson & { task_run_id: string | null }>`
    select a.task_run_id, a.id, a.created, a.key, a.type, a.key is null or c.latest_id is not null as is_latest,
           case when a.type = 'progress' then a.data end as data
      from artifact a
      left join artifact_collection c on c.workspace_id = a.workspace_id and c.key = a.key and c.latest_id = a.id
     where a.workspace_id = ${workspaceId} and a.flow_run_id = ${flowRunId} and a.type <> 'result'
     order by a.created, a.id limit ${limit}`.execute(db);
  return rows;
}

export async function findStates(db: Db, workspaceId: string, flowRunId: string): Promise<GraphStateJson[]> {
  const rows = await db
    .selectFrom('flow_run_state')
    .select(['id', 'timestamp', 'type', 'name'])
    .where('workspace_id', '=', workspaceId)
    .where('flow_run_id', '=', flowRunId)
    .orderBy('timestamp')
    .execute();
  return rows as GraphStateJson[];
}

export type DependencyRow = {
  id: string;
  name: string;
  task_inputs: TaskInputs;
  state: StateJson | null;
  expected_start_time: string | null;
  start_time: string | null;
  end_time: string | null;
  total_run_time: number;
};

export async function findDependencies(db: Db, workspaceId: string, flowRunId: string): Promise<DependencyRow[]> {
  const rows = await db
    .selectFrom('task_run')
    .select(['id', 'name', 'task_inputs', 'state', 'expected_start_time', 'start_time', 'end_time', 'total_run_time'])
    .where('workspace_id', '=', workspaceId)
    .where('flow_run_id', '=', flowRunId)
    .orderBy('id', 'desc')
    .execute();
  return rows as unknown as DependencyRow[];
}
