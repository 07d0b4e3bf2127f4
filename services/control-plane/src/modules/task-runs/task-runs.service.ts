import { Inject, Injectable } from '@nestjs/common';
import { isTerminal, newId, type StateJson } from '@headgate/contracts';
import type { taskRunCreate } from '@headgate/contracts/rest/task-runs';
import type { z } from 'zod';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import { AppError, conflict, notFound } from '../../core/errors/app-error.js';
import { wireTime } from '../../core/events/events.js';
import { Live, topics } from '../../core/live/live.js';
import type { Filters } from '../filters/index.js';
import {
  compactDetails,
  expandState,
  fromMicros,
  isAfter,
  propose,
  secondsBetween,
  toMicros,
  type OrchestrationResult,
  type Proposed,
  type ProposedInput,
} from '../runs/index.js';
import { decideTaskState } from './states/policy.js';
import { emptyTaskPolicy, type TaskRunRow } from './task-run.js';
import * as queries from './task-runs.queries.js';

type Asker = Pick<Ctx, 'workspaceId'>;

/** The use cases of task runs over HTTP; ordinary task runs come through the recorder. */
@Injectable()
export class TaskRunsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Live) private readonly live: Live,
  ) {}

  async get(ctx: Asker, id: string): Promise<TaskRunRow> {
    const [row] = await queries.findTaskRuns(this.database.db, ctx.workspaceId, [id]);
    if (!row) throw notFound('Task not found');
    return row;
  }

  getMany(ctx: Asker, ids: string[]): Promise<TaskRunRow[]> {
    return queries.findTaskRuns(this.database.db, ctx.workspaceId, ids);
  }

  /** The task run of that key, made when it is not there. Throws conflict when its flow run is not there. */
  async create(ctx: Asker, body: z.infer<typeof taskRunCreate>): Promise<{ row: TaskRunRow; created: boolean }> {
    const id = body.id ?? newId();
    const state = body.state ? toState(id, body.flow_run_id ?? null, null, propose(body.state, wireTime())) : null;
    const created = await queries.insertTaskRun(this.database.db, toRow(ctx.workspaceId, id, body, state));
    if (created && state) await queries.insertTaskRunState(this.database.db, ctx.workspaceId, id, state);
    const row = created
      ? await this.get(ctx, id)
      : await queries.findByKey(
          this.database.db,
          ctx.workspaceId,
          body.flow_run_id ?? null,
          body.task_key,
          body.dynamic_key,
        );
    if (!row)
      throw conflict(
        'Data integrity conflict. This usually means a unique or foreign key constraint was violated. Is the flow run in this workspace?',
      );
    this.tell(ctx, row);
    return { row, created };
  }

  list(
    ctx: Asker,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset: number },
  ): Promise<TaskRunRow[]> {
    return queries.listTaskRuns(this.database.db, ctx.workspaceId, filters, page);
  }

  count(ctx: Asker, filters: Filters): Promise<number> {
    return queries.countTaskRuns(this.database.db, ctx.workspaceId, filters);
  }

  listOfFlowRun(
    ctx: Asker,
    flowRunId: string,
    first: number,
    after: { key: string; id: string } | null,
  ): Promise<TaskRunRow[]> {
    return queries.listOfFlowRun(this.database.db, ctx.workspaceId, flowRunId, first, after);
  }

  countByFlowRun(ctx: Asker, flowRunIds: string[]) {
    return queries.countByFlowRun(this.database.db, ctx.workspaceId, flowRunIds);
  }

  async rename(ctx: Asker, id: string, name: string | null | undefined): Promise<void> {
    if (!(await queries.updateTaskRun(this.database.db, ctx.workspaceId, id, name ? { name } : {})))
      throw notFound('Task run not found');
  }

  async delete(ctx: Asker, id: string): Promise<void> {
    if (!(await queries.deleteTaskRun(this.database.db, ctx.workspaceId, id))) throw notFound('Task not found');
  }

  listStates(ctx: Asker, id: string) {
    return queries.listTaskRunStates(this.database.db, ctx.workspaceId, id);
  }

  async getState(ctx: Asker, id: string) {
    const state = await queries.findTaskRunState(this.database.db, ctx.workspaceId, id);
    if (!state) throw notFound('Task run state not found');
    return state;
  }

  async setState(ctx: Asker, id: string, input: ProposedInput, force: boolean): Promise<OrchestrationResult> {
    const { result, row } = await this.database.db.transaction().execute(async (tx) => {
      const row = await queries.lockTaskRun(tx, ctx.workspaceId, id);
      if (!row)
        throw new AppError('notFound', `Task run with id ${id} not found`, {}, { envelope: 'exception_message' });
      const now = wireTime();
      const current = expandState(row.state);
      const parent = row.flow_run_id ? await queries.findParentState(tx, ctx.workspaceId, row.flow_run_id) : null;
      const verdict = decideTaskState(
        { now, current, runCount: row.run_count, policy: { ...emptyTaskPolicy, ...row.empirical_policy }, parent },
        propose(input, now),
        force,
      );
      if (verdict.kind !== 'write') return { row, result: refusal(verdict, current) };
      const state = toState(id, row.flow_run_id, current, verdict.state);
      await queries.updateTaskRun(tx, ctx.workspaceId, id, columnsAfter(row, current, state));
      await queries.insertTaskRunState(tx, ctx.workspaceId, id, state);
      return { row, result: accepted(expandState(state), verdict.replaced) };
    });
    this.tell(ctx, row);
    return result;
  }

  private tell(ctx: Asker, row: TaskRunRow): void {
    this.live.publish(topics.taskRuns(ctx.workspaceId), [{ id: row.id, flow_run_id: row.flow_run_id }]);
  }
}

