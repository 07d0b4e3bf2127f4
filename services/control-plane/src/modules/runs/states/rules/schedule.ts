import { withDetails, type Rule } from '../rule.js';
import { secondsBetween } from '../time.js';

/** The time for which a run was scheduled stays known while it is prepared. */
export const copyScheduledTime: Rule = {
  name: 'copy-scheduled-time',
  from: ['SCHEDULED'],
  to: ['PENDING'],
  apply: ({ current }, draft) =>
    withDetails(draft, {
      scheduled_time: draft.proposed.details.scheduled_time ?? current!.state_details.scheduled_time,
    }),
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
