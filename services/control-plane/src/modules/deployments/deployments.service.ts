import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { DeploymentCreate, DeploymentUpdate } from '@headgate/contracts/rest/deployments';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { conflict, invalid, invariant, notFound } from '../../core/errors/app-error.js';
import { Events, type EventDraft, type WireEvent } from '../../core/events/events.js';
import { BlocksService } from '../blocks/index.js';
import { ConcurrencyService } from '../concurrency/index.js';
import type { Filters } from '../filters/index.js';
import { FlowsService } from '../flows/index.js';
import { ParametersService } from '../parameters/index.js';
import { FlowRunsService, type FlowRunRow } from '../runs/index.js';
import { creatorOf } from './creator.js';
import type { DeploymentRow } from './deployment.js';
import { columnsOf } from './deployment-columns.js';
import { deploymentEvent } from './deployments.events.js';
import * as queries from './deployments.queries.js';
import { QueueOfDeployment } from './queue-of-deployment.js';
import { mergeSchedules, toDraft } from './schedules/merge.js';
import { Scheduler } from './schedules/scheduler.js';
import * as schedules from './schedules/schedules.queries.js';

type Asker = Pick<Ctx, 'workspaceId'> & Partial<Pick<Ctx, 'actor'>>;

/** The use cases of deployments. */
@Injectable()
export class DeploymentsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Events) private readonly events: Events,
    @Inject(FlowsService) private readonly flows: FlowsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(QueueOfDeployment) private readonly queues: QueueOfDeployment,
    @Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService,
    @Inject(BlocksService) private readonly blocks: BlocksService,
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
  ) {}

  async get(ctx: Asker, id: string): Promise<DeploymentRow> {
    const [row] = await queries.findDeployments(this.database.db, ctx.workspaceId, [id]);
    if (!row) throw notFound('Deployment not found');
    return row;
  }

  async getByNames(ctx: Asker, flow: string, name: string): Promise<DeploymentRow> {
    const row = await queries.findDeploymentByNames(this.database.db, ctx.workspaceId, flow, name);
    if (!row) throw notFound('Deployment not found');
    return row;
  }

  getMany(ctx: Asker, ids: string[]): Promise<DeploymentRow[]> {
    return queries.findDeployments(this.database.db, ctx.workspaceId, ids);
  }

  async list(
    ctx: Asker,
    filters: Filters,
    page: { sort?: string | undefined; limit: number; offset: number },
  ): Promise<DeploymentRow[]> {
    const ids = await queries.listDeploymentIds(this.database.db, ctx.workspaceId, filters, page);
    const rows = new Map((await this.getMany(ctx, ids)).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []);
  }

  count(ctx: Asker, filters: Filters): Promise<number> {
    return queries.countDeployments(this.database.db, ctx.workspaceId, filters);
  }

  listByName(
    ctx: Asker,
    by: Parameters<typeof queries.listDeploymentsByName>[2],
    first: number,
    after: { key: string; id: string } | null,
  ): Promise<DeploymentRow[]> {
    return queries.listDeploymentsByName(this.database.db, ctx.workspaceId, by, first, after);
  }

  countByFlow(ctx: Asker, flowIds: string[]) {
    return queries.countByFlow(this.database.db, ctx.workspaceId, flowIds);
  }

  /** The deployment of that flow and name, made or brought up to date; its schedules are replaced. */
  async upsert(ctx: Asker, body: DeploymentCreate): Promise<{ deployment: DeploymentRow; created: boolean }> {
    const [flow] = await this.flows.getMany(ctx, [body.flow_id]);
    if (!flow)
      throw conflict(
        `Error creating deployment. Could not find flow with id: ${body.flow_id}. This deployment might reference a flow that does not exist.`,
      );
    refuseContradictions(body);
    const doing = 'creating deployment';
    await this.refuseUnknownBlocks(ctx, body, doing);
    // They are resolved when a run is made: what they refer to may have changed by then.
    this.parameters.refuseMisfits(body);
    const columns = columnsOf({ ...body, parameters: body.parameters ?? {} });
    const { id, created, told } = await this.database.db.transaction().execute(async (tx) => {
      const queueId = await this.queues.resolve(tx, ctx.workspaceId, body, doing);
      const by = JSON.stringify(creatorOf(ctx.actor));
      const labels = JSON.stringify({ ...body.labels, 'prefect.flow.id': body.flow_id });
      const row = {
        name: body.name,
        flow_id: body.flow_id,
        ...columns,
        labels,
        updated_by: by,
        ...(queueId !== undefined && { work_queue_id: queueId }),
      };
      const id = newId();
      const created = await queries.insertDeployment(tx, ctx.workspaceId, id, { ...row, created_by: by });
      const saved = created ? id : await this.overwrite(tx, ctx.workspaceId, body, row);
      await this.saveLimit(tx, ctx.workspaceId, saved, body);
      await schedules.insertSchedules(tx, ctx.workspaceId, saved, (body.schedules ?? []).map(toDraft));
      await queries.markReadyIfServed(tx, ctx.workspaceId, saved);
      return {
        id: saved,
        created,
        told: await this.tell(
          tx,
          ctx,
          saved,
          created ? 'created' : 'updated',
          created ? {} : { updated_fields: Object.keys(columns) },
        ),
      };
    });
    this.events.announce(ctx.workspaceId, told);
    await this.scheduler.pass({ workspaceId: ctx.workspaceId, deploymentId: id });
    return { deployment: await this.get(ctx, id), created };
  }

  private async refuseUnknownBlocks(ctx: Asker, body: Partial<DeploymentUpdate>, doing: string): Promise<void> {
    const named = { infrastructure: body.infrastructure_document_id, storage: body.storage_document_id };
    for (const [kind, id] of Object.entries(named))
      if (id && !(await this.blocks.exists(this.database.db, ctx.workspaceId, id)))
        throw conflict(`Error ${doing}. Could not find ${kind} block with id: ${id}.`);
  }

  private async overwrite(
    tx: Db,
    workspaceId: string,
    body: DeploymentCreate,
    row: Record<string, unknown>,
  ): Promise<string> {
    const id = await queries.findDeploymentId(tx, workspaceId, body.flow_id, body.name);
    invariant(id, 'a deployment that could not be inserted is there');
    const { job_variables, ...rest } = row;
    const keepsVariables = Object.keys(body.job_variables ?? {}).length === 0;
    await queries.updateDeployment(tx, workspaceId, id, keepsVariables ? rest : { ...rest, job_variables });
    await schedules.deleteSchedules(tx, workspaceId, id);
    await this.runs.deleteAutoScheduled(tx, workspaceId, id);
    return id;
  }

  async update(ctx: Asker, id: string, body: DeploymentUpdate): Promise<void> {
    refuseContradictions(body);
    await this.refuseUnknownBlocks(ctx, body, 'updating deployment');
    const told = await this.database.db.transaction().execute(async (tx) => {
      const before = await queries.lockDeployment(tx, ctx.workspaceId, id);
      if (!before) throw notFound('Deployment not found');
      const doing = 'updating deployment';
      const queueId = await this.queues.resolve(tx, ctx.workspaceId, body, doing, before);
      const parameters = body.parameters
        ? await this.parameters.checked(ctx, body.parameters, {
            doing,
            schema: enforced(body, before),
            complete: false,
          })
        : undefined;
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
      await this.saveLimit(tx, ctx.workspaceId, id, body, before);
      if (body.schedules) await this.saveSchedules(tx, ctx.workspaceId, before, body.schedules);
      // The nudge waits for a scheduler that is at work on the old state: what that makes is deleted, too.
      await schedules.nudgeSchedules(tx, ctx.workspaceId, id);
      await this.runs.deleteAutoScheduled(tx, ctx.workspaceId, id);
      return this.tell(tx, ctx, id, 'updated', updatedPayload(before, body));
    });
    this.events.announce(ctx.workspaceId, told);
    await this.scheduler.pass({ workspaceId: ctx.workspaceId, deploymentId: id });
  }

  async setPaused(ctx: Asker, id: string, paused: boolean): Promise<void> {
    await this.update(ctx, id, { paused });
  }

  /** Waiting runs go with it; runs that have started stay. */
  async delete(ctx: Asker, id: string): Promise<void> {
    const deployment = await this.get(ctx, id);
    const told = await this.database.db.transaction().execute(async (tx) => {
      await schedules.deleteSchedules(tx, ctx.workspaceId, id);
      await this.runs.deleteScheduled(tx, ctx.workspaceId, id);
      if (!(await queries.deleteDeployment(tx, ctx.workspaceId, id))) throw notFound('Deployment not found');
      return this.events.append(tx, ctx.workspaceId, [deploymentEvent('deleted', deployment)]);
    });
    this.events.announce(ctx.workspaceId, told);
  }

  /** Runs of deployments, by deployment. */
  async runsOf(
    ctx: Asker,
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

  private async saveSchedules(
    tx: Db,
    workspaceId: string,
    before: DeploymentRow,
    given: NonNullable<DeploymentUpdate['schedules']>,
  ): Promise<void> {
    const changes = mergeSchedules(before.schedules, given);
    if (changes.replaceAll) await schedules.deleteSchedules(tx, workspaceId, before.id);
    // Names may be exchanged: all that change are free before any is taken.
    for (const { id } of changes.patch.filter((each) => each.renamed))
      await schedules.updateSchedule(tx, workspaceId, before.id, id, { slug: null });
    for (const { id, patch } of changes.patch) await schedules.updateSchedule(tx, workspaceId, before.id, id, patch);
    await schedules.insertSchedules(tx, workspaceId, before.id, changes.create);
  }

  private async saveLimit(
    tx: Db,
    workspaceId: string,
    id: string,
    body: Partial<DeploymentUpdate>,
    before?: DeploymentRow,
  ): Promise<void> {
    const name = `deployment:${id}`;
    const { concurrency_limit: size, global_concurrency_limit_id: shared } = body;
    if (size) {
      await queries.updateDeployment(tx, workspaceId, id, {
        concurrency_limit_id: await this.concurrency.ensureLimit(tx, workspaceId, name, size),
      });
    } else if (shared) {
      if (!(await queries.limitExists(tx, workspaceId, shared)))
        throw conflict(`Data integrity conflict. There is no concurrency limit with id: ${shared}.`);
      await queries.updateDeployment(tx, workspaceId, id, { concurrency_limit_id: shared });
    } else if (size === null && before?.concurrency_limit_id) {
      await queries.updateDeployment(tx, workspaceId, id, { concurrency_limit_id: null });
      if (before.limit_name === name) await this.concurrency.deleteLimit(tx, workspaceId, before.concurrency_limit_id);
    }
  }

  private async tell(tx: Db, ctx: Asker, id: string, what: string, payload: unknown): Promise<WireEvent[]> {
    const [deployment] = await queries.findDeployments(tx, ctx.workspaceId, [id]);
    invariant(deployment, 'a deployment that was written is there');
    const drafts: EventDraft[] = [deploymentEvent(what, deployment, payload)];
    return this.events.append(tx, ctx.workspaceId, drafts);
  }
}

function refuseContradictions(body: Partial<DeploymentUpdate>): void {
  if (body.concurrency_limit && body.global_concurrency_limit_id)
    throw invalid('Cannot set both `concurrency_limit` and `global_concurrency_limit_id`.');
}

type Enforcement = {
  parameter_openapi_schema?: Record<string, unknown> | null | undefined;
  enforce_parameter_schema?: boolean | null | undefined;
};

/** The schema that parameters have to fit, as it will be after the change; null when they may be anything. */
function enforced(body: Enforcement, before: Enforcement): Record<string, unknown> | null {
  const enforces = body.enforce_parameter_schema ?? before.enforce_parameter_schema ?? true;
  return enforces ? (body.parameter_openapi_schema ?? before.parameter_openapi_schema ?? {}) : null;
}

function updatedPayload(before: DeploymentRow, body: DeploymentUpdate) {
  const fields = Object.keys(body).filter((key) => body[key as keyof DeploymentUpdate] !== undefined);
  const updates = fields
    .filter((key) => key in before && key !== 'schedules')
    .map((key) => [key, { from: before[key as keyof DeploymentRow], to: body[key as keyof DeploymentUpdate] }]);
  return { updated_fields: fields, updates: Object.fromEntries(updates) };
}
