import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type {
  ConcurrencyLimitChange,
  ConcurrencyLimitDraft,
  Decrement,
  IncrementWithLease,
  SlotHolder,
} from '@headgate/contracts/rest/concurrency';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import { AppError, invalid } from '../../core/errors/app-error.js';
import { Live, topics } from '../../core/live/live.js';
import {
  deleteLimit,
  findLimit,
  insertLimit,
  listLimits,
  updateLimit,
  upsertLimit,
  type ConcurrencyLimit,
  type LimitsPage,
} from './concurrency.queries.js';
import { LimitChanges, limitNotFound } from './limit-changes.js';
import {
  endExpiredLeases,
  endLease,
  giveBackByNames,
  leasesOfDeployments,
  leasesOfTaskRuns,
  poolsWaitingFor,
  renewLease,
  takeByIds,
  takeByNames,
  takeValues,
  type GivenBack,
  type Lease,
  type SeenLimit,
} from './slots.sql.js';
import { TurnedAway } from './turned-away.js';

const leaseSecondsDefault = 300;

export type Wanted = { names: string[]; slots: number; mode?: 'concurrency' | 'rate_limit' };

type LeaseKey = { workspace_id: string; lease_id: string };

const firstId = '00000000-0000-0000-0000-000000000000';

/** Named numbers of slots. A lease holds slots of several limits and gives them back when it is not renewed in time. */
@Injectable()
export class ConcurrencyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LimitChanges) private readonly changes: LimitChanges,
    @Inject(Live) private readonly live: Live,
    @Inject(TurnedAway) private readonly away: TurnedAway,
  ) {}

  async create(ctx: Ctx, tx: Db, draft: ConcurrencyLimitDraft): Promise<ConcurrencyLimit> {
    return this.changes.tell(ctx, tx, 'created', await insertLimit(tx, ctx.workspaceId, draft));
  }

  get(ctx: Ctx, idOrName: string): Promise<ConcurrencyLimit> {
    return this.find(ctx, this.database.db, idOrName);
  }

  private async find({ workspaceId }: Ctx, db: Db, idOrName: string): Promise<ConcurrencyLimit> {
    const limit = await findLimit(db, { workspaceId, idOrName });
    if (!limit) throw limitNotFound();
    return limit;
  }

  list(ctx: Ctx, page: LimitsPage): Promise<ConcurrencyLimit[]> {
    return listLimits(this.database.db, ctx.workspaceId, page);
  }

  async update(ctx: Ctx, tx: Db, idOrName: string, change: ConcurrencyLimitChange): Promise<ConcurrencyLimit> {
    const { id } = await this.find(ctx, tx, idOrName);
    return this.changes.tell(ctx, tx, 'updated', await updateLimit(tx, ctx.workspaceId, id, change));
  }

  async delete(ctx: Ctx, tx: Db, idOrName: string): Promise<ConcurrencyLimit> {
    const { id } = await this.find(ctx, tx, idOrName);
    return this.changes.tell(ctx, tx, 'deleted', await deleteLimit(tx, ctx.workspaceId, id));
  }

  /** Whoever waits for slots of this limit, or of this deployment, is looked at anew: there may be more of them. */
  async wake(ctx: Ctx, limitOrDeploymentId: string): Promise<void> {
    this.ring(await poolsWaitingFor(this.database.sql, [ctx.workspaceId, limitOrDeploymentId]));
  }

  /**
   * Takes slots from all limits with these names, or from none; names without a limit do not constrain. Without a lease
   * they stay taken until they are given back. Throws `invalid` when waiting cannot help, `locked` when it can.
   */
  async take(ctx: Ctx, wanted: Wanted, lease?: Lease): Promise<SeenLimit[]> {
    const seen = await takeByNames(this.database.sql, takeValues(ctx.workspaceId, wanted.names, wanted, lease));
    if (seen.every((limit) => limit.taken)) return seen;
    throw this.refusal(seen, wanted);
  }

  /** Takes them for a time. */
  async lease(ctx: Ctx, wanted: IncrementWithLease): Promise<{ leaseId: string; limits: SeenLimit[] }> {
    const lease = { id: newId(), seconds: wanted.lease_duration ?? leaseSecondsDefault, holder: wanted.holder };
    return { leaseId: lease.id, limits: await this.take(ctx, wanted, lease) };
  }

  async giveBack(ctx: Ctx, { names, slots, occupancy_seconds: seconds }: Decrement): Promise<GivenBack[]> {
    return this.ring(await giveBackByNames(this.database.sql, [ctx.workspaceId, names, slots, seconds ?? null]));
  }

  /** For a deployment's own limit: the id of the lease, or null when no slot is free. A limit that is gone does not constrain. */
  async acquire(
    ctx: Ctx,
    limitId: string,
    { slots = 1, leaseSeconds, holder }: { slots?: number; leaseSeconds: number; holder?: SlotHolder },
  ): Promise<string | null> {
    const lease = { id: newId(), seconds: leaseSeconds, holder };
    const seen = await takeByIds(this.database.sql, takeValues(ctx.workspaceId, [limitId], { slots }, lease));
    return seen.every((limit) => limit.taken) ? lease.id : null;
  }

  /** False when the lease is gone. One that has expired but still stands lives on. */
  async renew(ctx: Ctx, leaseId: string, leaseSeconds: number): Promise<boolean> {
    return (await renewLease(this.database.sql, [ctx.workspaceId, leaseId, leaseSeconds])).length > 0;
  }

  /** For who has been told that it holds: throws `gone` when it does not. */
  async keep(ctx: Ctx, leaseId: string, leaseSeconds = leaseSecondsDefault): Promise<void> {
    if (await this.renew(ctx, leaseId, leaseSeconds)) return;
    throw new AppError('gone', 'Lease not found - it may have expired or been revoked');
  }

  /** Gives back what the lease holds; nothing happens when it is gone. */
  async release(ctx: Ctx, leaseId: string): Promise<void> {
    this.ring(await endLease(this.database.sql, [ctx.workspaceId, leaseId]));
  }

  /** Makes the limit with this name exist with this size, in the caller's transaction; answers its id. */
  async ensureLimit(ctx: Ctx, db: Db, name: string, limit: number): Promise<string> {
    return (await upsertLimit(db, ctx.workspaceId, name, limit)).id;
  }

  /** Deletes a limit and its leases, in the caller's transaction; nothing happens when it is gone. */
  async deleteLimit(ctx: Ctx, db: Db, limitId: string): Promise<void> {
    await deleteLimit(db, ctx.workspaceId, limitId);
  }

  /** Leases that runs took for their deployments, or task runs for their tags, a while ago, page by page. */
  leasesOf(holders: 'flow runs' | 'task runs', after: LeaseKey | undefined, limit: number) {
    const select = holders === 'flow runs' ? leasesOfDeployments : leasesOfTaskRuns;
    return select(this.database.sql, [after?.workspace_id ?? firstId, after?.lease_id ?? firstId, limit]);
  }

  /** Gives back what leases hold that were not renewed in time, batch by batch; answers how many leases ended. */
  async expireLeases(batchSize = 500): Promise<number> {
    let ended = 0;
    while (true) {
      const [batch] = this.ring(await endExpiredLeases(this.database.sql, [batchSize]));
      ended += batch!.leases;
      if (batch!.leases < batchSize) return ended;
    }
  }

  /** There is a slot: who waits in these pools may start. */
  private ring<Row extends { pools: string[] }>(freed: Row[]): Row[] {
    for (const pool of new Set(freed.flatMap((each) => each.pools))) this.live.publish(topics.pool(pool));
    return freed;
  }

  private refusal(seen: SeenLimit[], { slots }: Wanted): AppError {
    if (seen.some((limit) => limit.active && limit.limit < slots))
      return invalid('Slots requested is greater than the limit');
    const undecaying = seen.filter((limit) => !limit.possible).map((limit) => limit.name);
    if (undecaying.length > 0)
      return invalid(
        'Only concurrency limits with slot decay can be used for rate limiting. ' +
          `The following limits do not have a decay configured: '${undecaying.join(',')}'`,
      );
    return new AppError('locked', 'Locked', {}, { retryAfterSeconds: this.away.secondsFor(seen, slots) });
  }
}
