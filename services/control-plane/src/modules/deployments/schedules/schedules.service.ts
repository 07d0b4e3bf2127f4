import { Inject, Injectable } from '@nestjs/common';
import type { ScheduleCreate, ScheduleNow, ScheduleUpdate } from '@headgate/contracts/rest/deployments';
import type { Horizon } from '@headgate/contracts/schedules/index';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { Budget } from '../../../core/documents/budget.js';
import { conflict, notFound } from '../../../core/errors/app-error.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { FlowRunsService } from '../../runs/index.js';
import type { ScheduleRow } from '../deployment.js';
import { DeploymentsService } from '../deployments.service.js';
import { patchOf, refuseTooMany, toDraft } from './merge.js';
import { Scheduler } from './scheduler.js';
import { horizonDefault } from './timetable.js';
import { refuseVain } from './vain.js';
import * as queries from './schedules.queries.js';

/** However many somebody asks for. */
const runsMax = 1_000;

/** Schedules of a deployment one by one. Every change makes the future runs anew. */
@Injectable()
export class SchedulesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Work) private readonly work: Work,
    @Inject(DeploymentsService) private readonly deployments: DeploymentsService,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Scheduler) private readonly scheduler: Scheduler,
  ) {}

  async list(ctx: Ctx, deploymentId: string): Promise<ScheduleRow[]> {
    const [deployment] = await this.deployments.getMany(ctx, [deploymentId]);
    if (!deployment) throw notFound('Deployment not found.');
    return deployment.schedules;
  }

  async create(ctx: Ctx, deploymentId: string, given: ScheduleCreate[]): Promise<ScheduleRow[]> {
    const schedules = await this.list(ctx, deploymentId);
    const taken = given.find((each) => each.slug && schedules.some((stored) => stored.slug === each.slug));
    if (taken) throw conflict(`A schedule with the slug '${taken.slug}' already exists for this deployment.`);
    refuseTooMany(schedules.length + given.length);
    const drafts = given.map(toDraft);
    const budget = new Budget(ctx.workspaceId);
    await refuseVain(given, budget);
    await queries.insertSchedules(this.database.db, ctx.workspaceId, deploymentId, drafts);
    await this.scheduler.scheduleOf(ctx, { deploymentId, budget });
    const ids = new Set(drafts.map((draft) => draft.id));
    return (await this.list(ctx, deploymentId)).filter((row) => ids.has(row.id));
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
  async update(ctx: Ctx, deploymentId: string, id: string, given: ScheduleUpdate): Promise<void> {
    const budget = new Budget(ctx.workspaceId);
    await refuseVain([given], budget);
    await this.change(ctx, deploymentId, { obsolete: 'future', budget }, async (db) => {
      if (
        !(await queries.updateSchedule(
          db,
          ctx.workspaceId,
          deploymentId,
          id,
          patchOf({ ...given, max_scheduled_runs: given.max_scheduled_runs ?? undefined }),
        ))
      )
        throw notFound('Schedule not found.');
      if (given.catch_up) await queries.setMissedTimes(db, keyOf(ctx, deploymentId, id), given.catch_up);
    });
  }

  async delete(ctx: Ctx, deploymentId: string, id: string): Promise<void> {
    await this.change(ctx, deploymentId, { obsolete: 'waiting', budget: new Budget(ctx.workspaceId) }, async (db) => {
      if (!(await queries.deleteSchedule(db, ctx.workspaceId, deploymentId, id))) throw notFound('Schedule not found.');
    });
  }

  private async change(
    ctx: Ctx,
    deploymentId: string,
    { obsolete, budget }: { obsolete: 'future' | 'waiting'; budget: Budget },
    write: (db: Parameters<typeof queries.deleteSchedule>[0]) => Promise<void>,
  ): Promise<void> {
    await this.list(ctx, deploymentId);
    await this.work.during(async (tx) => {
      await write(tx);
      await queries.nudgeSchedules(tx, ctx.workspaceId, deploymentId);
      await this.runs.deleteAutoScheduled(ctx, tx, deploymentId, obsolete);
    });
    await this.scheduler.scheduleOf(ctx, { deploymentId, budget });
  }
}

const keyOf = ({ workspaceId }: Ctx, deploymentId: string, id: string) => ({
  workspace_id: workspaceId,
  deployment_id: deploymentId,
  id,
});
