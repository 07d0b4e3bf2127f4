import type { Rule } from '../rule.js';
import { secondsBetween } from '../time.js';

/** The time for which a run was scheduled stays known while it is prepared. */
export const copyScheduledTime: Rule = {
  name: 'copy-scheduled-time',
  from: ['SCHEDULED'],
  to: ['PENDING'],
  apply({ current }, draft) {
    const scheduled_time = draft.proposed.details.scheduled_time ?? current!.state_details.scheduled_time;
    return { ...draft, proposed: { ...draft.proposed, details: { ...draft.proposed.details, scheduled_time } } };
  },
};

/** Nothing runs before its time. */
export const waitForSchedule: Rule = {
  name: 'wait-for-schedule',
  from: ['SCHEDULED', 'PENDING'],
  to: ['RUNNING'],
  apply({ current, now }, draft) {
    const due = current!.state_details.scheduled_time;
    const seconds = due === null ? 0 : Math.ceil(secondsBetween(now, due));
    return seconds > 0 ? { kind: 'wait', seconds, reason: 'Scheduled time is in the future' } : draft;
  },
};
