import { setImmediate } from 'node:timers/promises';
import {
  everFires,
  isCron,
  isRRule,
  upcoming,
  type Horizon,
  type Schedule,
  type Upcoming,
} from '@headgate/contracts/schedules/index';
import type { Budget } from '../../../core/documents/budget.js';
import { invalid } from '../../../core/errors/app-error.js';
import { onDocumentThread } from '../../../core/documents/thread.js';

export const horizonDefault: Horizon = { countMin: 3, secondsMin: 3_600, countMax: 100, secondsMax: 100 * 86_400 };

/**
 * When a schedule fires next. The search of a calendar rule can be long, and is made where nobody waits for it; the
 * others take steps of a known size. Throws `invalid` when it takes too long.
 */
export async function upcomingOf(
  schedule: Schedule,
  fromMs: number,
  horizon: Horizon,
  budget: Budget,
): Promise<Upcoming> {
  if (isRRule(schedule))
    return onDocumentThread({ kind: 'upcoming', schedule, fromMs, horizon }, 'The schedule', budget);
  await setImmediate();
  return upcoming(schedule, fromMs, horizon);
}

/**
 * Schedules are tried before they are kept: a calendar rule that comes too seldom for our patience would never make a run,
 * nor would a cron string that no date fits. Throws `invalid`.
 */
export async function refuseVain(given: { schedule?: Schedule | null | undefined }[], budget: Budget): Promise<void> {
  for (const { schedule } of given) {
    if (schedule && isRRule(schedule)) await upcomingOf(schedule, Date.now(), horizonDefault, budget);
    if (!schedule || !isCron(schedule)) continue;
    await setImmediate();
    if (!everFires(schedule))
      throw invalid(`This schedule would never fire: no date fits the cron string "${schedule.cron}".`);
  }
}
