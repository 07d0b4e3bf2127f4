import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { DeploymentCreate, DeploymentUpdate, FlowDeployment } from '@headgate/contracts/rest/deployments';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { Budget } from '../../core/documents/budget.js';
import { conflict, invariant, notFound } from '../../core/errors/app-error.js';
import { integrity } from '../../core/errors/database-errors.js';
import { BlocksService } from '../blocks/index.js';
import { stringifyExact } from '../../core/json/exact-json.js';
import { Work } from '../../core/unit-of-work/work.js';
import type { Filters } from '../filters/index.js';
import { FlowsService } from '../flows/index.js';
import { ParametersService, refuseMisfits } from '../parameters/index.js';
import { FlowRunsService, type FlowRunRow } from '../runs/index.js';
import { creatorOf } from './creator.js';
import type { DeploymentRow } from './deployment.js';
import { columnsOf } from './deployment-columns.js';
import { deploymentEvent, deploymentUpdatedEvent } from './deployments.events.js';
import * as queries from './deployments.queries.js';
import { LimitOfDeployment } from './limit-of-deployment.js';
import { countListedDeployments, listDeployments, type ListFilter } from './listed.queries.js';
import { QueueOfDeployment } from './queue-of-deployment.js';
import { mergeSchedules, replaceSchedules, type ScheduleChanges } from './schedules/merge.js';
import { refuseVain } from './schedules/vain.js';
import { Scheduler } from './schedules/scheduler.js';
import * as schedules from './schedules/schedules.queries.js';

const creating = 'creating deployment';
const updating = 'updating deployment';

type PreparedUpdate = Awaited<ReturnType<DeploymentsService['prepareUpdate']>>;
type PreparedDeploy = Awaited<ReturnType<DeploymentsService['prepareDeploy']>>;
type Prepared<Body> = { body: Body; columns: Record<string, unknown> };

