import type { ScheduleDraft, ScheduleJson } from '../client/index.js';

/**
 * Which of the runs that nobody began in time are begun late: every one, the latest, none, or those that are not older. What
 * was set stays where a deployment is made again without a word of it.
 */
export type CatchUp = 'all' | 'latest' | 'none' | { withinSeconds: number };

/** When a deployment runs. `cron`, `interval` (seconds) and `rrule` are short for one entry of `schedules`. */
export type ScheduleOptions = {
  cron?: string;
  /** Seconds. */
  interval?: number;
  rrule?: string;
  /** IANA name; UTC when left out. */
  timezone?: string;
  /** Of every schedule that says nothing else. */
  catchUp?: CatchUp;
  schedules?: (ScheduleJson & { active?: boolean; parameters?: Record<string, unknown>; catchUp?: CatchUp })[];
};

export function schedulesOf(options: ScheduleOptions): ScheduleDraft[] {
  const { cron, interval, rrule, timezone, schedules = [] } = options;
  const zone = timezone === undefined ? {} : { timezone };
  const short: ScheduleJson[] = [];
  if (cron !== undefined) short.push({ cron, ...zone });
  if (interval !== undefined) short.push({ interval, ...zone });
  if (rrule !== undefined) short.push({ rrule, ...zone });
  const long = schedules.map(({ active, parameters, catchUp = options.catchUp, ...schedule }): ScheduleDraft => ({
    schedule: { ...zone, ...schedule },
    ...(active !== undefined && { active }),
    ...(parameters && { parameters }),
    ...catchUpOf(catchUp),
  }));
  return [...short.map((schedule): ScheduleDraft => ({ schedule, ...catchUpOf(options.catchUp) })), ...long];
}

const catchUpOf = (catchUp: CatchUp | undefined): Pick<ScheduleDraft, 'catch_up'> =>
  catchUp === undefined ? {} : { catch_up: typeof catchUp === 'object' ? catchUp.withinSeconds : catchUp };
