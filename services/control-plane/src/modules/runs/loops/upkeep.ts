import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem } from '../../../core/access/ctx.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Loops } from '../../../core/loops/loops.js';
import { ConcurrencyService } from '../../concurrency/index.js';
import {
  deleteEventsOfNoDay,
  deleteRelatedOfNoDay,
  deleteLogsOfNoDay,
  deleteStatesOfNoDay,
  deleteTaskStatesOfNoDay,
  dropEmptyTallies,
  dropPartitions,
  ensurePartitions,
  foldCounts,
  strayLeases,
  strayTaskLeases,
} from './loops.sql.js';

const foldBatch = 20_000;
const daysAhead = 7;
const noDayBatch = 5_000;
const leaseBatch = 500;

/** What keeps the tables of runs in shape: counts are summed up, days begin and end, slots come back. */
@Injectable()
export class RunUpkeep implements OnModuleInit {
  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'fold-counts',
      says: 'Sums up the counts of runs by state and hour.',
      everySeconds: 3,
      pass: () => this.foldCounts(),
    });
    this.loops.add({
      name: 'return-stray-slots',
      says: 'Gives back slots that no run holds any more.',
      everySeconds: 15,
      pass: (as) => this.returnStraySlots(as),
    });
    this.loops.add({
      name: 'keep-partitions',
      says: 'Makes the partitions of the days to come, and drops those that are kept no longer.',
      everySeconds: 3600,
      passSecondsMax: 900,
      pass: () => this.keepPartitions(),
    });
  }

  private async foldCounts() {
    let folded = 0;
    for (let last = foldBatch; last === foldBatch; folded += last)
      last = (await foldCounts(this.database.sql, [foldBatch]))[0]?.folded ?? 0;
    return { folded };
  }

  /**
   * A process that ends between a change of state and the return of its slot leaves a lease that no run holds; and a task
   * run that was ended with its flow run, or deleted, leaves those of its tags.
   */
  private async returnStraySlots(as: AsSystem) {
    const returned = await this.returnSlotsOf(as, 'flow runs', strayLeases);
    return { returned: returned + (await this.returnSlotsOf(as, 'task runs', strayTaskLeases)) };
  }

  private async returnSlotsOf(
    as: AsSystem,
    holders: 'flow runs' | 'task runs',
    strayOf: typeof strayLeases,
  ): Promise<number> {
    let returned = 0;
    let after: { workspace_id: string; lease_id: string } | undefined;
    do {
      const leases = await this.concurrency.leasesOf(holders, after, leaseBatch);
      after = leases.length === leaseBatch ? leases.at(-1) : undefined;
      const stray = await strayOf(this.database.sql, [
        leases.map((lease) => lease.workspace_id),
        leases.map((lease) => lease.lease_id),
        leases.map((lease) => lease.run_id),
      ]);
      for (const lease of stray) await this.concurrency.release(as(lease.workspace_id), lease.lease_id);
      returned += stray.length;
    } while (after);
    return returned;
  }

  private async keepPartitions() {
    const { eventDays, logDays, stateDays, runDays } = this.config.retention;
    const [row] = await ensurePartitions(this.database.sql, [daysAhead]);
    const kept: [string, number, typeof deleteEventsOfNoDay][] = [
      ['event', eventDays, deleteEventsOfNoDay],
      ['event_related', eventDays, deleteRelatedOfNoDay],
      ['log', logDays, deleteLogsOfNoDay],
      ['flow_run_state', stateDays, deleteStatesOfNoDay],
      ['task_run_state', stateDays, deleteTaskStatesOfNoDay],
    ];
    let [dropped, deleted] = [0, 0];
    for (const [table, days, deleteOfNoDay] of kept) {
      dropped += (await dropPartitions(this.database.sql, [table, days]))[0]?.dropped ?? 0;
      for (let last = noDayBatch; last === noDayBatch; deleted += last)
        last = (await deleteOfNoDay(this.database.sql, [days, noDayBatch]))[0]?.deleted ?? 0;
    }
    const [empty] = await dropEmptyTallies(this.database.sql, [runDays]);
    return { made: row?.made ?? 0, dropped, deleted, emptied: empty?.dropped ?? 0 };
  }
}
