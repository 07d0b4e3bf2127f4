import { toText } from 'rrule-temporal/totext';
import { parseRRule } from './rrule.js';
import { isCron, isInterval, isRRule, zoneOf, type RRuleSchedule, type Schedule } from './schedule.js';

const units: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A schedule in words: `Every 15 minutes`, `Every day at 08:00 (Europe/Berlin)`; the expression itself where words would be longer. */
export function summarize(schedule: Schedule): string {
  if (isInterval(schedule)) return `Every ${duration(schedule.interval)}`;
  if (isCron(schedule)) return `${cronWords(schedule.cron)} (${zoneOf(schedule)})`;
  if (isRRule(schedule)) return `${rruleWords(schedule)} (${schedule.timezone})`;
  return 'Never';
}

/** Longer rules would not be shorter in words, and finding words takes its time. */
const ruleLengthMax = 200;

function rruleWords(schedule: RRuleSchedule): string {
  if (schedule.rrule.length > ruleLengthMax) return schedule.rrule;
  try {
    const { rules, exceptions } = parseRRule(schedule);
    if (rules.length !== 1 || exceptions.length > 0) return schedule.rrule;
    const words = toText(rules[0]!, 'en', { excludeTzAbbreviation: true });
    return words.charAt(0).toUpperCase() + words.slice(1);
  } catch {
    return schedule.rrule;
  }
}

function duration(seconds: number): string {
  const [size, unit] = units.find(([size]) => seconds % size === 0) ?? [1, 'second'];
  const count = seconds / size;
  return count === 1 ? unit : `${count} ${unit}s`;
}

/** Of seconds in every minute there is; null where words would be longer. */
function secondWords(others: (string | undefined)[], second: string): string | null {
  if (others.some((field) => field !== '*')) return null;
  const step = /^\*\/(\d+)$/.exec(second)?.[1];
  return second === '*' || step === '1'
    ? 'Every second'
    : step && 60 % Number(step) === 0
      ? `Every ${step} seconds`
      : null;
}

/** Of seconds in some minutes; null where these have no words, or the seconds none. */
function withSecond(others: (string | undefined)[], second: string): string | null {
  const minutes = cronWords(others.join(' '));
  if (minutes.startsWith('Cron ')) return null;
  if (/^\d+$/.test(second)) return `${minutes}, at second ${second}`;
  const step = second === '*' ? '1' : /^\*\/(\d+)$/.exec(second)?.[1];
  if (!step) return null;
  return `${minutes}, ${step === '1' ? 'each second' : `every ${step} seconds`} of that minute`;
}

/** The expressions that have names. */
const named: Record<string, string> = {
  '@yearly': 'Every year on 1 January at 00:00',
  '@annually': 'Every year on 1 January at 00:00',
  '@monthly': 'Every month on day 1 at 00:00',
  '@weekly': 'Every Sunday at 00:00',
  '@daily': 'Every day at 00:00',
  '@midnight': 'Every day at 00:00',
  '@hourly': 'Every hour at minute 0',
};

function cronWords(cron: string): string {
  const name = cron.trim().toLowerCase();
  if (Object.hasOwn(named, name)) return named[name]!;
  const [minute, hour, day, month, weekday, second, ...more] = cron.trim().split(/\s+/);
  const plain = (field: string | undefined) => /^\d+$/.test(field ?? '');
  const step = /^\*\/(\d+)$/.exec(minute ?? '');
  if (more.length > 0 || month !== '*' || day !== '*') return `Cron ${cron}`;
  // Seconds are the sixth field. The first second of a minute says no more than five fields do.
  if (second !== undefined && !/^0+$/.test(second))
    return (
      secondWords([minute, hour, weekday], second) ??
      withSecond([minute, hour, day, month, weekday], second) ??
      `Cron ${cron}`
    );
  if (step && hour === '*' && weekday === '*') return `Every ${step[1]} minutes`;
  if (minute === '*' && hour === '*' && weekday === '*') return 'Every minute';
  if (plain(minute) && hour === '*' && weekday === '*') return `Every hour at minute ${minute}`;
  if (!plain(minute) || !plain(hour)) return `Cron ${cron}`;
  const time = `${hour!.padStart(2, '0')}:${minute!.padStart(2, '0')}`;
  if (weekday === '*') return `Every day at ${time}`;
  if (weekday === '1-5' || weekday?.toUpperCase() === 'MON-FRI') return `Every weekday at ${time}`;
  return plain(weekday) ? `Every ${days[Number(weekday) % 7]} at ${time}` : `Cron ${cron}`;
}
