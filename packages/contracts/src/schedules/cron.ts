import { Cron } from 'croner';
import { toCroner } from './cron-dialect.js';
import { fromNaive, toNaive, type Micros } from './local-time.js';
import type { CronSchedule } from './schedule.js';

function parse({ cron, day_or }: Pick<CronSchedule, 'cron' | 'day_or'>): Cron {
  const text = toCroner(cron, day_or);
  return new Cron(text, { timezone: 'UTC', paused: true, domAndDow: !day_or || text.includes('#') });
}

/** All seconds, minutes, hours, days and months one by one are not longer. */
const lengthMax = 400;

export function isCronText(cron: string): boolean {
  if (cron.length > lengthMax) return false;
  try {
    parse({ cron, day_or: true });
    return true;
  } catch {
    return false;
  }
}

/** Steps on the wall clock of the zone, by whole seconds. */
export function* cronTimes(schedule: CronSchedule, from: Micros): Generator<Micros> {
  const zone = schedule.timezone ?? 'UTC';
  const cron = parse(schedule);
  let naive = new Date(Math.ceil(toNaive(Math.ceil(from / 1000), zone) / 1000) * 1000 - 1000);
  while (true) {
    const next = cron.nextRun(naive);
    if (!next) return;
    naive = next;
    yield fromNaive(next.getTime(), zone) * 1000;
  }
}
