import { Inject, Injectable } from '@nestjs/common';
import type { DependencyJson, GraphArtifactJson, GraphJson } from '@headgate/contracts/rest/run-graph';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { AppError, badRequest } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { oneByOne } from '../../../core/fair/in-slices.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { estimatedRunTime } from '../states/estimates.js';
import { expandState } from '../states/state.js';
import { buildGraph } from './build-graph.js';
import * as queries from './graph.queries.js';
import { taskRunsNamed } from './inputs.js';

const nodesMax = 10_000;
const artifactsMax = 10_000;

/** What a flow run is made of. */
@Injectable()
export class RunGraph {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  /** Task runs and subflow runs with what leads to what; with `since`, without those that ended before. */
  async get(ctx: Ctx, flowRunId: string, since: string | null): Promise<GraphJson> {
    const run = await this.getRun(ctx, flowRunId, `Flow run ${flowRunId} not found`);
    const { db } = this.database;
    const count = await queries.countNodes(db, ctx.workspaceId, flowRunId, since, nodesMax + 1);
    if (count > nodesMax) throw badRequest(`The graph of flow run ${flowRunId} has more than ${nodesMax} nodes.`);
    const [rows, artifacts, states] = await Promise.all([
      queries.findNodes(db, ctx.workspaceId, flowRunId),
      queries.findArtifacts(db, ctx.workspaceId, flowRunId, artifactsMax),
      queries.findStates(db, ctx.workspaceId, flowRunId),
    ]);
    const byOwner = groupByOwner(artifacts);
    const { roots, nodes } = await buildGraph(rows, byOwner, since);
    return {
      start_time: run.start_time ?? run.expected_start_time,
      end_time: run.end_time,
      root_node_ids: roots,
      nodes,
      artifacts: byOwner.get(ofTheRunItself) ?? [],
      states,
    };
  }

  /** The task runs of the run, the newest first, with those whose results each takes. */
  async listDependencies(ctx: Ctx, flowRunId: string): Promise<DependencyJson[]> {
    await this.getRun(ctx, flowRunId, `Flow run with id ${flowRunId} not found`);
    const now = wireTime();
    const rows = await queries.findDependencies(this.database.db, ctx.workspaceId, flowRunId);
    return oneByOne(rows, ({ task_inputs: inputs, ...row }) => ({
      ...row,
      state: expandState(row.state),
      upstream_dependencies: taskRunsNamed(inputs).map((id) => ({ input_type: 'task_run', id })),
      estimated_run_time: estimatedRunTime(row, now),
      untrackable_result: row.state?.state_details.untrackable_result ?? false,
    }));
  }

  /** The wire says here in the other envelope that there is no such run. */
  private async getRun(ctx: Ctx, id: string, message: string) {
    const [run] = await this.runs.getMany(ctx, [id]);
    if (!run) throw new AppError('notFound', message, {}, { envelope: 'exception_message' });
    return run;
  }
}

/** Instead of the id of a task run. */
const ofTheRunItself = '';

function groupByOwner(artifacts: (GraphArtifactJson & { task_run_id: string | null })[]) {
  const groups = new Map<string, GraphArtifactJson[]>();
  for (const { task_run_id, ...artifact } of artifacts) {
    const owner = task_run_id ?? ofTheRunItself;
    if (!groups.has(owner)) groups.set(owner, []);
    groups.get(owner)!.push(artifact);
  }
  return groups;
}
