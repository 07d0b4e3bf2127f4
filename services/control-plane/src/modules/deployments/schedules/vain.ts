import {
  hasGivenStart,
  isCron,
  isInterval,
  isRRule,
  namesNoDate,
  ruleBeginsMs,
  type Schedule,
} from '@headgate/contracts/schedules/index';
import type { Budget } from '../../../core/documents/budget.js';
import { invalid } from '../../../core/errors/app-error.js';
import { horizonDefault, momentAfter, upcomingOf } from './timetable.js';

/**
 * Schedules are tried before they are kept: one that never fires, or that comes too seldom for our patience, would never make
 * a run. One that has come to its end is kept: code that is deployed again still holds it. Throws `invalid`.
 */
export async function refuseVain(given: { schedule?: Schedule | null | undefined }[], budget: Budget): Promise<void> {
  for (const { schedule } of given) {
    if (!schedule || (await fires(schedule, budget))) continue;
    const words = `This schedule would never fire: ${whyNever(schedule)}`;
    throw invalid(words, { fields: { [kindOf(schedule)]: words } });
  }
}

async function fires(schedule: Schedule, budget: Budget): Promise<boolean> {
  if (!isRRule(schedule)) return isThere(await momentAfter(schedule, new Date().toISOString(), budget));
  if (namesNoDate(schedule)) return false;
  // As its runs will be made: the first can be found soon, and the next ones late.
  const { occurrences, lookAgainMs } = await upcomingOf(schedule, Date.now(), horizonDefault, budget);
  if (occurrences.length > 0 || lookAgainMs !== null) return true;
  return isThere(await momentAfter(schedule, new Date(ruleBeginsMs(schedule)).toISOString(), budget));
}

const isThere = (moment: string | null): boolean => moment !== null;

const kindOf = (schedule: Schedule): string =>
  isCron(schedule) ? 'cron' : isInterval(schedule) ? 'interval' : 'rrule';

const textMax = 200;

function whyNever(schedule: Schedule): string {
  if (isCron(schedule)) return `no date fits the cron string "${schedule.cron}".`;
  if (isInterval(schedule)) return `an interval of ${schedule.interval} seconds leads beyond the year 9999.`;
  if (!isRRule(schedule)) return 'it says nothing of when.';
  const [start, ...rest] = schedule.rrule.split(/\s+/);
  const isGiven = hasGivenStart(schedule);
  const rule = (isGiven ? rest : [start, ...rest]).join(' ').slice(0, textMax);
  const why = isGiven ? ' It begins with the year 2020, because it names no DTSTART.' : '';
  return `no date fits the calendar rule "${rule}".${why}`;
}
