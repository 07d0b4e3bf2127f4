import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Horizon } from '@headgate/contracts/schedules/index';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import type { Budget } from '../../../core/documents/budget.js';
import { AppError } from '../../../core/errors/app-error.js';
import { fromDatabase } from '../../../core/errors/database-errors.js';
import { charsPerStatement } from '../../../core/fair/copies.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Loops, type Done } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { FlowRunsService, type CreatedMany, type FlowRunDraft } from '../../runs/index.js';
import { withoutBegun } from './begun.js';
import { charsOf, earliest, firstWithin, planOf, type Plan } from './plan.js';
import { Preparations, type Prepared } from './prepare.js';
import {
  listDueSchedules,
  listDueSchedulesOf,
  lockDueSchedules,
  activeSchedules,
  setNextPasses,
  setLastSkipped,
  setMissedTimes,
  setPassed,
  type DueSchedule,
} from './schedules.queries.js';
import { remembered, skippedEvent } from './skipped.js';
import { horizonDefault } from './timetable.js';

const schedulesPerBatch = 100;
/** Of one account in a batch. */
const schedulesOfOne = 20;
const batchesPerPass = 50;
const runsPerStatement = 500;
/**
 * Runs that the schedules of one account make in a pass; one that fires every microsecond would make them without end, and
 * however many workspaces it has, it has one share.
 */
const runsPerAccount = 2_000;

/** Runs that a request makes at most, and what is written for them: the loops make the others. */
const runsPerRequest = 1_000;
const charsPerRequest = 16_000_000;

/** How many runs each account has made in a pass. */
type Shares = Map<string, number>;
const thoseWithEnough = (shares: Shares): string[] =>
  [...shares].filter(([, runs]) => runs >= runsPerAccount).map(([accountId]) => accountId);

