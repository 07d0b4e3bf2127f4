import { setImmediate } from 'node:timers/promises';
import { isRRule, upcoming, type Horizon, type Schedule, type Upcoming } from '@headgate/contracts/schedules/index';
import type { Budget } from '../../../core/documents/budget.js';
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

/** Calendar rules are tried before they are kept: one that comes too seldom for our patience would never make a run. */
export async function refuseSlow(given: { schedule?: Schedule | null | undefined }[], budget: Budget): Promise<void> {
  for (const { schedule } of given)
    if (schedule && isRRule(schedule)) await upcomingOf(schedule, Date.now(), horizonDefault, budget);
}
