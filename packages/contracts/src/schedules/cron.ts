import { Cron } from 'croner';
import type { DateTime } from 'luxon';
import { fromNaive, toNaive } from './local-time.js';
import type { CronSchedule } from './schedule.js';

/** Puts croniter's order (seconds last) into croner's (seconds first). Its random and hashed forms are not ours to promise. */
function toCroner(expression: string): string {
  const text = expression.trim().replaceAll(/\s+/g, ' ');
  if (/(^|[\s,])[RH](\(|\s|\/|$)/i.test(text.replaceAll(/THU|MARCH|@\w+/gi, ''))) throw new Error('Random and hashed expressions are not supported.');
  if (text.startsWith('@')) return text;
  const fields = text.split(' ');
  if (fields.length === 5) return text;
  if (fields.length === 6) return [fields[5], ...fields.slice(0, 5)].join(' ');
  if (fields.length === 7) return [fields[5], ...fields.slice(0, 5), fields[6]].join(' ');
  throw new Error('A cron expression has five fields, or six with seconds last.');
}

function parse({ cron, day_or }: Pick<CronSchedule, 'cron' | 'day_or'>): Cron {
  return new Cron(toCroner(cron), { timezone: 'UTC', paused: true, domAndDow: !day_or });
}

/** What is wrong with an expression; null when nothing is. */
export function wrongCron(cron: string): string | null {
  try {
    parse({ cron, day_or: true });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Occurrences from a moment on, strictly rising. */
export function* cronOccurrences(schedule: CronSchedule, fromMs: number): Generator<DateTime<true>> {
  const zone = schedule.timezone ?? 'UTC';
  const cron = parse(schedule);
  let naive = new Date(Math.ceil(toNaive(fromMs, zone) / 1000) * 1000 - 1000);
  let last = -Infinity;
  while (true) {
    const next = cron.nextRun(naive);
    if (!next) return;
    naive = next;
    const time = fromNaive(next.getTime(), zone);
    if (time.toMillis() < fromMs || time.toMillis() <= last) continue;
    last = time.toMillis();
    yield time;
  }
}
