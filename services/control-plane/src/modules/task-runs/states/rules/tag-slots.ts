import { abort, type TaskRule } from '../rule.js';
import type { TagLimit } from '../facts.js';
import { drawAround } from './draw-around.js';

const waitSecondsMax = 10;

/** Who runs takes a slot of every limit that stands on one of its tags; where one is full it waits. */
export const takeTagSlots: TaskRule = {
  name: 'take-tag-slots',
  from: [null, 'SCHEDULED', 'PENDING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'],
  to: ['RUNNING'],
  apply({ tagLimits, draw }, draft) {
    const closed = tagLimits.find((each) => each.limit === 0);
    if (closed)
      return abort(
        `The concurrency limit on tag "${closed.tag}" is 0 and will deadlock if the task tries to run again.`,
      );
    const full = tagLimits.filter((each) => each.used + 1 > each.limit);
    if (full.length === 0) return { ...draft, takesSlots: tagLimits.length > 0 };
    return {
      kind: 'wait',
      seconds: secondsToWait(full, draw),
      reason: `Concurrency limit reached for tags: ${tagLimits.map((each) => each.tag).join(', ')}`,
    };
  },
};

/** About as long as a slot is held, drawn so that those who wait do not all come back together. */
function secondsToWait(full: TagLimit[], draw: number): number {
  const fullest = full.reduce((one, other) => (other.used / other.limit > one.used / one.limit ? other : one));
  const held = Math.min(fullest.occupancySeconds || waitSecondsMax, waitSecondsMax);
  return Math.min(waitSecondsMax, Math.max(1, Math.round(drawAround(held, 0.3, draw))));
}
