import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { catchUpDefault, whySkipped } from '@headgate/contracts/schedules/index';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Db } from '../../../core/db/db.js';
import { Loops } from '../../../core/loops/loops.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { SkipRuns } from '../../runs/index.js';
import { lockSchedules, missedRuns, type MissedRun, type MissingSchedule } from './missed-runs.sql.js';
import { remembered, skippedEvent, type Skipped } from './skipped.js';
import { setLastSkipped } from './schedules.queries.js';

const batch = 4_000;
const batchOfOne = 1_000;

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
    @Inject(Work) private readonly work: Work,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'skip-missed-runs',
      says: 'Ends missed runs that their schedule skips.',
      everySeconds: 5,
      pass: (as) => this.pass(as),
    });
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
    return (await this.work.during((tx) => this.write(ctx, tx, missed))).size;
  }

  private async write(ctx: Ctx, tx: Db, missed: MissedRun[]): Promise<Set<string>> {
    const ids = [...new Set(missed.flatMap((run) => run.schedule_id ?? []))];
    const schedules = new Map((await lockSchedules(tx, ctx.workspaceId, ids)).map((each) => [each.id, each]));
    const mine = missed.filter((run) => run.schedule_id === null || schedules.has(run.schedule_id));
    const policyOf = (run: MissedRun) => schedules.get(run.schedule_id ?? '')?.catch_up ?? catchUpDefault;
    const skipped = await this.runs.skip(
      ctx,
      tx,
      new Map(mine.map((run) => [run.flow_run_id, whySkipped(policyOf(run))])),
    );
    const ended = mine.filter((run) => skipped.has(run.flow_run_id));
    const drafts = [];
    for (const schedule of schedules.values()) {
      const summary = summaryOf(schedule, ended);
      if (!summary) continue;
      await setLastSkipped(tx, schedule, remembered(schedule.last_skipped, summary, schedule.catch_up));
      drafts.push(skippedEvent(schedule, summary));
    }
    await this.work.tell(ctx, tx, drafts);
    return skipped;
  }
}

function summaryOf(schedule: MissingSchedule, ended: MissedRun[]): Skipped | null {
  const times = ended.flatMap((run) => (run.schedule_id === schedule.id ? run.due : [])).sort();
  if (times.length === 0) return null;
  return { count: times.length, more: false, first: times[0]!, last: times.at(-1)!, made: true };
}
