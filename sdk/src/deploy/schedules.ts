import type { ScheduleDraft, ScheduleJson } from '../client/index.js';

/** When a deployment runs. `cron`, `interval` (seconds) and `rrule` are short for one entry of `schedules`. */
export type ScheduleOptions = {
  cron?: string;
  /** Seconds. */
  interval?: number;
  rrule?: string;
  /** IANA name; UTC when left out. */
  timezone?: string;
  schedules?: (ScheduleJson & { active?: boolean; parameters?: Record<string, unknown> })[];
};

export function schedulesOf({ cron, interval, rrule, timezone, schedules = [] }: ScheduleOptions): ScheduleDraft[] {
  const zone = timezone === undefined ? {} : { timezone };
  const short: ScheduleJson[] = [];
  if (cron !== undefined) short.push({ cron, ...zone });
  if (interval !== undefined) short.push({ interval, ...zone });
  if (rrule !== undefined) short.push({ rrule, ...zone });
  const long = schedules.map(({ active, parameters, ...schedule }): ScheduleDraft => ({
    schedule: { ...zone, ...schedule },
    ...(active !== undefined && { active }),
    ...(parameters && { parameters }),
  }));
  return [...short.map((schedule): ScheduleDraft => ({ schedule })), ...long];
}
