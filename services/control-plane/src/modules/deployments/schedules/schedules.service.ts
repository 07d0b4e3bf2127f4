import { Inject, Injectable } from '@nestjs/common';
import type { ScheduleCreate, ScheduleNow, ScheduleUpdate } from '@headgate/contracts/rest/deployments';
import type { Horizon } from '@headgate/contracts/schedules/index';
import type { Ctx } from '../../../core/access/ctx.js';
import type { Db } from '../../../core/db/db.js';
import { Budget } from '../../../core/documents/budget.js';
import { conflict, notFound } from '../../../core/errors/app-error.js';
import { FlowRunsService } from '../../runs/index.js';
import type { ScheduleRow } from '../deployment.js';
import { findDeployments, lockDeployment } from '../deployments.queries.js';
import { DeploymentsService } from '../deployments.service.js';
import { patchOf, refuseTooMany, toDraft } from './merge.js';
import { Scheduler } from './scheduler.js';
import { horizonDefault } from './timetable.js';
import { refuseVain } from './vain.js';
import * as queries from './schedules.queries.js';
import type { ScheduleDraft } from './schedules.queries.js';

/** However many somebody asks for. */
const runsMax = 1_000;

/** Schedules of a deployment one by one. Every change makes the future runs anew. */
@Injectable()
export class SchedulesService {
  constructor(
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
  ) {}

  async list(ctx: Ctx, deploymentId: string): Promise<ScheduleRow[]> {
    const [deployment] = await this.deployments.getMany(ctx, [deploymentId]);
    if (!deployment) throw notFound('Deployment not found.');
    return deployment.schedules;
  }

  async prepareCreate(ctx: Ctx, deploymentId: string, given: ScheduleCreate[]) {
    const drafts = given.map(toDraft);
    refuseBeside(await this.list(ctx, deploymentId), drafts);
    const budget = new Budget(ctx.workspaceId);
    await refuseVain(given, budget);
    return { deploymentId, drafts, budget };
  }

  async create(
    ctx: Ctx,
    tx: Db,
    { deploymentId, drafts }: Awaited<ReturnType<SchedulesService['prepareCreate']>>,
  ): Promise<ScheduleRow[]> {
    const locked = await lockDeployment(tx, ctx.workspaceId, deploymentId);
    if (!locked) throw notFound('Deployment not found.');
    refuseBeside(locked.schedules, drafts);
    await queries.insertSchedules(tx, ctx.workspaceId, deploymentId, drafts);
    const ids = new Set(drafts.map((draft) => draft.id));
    const [deployment] = await findDeployments(tx, ctx.workspaceId, [deploymentId]);
    return (deployment?.schedules ?? []).filter((row) => ids.has(row.id));
  }

  /** When a change stands, the runs of the deployment are made anew. */
  follow(ctx: Ctx, { deploymentId, budget }: { deploymentId: string; budget: Budget }): Promise<void> {
    return this.scheduler.scheduleOf(ctx, { deploymentId, budget });
  }

  /** Makes the runs of a window of the caller's choice; what it does not say is as in the scheduler's own passes. */
  async scheduleNow(ctx: Ctx, deploymentId: string, body: ScheduleNow): Promise<void> {
    await this.deployments.get(ctx, deploymentId);
    const fromMs = body.start_time ? Date.parse(body.start_time) : Date.now();
    const horizon: Horizon = {
      countMin: body.min_runs ?? horizonDefault.countMin,
      secondsMin: body.min_time ?? horizonDefault.secondsMin,
      countMax: Math.min(body.max_runs ?? horizonDefault.countMax, runsMax),
      secondsMax: body.end_time ? (Date.parse(body.end_time) - fromMs) / 1000 : horizonDefault.secondsMax,
    };
    const one = { deploymentId, budget: new Budget(ctx.workspaceId) };
    await this.scheduler.scheduleWindow(ctx, one, fromMs, horizon);
  }

  /** At this door null is as if it were left out. */
  async prepareChange(ctx: Ctx, deploymentId: string, id: string, given: ScheduleUpdate) {
    const budget = new Budget(ctx.workspaceId);
    await refuseVain([given], budget);
    await this.list(ctx, deploymentId);
    return { deploymentId, id, given, budget };
  }

  async update(ctx: Ctx, tx: Db, { deploymentId, id, given }: Prepared): Promise<void> {
    const patch = patchOf({ ...given, max_scheduled_runs: given.max_scheduled_runs ?? undefined });
    if (!(await queries.updateSchedule(tx, ctx.workspaceId, deploymentId, id, patch)))
      throw notFound('Schedule not found.');
    if (given.catch_up) await queries.setMissedTimes(tx, keyOf(ctx, deploymentId, id), given.catch_up);
    await this.undo(ctx, tx, deploymentId, 'future');
  }

  async delete(ctx: Ctx, tx: Db, { deploymentId, id }: Prepared): Promise<void> {
    if (!(await queries.deleteSchedule(tx, ctx.workspaceId, deploymentId, id))) throw notFound('Schedule not found.');
    await this.undo(ctx, tx, deploymentId, 'waiting');
  }

  /** What was made of the schedules as they were. */
  private async undo(ctx: Ctx, tx: Db, deploymentId: string, obsolete: 'future' | 'waiting'): Promise<void> {
    await queries.nudgeSchedules(tx, ctx.workspaceId, deploymentId);
    await this.runs.deleteAutoScheduled(ctx, tx, deploymentId, obsolete);
  }
}

function refuseBeside(stored: ScheduleRow[], drafts: ScheduleDraft[]): void {
  const taken = drafts.find(({ slug }) => slug && stored.some((each) => each.slug === slug));
  if (taken) throw conflict(`A schedule with the slug '${taken.slug}' already exists for this deployment.`);
  refuseTooMany(stored.length + drafts.length);
}

type Prepared = Awaited<ReturnType<SchedulesService['prepareChange']>>;

const keyOf = ({ workspaceId }: Ctx, deploymentId: string, id: string) => ({
  workspace_id: workspaceId,
  deployment_id: deploymentId,
  id,
});
