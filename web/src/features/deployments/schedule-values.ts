import type { CatchUp, ScheduleInput, ScheduleWholeFragment } from '@/generated/graphql';
import { duration } from '@/lib/format';

/** What the form of a schedule holds: all of it text, as it is typed. */
export type ScheduleValues = {
  kind: 'cron' | 'interval' | 'rrule';
  cron: string;
  interval: string;
  rrule: string;
  timezone: string;
  catchUp: CatchUp;
  within: string;
};

/** Those of a schedule, or of a new one. */
export function valuesOf(schedule: ScheduleWholeFragment | null): ScheduleValues {
  const stored = (schedule?.schedule ?? {}) as { cron?: string; interval?: number; rrule?: string };
  return {
    kind: stored.rrule !== undefined ? 'rrule' : stored.interval !== undefined ? 'interval' : 'cron',
    cron: stored.cron ?? '',
    interval: stored.interval === undefined ? '' : String(stored.interval),
    rrule: stored.rrule ?? '',
    timezone: schedule ? (schedule.timezone ?? 'UTC') : Intl.DateTimeFormat().resolvedOptions().timeZone,
    catchUp: schedule?.catchUp ?? 'ALL',
    within: String(schedule?.withinSeconds ?? 3_600),
  };
}

/** What is sent of them: what differs from what the schedule has, and of a new one all. */
export function inputOf(values: ScheduleValues, before: ScheduleValues | null): ScheduleInput {
  const { kind, timezone, catchUp, within } = values;
  const fires =
    !before || [kind, values[kind], timezone].join() !== [before.kind, before[kind], before.timezone].join();
  const catches = !before || [catchUp, within].join() !== [before.catchUp, before.within].join();
  return {
    ...(fires && {
      [kind === 'interval' ? 'intervalSeconds' : kind]: asSent(kind, values[kind]),
      timezone: timezone.trim(),
    }),
    ...(catches && { catchUp, ...(catchUp === 'WITHIN' && { withinSeconds: Number(within) }) }),
  };
}

const asSent = (kind: ScheduleValues['kind'], text: string) => (kind === 'interval' ? Number(text) : text.trim());

/** What the person can see to be missing, by field; the rest the server says. */
export function mistakesOf({ kind, within, catchUp, ...values }: ScheduleValues): Record<string, string> {
  const isNumber = (text: string) => /^\d+$/.test(text.trim()) && Number(text) >= 1;
  return {
    ...(!values[kind].trim() && { [kind]: 'Say when it fires.' }),
    ...(kind === 'interval' && !isNumber(values.interval) && { interval: 'A whole number of seconds.' }),
    ...(catchUp === 'WITHIN' && !isNumber(within) && { within: 'A whole number of seconds.' }),
  };
}

/** How missed runs are caught up on, in words. */
export function catchUpWords({
  catchUp,
  withinSeconds,
}: Pick<ScheduleWholeFragment, 'catchUp' | 'withinSeconds'>): string {
  if (catchUp === 'LATEST') return 'Of missed runs, the latest begins late';
  if (catchUp === 'NONE') return 'Missed runs are skipped';
  if (catchUp === 'WITHIN') return `Missed runs begin late within ${duration(withinSeconds ?? 0)}`;
  return 'Missed runs begin late, all of them';
}

/** What was skipped last, in words. */
export function skippedWords({ count, more, made }: NonNullable<ScheduleWholeFragment['lastSkipped']>): string {
  const [one, many] = made ? ['run', 'runs'] : ['time', 'times'];
  return `Skipped ${more ? 'more than ' : ''}${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
