import { Inject, Injectable } from '@nestjs/common';
import type { HistoryJson, HistoryStateJson } from '@headgate/contracts/rest/run-history';
import type { Ctx } from '../../../core/access/ctx.js';
import { Database } from '../../../core/db/database.js';
import type { Filters } from '../../filters/index.js';
import { averageLateness, countByInterval, type RunKind } from './history.queries.js';
import { intervalAt, intervalsOf } from './intervals.js';

export type HistoryRange = { history_start: string; history_end: string; interval_seconds: number };

/** How runs came and how they fared over time. */
@Injectable()
export class RunHistory {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Runs by the interval of their expected start and by the state that they are in now. */
  async list(ctx: Ctx, kind: RunKind, range: HistoryRange, filters: Filters): Promise<HistoryJson[]> {
    const intervals = intervalsOf(range.history_start, range.history_end, range.interval_seconds);
    if (intervals.count === 0) return [];
    const counts = await countByInterval(this.database.db, kind, ctx.workspaceId, intervals, filters);
    const states = Array.from({ length: intervals.count }, (): HistoryStateJson[] => []);
    for (const { interval, ...state } of counts) states[interval]?.push(state);
    return states.map((inInterval, index) => {
      const { from, until } = intervalAt(intervals, index);
      return { interval_start: from, interval_end: until, states: inInterval };
    });
  }

  /** By how many seconds runs start late, on average; null when there are none. */
  lateness(ctx: Ctx, filters: Filters): Promise<number | null> {
    return averageLateness(this.database.db, ctx.workspaceId, filters);
  }
}
