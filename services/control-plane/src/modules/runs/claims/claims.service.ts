import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import { systemCtx, type Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import { joined } from '../../../core/db/joined.js';
import { TooMuch } from '../../../core/errors/too-much.js';
import { wireTime } from '../../../core/events/events.js';
import type { Sql } from '../../../core/db/fixed.js';
import { Turns } from '../../../core/fair/turns.js';
import { Metrics } from '../../../core/health/metrics.js';
import { Live } from '../../../core/live/live.js';
import { LOGGER } from '../../../core/log/log.module.js';
import type { Logger } from '../../../core/log/logger.js';
import { Nudges } from '../../../core/loops/nudges.js';
import { toFlowRunJson, type FlowRunRow } from '../flow-runs/flow-run.js';
import { FlowRunsService } from '../flow-runs/flow-runs.service.js';
import {
  cancellingOf,
  claimedRuns,
  endLeases,
  holdersOfRuns,
  lockPool,
  nextDue,
  renewClaims,
  reserveDueRuns,
} from './claims.sql.js';
import { settle } from '../loops/settle.js';
import { awaitingSlot } from '../states/rules/deployment-slot.js';
import type { ClaimAnswer, ClaimedRun, ClaimWish } from './claim.js';
import { PoolDesk, type DeskWork } from './pool-desk.js';

type Reserved = { flow_run_id: string; one_by_one: string | null; blocked: boolean };
const isRun = (row: { flow_run_id: string | null }): row is Reserved => row.flow_run_id !== null;
/** What a look found: runs that may start, and those for which their deployments have no slot. */
type Found = { reserved: Reserved[]; blocked: Reserved[] };

type Look = Pick<ClaimWish, 'poolId' | 'queueNames' | 'limit'>;
type Share = { run: Reserved; taker: number };

/** What goes one by one stands in line; everything else goes at once. */
function inLines(shares: Share[]): Share[][] {
  const lines = new Map<string, Share[]>();
  for (const share of shares) {
    const key = share.run.one_by_one ?? share.run.flow_run_id;
    lines.set(key, [...(lines.get(key) ?? []), share]);
  }
  return [...lines.values()];
}

/** Each in turn, as long as it wants more: load spreads over those who wait. */
function shareOut(runs: Reserved[], takers: ClaimWish[]): Share[] {
  const left = takers.map(({ limit }) => limit);
  let taker = 0;
  return runs.map((run) => {
    while (left[taker] === 0) taker = (taker + 1) % takers.length;
    const share = { run, taker };
    left[taker]! -= 1;
    taker = (taker + 1) % takers.length;
    return share;
  });
}

/** So many runs are handed out in one go. */
const atOnceMax = 100;
/** Where runs without a slot stand in the way, so many of a queue are looked through at once, and so many times. */
const lookThrough = 200;
const looksMax = 20;
/** Up to such a share earlier than they ask for are those answered for whom there is nothing. */
const waitSpread = 0.1;
/** A desk where nobody waits is kept for the next poll of its agents. */
const keptMs = 60_000;

type Kept = { desk: PoolDesk; usedAt: number };

/** Hands due runs to agents: a claim is a lease with a fencing id. */
@Injectable()
export class ClaimsService implements OnModuleDestroy {
  private readonly desks = new Map<string, Kept>();
  private sweeper: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
    @Inject(Live) private readonly live: Live,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Turns) private readonly turns: Turns,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(Nudges) private readonly nudges: Nudges,
  ) {}

  /** Waiting agents are answered, and ask another process. */
  onModuleDestroy(): void {
    this.isEnding = true;
    clearInterval(this.sweeper);
    for (const { desk } of this.desks.values()) desk.close();
  }

  /** Answers as soon as there is something to do, or empty-handed after the time. `gone` aborts when the asker has left. */
  async claim(ctx: Ctx, wish: ClaimWish, waitSeconds: number, gone: AbortSignal): Promise<ClaimAnswer> {
    if (this.isEnding) return { runs: [], cancelling: [] };
    // Those who came together, as after a restart, come apart.
    const withinMs = waitSeconds * 1000 * (1 - waitSpread * Math.random());
    return this.deskOf(ctx, wish.poolId).wait(wish, withinMs, gone);
  }

  /** How many wait in this process. */
  get waiting(): number {
    return [...this.desks.values()].reduce((sum, { desk }) => sum + desk.size, 0);
  }

  private deskOf({ workspaceId }: Ctx, poolId: string): PoolDesk {
    let kept = this.desks.get(poolId);
    if (!kept) {
      kept = {
        desk: new PoolDesk(this.live, poolId, this.workOf(systemCtx(workspaceId, 'claims', this.log), poolId)),
        usedAt: 0,
      };
      this.desks.set(poolId, kept);
      this.sweeper ??= setInterval(() => this.sweep(), keptMs / 2).unref();
    }
    kept.usedAt = Date.now();
    return kept.desk;
  }

  private sweep(): void {
    for (const [poolId, { desk, usedAt }] of this.desks) {
      if (!desk.isIdle || usedAt > Date.now() - keptMs) continue;
      desk.close();
      this.desks.delete(poolId);
    }
  }

  private workOf(ctx: Ctx, poolId: string): DeskWork {
    const { sql } = this.database;
    return {
      handOut: (takers) => this.turns.during('light', ctx.workspaceId, () => this.handOut(ctx, takers)),
      giveBack: async ({ agentId }, runs) => {
        const claimIds = runs.map((run) => run.claim_id);
        await this.release(ctx, agentId, claimIds);
      },
      nextDue: async (queueNames) => {
        const [row] = await nextDue(sql, [ctx.workspaceId, poolId, queueNames]);
        return row?.in_seconds == null ? null : row.in_seconds * 1000;
      },
      cancelling: (agentIds) => cancellingOf(sql, [ctx.workspaceId, agentIds]),
      holdersOf: async (runIds) => (await holdersOfRuns(sql, [ctx.workspaceId, runIds])).map((row) => row.agent_id),
    };
  }

  /**
   * Reserve, then make PENDING through the policy: a run that the policy refuses (no free slot) stays, or waits anew. The
   * takers wait at one pool for the same queues.
   */
  private async handOut(ctx: Ctx, takers: ClaimWish[]): Promise<{ runs: ClaimedRun[][]; more: boolean }> {
    const { poolId, queueNames } = takers[0]!;
    const wanted = Math.min(
      atOnceMax,
      takers.reduce((sum, { limit }) => sum + limit, 0),
    );
    const { reserved, blocked } = await this.find(ctx, { poolId, queueNames, limit: wanted });
    const claims = new Map<string, { claimId: string; taker: number }>();
    const moves = inLines(shareOut(reserved, takers)).map(async (line) => {
      for (const { run, taker } of line) {
        const claimId = await this.claimOne(ctx, takers[taker]!, run.flow_run_id);
        if (claimId) claims.set(run.flow_run_id, { claimId, taker });
      }
    });
    await Promise.all(moves);
    await this.setAside(ctx, blocked);
    this.metrics.claims.inc(claims.size);
    const now = wireTime();
    const ids = reserved.map((row) => row.flow_run_id).filter((id) => claims.has(id));
    const runs: ClaimedRun[][] = takers.map(() => []);
    for (const row of await this.firstOf(ctx, ids)) {
      const { claimId, taker } = claims.get(row.id)!;
      claims.delete(row.id);
      const { leaseSeconds } = takers[taker]!;
      runs[taker]!.push({ claim_id: claimId, lease_seconds: leaseSeconds, flow_run: toFlowRunJson(row, now) });
    }
    for (const { claimId, taker } of claims.values()) await this.release(ctx, takers[taker]!.agentId, [claimId]);
    return { runs, more: reserved.length === wanted || blocked.length > 0 || claims.size > 0 };
  }

  /** As many as can be read at once: what they have been given may be large. */
  private async firstOf(ctx: Ctx, ids: string[]): Promise<FlowRunRow[]> {
    try {
      return await this.runs.getMany(ctx, ids);
    } catch (error) {
      if (!(error instanceof TooMuch) || ids.length === 1) throw error;
      return this.firstOf(ctx, ids.slice(0, Math.ceil(ids.length / 2)));
    }
  }

  /** Past those for whom there is no slot, if nothing else is there. */
  private async find(ctx: Ctx, wish: Look): Promise<Found> {
    let found = await this.reserve(ctx, wish, wish.limit);
    for (let looks = 1; found.reserved.length === 0 && found.blocked.length > 0 && looks < looksMax; looks++) {
      await this.setAside(ctx, found.blocked);
      found = await this.reserve(ctx, wish, Math.max(wish.limit, lookThrough));
    }
    return found;
  }

  /** Where there are limits, rivals count one after the other, each seeing what the one before has reserved. */
  private async reserve(ctx: Ctx, wish: Look, depth: number): Promise<Found> {
    const reserve = (sql: Sql, isLocked: boolean) =>
      reserveDueRuns(sql, [ctx.workspaceId, wish.poolId, wish.queueNames, wish.limit, isLocked, depth]);
    const rows = await reserve(this.database.sql, false);
    const answered = rows.every(isRun)
      ? rows
      : await this.database.db.transaction().execute(async (tx) => {
          await lockPool(joined(tx), [ctx.workspaceId, wish.poolId]);
          return (await reserve(joined(tx), true)).filter(isRun);
        });
    return { reserved: answered.filter((run) => !run.blocked), blocked: answered.filter((run) => run.blocked) };
  }

  /** They wait for a slot from now on: nobody finds them again before there is one. */
  private setAside(ctx: Ctx, runs: Reserved[]): Promise<void> {
    return settle(runs, ({ flow_run_id: id }) => this.runs.setState(ctx, id, awaitingSlot, { policy: 'late' }));
  }

  /** Answers the claim's id; null when the run is not to be had. */
  private async claimOne(ctx: Ctx, wish: ClaimWish, id: string): Promise<string | null> {
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

  async cancelling(ctx: Ctx, agentId: string): Promise<string[]> {
    return (await cancellingOf(this.database.sql, [ctx.workspaceId, [agentId]])).map((row) => row.flow_run_id);
  }

  async renew(ctx: Ctx, agentId: string, claimIds: string[], leaseSeconds: number) {
    const kept = new Set(
      (await renewClaims(this.database.sql, [ctx.workspaceId, agentId, claimIds, leaseSeconds])).map(
        (row) => row.claim_id,
      ),
    );
    const cancelling = await this.cancelling(ctx, agentId);
    return { renewed: claimIds.filter((id) => kept.has(id)), lost: claimIds.filter((id) => !kept.has(id)), cancelling };
  }

  /** Their leases end now, not in their time: the loop that recovers what was lost looks at once. */
  async abandon(ctx: Ctx, agentId: string, claimIds: string[]): Promise<{ abandoned: string[] }> {
    const ended = await endLeases(this.database.sql, [ctx.workspaceId, agentId, claimIds]);
    if (ended.length > 0) this.nudges.nudge('recover-lost-claims');
    return { abandoned: ended.map((row) => row.claim_id) };
  }

  /** Gives back what was not started: still PENDING runs are due again at once. */
  async release(ctx: Ctx, agentId: string, claimIds: string[]): Promise<{ released: string[] }> {
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
