import { Inject, Injectable } from '@nestjs/common';
import { stateTypes, type StateType } from '@headgate/contracts';
import type { Ctx } from '../../core/access/ctx.js';
import { Database } from '../../core/db/database.js';
import { wireTime } from '../../core/events/events.js';
import { FlowRunsService, type FlowRunRow } from '../runs/index.js';
import { selectFigures, selectLate, type FigureRow } from './dashboard.sql.js';

export type StateCounts = { stateType: StateType; count: number }[];
export type Bucket = { since: string; seconds: number; states: StateCounts };
export type Dashboard = {
  states: StateCounts;
  lastDay: Bucket[];
  lastWeek: Bucket[];
  lateness: { lateRuns: number; oldestExpected: string | null; averageDelaySeconds: number | null };
  active: StateCounts;
  recentFailures: FlowRunRow[];
};

const hourSeconds = 3_600;
const weekBucketSeconds = 6 * hourSeconds;
const [dayBuckets, weekBuckets] = [24, 28];
/** Beyond so many, it does not matter how many are late. */
const lateMax = 10_000;
const failuresShown = 10;
const activeTypes: StateType[] = ['PENDING', 'RUNNING', 'PAUSED', 'CANCELLING'];

/** All figures of a workspace at once. */
@Injectable()
export class DashboardService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FlowRunsService) private readonly runs: FlowRunsService,
  ) {}

  async get(ctx: Ctx, now: number = Date.now()): Promise<Dashboard> {
    const end = startOf(now, hourSeconds) + hourSeconds * 1000;
    const day = end - dayBuckets * hourSeconds * 1000;
    const week = end - weekBuckets * weekBucketSeconds * 1000;
    const width = `${weekBucketSeconds} seconds`;
    const [figures, [late], recentFailures] = await Promise.all([
      selectFigures(this.database.sql, [ctx.workspaceId, iso(day), iso(week), width]),
      selectLate(this.database.sql, [ctx.workspaceId, lateMax]),
      this.runs.listByKey(ctx, { stateTypes: ['FAILED', 'CRASHED'], until: iso(end) }, 'NEWEST', failuresShown, null),
    ]);
    const states = countsOf(figures.filter((row) => row.span === 'all'));
    const lastDay = figures.filter((row) => row.span === 'day');
    return {
      states,
      lastDay: buckets(lastDay, day, hourSeconds, dayBuckets),
      lastWeek: buckets(
        figures.filter((row) => row.span === 'week'),
        week,
        weekBucketSeconds,
        weekBuckets,
      ),
      lateness: {
        lateRuns: late?.late ?? 0,
        oldestExpected: late?.oldest ?? null,
        averageDelaySeconds: averageDelay(lastDay),
      },
      active: states.filter(({ stateType }) => activeTypes.includes(stateType)),
      recentFailures,
    };
  }
}

const iso = (ms: number) => wireTime(new Date(ms));
const startOf = (ms: number, seconds: number) => Math.floor(ms / (seconds * 1000)) * seconds * 1000;

/** In the order of the states' life. */
const countsOf = (rows: FigureRow[]): StateCounts =>
  stateTypes.flatMap((stateType) => {
    const row = rows.find((each) => each.state_type === stateType && each.runs > 0);
    return row ? [{ stateType, count: row.runs }] : [];
  });

function buckets(rows: FigureRow[], from: number, seconds: number, count: number): Bucket[] {
  const bySince = new Map<number, FigureRow[]>();
  for (const row of rows) {
    const since = Date.parse(row.since!);
    bySince.set(since, [...(bySince.get(since) ?? []), row]);
  }
  return Array.from({ length: count }, (_, at) => from + at * seconds * 1000).map((since) => ({
    since: iso(since),
    seconds,
    states: countsOf(bySince.get(since) ?? []),
  }));
}

function averageDelay(rows: FigureRow[]): number | null {
  const started = rows.reduce((sum, row) => sum + row.started, 0);
  return started > 0 ? rows.reduce((sum, row) => sum + row.delay_seconds, 0) / started : null;
}
