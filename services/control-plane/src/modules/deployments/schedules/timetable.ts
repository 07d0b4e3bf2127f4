import {
  isRRule,
  missed,
  upcoming,
  type CatchUp,
  type Horizon,
  type Missed,
  type Schedule,
  type Upcoming,
} from '@headgate/contracts/schedules/index';
import type { Budget } from '../../../core/documents/budget.js';
import { onDocumentThread } from '../../../core/documents/thread.js';
import { nextTurn } from '../../../core/fair/in-slices.js';

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
  await nextTurn();
  return upcoming(schedule, fromMs, horizon);
}

/** What a schedule missed in a span of time. Throws `invalid` when it takes too long to find out. */
export async function missedOf(
  schedule: Schedule,
  span: { afterMs: number; untilMs: number; catchUp: CatchUp },
  budget: Budget,
): Promise<Missed> {
  if (isRRule(schedule)) return onDocumentThread({ kind: 'missed', schedule, ...span }, 'The schedule', budget);
  await nextTurn();
  return missed(schedule, span.afterMs, span.untilMs, span.catchUp);
}

/** What tells whether there is anything at all. */
const one: Horizon = { countMin: 1, secondsMin: 0, countMax: 1, secondsMax: Infinity };

/** The first moment after one, ISO 8601; null when there is none. */
export async function momentAfter(schedule: Schedule, instant: string, budget: Budget): Promise<string | null> {
  const { occurrences } = await upcomingOf(schedule, Date.parse(instant) + 1, one, budget);
  return occurrences[0]?.instant ?? null;
}
