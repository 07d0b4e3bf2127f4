import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { joined } from '../../../core/db/joined.js';
import type { Db } from '../../../core/db/db.js';
import { storableRows } from '../../../core/db/json-rows.js';
import { Metrics } from '../../../core/health/metrics.js';
import { Work } from '../../../core/unit-of-work/work.js';
import { lockWaitingRuns } from '../flow-runs/flow-runs.queries.js';
import { decide } from '../states/decide.js';
import { propose } from '../states/state.js';
import { selectFacts } from './facts.sql.js';
import { toMove } from './move.js';
import { moveRuns } from './move.sql.js';
import { factsOf, noSlot } from './set-state.js';

/** So many are moved in one statement: others go on in between. */
const sliceMax = 100;

/**
 * Ends runs of one workspace that nobody has begun, in the transaction of the caller. Whoever is about to begin one holds
 * its row, or has moved it: then it is left alone, so that no run is both begun and skipped.
 */
@Injectable()
export class SkipRuns {
  constructor(
    @Inject(Work) private readonly work: Work,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** `why` each run is skipped, by its id. Answers the ids of those that were. */
  async skip(ctx: Ctx, tx: Db, why: Map<string, string>): Promise<Set<string>> {
    const locked = await lockWaitingRuns(tx, ctx.workspaceId, [...why.keys()]);
    const skipped = new Set<string>();
    for (let at = 0; at < locked.length; at += sliceMax)
      await this.skipSlice(ctx, tx, locked.slice(at, at + sliceMax), why, skipped);
    return skipped;
  }

  private async skipSlice(
    ctx: Ctx,
    tx: Db,
    locked: string[],
    why: Map<string, string>,
    skipped: Set<string>,
  ): Promise<void> {
    const runs = await selectFacts(joined(tx), [locked.map(() => ctx.workspaceId), locked]);
    const moves = runs.flatMap((run) => {
      const facts = factsOf(run, noSlot, {});
      const proposed = propose({ type: 'CANCELLED', name: 'Skipped', message: why.get(run.id) }, facts.now);
      const verdict = decide(facts, proposed, 'late');
      return verdict.kind === 'write'
        ? toMove(run, facts, verdict.draft, { claim: null, isLost: false, by: null })
        : [];
    });
    if (moves.length === 0) return;
    const written = await moveRuns(joined(tx), [storableRows(moves.map((move) => move.row))]);
    const states = new Set(written.map((row) => row.state_id));
    const done = moves.filter(({ state }) => states.has(state.id));
    for (const { row } of done) skipped.add(String(row['id']));
    this.work.announce(
      ctx,
      tx,
      done.map(({ event }) => event),
    );
    this.work.afterCommit(tx, () => this.metrics.stateChanges.inc({ type: 'CANCELLED' }, done.length));
  }
}