/** Whose schedules a request looks at, and what it may still spend on them. */
export type OneDeployment = { deploymentId: string; budget: Budget };
type One = OneDeployment & { workspaceId: string };

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
    @Inject(Work) private readonly work: Work,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'schedule-runs',
      says: 'Makes the runs of schedules ahead of time.',
      everySeconds: 5,
      pass: (as) => this.pass(as, null),
    });
  }

  /** The runs of one deployment, for a request that has changed it, in one go. */
  async scheduleOf(ctx: Ctx, one: OneDeployment): Promise<void> {
    await this.pass(() => ctx, { workspaceId: ctx.workspaceId, ...one });
  }

  /** Of all schedules that are due, or of one deployment. Of one account no more than its share: the rest waits for the next pass. */
  private async pass(as: AsSystem, only: One | null): Promise<Done> {
    const shares: Shares = new Map();
    let scheduled = 0;
    for (let batch = 0; batch < batchesPerPass; batch++) {
      const { made, seen } = await this.batch(as, only, shares);
      scheduled += made;
      if (seen === 0 || only) return { scheduled };
    }
    return { scheduled, more: 1 };
  }

  /**
   * The runs of a deployment's active schedules in a window of the caller's choice, whether they are due or not, and even
   * when it is paused.
   */
  async scheduleWindow(ctx: Ctx, one: OneDeployment, fromMs: number, horizon: Horizon): Promise<void> {
    const only = { workspaceId: ctx.workspaceId, ...one };
    const as = () => ctx;
    const seen = await activeSchedules(this.database.db, only, 'look');
    const prepared = await this.preparations.of(as, seen, only.budget, { fromMs, horizon, evenIfPaused: true });
    const { pools } = await this.work.during(async (tx) => {
      const ready = prepared.of(await activeSchedules(tx, only, 'lock'));
      return this.write(as, tx, earliest(ready.map(planOf), runsPerRequest, charsPerRequest));
    });
    this.runs.wake(pools);
  }

  /** A batch in which one cannot be written is done again one by one, so that only that one waits. */
  private async batch(as: AsSystem, only: One | null, shares: Shares): Promise<{ made: number; seen: number }> {
    const { db } = this.database;
    const due = only
      ? await listDueSchedulesOf(db, schedulesPerBatch, only)
      : await listDueSchedules(db, schedulesPerBatch, schedulesOfOne, thoseWithEnough(shares));
    const prepared = await this.preparations.of(as, due, only?.budget ?? null, {
      fromMs: Date.now(),
      horizon: horizonDefault,
      makesUp: true,
    });
    return this.keep(as, prepared, due, shares, only !== null);
  }

  /** Answers how many schedules are done with: those that another scheduler has locked are its own. */
  private async keep(
    as: AsSystem,
    prepared: Prepared,
    due: DueSchedule[],
    shares: Shares,
    inRequest: boolean,
  ): Promise<{ made: number; seen: number }> {
    try {
      const { made, pools, plans } = await this.work.during(async (tx) => {
        const wanted = prepared.of(await lockDueSchedules(tx, due)).map(planOf);
        const plans = inRequest ? firstWithin(wanted, runsPerRequest, charsPerRequest) : wanted;
        const written = await this.write(as, tx, plans);
        for (const { schedule } of plans.filter(
          ({ schedule, drafts }) => schedule.catch_up === 'latest' && drafts.length > 0,
        ))
          await setMissedTimes(tx, schedule, 'latest');
        if (plans.length > 0) await setPassed(tx, plans);
        await this.skip(as, tx, plans);
        return { ...written, plans };
      });
      this.runs.wake(pools);
      for (const { schedule, drafts } of plans)
        shares.set(schedule.account_id, (shares.get(schedule.account_id) ?? 0) + drafts.length);
      return { made, seen: plans.length };
    } catch (thrown) {
      const error = fromDatabase(thrown);
      if (due.length === 0 || (error instanceof AppError && error.kind === 'unavailable')) throw error;
      if (due.length === 1) return this.postpone(due[0]!, error);
      const alone = [];
      for (const each of due) alone.push(await this.keep(as, prepared, [each], shares, inRequest));
      return { made: alone.reduce((sum, each) => sum + each.made, 0), seen: due.length };
    }
  }

  private async write(as: AsSystem, tx: Db, wanted: Plan[]): Promise<CreatedMany> {
    const written: CreatedMany = { made: 0, pools: [] };
    const plans = await withoutBegun(tx, wanted);
    for (const workspaceId of new Set(plans.map((plan) => plan.workspace_id))) {
      const own = plans.filter((plan) => plan.workspace_id === workspaceId);
      for (const drafts of statementsOf(own)) {
        const { made, pools } = await this.runs.createMany(as(workspaceId), tx, drafts);
        written.made += made;
        written.pools.push(...pools);
      }
    }
    return written;
  }

  /** Tells of the moments that are not made up for, and remembers them. */
  private async skip(as: AsSystem, tx: Db, plans: Plan[]): Promise<void> {
    for (const { workspace_id: workspaceId, schedule, dropped } of plans) {
      if (!dropped) continue;
      const skipped = { ...dropped, made: false };
      await setLastSkipped(tx, schedule, remembered(schedule.last_skipped, skipped, schedule.catch_up));
      await this.work.tell(as(workspaceId), tx, [skippedEvent(schedule, skipped)]);
    }
  }

  private async postpone({ workspace_id, id }: DueSchedule, error: unknown): Promise<{ made: number; seen: number }> {
    this.log.error({ err: error, scheduleId: id }, 'runs of a schedule cannot be written');
    await setNextPasses(this.database.db, [
      { workspace_id, id, next_pass: new Date(Date.now() + 300_000).toISOString() },
    ]);
    return { made: 0, seen: 1 };
  }
}

/** The runs of plans in as few statements as that takes. */
function* statementsOf(plans: Plan[]): Generator<FlowRunDraft[]> {
  let [drafts, chars]: [FlowRunDraft[], number] = [[], 0];
  for (const plan of plans) {
    const charsOfEach = charsOf(plan);
    for (const draft of plan.drafts) {
      if (drafts.length >= runsPerStatement || (drafts.length > 0 && chars + charsOfEach > charsPerStatement)) {
        yield drafts;
        [drafts, chars] = [[], 0];
      }
      drafts.push(draft);
      chars += charsOfEach;
    }
  }
  if (drafts.length > 0) yield drafts;
}