/** The use cases of deployments. */
@Injectable()
export class DeploymentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(FlowsService) private readonly flows: FlowsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(QueueOfDeployment) private readonly queues: QueueOfDeployment,
    @Inject(LimitOfDeployment) private readonly limit: LimitOfDeployment,
    @Inject(BlocksService) private readonly blocks: BlocksService,
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
  ) {}

  async get(ctx: Ctx, id: string): Promise<DeploymentRow> {
    const [row] = await queries.findDeployments(this.database.db, ctx.workspaceId, [id]);
    if (!row) throw notFound('Deployment not found');
    return row;
  }

  async getByNames(ctx: Ctx, flow: string, name: string): Promise<DeploymentRow> {
    const row = await queries.findDeploymentByNames(this.database.db, ctx.workspaceId, flow, name);
    if (!row) throw notFound('Deployment not found');
    return row;
  }

  getMany(ctx: Ctx, ids: string[]): Promise<DeploymentRow[]> {
    return queries.findDeployments(this.database.db, ctx.workspaceId, ids);
  }

  async list(
    ctx: Ctx,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset: number },
  ): Promise<DeploymentRow[]> {
    const ids = await queries.listDeploymentIds(this.database.db, ctx.workspaceId, filters, page);
    const rows = new Map((await this.getMany(ctx, ids)).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  count(ctx: Ctx, filters: Filters): Promise<number> {
    return queries.countDeployments(this.database.db, ctx.workspaceId, filters);
  }

  countListed(ctx: Ctx, by: ListFilter): Promise<number> {
    return countListedDeployments(this.database.db, ctx.workspaceId, by);
  }

  /** A page of the web app's list. */
  listed(ctx: Ctx, by: ListFilter, page: Parameters<typeof listDeployments>[3]): Promise<DeploymentRow[]> {
    return listDeployments(this.database.db, ctx.workspaceId, by, page);
  }

  countByFlow(ctx: Ctx, flowIds: string[]) {
    return queries.countByFlow(this.database.db, ctx.workspaceId, flowIds);
  }

  /** Documents are checked before anything is locked. */
  async prepareSave<Body extends Omit<DeploymentCreate, 'flow_id'>>(ctx: Ctx, body: Body) {
    // They are resolved when a run is made: what they refer to may have changed by then.
    const budget = new Budget(ctx.workspaceId);
    await refuseMisfits(body, budget);
    await refuseVain(body.schedules ?? [], budget);
    await this.queues.refuseWrongVariables(ctx, body, { doing: creating, budget });
    return { body, columns: columnsOf(body), budget };
  }

  /** The deployment of that flow and name, made or brought up to date; schedules that are named take the place of all. */
  async save(
    ctx: Ctx,
    tx: Db,
    { body, columns }: Prepared<DeploymentCreate>,
  ): Promise<{ deployment: DeploymentRow; created: boolean; before: DeploymentRow | null }> {
    const queueId = await this.queues.resolve(ctx, tx, body);
    await this.refuseUnknownBlocks(ctx, tx, body, creating);
    const by = JSON.stringify(creatorOf(ctx.actor));
    const inherited = await queries.findFlowLabels(tx, ctx.workspaceId, body.flow_id);
    const labels = JSON.stringify({ ...inherited, ...body.labels, 'prefect.flow.id': body.flow_id });
    const row = {
      name: body.name,
      flow_id: body.flow_id,
      ...columns,
      labels,
      updated_by: by,
      ...(queueId !== undefined && { work_queue_id: queueId }),
    };
    const newRowId = newId();
    const created = await queries.insertDeployment(tx, ctx.workspaceId, newRowId, { ...row, created_by: by });
    const before = created ? null : await this.overwrite(ctx, tx, body, row);
    const id = before?.id ?? newRowId;
    await this.limit.save(ctx, tx, id, body, before);
    if (body.schedules)
      await this.saveSchedules(ctx, tx, id, replaceSchedules(before?.schedules ?? [], body.schedules));
    await queries.markReadyIfServed(tx, ctx.workspaceId, id);
    return { deployment: await this.tell(ctx, tx, id, before), created, before };
  }

  /** Of a deployment that is there only what is named changes: it may have been changed elsewhere, too. */
  async prepareDeploy(ctx: Ctx, { flow_name, ...draft }: FlowDeployment) {
    const before = await queries.findDeploymentByNames(this.database.db, ctx.workspaceId, flow_name, draft.name);
    if (!before) return { flow_name, made: await this.prepareSave(ctx, draft), changed: null };
    const { name: _, ...change } = draft;
    // Named again without a queue, its pool does not take it out of the queue that it has there.
    if (change.work_pool_name === before.work_pool_name && !change.work_queue_name) delete change.work_pool_name;
    return { flow_name, made: null, changed: await this.prepareUpdate(ctx, before.id, change) };
  }

  /** With a flow that is made with it where it is not there: a deployment that is refused leaves none behind. */
  async deploy(ctx: Ctx, tx: Db, { flow_name, made, changed }: PreparedDeploy) {
    if (changed) {
      await this.update(ctx, tx, changed, replaceSchedules);
      await queries.markReadyIfServed(tx, ctx.workspaceId, changed.id);
      const [deployment] = await queries.findDeployments(tx, ctx.workspaceId, [changed.id]);
      invariant(deployment, 'a deployment that was changed is there');
      return { deployment, created: false, before: changed.before };
    }
    const { id } = await this.flows.ensureWith(ctx, tx, flow_name);
    return this.save(ctx, tx, { body: { ...made.body, flow_id: id }, columns: made.columns });
  }

  /** When a change stands: runs of its schedules are made anew, and others may start than before. */
  async reschedule(
    ctx: Ctx,
    id: string,
    { body, before, budget }: { body: object; before: DeploymentRow | null; budget: Budget },
  ): Promise<void> {
    await this.limit.tell(ctx, id, body, before);
    await this.scheduler.scheduleOf(ctx, { deploymentId: id, budget });
  }

  private async refuseUnknownBlocks(ctx: Ctx, tx: Db, body: Partial<DeploymentUpdate>, doing: string): Promise<void> {
    const named = { infrastructure: body.infrastructure_document_id, storage: body.storage_document_id };
    for (const [kind, id] of Object.entries(named))
      if (id && !(await this.blocks.exists(ctx, tx, id)))
        throw conflict(`Error ${doing}. Could not find ${kind} block with id: ${id}.`);
  }

  /** Answers what was there before. */
  private async overwrite(
    ctx: Ctx,
    tx: Db,
    body: DeploymentCreate,
    row: Record<string, unknown>,
  ): Promise<DeploymentRow> {
    const id = await queries.findDeploymentId(tx, ctx.workspaceId, body.flow_id, body.name);
    const before = id && (await queries.lockDeployment(tx, ctx.workspaceId, id));
    if (!before) throw deletedMeanwhile();
    await queries.updateDeployment(tx, ctx.workspaceId, before.id, row);
    // The nudge waits for a scheduler that is at work on the old state: what that makes is deleted, too.
    await schedules.nudgeSchedules(tx, ctx.workspaceId, before.id);
    await this.runs.deleteAutoScheduled(ctx, tx, before.id);
    return before;
  }

  /** Runs of the future that the scheduler made are made anew; runs that are late stay what they are. */
  async prepareUpdate(ctx: Ctx, id: string, body: DeploymentUpdate, obsolete: 'future' | 'waiting' = 'future') {
    if (body.parameters === null || body.enforce_parameter_schema === null) throw conflict(integrity);
    const budget = new Budget(ctx.workspaceId);
    const [before] = await this.getMany(ctx, [id]);
    if (!before) throw notFound('Deployment not found.');
    await refuseVain(body.schedules ?? [], budget);
    await this.queues.refuseWrongVariables(ctx, body, { doing: updating, budget }, before);
    const parameters = await this.parametersAfter(ctx, body, before, { doing: updating, budget });
    return { id, body, obsolete, before, parameters, budget };
  }

  /** Who pauses a deployment does not want what is late, either. */
  async preparePause(ctx: Ctx, id: string, paused: boolean) {
    await this.get(ctx, id);
    return this.prepareUpdate(ctx, id, { paused }, paused ? 'waiting' : 'future');
  }

  async update(
    ctx: Ctx,
    tx: Db,
    { id, body, obsolete, before: seen, parameters }: PreparedUpdate,
    changesOf: typeof mergeSchedules = mergeSchedules,
  ): Promise<DeploymentRow> {
    const before = await queries.lockDeployment(tx, ctx.workspaceId, id);
    if (!before) throw notFound('Deployment not found.');
    if (checkedFacts(before) !== checkedFacts(seen))
      throw conflict('The deployment was changed by somebody else at the same time.');
    await this.refuseUnknownBlocks(ctx, tx, body, updating);
    const queueId = await this.queues.resolve(ctx, tx, body, before);
    const columns = columnsOf({
      ...body,
      parameters,
      ...(body.labels && { labels: { ...body.labels, 'prefect.flow.id': before.flow_id } }),
    });
    const by = { updated_by: JSON.stringify(creatorOf(ctx.actor)) };
    await queries.updateDeployment(tx, ctx.workspaceId, id, {
      ...columns,
      ...by,
      ...(queueId !== undefined && { work_queue_id: queueId }),
    });
    await this.limit.save(ctx, tx, id, body, before);
    if (body.schedules) await this.saveSchedules(ctx, tx, id, changesOf(before.schedules, body.schedules));
    // The nudge waits for a scheduler that is at work on the old state: what that makes is deleted, too.
    await schedules.nudgeSchedules(tx, ctx.workspaceId, id);
    await this.runs.deleteAutoScheduled(ctx, tx, id, obsolete);
    return this.tell(ctx, tx, id, before);
  }

  /** Parameters that stay are held against a new schema, too; undefined when they stay. */
  private async parametersAfter(
    ctx: Ctx,
    body: DeploymentUpdate,
    before: DeploymentRow,
    { doing, budget }: { doing: string; budget: Budget },
  ) {
    const { parameters, parameter_openapi_schema, enforce_parameter_schema } = body;
    if (!parameters && !parameter_openapi_schema && !enforce_parameter_schema) return undefined;
    const check = { doing, schema: enforced(body, before), complete: false };
    const checked = await this.parameters.checked(ctx, parameters ?? before.parameters, check, budget);
    return parameters && checked;
  }

  /** Waiting runs go with it; runs that have started stay. */
  async delete(ctx: Ctx, tx: Db, id: string): Promise<DeploymentRow> {
    const [deployment] = await queries.findDeployments(tx, ctx.workspaceId, [id]);
    if (!deployment) throw notFound('Deployment not found');
    await schedules.deleteAllSchedules(tx, ctx.workspaceId, id);
    await this.runs.deleteScheduled(ctx, tx, id);
    if (!(await queries.deleteDeployment(tx, ctx.workspaceId, id))) throw notFound('Deployment not found');
    await this.work.tell(ctx, tx, [deploymentEvent('deleted', deployment)]);
    return deployment;
  }

  /** Runs of deployments, by deployment. */
  async runsOf(
    ctx: Ctx,
    ids: string[],
    which: 'recent' | 'upcoming',
    first: number,
  ): Promise<{ id: string; runs: FlowRunRow[] }[]> {
    const pairs = await queries.findRunsOfDeployments(this.database.db, ctx.workspaceId, ids, which, first);
    const rows = new Map(
      (
        await this.runs.getMany(
          ctx,
          pairs.map((pair) => pair.id),
        )
      ).map((row) => [row.id, row]),
    );
    return ids.map((id) => ({
      id,
      runs: pairs.filter((pair) => pair.deployment_id === id).flatMap((pair) => rows.get(pair.id) ?? []),
    }));
  }

  private async saveSchedules(ctx: Ctx, tx: Db, deploymentId: string, changes: ScheduleChanges) {
    await schedules.deleteSchedules(tx, ctx.workspaceId, deploymentId, changes.remove);
    // Names may be exchanged: all that change are free before any is taken.
    for (const { id } of changes.patch.filter((each) => each.renamed))
      await schedules.updateSchedule(tx, ctx.workspaceId, deploymentId, id, { slug: null });
    for (const { id, patch } of changes.patch) {
      await schedules.updateSchedule(tx, ctx.workspaceId, deploymentId, id, patch);
      const key = { workspace_id: ctx.workspaceId, deployment_id: deploymentId, id };
      if (patch.catch_up) await schedules.setMissedTimes(tx, key, patch.catch_up);
    }
    await schedules.insertSchedules(tx, ctx.workspaceId, deploymentId, changes.create);
  }

  /** `before` is null for what was just made. */
  private async tell(ctx: Ctx, tx: Db, id: string, before: DeploymentRow | null): Promise<DeploymentRow> {
    const [after] = await queries.findDeployments(tx, ctx.workspaceId, [id]);
    invariant(after, 'a deployment that was written is there');
    const draft = before ? deploymentUpdatedEvent(before, after) : deploymentEvent('created', after);
    if (draft) await this.work.tell(ctx, tx, [draft]);
    return after;
  }
}

/** What documents were checked against before the row was locked. */
const checkedFacts = (row: DeploymentRow): string =>
  stringifyExact([row.parameters, row.parameter_openapi_schema, row.enforce_parameter_schema, row.work_pool_name]);

type Enforcement = {
  parameter_openapi_schema?: Record<string, unknown> | null | undefined;
  enforce_parameter_schema?: boolean | null | undefined;
};

/** The schema that parameters have to fit, as it will be after the change; null when they may be anything. */
function enforced(body: Enforcement, before: Enforcement): Record<string, unknown> | null {
  const enforces = body.enforce_parameter_schema ?? before.enforce_parameter_schema ?? true;
  return enforces ? (body.parameter_openapi_schema ?? before.parameter_openapi_schema ?? {}) : null;
}

/** A flow takes its deployments along. */
const deletedMeanwhile = () =>
  conflict('The deployment, or its flow, was deleted by somebody else at the same time. Please try again.');