/** With compact details, as it is stored. */
function toState(id: string, flowRunId: string | null, current: StateJson | null, proposed: Proposed): StateJson {
  const now = wireTime();
  const timestamp = current && !isAfter(now, current.timestamp) ? fromMicros(toMicros(current.timestamp) + 1) : now;
  const details = compactDetails({ ...proposed.details, task_run_id: id, flow_run_id: flowRunId });
  return {
    id: newId(),
    type: proposed.type,
    name: proposed.name,
    timestamp,
    message: proposed.message,
    data: proposed.data,
    state_details: details as StateJson['state_details'],
  };
}

function columnsAfter(row: TaskRunRow, current: StateJson | null, state: StateJson): Record<string, unknown> {
  const running = state.type === 'RUNNING';
  const ended = isTerminal(state.type);
  return {
    state: JSON.stringify(state),
    state_type: state.type,
    state_name: state.name,
    state_timestamp: state.timestamp,
    run_count: row.run_count + (running ? 1 : 0),
    expected_start_time: row.expected_start_time ?? state.state_details.scheduled_time ?? state.timestamp,
    next_scheduled_start_time: state.type === 'SCHEDULED' ? (state.state_details.scheduled_time ?? null) : null,
    start_time: row.start_time ?? (running || ended ? state.timestamp : null),
    end_time: ended ? (row.end_time ?? state.timestamp) : null,
    total_run_time:
      row.total_run_time +
      (current?.type === 'RUNNING' ? Math.max(0, secondsBetween(current.timestamp, state.timestamp)) : 0),
  };
}

function toRow(workspaceId: string, id: string, body: z.infer<typeof taskRunCreate>, state: StateJson | null) {
  return {
    workspace_id: workspaceId,
    id,
    name: body.name || `${body.task_key.split('-')[0]}-${body.dynamic_key.slice(0, 3)}`,
    flow_run_id: body.flow_run_id ?? null,
    task_key: body.task_key,
    dynamic_key: body.dynamic_key,
    cache_key: body.cache_key ?? null,
    cache_expiration: body.cache_expiration ?? null,
    task_version: body.task_version ?? null,
    empirical_policy: { ...emptyTaskPolicy, ...body.empirical_policy },
    tags: body.tags ?? [],
    labels: { ...body.labels, ...(body.flow_run_id && { 'prefect.flow-run.id': body.flow_run_id }) },
    task_inputs: body.task_inputs ?? {},
    state,
    state_type: state?.type ?? null,
    state_name: state?.name ?? null,
    state_timestamp: state?.timestamp ?? null,
    expected_start_time: state?.state_details.scheduled_time ?? state?.timestamp ?? null,
    next_scheduled_start_time: state?.type === 'SCHEDULED' ? (state.state_details.scheduled_time ?? null) : null,
  };
}

function accepted(state: StateJson | null, replaced: string | null): OrchestrationResult {
  if (replaced === null) return { state, status: 'ACCEPT', details: { type: 'accept_details' }, written: true };
  return { state, status: 'REJECT', details: { type: 'reject_details', reason: replaced }, written: true };
}

function refusal(
  verdict: { kind: 'keep' | 'abort'; reason: string } | { kind: 'wait'; seconds: number; reason: string },
  state: StateJson | null,
): OrchestrationResult {
  if (verdict.kind === 'wait')
    return {
      state,
      status: 'WAIT',
      details: { type: 'wait_details', delay_seconds: verdict.seconds, reason: verdict.reason },
      written: false,
    };
  const status = verdict.kind === 'keep' ? 'REJECT' : 'ABORT';
  return {
    state,
    status,
    details: { type: verdict.kind === 'keep' ? 'reject_details' : 'abort_details', reason: verdict.reason },
    written: false,
  };
}
