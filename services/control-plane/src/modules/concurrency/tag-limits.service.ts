import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '@headgate/contracts';
import type { TagLimitDraft, TagSlots } from '@headgate/contracts/rest/concurrency';
import type { Ctx } from '../../core/access/ctx.js';
import { groupedBy } from '../../core/batch/grouped.js';
import { Database } from '../../core/db/database.js';
import type { Db } from '../../core/db/db.js';
import type { Sql } from '../../core/db/fixed.js';
import { AppError, notFound } from '../../core/errors/app-error.js';
import {
  deleteLimit,
  findLimit,
  listHolders,
  listLimits,
  replaceHolders,
  upsertLimit,
  type ConcurrencyLimit,
  type LimitsPage,
} from './concurrency.queries.js';
import { LimitChanges } from './limit-changes.js';
import { blockingOf } from './retry-after.js';
import {
  endLeasesOfTaskRun,
  endLeasesOfTaskRuns,
  seeByNames,
  takeByNames,
  takeOnceByNames,
  takeValues,
  type GivenBack,
  type SeenLimit,
} from './slots.sql.js';
import { TurnedAway } from './turned-away.js';

export const tagPrefix = 'tag:';
const nameOf = (tag: string): string => tagPrefix + tag;

/** A limit of a tag and the task runs that hold a slot of it. */
export type TagLimit = ConcurrencyLimit & { holders: string[] };

/** An active limit of a tag and how many of its slots are in use. */
export type TagUse = { tag: string; limit: number; used: number; occupancySeconds: number };

/** Old clients do not renew: a slot is theirs until they give it back or somebody resets the limit. */
const leaseSeconds = 5 * 365 * 86_400;

