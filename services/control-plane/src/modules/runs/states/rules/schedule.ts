import { withDetails, type Rule } from '../rule.js';
import { isAfter, secondsBetween } from '../time.js';
import { awaitingSlot } from './deployment-slot.js';

/** The time for which a run was scheduled stays known while it is prepared; who waited for a slot and has it may start. */
export const copyScheduledTime: Rule = {
  name: 'copy-scheduled-time',
  from: ['SCHEDULED'],
  to: ['PENDING'],
  apply: ({ current, slot, now }, draft) => {
    const { scheduled_time: due } = current!.state_details;
    const waited = current!.name === awaitingSlot.name && slot.kind === 'held';
    return withDetails(draft, {
      scheduled_time:
        draft.proposed.details.scheduled_time ?? (waited && due !== null && isAfter(due, now) ? now : due),
    });
  },
};

/** Nothing runs before its time, give or take half a second: the wire counts whole ones. */
export const waitForSchedule: Rule = {
  name: 'wait-for-schedule',
  from: ['SCHEDULED', 'PENDING'],
  to: ['RUNNING'],
  apply({ current, now }, draft) {
    const due = current!.state_details.scheduled_time;
    const seconds = due === null ? 0 : Math.ceil(secondsBetween(now, due) - 0.5);
    return seconds > 0 ? { kind: 'wait', seconds, reason: 'Scheduled time is in the future' } : draft;
  },
};
