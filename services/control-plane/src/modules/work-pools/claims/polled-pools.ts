import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Ctx } from '../../../core/access/ctx.js';
import { AnswerCache } from '../../../core/batch/answer-cache.js';
import { SharedReads } from '../../../core/batch/shared-reads.js';
import { Database } from '../../../core/db/database.js';
import { notFound } from '../../../core/errors/app-error.js';
import { Live, topics, type NamedPool } from '../../../core/live/live.js';
import type { ServedPool } from '../pools/work-pool.js';
import { findPolledPools } from './claims.sql.js';

const keptMax = 20_000;
/** Nobody trusts for longer that every message came. */
const trustMs = 30_000;

/**
 * The pools that agents poll, from memory: a poll that finds nothing to do costs no statement. News of a pool make it
 * forgotten at once; while news of other processes do not come through, nothing is remembered. Whether a pool is paused is
 * not asked here, but where its runs are taken.
 */
@Injectable()
export class PolledPools implements OnModuleInit, OnModuleDestroy {
  private readonly kept = new AnswerCache<ServedPool | undefined>(keptMax, trustMs);
  private readonly reads: SharedReads<ServedPool>;
  private ends: (() => void)[] = [];

  constructor(
    @Inject(Database) { sql }: Database,
    @Inject(Live) private readonly live: Live,
  ) {
    this.reads = new SharedReads((...asked) => findPolledPools(sql, asked));
  }

  onModuleInit(): void {
    this.ends = [
      this.live.subscribe(topics.pools, (payload) => this.forget(payload as NamedPool)),
      this.live.onGap(() => this.kept.clear()),
    ];
  }

  onModuleDestroy(): void {
    for (const end of this.ends) end();
  }

  /** Throws notFound. */
  async get({ workspaceId }: Ctx, name: string): Promise<ServedPool> {
    const find = () => this.reads.find(workspaceId, name);
    const pool = this.live.connected ? await this.kept.get(keyOf({ workspaceId, name }), find) : await find();
    if (!pool) throw notFound(`Work pool "${name}" not found.`);
    return pool;
  }

  private forget(pool: NamedPool): void {
    this.kept.forget(keyOf(pool));
  }
}

const keyOf = ({ workspaceId, name }: NamedPool): string => `${workspaceId}/${name}`;
