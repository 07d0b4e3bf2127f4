import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { joined } from '../../../core/db/joined.js';
import { wireTime } from '../../../core/events/events.js';
import { Turns } from '../../../core/fair/turns.js';
import { Metrics } from '../../../core/health/metrics.js';
import { Bell } from '../../../core/live/bell.js';
import { Live, topics } from '../../../core/live/live.js';
import { toFlowRunJson, type FlowRunJson } from '../flow-runs/flow-run.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import { cancellingOf, claimedRuns, lockPool, nextDue, renewClaims, reserveDueRuns } from './claims.sql.js';

type Asker = Pick<Ctx, 'workspaceId'>;
export type ClaimWish = {
  poolId: string;
  agentId: string;
  agentName: string;
  limit: number;
  queueNames: string[];
  leaseSeconds: number;
};
export type ClaimedRun = { claim_id: string; lease_seconds: number; flow_run: FlowRunJson };
export type ClaimAnswer = { runs: ClaimedRun[]; cancelling: string[] };

type Reserved = { flow_run_id: string; one_by_one: string | null };
const isReserved = (row: { flow_run_id: string | null }): row is Reserved => row.flow_run_id !== null;

/** What goes one by one stands in line; everything else goes at once. */
function inLines(runs: Reserved[]): Reserved[][] {
  const lines = new Map<string, Reserved[]>();
  for (const run of runs) {
    const key = run.one_by_one ?? run.flow_run_id;
    lines.set(key, [...(lines.get(key) ?? []), run]);
  }
  return [...lines.values()];
}

/** Without Redis nobody rings for what other processes did: then everybody looks for themselves. */
const lookWithoutBellMs = 1_000;

/** Hands due runs to agents: a claim is a lease with a fencing id. */
@Injectable()
export class ClaimsService implements OnModuleDestroy {
  /** When this process ends, waiting agents are answered and ask another one. */
  private readonly ending = new AbortController();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Turns) private readonly turns: Turns,
  ) {}

  onModuleDestroy(): void {
    this.ending.abort();
  }

  /** Answers as soon as there is something to do, or empty-handed after the time. `asker` aborts when the asker has left. */
  async claim(ctx: Asker, wish: ClaimWish, waitSeconds: number, asker: AbortSignal): Promise<ClaimAnswer> {
    const gone = AbortSignal.any([asker, this.ending.signal]);
    const deadline = Date.now() + waitSeconds * 1000;
    const bell = new Bell(this.live, topics.pool(wish.poolId));
    try {
      while (true) {
        const answer = await this.turns.during('light', ctx.workspaceId, () => this.look(ctx, wish));
        const left = deadline - Date.now();
        if (answer.runs.length > 0 || answer.cancelling.length > 0 || left <= 0 || gone.aborted) return answer;
        const unheard = this.live.connected ? Infinity : lookWithoutBellMs;
        await bell.ring(Math.min(left, await this.untilNextDue(ctx, wish), unheard), gone);
        // Who has left takes nothing along.
        if (gone.aborted) return { runs: [], cancelling: [] };
      }
    } finally {
      bell.stop();
    }
  }

  private async look(ctx: Asker, wish: ClaimWish): Promise<ClaimAnswer> {
    const [runs, cancelling] = await Promise.all([
      wish.limit > 0 ? this.take(ctx, wish) : [],
      this.cancelling(ctx, wish.agentId),
    ]);
    return { runs, cancelling };
  }

  /** Reserve, then make PENDING through the policy: a run that the policy refuses (no free slot) stays, or waits anew. */
  private async take(ctx: Asker, wish: ClaimWish): Promise<ClaimedRun[]> {
    const reserved = await this.reserve(ctx, wish);
    const claims = new Map<string, string>();
    const moves = inLines(reserved).map(async (line) => {
      for (const { flow_run_id: id } of line) {
        const claimId = await this.claimOne(ctx, wish, id);
        if (claimId) claims.set(id, claimId);
      }
    });
    await Promise.all(moves);
    this.metrics.claims.inc(claims.size);
    const now = wireTime();
    const rows = await this.runs.getMany(
      ctx,
      reserved.map((row) => row.flow_run_id).filter((id) => claims.has(id)),
    );
    return rows.map((row) => ({
      claim_id: claims.get(row.id)!,
      lease_seconds: wish.leaseSeconds,
      flow_run: toFlowRunJson(row, now),
    }));
  }

  /** Where there are limits, rivals count one after the other, each seeing what the one before has reserved. */
  private async reserve(ctx: Asker, wish: ClaimWish): Promise<Reserved[]> {
    const values = [ctx.workspaceId, wish.poolId, wish.queueNames, wish.limit];
    const rows = await reserveDueRuns(this.database.sql, [...values, false]);
    if (rows.every(isReserved)) return rows;
    return this.database.db.transaction().execute(async (tx) => {
      await lockPool(joined(tx), [ctx.workspaceId, wish.poolId]);
      return (await reserveDueRuns(joined(tx), [...values, true])).filter(isReserved);
    });
  }

  /** Answers the claim's id; null when the run is not to be had. */
  private async claimOne(ctx: Asker, wish: ClaimWish, id: string): Promise<string | null> {
    const claim = {
      claim_id: newId(),
      agent_id: wish.agentId,
      agent_name: wish.agentName,
      lease_seconds: wish.leaseSeconds,
    };
    const pending = { type: 'PENDING', message: `Claimed by ${wish.agentName}` } as const;
    const result = await this.runs.setState(ctx, id, pending, { claim });
    return result.status === 'ACCEPT' ? claim.claim_id : null;
  }

  private async untilNextDue(ctx: Asker, wish: ClaimWish): Promise<number> {
    if (wish.limit === 0) return Infinity;
    const [row] = await nextDue(this.database.sql, [ctx.workspaceId, wish.poolId]);
    const seconds = row?.in_seconds ?? null;
    // What is due but was not claimed waits for a slot, or is reserved by another process: not worth a tight loop.
    return seconds === null ? Infinity : seconds <= 0 ? 250 : seconds * 1000 + 1;
  }

  async cancelling(ctx: Asker, agentId: string): Promise<string[]> {
    return (await cancellingOf(this.database.sql, [ctx.workspaceId, agentId])).map((row) => row.flow_run_id);
  }

  async renew(ctx: Asker, agentId: string, claimIds: string[], leaseSeconds: number) {
    const kept = new Set(
      (await renewClaims(this.database.sql, [ctx.workspaceId, agentId, claimIds, leaseSeconds])).map(
        (row) => row.claim_id,
      ),
    );
    const cancelling = await this.cancelling(ctx, agentId);
    return { renewed: claimIds.filter((id) => kept.has(id)), lost: claimIds.filter((id) => !kept.has(id)), cancelling };
  }

  /** Gives back what was not started: still PENDING runs are due again at once. */
  async release(ctx: Asker, agentId: string, claimIds: string[]): Promise<{ released: string[] }> {
    const held = await claimedRuns(this.database.sql, [ctx.workspaceId, agentId, claimIds]);
    const released: string[] = [];
    for (const { flow_run_id, claim_id } of held) {
      const run = await this.runs.getRow(ctx, flow_run_id);
      if (run.state_type !== 'PENDING') continue;
      const again = {
        type: 'SCHEDULED',
        message: 'Given back by the agent',
        state_details: { scheduled_time: run.state!.state_details.scheduled_time ?? wireTime() },
      } as const;
      const result = await this.runs.setState(ctx, flow_run_id, again, { claimShown: claim_id });
      if (result.written) released.push(claim_id);
    }
    return { released };
  }
}
