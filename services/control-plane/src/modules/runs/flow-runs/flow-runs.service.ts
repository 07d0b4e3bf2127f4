import { runName } from '@headgate/contracts';
import { tooManyLabels } from '@headgate/contracts/rest/common';
import type { flowRunCreate, flowRunUpdate } from '@headgate/contracts/rest/flow-runs';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { keyedFromHere, type Db } from '../../../core/db/db.js';
import { invalid, notFound } from '../../../core/errors/app-error.js';
import { wireTime } from '../../../core/events/events.js';
import { stringifyExact } from '../../../core/json/exact-json.js';
import { Work } from '../../../core/unit-of-work/work.js';
import type { Filters } from '../../filters/index.js';
import { countStates, countStatesOfDeployment } from '../counts/tally.sql.js';
import { CreateRuns, type CreatedMany } from '../create/create-runs.js';
import type { FlowRunDraft } from '../create/new-run.js';
import { countFlowRuns } from '../lists/count.queries.js';
import { listFlowRunIds, listFlowRuns } from '../lists/lists.queries.js';
import { listFlowRunsByKey, type RunListFilter, type RunListSort } from '../lists/pages.queries.js';
import { countFlowRunsListed, latenessOfRunsListed } from '../lists/figures.queries.js';
import { DeploymentSlots } from '../moves/deployment-slots.js';
import type { OrchestrationResult } from '../moves/result.js';
import { SetState, type SetStateOptions } from '../moves/set-state.js';
import { RunHeartbeats } from '../heartbeats/heartbeats.js';
import type { ProposedInput } from '../states/state.js';
import { toFlowRunJson, type FlowRunJson, type FlowRunRow } from './flow-run.js';
import * as queries from './flow-runs.queries.js';
import { dueOfDeployments, selectFlowRuns } from './flow-runs.sql.js';
import { JobVariablesOfRun } from './job-variables-of-run.js';
import { QueueOfRun } from './queue-of-run.js';

