import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { catchUpDefault, whySkipped } from '@headgate/contracts/schedules/index';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { Events, type WireEvent } from '../../../core/events/events.js';
import { Loops } from '../../../core/loops/loops.js';
import { SkipRuns, type SkippedRuns } from '../../runs/index.js';
import { lockSchedules, missedRuns, type MissedRun, type MissingSchedule } from './missed-runs.sql.js';
import { remembered, skippedEvent, type Skipped } from './skipped.js';
import { setLastSkipped } from './schedules.queries.js';

const batch = 4_000;
const batchOfOne = 1_000;

/** Of one workspace. */
type Outcome = { runs: SkippedRuns; told: WireEvent[] };

/**
 * Ends the runs of schedules that nobody began in time, where the schedule does not catch up on them. The runs, what the
 * schedule remembers and the event that tells of them are written together; another replica finds the schedule locked.
 */
@Injectable()
export class SkipMissedRuns implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(SkipRuns) private readonly runs: SkipRuns,
    @Inject(Events) private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.loops.add({ name: 'skip-missed-runs', everySeconds: 5, pass: (as) => this.pass(as) });
  }

  /** What a workspace has beyond its share waits for the next pass: so a schedule is told of once in each. */
  private async pass(as: AsSystem) {
    const missed = await missedRuns(this.database.sql, [batch, batchOfOne]);
    let skipped = 0;
    for (const workspaceId of new Set(missed.map((run) => run.workspace_id)))
      skipped += await this.skip(
        as(workspaceId),
        missed.filter((run) => run.workspace_id === workspaceId),
      );
    return { skipped };
  }

  private async skip(ctx: Ctx, missed: MissedRun[]): Promise<number> {
    const { runs, told } = await this.database.db.transaction().execute((tx) => this.write(ctx, tx, missed));
    this.runs.announce(ctx, runs);
    this.events.announce(ctx.workspaceId, told);
    return runs.ids.size;
  }

  private async write(ctx: Ctx, tx: Db, missed: MissedRun[]): Promise<Outcome> {
    const ids = [...new Set(missed.flatMap((run) => run.schedule_id ?? []))];
    const schedules = new Map((await lockSchedules(tx, ctx.workspaceId, ids)).map((each) => [each.id, each]));
    const mine = missed.filter((run) => run.schedule_id === null || schedules.has(run.schedule_id));
    const policyOf = (run: MissedRun) => schedules.get(run.schedule_id ?? '')?.catch_up ?? catchUpDefault;
    const runs = await this.runs.skip(
      ctx,
      tx,
      new Map(mine.map((run) => [run.flow_run_id, whySkipped(policyOf(run))])),
    );
    const ended = mine.filter((run) => runs.ids.has(run.flow_run_id));
    const drafts = [];
    for (const schedule of schedules.values()) {
      const skipped = summaryOf(schedule, ended);
      if (!skipped) continue;
      await setLastSkipped(tx, schedule, remembered(schedule.last_skipped, skipped, schedule.catch_up));
      drafts.push(skippedEvent(schedule, skipped));
    }
    return { runs, told: await this.events.append(tx, ctx.workspaceId, drafts) };
  }
}

function summaryOf(schedule: MissingSchedule, ended: MissedRun[]): Skipped | null {
  const times = ended.flatMap((run) => (run.schedule_id === schedule.id ? run.due : [])).sort();
  if (times.length === 0) return null;
  return { count: times.length, more: false, first: times[0]!, last: times.at(-1)!, made: true };
}
