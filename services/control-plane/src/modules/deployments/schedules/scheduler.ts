import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Horizon } from '@headgate/contracts/schedules/index';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import type { Budget } from '../../../core/documents/budget.js';
import { AppError } from '../../../core/errors/app-error.js';
import { fromDatabase } from '../../../core/errors/database-errors.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Loops } from '../../../core/loops/loops.js';
import { FlowRunsService, type CreatedMany } from '../../runs/index.js';
import { planOf, type Plan } from './plan.js';
import { Preparations, type Prepared } from './prepare.js';
import {
  listDueSchedules,
  lockDueSchedules,
  activeSchedules,
  setNextPasses,
  type DueSchedule,
} from './schedules.queries.js';
import { horizonDefault } from './timetable.js';

const schedulesPerBatch = 100;
const batchesPerPass = 50;
const runsPerStatement = 500;

/** Whose schedules a request has looked at, and what it may still spend on them. */
export type OneDeployment = { workspaceId: string; deploymentId: string; budget: Budget };

/**
 * Makes the runs of schedules ahead of time. The key of a run is made of the schedule and the moment, so that however
 * often, and by however many, a pass is made, a run appears once. What a schedule means is found out before anything is
 * locked. Then it stays locked until its runs are written: who changes it waits, and deletes what an old version made.
 */
@Injectable()
export class Scheduler implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Loops) private readonly loops: Loops,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Preparations) private readonly preparations: Preparations,
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
    const seen = await activeSchedules(this.database.db, only, 'look');
    const prepared = await this.preparations.of(seen, only.budget, { fromMs, horizon, evenIfPaused: true });
    const { pools } = await this.database.db.transaction().execute(async (tx) => {
      const ready = prepared.of(await activeSchedules(tx, only, 'lock'));
      return this.write(tx, ready.map(planOf));
    });
    this.runs.wake(pools);
  }

  /** A batch in which one cannot be written is done again one by one, so that only that one waits. */
  private async batch(only: OneDeployment | null, size: number): Promise<{ made: number; seen: number }> {
    const due = await listDueSchedules(this.database.db, size, only);
    const prepared = await this.preparations.of(due, only?.budget ?? null, {
      fromMs: Date.now(),
      horizon: horizonDefault,
    });
    return this.keep(prepared, due);
  }

  private async keep(prepared: Prepared, due: DueSchedule[]): Promise<{ made: number; seen: number }> {
    try {
      const { made, pools } = await this.database.db.transaction().execute(async (tx) => {
        const plans = prepared.of(await lockDueSchedules(tx, due)).map(planOf);
        const written = await this.write(tx, plans);
        if (plans.length > 0) await setNextPasses(tx, plans);
        return written;
      });
      this.runs.wake(pools);
      return { made, seen: due.length };
    } catch (thrown) {
      const error = fromDatabase(thrown);
      if (due.length === 0 || (error instanceof AppError && error.kind === 'unavailable')) throw error;
      if (due.length === 1) return this.postpone(due[0]!, error);
      const alone = [];
      for (const each of due) alone.push(await this.keep(prepared, [each]));
      return { made: alone.reduce((sum, each) => sum + each.made, 0), seen: due.length };
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
