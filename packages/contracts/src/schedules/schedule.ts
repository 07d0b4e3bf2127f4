/** A schedule as the wire has it: which of the three it is tells its keys. */
export type IntervalSchedule = { interval: number; anchor_date: string; timezone: string | null };
export type CronSchedule = { cron: string; timezone: string | null; day_or: boolean };
export type RRuleSchedule = { rrule: string; timezone: string };
export type Schedule = IntervalSchedule | CronSchedule | RRuleSchedule | Record<string, never>;

export const isInterval = (schedule: Schedule): schedule is IntervalSchedule => 'interval' in schedule;
export const isCron = (schedule: Schedule): schedule is CronSchedule => 'cron' in schedule;
export const isRRule = (schedule: Schedule): schedule is RRuleSchedule => 'rrule' in schedule;

/** A schedule without a zone goes by UTC. */
export const zoneOf = (schedule: Schedule): string =>
  ('timezone' in schedule ? (schedule.timezone as string | null) : null) ?? 'UTC';

/** What a run that a schedule made names as its maker, when the schedule has no slug. */
export const scheduleKind = (schedule: Schedule): string =>
  isInterval(schedule)
    ? 'IntervalSchedule'
    : isCron(schedule)
      ? 'CronSchedule'
      : isRRule(schedule)
        ? 'RRuleSchedule'
        : 'NoSchedule';

/** A moment in a time zone: the instant, and how Python writes it, which idempotency keys are made of. */
export type Occurrence = { instant: string; pythonText: string };
