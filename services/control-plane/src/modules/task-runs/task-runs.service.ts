import { Inject, Injectable } from '@nestjs/common';
import { newId, runName } from '@headgate/contracts';
import type { taskRunCreate } from '@headgate/contracts/rest/task-runs';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { groupedBy } from '../../core/batch/grouped.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { joined } from '../../core/db/joined.js';
import { AppError, conflict, invariant, notFound } from '../../core/errors/app-error.js';
import { Live, topics } from '../../core/live/live.js';
import { Work } from '../../core/unit-of-work/work.js';
import { TagLimitsService } from '../concurrency/index.js';
import type { Filters } from '../filters/index.js';
import type { OrchestrationResult, ProposedInput } from '../runs/index.js';
import { SetTaskState, type Moved } from './moves/set-task-state.js';
import { emptyTaskPolicy } from './states/facts.js';
import { policyFor } from './states/policy.js';
import type { TaskRunRow } from './task-run.js';
import * as queries from './task-runs.queries.js';

type Stretch = { started: string; ended: string | null };

/** The use cases of task runs over HTTP; ordinary task runs come through the recorder. */
@Injectable()
export class TaskRunsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TagLimitsService) private readonly tags: TagLimitsService,
    @Inject(SetTaskState) private readonly states: SetTaskState,
    @Inject(Work) private readonly work: Work,
    @Inject(Live) private readonly live: Live,
  ) {}

  async get(ctx: Ctx, id: string): Promise<TaskRunRow> {
    const [row] = await queries.findTaskRuns(this.database.db, ctx.workspaceId, [id]);
    if (!row) throw notFound('Task not found');
    return row;
  }

  getMany(ctx: Ctx, ids: string[]): Promise<TaskRunRow[]> {
    return queries.findTaskRuns(this.database.db, ctx.workspaceId, ids);
  }

  /**
   * The task run of that key, made when it is not there: PENDING, or in the state that is asked for. Who makes it tells of
   * its first state. Throws `conflict` when its flow run is not there.
   */
  async create(ctx: Ctx, tx: Db, body: z.infer<typeof taskRunCreate>): Promise<{ row: TaskRunRow; created: boolean }> {
    const first: ProposedInput = body.state ?? { type: 'PENDING' };
    const policy = policyFor(first.state_details?.deferred ?? null, true);
    const made = await queries.insertTaskRun(tx, toRow(ctx.workspaceId, body));
    if (!made) return { row: await this.ofKey(ctx, tx, body), created: false };
    const moved = await this.states.set(ctx, tx, made, first, policy, { silent: true });
    const [row] = await queries.findTaskRuns(tx, ctx.workspaceId, [made.id]);
    invariant(row, 'a task run that was inserted is there');
    this.work.afterCommit(tx, () => this.tell(ctx, row, moved));
    return { row, created: true };
  }

  private async ofKey(ctx: Ctx, tx: Db, { flow_run_id, task_key, dynamic_key }: z.infer<typeof taskRunCreate>) {
    const row = await queries.findByKey(tx, ctx.workspaceId, flow_run_id ?? null, task_key, dynamic_key);
    if (!row) throw integrityConflict();
    return row;
  }

  list(
    ctx: Ctx,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset: number },
  ): Promise<TaskRunRow[]> {
    return queries.listTaskRuns(this.database.db, ctx.workspaceId, filters, page);
  }

  listByTime(ctx: Ctx, filters: Filters, page: queries.PageOfTime): Promise<TaskRunRow[]> {
    return queries.listTaskRunsByTime(this.database.db, ctx.workspaceId, filters, page);
  }

  count(ctx: Ctx, filters: Filters): Promise<number> {
    return queries.countTaskRuns(this.database.db, ctx.workspaceId, filters);
  }

  listOfFlowRun(
    ctx: Ctx,
    flowRunId: string,
    first: number,
    after: { key: string; id: string } | null,
  ): Promise<TaskRunRow[]> {
    return queries.listOfFlowRun(this.database.db, ctx.workspaceId, flowRunId, first, after);
  }

  countByFlowRun(ctx: Ctx, flowRunIds: string[]) {
    return queries.countByFlowRun(this.database.db, ctx.workspaceId, flowRunIds);
  }

  async rename(ctx: Ctx, id: string, name: string | null | undefined): Promise<void> {
    if (!(await queries.updateTaskRun(this.database.db, ctx.workspaceId, id, name ? { name } : {})))
      throw notFound('Task run not found');
  }

  async delete(ctx: Ctx, tx: Db, id: string): Promise<void> {
    if (!(await queries.deleteTaskRuns(tx, ctx.workspaceId, [id]))) throw notFound('Task not found');
    await this.tags.releaseAll(joined(tx), [{ workspace_id: ctx.workspaceId, id }]);
  }

  /** When each of these was running, in order. */
  async stretchesOf(ctx: Ctx, ids: string[]): Promise<{ id: string; stretches: Stretch[] }[]> {
    const rows = await queries.listStretches(this.database.db, ctx.workspaceId, ids);
    const byRun = groupedBy(rows, (row) => row.task_run_id);
    return [...byRun].map(([id, stretches]) => ({ id, stretches }));
  }

  listStates(ctx: Ctx, id: string) {
    return queries.listTaskRunStates(this.database.db, ctx.workspaceId, id);
  }

  async getState(ctx: Ctx, id: string) {
    const state = await queries.findTaskRunState(this.database.db, ctx.workspaceId, id);
    if (!state) throw notFound('Flow run state not found');
    return state;
  }

  async setState(ctx: Ctx, tx: Db, id: string, input: ProposedInput, force: boolean): Promise<OrchestrationResult> {
    const policy = policyFor(input.state_details?.deferred ?? null, force);
    const row = await queries.lockTaskRun(tx, ctx.workspaceId, id);
    if (!row) throw new AppError('notFound', `Task run with id ${id} not found`, {}, { envelope: 'exception_message' });
    const moved = await this.states.set(ctx, tx, row, input, policy);
    if (moved.event) this.work.announce(ctx, tx, [moved.event]);
    if (moved.result.written) this.work.afterCommit(tx, () => this.tell(ctx, row, moved));
    return moved.result;
  }

  private tell(ctx: Ctx, { id, flow_run_id, task_key }: TaskRunRow, { queued }: Moved): void {
    this.live.publish(topics.taskRuns(ctx.workspaceId), [{ id, flow_run_id }]);
    if (queued) this.live.publish(topics.taskQueue(ctx.workspaceId), task_key);
  }
}

const integrityConflict = () =>
  conflict(
    'Data integrity conflict. This usually means a unique or foreign key constraint was violated. Is the flow run in this workspace?',
  );

function toRow(workspaceId: string, body: z.infer<typeof taskRunCreate>) {
  const { flow_run_id: flowRunId } = body;
  return {
    workspace_id: workspaceId,
    id: body.id ?? newId(),
    name: body.name || runName(),
    flow_run_id: flowRunId ?? null,
    task_key: body.task_key,
    dynamic_key: body.dynamic_key,
    cache_key: body.cache_key ?? null,
    cache_expiration: body.cache_expiration ?? null,
    task_version: body.task_version ?? null,
    empirical_policy: { ...emptyTaskPolicy, ...body.empirical_policy },
    tags: body.tags ?? [],
    labels: { ...(flowRunId && { 'prefect.flow-run.id': flowRunId }), ...body.labels },
    task_inputs: body.task_inputs ?? {},
  };
}
