import { withinSecondsMax } from '@headgate/contracts/schedules/catch-up';
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

/** A hundred years, in seconds. What is longer never comes, and far longer is a number that JSON does not carry. */
const intervalSecondsMax = 100 * withinSecondsMax;

/** What is wrong with a text that is to be so many seconds; null when nothing is. */
function wrongSeconds(text: string, max: number): string | null {
  if (!/^\d+$/.test(text.trim())) return 'A whole number of seconds.';
  const seconds = Number(text);
  return seconds >= 1 && seconds <= max ? null : `From 1 to ${max.toLocaleString('en')} seconds.`;
}

/** What the person can see to be wrong, by field; the rest the server says. What stands as it was is not asked about. */
export function mistakesOf(values: ScheduleValues, before: ScheduleValues | null): Record<string, string> {
  const { kind, catchUp } = values;
  const wrong = (name: 'interval' | 'within', max: number) =>
    values[name] === before?.[name] ? null : wrongSeconds(values[name], max);
  const interval = kind === 'interval' ? wrong('interval', intervalSecondsMax) : null;
  const within = catchUp === 'WITHIN' ? wrong('within', withinSecondsMax) : null;
  return {
    ...(interval && { interval }),
    ...(!values[kind].trim() && { [kind]: 'Say when it fires.' }),
    ...(within && { within }),
  };
}

/** Whether it fires more often than once a minute, as far as can be seen from the text: each time makes a run. */
export function isOften({ kind, cron, interval, rrule }: ScheduleValues): boolean {
  if (kind === 'interval')
    return /^\d+(\.\d+)?$/.test(interval.trim()) && Number(interval) >= 1 && Number(interval) < 60;
  if (kind === 'rrule') return /FREQ=SECONDLY|BYSECOND=\d+,/i.test(rrule);
  const seconds = cron.trim().split(/\s+/)[5];
  return seconds !== undefined && !/^\d+$/.test(seconds);
}

/** What becomes of missed runs, in the words of the form. */
export function catchUpWords({
  catchUp,
  withinSeconds,
}: Pick<ScheduleWholeFragment, 'catchUp' | 'withinSeconds'>): string {
  if (catchUp === 'LATEST') return 'Missed runs: only the latest starts late';
  if (catchUp === 'NONE') return 'Missed runs: all are skipped';
  if (catchUp === 'WITHIN')
    return `Missed runs: those up to ${duration(withinSeconds ?? 0)} late start, the others are skipped`;
  return 'Missed runs: all start late';
}

/** What was skipped last, in words. */
export function skippedWords({ count, more, made }: NonNullable<ScheduleWholeFragment['lastSkipped']>): string {
  const runs = count === 1 && !more ? 'run' : 'runs';
  return `Skipped ${more ? 'more than ' : ''}${count.toLocaleString('en')} ${runs}${made ? '' : ' that were never created'}`;
}