/** The use cases of flow runs. */
@Injectable()
export class FlowRunsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(CreateRuns) private readonly creation: CreateRuns,
    @Inject(SetState) private readonly states: SetState,
    @Inject(DeploymentSlots) private readonly slots: DeploymentSlots,
    @Inject(JobVariablesOfRun) private readonly jobVariables: JobVariablesOfRun,
    @Inject(QueueOfRun) private readonly queues: QueueOfRun,
    @Inject(RunHeartbeats) private readonly heartbeats: RunHeartbeats,
  ) {}

  async create(ctx: Ctx, draft: FlowRunDraft): Promise<{ run: FlowRunJson; row: FlowRunRow; created: boolean }> {
    const { run, created } = await this.creation.create(ctx, draft);
    return { run: toFlowRunJson(run, wireTime()), row: run, created };
  }

  /** What a client asks for, which may name a queue and a deployment. */
  async createAsked(
    ctx: Ctx,
    { work_pool_name, work_queue_name, deployment_id, ...draft }: z.output<typeof flowRunCreate>,
    heartbeatSeconds?: number | null,
  ) {
    const queue =
      work_pool_name || work_queue_name
        ? await this.queues.find(ctx, work_pool_name ?? null, work_queue_name ?? null)
        : {};
    const deployment = deployment_id ? { id: deployment_id, version: null } : null;
    const asked = await this.create(ctx, { ...draft, deployment, ...queue });
    if (heartbeatSeconds) await this.heartbeats.promise(ctx, asked.run.id, heartbeatSeconds);
    return asked;
  }

  /** Many at once, durable when answered; their ids, in order. */
  createAll(ctx: Ctx, drafts: FlowRunDraft[]): Promise<string[]> {
    return this.creation.createAll(ctx, drafts);
  }

  createMany(ctx: Ctx, db: Db, drafts: FlowRunDraft[]): Promise<CreatedMany> {
    return this.creation.createMany(ctx, db, drafts);
  }

  /** Those who wait for runs of these pools look again. */
  wake(pools: string[]): void {
    this.creation.wake(pools);
  }

  setState(ctx: Ctx, id: string, proposed: ProposedInput, options?: SetStateOptions): Promise<OrchestrationResult> {
    return this.states.set(ctx, id, proposed, options);
  }

  /** What a process reports, with how far apart it tells that it lives: before it runs, as it may end in the next moment. */
  async setStateOf(
    ctx: Ctx,
    id: string,
    { state, heartbeatSeconds }: { state: ProposedInput; heartbeatSeconds?: number | null | undefined },
    options?: SetStateOptions,
  ): Promise<OrchestrationResult> {
    if (heartbeatSeconds) await this.heartbeats.promise(ctx, id, heartbeatSeconds);
    const result = await this.setState(ctx, id, state, options);
    if (heartbeatSeconds === 0) await this.heartbeats.forget(ctx, id);
    return result;
  }

  async getRow(ctx: Ctx, id: string): Promise<FlowRunRow> {
    const [row] = await selectFlowRuns(this.database.sql, [ctx.workspaceId, [id]]);
    if (!row) throw notFound('Flow run not found');
    return row;
  }

  /** Throws `notFound` when there is no such run. */
  async mustExist(ctx: Ctx, id: string): Promise<void> {
    if (!(await queries.isFlowRun(this.database.db, ctx.workspaceId, id))) throw notFound('Flow run not found');
  }

  async get(ctx: Ctx, id: string): Promise<FlowRunJson> {
    return toFlowRunJson(await this.getRow(ctx, id), wireTime());
  }

  /** In the order of the ids; those that are not there are left out. */
  async getMany(ctx: Ctx, ids: string[]): Promise<FlowRunRow[]> {
    if (ids.length === 0) return [];
    const rows = new Map((await selectFlowRuns(this.database.sql, [ctx.workspaceId, ids])).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  async list(
    ctx: Ctx,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset?: number },
  ): Promise<FlowRunJson[]> {
    const now = wireTime();
    return (await listFlowRuns(this.database, ctx.workspaceId, filters, page)).map((row) => toFlowRunJson(row, now));
  }

  /** The newest of them. However large runs are, their ids are short. */
  listIds(ctx: Ctx, filters: Filters, limit: number): Promise<string[]> {
    return listFlowRunIds(this.database, ctx.workspaceId, filters, { limit });
  }

  listByKey(
    ctx: Ctx,
    filter: RunListFilter,
    sort: RunListSort,
    first: number,
    after: { key: string; id: string } | null,
  ): Promise<FlowRunRow[]> {
    return listFlowRunsByKey(this.database, ctx.workspaceId, filter, sort, first, after);
  }

  /** Of all runs that pages by key show. */
  countListed(ctx: Ctx, filter: RunListFilter): Promise<number> {
    return countFlowRunsListed(this.database, ctx.workspaceId, filter);
  }

  latenessListed(ctx: Ctx, filter: RunListFilter): Promise<number | null> {
    return latenessOfRunsListed(this.database, ctx.workspaceId, filter);
  }

  count(ctx: Ctx, filters: Filters): Promise<number> {
    return countFlowRuns(this.database, ctx.workspaceId, filters);
  }

  countStates(ctx: Ctx, since: string, until: string, deploymentId: string | null) {
    const span = [ctx.workspaceId, since, until];
    return deploymentId
      ? countStatesOfDeployment(this.database.sql, [...span, deploymentId])
      : countStates(this.database.sql, span);
  }

  listStates(ctx: Ctx, runIds: string[]) {
    return queries.listStates(this.database.db, ctx.workspaceId, runIds);
  }

  findParents(ctx: Ctx, parentTaskRunIds: string[]) {
    return queries.findParents(this.database.db, ctx.workspaceId, parentTaskRunIds);
  }

  async getState(ctx: Ctx, id: string) {
    const state = await queries.findState(this.database.db, ctx.workspaceId, id);
    if (!state) throw notFound('Flow run state not found');
    return state;
  }

  /** Changes what is given. */
  async update(ctx: Ctx, id: string, change: z.output<typeof flowRunUpdate>): Promise<void> {
    if (change.job_variables)
      await this.jobVariables.refuseChange(ctx, await this.getRow(ctx, id), change.job_variables);
    const { parameters, empirical_policy, job_variables, name, ...plain } = change;
    const found = await queries.updateFlowRun(this.database.db, ctx.workspaceId, id, {
      ...(plain as queries.FlowRunPatch),
      // A run has a name: who takes it away gets another.
      ...(name !== undefined && { name: name || runName() }),
      ...(parameters && { parameters: stringifyExact(parameters) }),
      ...(empirical_policy && { empirical_policy: JSON.stringify(empirical_policy) }),
      ...(job_variables !== undefined && { job_variables: stringifyExact(job_variables) }),
    });
    if (!found) throw notFound('Flow run not found');
  }

  async mergeLabels(ctx: Ctx, tx: Db, id: string, labels: object): Promise<void> {
    const before = await queries.lockLabels(tx, ctx.workspaceId, id);
    if (!before) throw notFound('Flow run not found');
    const after = { ...before, ...labels };
    const wrong = tooManyLabels(after);
    if (wrong) throw invalid(wrong);
    await queries.updateFlowRun(tx, ctx.workspaceId, id, { labels: JSON.stringify(after) });
  }

  async delete(ctx: Ctx, id: string): Promise<void> {
    const gone = await this.deleteMany(ctx, [id]);
    if (gone.length === 0) throw notFound('Flow run not found');
  }

  /** The ids of the runs that went. Slots that they and their task runs held are free again, what it logged is gone. */
  async deleteMany(ctx: Ctx, ids: string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const { db } = this.database;
    const gone = await this.work.during((tx) => deleteLocked(tx, ctx.workspaceId, ids, 'all'));
    for (const lease of gone.leases) await this.slots.release(ctx, lease);
    // There is a slot in these pools, and nobody else tells of it.
    this.wake(gone.pools);
    if (gone.ids.length > 0) await queries.deleteLogs(db, ctx.workspaceId, gone.ids);
    return gone.ids;
  }

  /** Future runs that the scheduler made; in the caller's transaction. */
  async deleteAutoScheduled(
    ctx: Ctx,
    tx: Db,
    deploymentId: string,
    which: queries.AutoScheduled = 'future',
  ): Promise<number> {
    const ids = await queries.findAutoScheduled(tx, ctx.workspaceId, deploymentId, which);
    return (await deleteLocked(tx, ctx.workspaceId, ids, 'waiting')).ids.length;
  }

  /** All that wait for their first start; in the caller's transaction. */
  async deleteScheduled(ctx: Ctx, tx: Db, deploymentId: string): Promise<number> {
    const ids = await queries.findScheduled(tx, ctx.workspaceId, deploymentId);
    return (await deleteLocked(tx, ctx.workspaceId, ids, 'waiting')).ids.length;
  }

  async scheduledForDeployments(
    ctx: Ctx,
    deploymentIds: string[],
    before: string,
    limit: number,
  ): Promise<FlowRunJson[]> {
    const due = await dueOfDeployments(this.database.sql, [ctx.workspaceId, deploymentIds, before, limit]);
    const ids = due.map((row) => row.flow_run_id);
    const now = wireTime();
    return (await this.getMany(ctx, ids))
      .filter((row) => row.state_type === 'SCHEDULED')
      .map((row) => toFlowRunJson(row, now));
  }
}

async function deleteLocked(tx: Db, workspaceId: string, ids: string[], which: 'all' | 'waiting') {
  const none = { ids: [], leases: [], pools: [] };
  if (ids.length === 0) return none;
  await keyedFromHere(tx);
  const locked = await queries.lockFlowRuns(tx, workspaceId, ids, which);
  return locked.length > 0 ? queries.deleteFlowRuns(tx, workspaceId, locked) : none;
}