/** Version 1 of the limits, on top of version 2: the limit of a tag is the one named `tag:` and the tag. */
@Injectable()
export class TagLimitsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LimitChanges) private readonly changes: LimitChanges,
    @Inject(TurnedAway) private readonly away: TurnedAway,
  ) {}

  /** `made` is false when the tag had a limit, which then has the new size. */
  async upsert(
    ctx: Ctx,
    tx: Db,
    { tag, concurrency_limit: limit }: TagLimitDraft,
  ): Promise<{ limit: TagLimit; made: boolean }> {
    const { made, ...saved } = await upsertLimit(tx, ctx.workspaceId, nameOf(tag), limit);
    await this.changes.tell(ctx, tx, made ? 'created' : 'updated', saved);
    return { limit: (await withHolders(tx, ctx, [saved]))[0]!, made };
  }

  async get(ctx: Ctx, id: string): Promise<TagLimit> {
    const { db } = this.database;
    return (await withHolders(db, ctx, [await find(db, ctx, id)]))[0]!;
  }

  getByTag(ctx: Ctx, tag: string): Promise<TagLimit> {
    return this.get(ctx, nameOf(tag));
  }

  async list(ctx: Ctx, page: LimitsPage): Promise<TagLimit[]> {
    const { db } = this.database;
    return withHolders(db, ctx, await listLimits(db, ctx.workspaceId, { ...page, prefix: tagPrefix }));
  }

  async delete(ctx: Ctx, tx: Db, key: { id: string } | { tag: string }): Promise<ConcurrencyLimit> {
    const { id } = await find(tx, ctx, 'id' in key ? key.id : nameOf(key.tag));
    return this.changes.tell(ctx, tx, 'deleted', await deleteLimit(tx, ctx.workspaceId, id));
  }

  /** Takes the slots away from whoever holds them; those named hold them from now on. */
  async reset(ctx: Ctx, tx: Db, tag: string, taskRunIds: string[]): Promise<void> {
    const { id } = await find(tx, ctx, nameOf(tag));
    await replaceHolders(tx, ctx.workspaceId, id, taskRunIds, leaseSeconds);
  }

  /**
   * One slot of each tag's active limit for the task run, or none at all: then `locked`, with when to ask again unless the
   * limit is 0. What is said again, because its answer was lost, takes nothing more.
   */
  async take(ctx: Ctx, { names, task_run_id: taskRunId }: TagSlots): Promise<SeenLimit[]> {
    const lease = { id: leaseIdOf(taskRunId, names), seconds: leaseSeconds, holder: holderOf(taskRunId) };
    const values = takeValues(ctx.workspaceId, names.map(nameOf), { slots: 1 }, lease);
    const take = () => takeOnceByNames(this.database.sql, values);
    // Of two that came at once the second finds the lease of the first, whose slots it then sees.
    const seen = await take().catch((error: unknown) => (isTaken(error) ? take() : Promise.reject(error as Error)));
    if (seen.every((limit) => limit.taken)) return seen.filter((limit) => limit.active);
    throw this.refusal(seen);
  }

  /** The active limits of these tags as they stand, in the caller's transaction. */
  async look(ctx: Ctx, sql: Sql, tags: string[]): Promise<TagUse[]> {
    return (await seeByNames(sql, [ctx.workspaceId, tags.map(nameOf)])).map(toUse);
  }

  /** Takes like `take`, in the caller's transaction; answers the limits as they stood when a slot is missing, else null. */
  async seize(ctx: Ctx, sql: Sql, tags: string[], taskRunId: string): Promise<TagUse[] | null> {
    const lease = { id: newId(), seconds: leaseSeconds, holder: holderOf(taskRunId) };
    const seen = await takeByNames(sql, takeValues(ctx.workspaceId, tags.map(nameOf), { slots: 1 }, lease));
    return seen.every((limit) => limit.taken) ? null : seen.filter((limit) => limit.active).map(toUse);
  }

  /** Gives back what the task run holds, in the caller's transaction. */
  async release(ctx: Ctx, sql: Sql, tags: string[], taskRunId: string): Promise<void> {
    await endLeasesOfTaskRun(sql, [ctx.workspaceId, tags.map(nameOf), taskRunId]);
  }

  /** Gives back all that these task runs hold, in the caller's transaction. */
  async releaseAll(sql: Sql, runs: { workspace_id: string; id: string }[]): Promise<void> {
    if (runs.length === 0) return;
    await endLeasesOfTaskRuns(sql, [runs.map((run) => run.workspace_id), runs.map((run) => run.id)]);
  }

  giveBack(ctx: Ctx, { names, task_run_id: taskRunId }: TagSlots): Promise<GivenBack[]> {
    return endLeasesOfTaskRun(this.database.sql, [ctx.workspaceId, names.map(nameOf), taskRunId]);
  }

  private refusal(seen: SeenLimit[]): AppError {
    const tagOf = (limit: SeenLimit) => limit.name.slice(tagPrefix.length);
    const closed = seen.find((limit) => !limit.possible);
    if (closed) {
      const why = `The concurrency limit on tag "${tagOf(closed)}" is 0 and will deadlock if the task tries to run again.`;
      return new AppError('locked', why);
    }
    const blocking = blockingOf(seen, 1);
    const retryAfter = { retryAfterSeconds: this.away.secondsFor(seen, 1) };
    return new AppError(
      'locked',
      `Concurrency limit for the ${tagOf(blocking[0]!)} tag has been reached`,
      {},
      retryAfter,
    );
  }
}

const holderOf = (taskRunId: string) => ({ type: 'task_run' as const, id: taskRunId });
const isTaken = (error: unknown): boolean => error instanceof AppError && error.kind === 'conflict';

/** The same whenever a task run asks for the same tags: the table holds one of them. */
function leaseIdOf(taskRunId: string, names: string[]): string {
  const digest = createHash('sha256').update(JSON.stringify([taskRunId.toLowerCase(), [...new Set(names)].toSorted()]));
  return digest.digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
}

async function find(db: Db, { workspaceId }: Ctx, idOrName: string): Promise<ConcurrencyLimit> {
  const limit = await findLimit(db, { workspaceId, idOrName });
  if (!limit?.name.startsWith(tagPrefix)) throw notFound('Concurrency limit not found');
  return limit;
}

async function withHolders(db: Db, { workspaceId }: Ctx, limits: ConcurrencyLimit[]): Promise<TagLimit[]> {
  const ids = limits.map((limit) => limit.id);
  const holders = await listHolders(db, workspaceId, ids);
  const byLimit = groupedBy(holders, (each) => each.limitId);
  return limits.map((limit) => ({
    ...limit,
    holders: (byLimit.get(limit.id) ?? []).map((each) => each.taskRunId),
  }));
}

const toUse = ({ name, limit, used, occupancy }: Pick<SeenLimit, 'name' | 'limit' | 'used' | 'occupancy'>): TagUse => ({
  tag: name.slice(tagPrefix.length),
  limit,
  used,
  occupancySeconds: occupancy,
});
