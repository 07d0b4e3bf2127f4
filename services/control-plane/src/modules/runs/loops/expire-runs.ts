import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AsSystem, Ctx } from '../../../core/access/ctx.js';
import { Config } from '../../../core/config/config.js';
import { Database } from '../../../core/db/database.js';
import { Loops, type Done } from '../../../core/loops/loops.js';
import { ConcurrencyService } from '../../concurrency/index.js';
import { deleteFlowRuns, deleteLogs, deleteOldArtifacts } from '../flow-runs/flow-runs.queries.js';
import { expiredKinds, firstKind, firstPlace, lockExpired, type Kind, type Place } from './expired.sql.js';

/** Where the runs of a state are to be looked at next. */
type Rest = Kind & { after: Place };

/** States of workspaces that take turns. */
const kindsMax = 1_000;
/** Batches that are under way at the same time. */
const atOnce = 2;
/** A batch has as many runs as are gone in about so long: it is one transaction, and should not last. */
const batchMs = 100;
const batchMin = 1;
const batchMax = 5_000;
/** Runs expire as fast as they were made, unless they are made faster than they can be deleted: then without a pause. */
const passMsMax = 300_000;

/** Deletes runs that ended as long ago as they are kept, with all that hangs on them (docs/decisions/0034-expiry.md). */
@Injectable()
export class ExpireRuns implements OnModuleInit {
  private batch = 200;
  /** Where the next pass begins: a pass that has no time for all leaves the others to it. */
  private from = firstKind;

  constructor(
    @Inject(Loops) private readonly loops: Loops,
    @Inject(Database) private readonly database: Database,
    @Inject(ConcurrencyService) private readonly concurrency: ConcurrencyService,
    @Inject(Config) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.loops.add({
      name: 'expire-runs',
      says: 'Deletes runs that ended as long ago as they are kept.',
      everySeconds: 30,
      passSecondsMax: 900,
      pass: (as) => this.pass(as),
    });
  }

  private async pass(as: AsSystem): Promise<Done> {
    let expired = 0;
    const end = Date.now() + passMsMax;
    do {
      const { workspace_id, state_type, state_name } = this.from;
      const given = [this.config.retention.runDays, kindsMax, workspace_id, state_type, state_name];
      const kinds = await expiredKinds(this.database.sql, given);
      this.from = kinds.length === kindsMax ? kinds.at(-1)! : firstKind;
      expired += await this.expireInTurns(as, kinds, end);
    } while (this.from !== firstKind && Date.now() < end);
    return Date.now() < end ? { expired } : { expired, more: 1 };
  }

  /**
   * A batch of each state, and round again: who has much that expired does not keep the others waiting, and neither does
   * one that fails. That is thrown when all have had their turns.
   */
  private async expireInTurns(as: AsSystem, kinds: Kind[], end: number): Promise<number> {
    let expired = 0;
    const failures: unknown[] = [];
    const line: Rest[] = kinds.map((kind) => ({ ...kind, after: firstPlace }));
    const takeTurns = async () => {
      for (let next: Rest | undefined; Date.now() < end && (next = line.shift());) {
        try {
          const { gone, last } = await this.expireBatch(as(next.workspace_id), next);
          expired += gone;
          if (last) line.push({ ...next, after: last });
        } catch (error) {
          // Perhaps it was too much for one statement.
          this.batch = Math.max(batchMin, Math.floor(this.batch / 4));
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, takeTurns));
    if (failures.length > 0) throw failures[0];
    return expired;
  }

  private async expireBatch(ctx: Ctx, { after, ...kind }: Rest): Promise<{ gone: number; last: Place | null }> {
    const started = performance.now();
    const { runDays } = this.config.retention;
    // Over connections that keep their plans: to plan for hundreds of days of history takes longer than the work.
    const { gone, last } = await this.database.searches.transaction().execute(async (tx) => {
      const { ids, last } = await lockExpired(tx, kind, after, runDays, this.batch);
      if (ids.length === 0) return { gone: { ids, leases: [] }, last };
      const gone = await deleteFlowRuns(tx, kind.workspace_id, ids);
      await deleteLogs(tx, kind.workspace_id, ids);
      // Who deletes a run by hand keeps what it made, as in Prefect.
      await deleteOldArtifacts(tx, kind.workspace_id, ids);
      return { gone, last };
    });
    for (const lease of gone.leases) await this.concurrency.release(ctx, lease);
    const tookMs = performance.now() - started;
    if (last || tookMs > batchMs) this.fit(tookMs);
    return { gone: gone.ids.length, last };
  }

  /** Larger by half at most, or smaller by half: one slow moment says little. */
  private fit(tookMs: number): void {
    const wanted = this.batch * Math.min(1.5, Math.max(0.5, batchMs / tookMs));
    this.batch = Math.round(Math.min(batchMax, Math.max(batchMin, wanted)));
  }
}
