import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { WorkspaceId } from '@headgate/contracts';
import { upcoming, type Horizon, type Upcoming } from '@headgate/contracts/schedules/index';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { AppError } from '../../../core/errors/app-error.js';
import { fromDatabase } from '../../../core/errors/database-errors.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Loops } from '../../../core/loops/loops.js';
import { HydrationError, ParametersService } from '../../parameters/index.js';
import { FlowRunsService, type CreatedMany } from '../../runs/index.js';
import { planOf, type Plan } from './plan.js';
import { lockDueSchedules, lockSchedulesOf, setNextPasses, type DueSchedule } from './schedules.queries.js';

export const horizonDefault: Horizon = { countMin: 3, secondsMin: 3_600, countMax: 100, secondsMax: 100 * 86_400 };
const nothing: Upcoming = { occurrences: [], lookAgainMs: null };
const schedulesPerBatch = 100;
const batchesPerPass = 50;
const runsPerStatement = 500;

export type OneDeployment = { workspaceId: string; deploymentId: string };

/**
 * Makes the runs of schedules ahead of time. The key of a run is made of the schedule and the moment, so that however
 * often, and by however many, a pass is made, a run appears once. A schedule stays locked until its runs are written:
 * who changes it waits, and then deletes what an old version of it made.
 */
@Injectable()
export class Scheduler implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(ParametersService) private readonly parameters: ParametersService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.loops.add({ name: 'schedule-runs', everySeconds: 5, pass: () => this.pass(null) });
  }

  /** Of one deployment, or of all that are due. */
  async pass(only: OneDeployment | null): Promise<{ scheduled: number }> {
    let scheduled = 0;
    for (let batch = 0; batch < batchesPerPass; batch++) {
      const { made, seen } = await this.batch(only, schedulesPerBatch);
      scheduled += made;
      if (seen < schedulesPerBatch) break;
    }
    return { scheduled };
  }

  /**
   * The runs of a deployment's active schedules in a window of the caller's choice, whether they are due or not, and even
   * when it is paused.
   */
  async scheduleWindow(only: OneDeployment, fromMs: number, horizon: Horizon): Promise<void> {
    const { pools } = await this.database.db.transaction().execute(async (tx) => {
      const schedules = await this.resolved(await lockSchedulesOf(tx, only));
      return this.write(
        tx,
        schedules.map((each) => planOf(each, upcoming(each.schedule, fromMs, horizon))),
      );
    });
    this.runs.wake(pools);
  }

  /** A batch in which one cannot be written is done again one by one, so that only that one waits. */
  private async batch(only: OneDeployment | null, size: number): Promise<{ made: number; seen: number }> {
    const due: DueSchedule[] = [];
    try {
      const { made, pools } = await this.database.db.transaction().execute(async (tx) => {
        due.push(...(await lockDueSchedules(tx, size, only)));
        const plans = (await this.resolved(due)).map((each) => this.plan(each));
        const written = await this.write(tx, plans);
        if (plans.length > 0) await setNextPasses(tx, plans);
        return written;
      });
      this.runs.wake(pools);
      return { made, seen: due.length };
    } catch (thrown) {
      const error = fromDatabase(thrown);
      if (due.length === 0 || (error instanceof AppError && error.kind === 'unavailable')) throw error;
      if (size === 1) return this.postpone(due[0]!, error);
      const alone = [];
      for (let turn = 0; turn < due.length; turn++) alone.push(await this.batch(only, 1));
      return { made: alone.reduce((sum, each) => sum + each.made, 0), seen: due.length };
    }
  }

  /** With the parameters of their runs resolved; where that cannot be, they go as they are written. */
  private resolved(schedules: DueSchedule[]): Promise<DueSchedule[]> {
    const resolve = async (schedule: DueSchedule): Promise<DueSchedule> => {
      const ctx = { workspaceId: schedule.workspace_id as WorkspaceId };
      const given = { ...schedule.deployment_parameters, ...schedule.parameters };
      try {
        return { ...schedule, deployment_parameters: {}, parameters: await this.parameters.resolved(ctx, given) };
      } catch (error) {
        if (!(error instanceof HydrationError)) throw error;
        this.log.warn({ err: error, scheduleId: schedule.id }, 'parameters of a schedule cannot be resolved');
        return schedule;
      }
    };
    return Promise.all(schedules.map(resolve));
  }

  private plan(schedule: DueSchedule): Plan {
    if (schedule.paused) return planOf(schedule, nothing);
    try {
      return planOf(schedule, upcoming(schedule.schedule, Date.now(), horizonDefault));
    } catch (error) {
      this.log.error({ err: error, scheduleId: schedule.id }, 'schedule cannot be computed');
      return planOf(schedule, nothing);
    }
  }

  private async write(tx: Db, plans: Plan[]): Promise<CreatedMany> {
    const written: CreatedMany = { made: 0, pools: [] };
    for (const workspaceId of new Set(plans.map((plan) => plan.workspace_id))) {
      const drafts = plans.flatMap((plan) => (plan.workspace_id === workspaceId ? plan.drafts : []));
      for (let at = 0; at < drafts.length; at += runsPerStatement) {
        const { made, pools } = await this.runs.createMany(tx, workspaceId, drafts.slice(at, at + runsPerStatement));
        written.made += made;
        written.pools.push(...pools);
      }
    }
    return written;
  }

  private async postpone({ workspace_id, id }: DueSchedule, error: unknown): Promise<{ made: number; seen: number }> {
    this.log.error({ err: error, scheduleId: id }, 'runs of a schedule cannot be written');
    await setNextPasses(this.database.db, [
      { workspace_id, id, next_pass: new Date(Date.now() + 300_000).toISOString() },
    ]);
    return { made: 0, seen: 1 };
  }
}
