import { secondsBetween } from '../../../runs/index.js';
import { withDetails, type TaskRule } from '../rule.js';

/** The time for which a run was scheduled stays known while it is prepared. */
export const copyScheduledTime: TaskRule = {
  name: 'copy-scheduled-time',
  from: ['SCHEDULED'],
  to: ['PENDING'],
  apply: ({ current }, draft) =>
    withDetails(draft, {
      scheduled_time: draft.proposed.details.scheduled_time ?? current!.state_details.scheduled_time,
    }),
};

/** Where the parameters of a background run are kept has to reach the process that runs it. */
export const copyParametersId: TaskRule = {
  name: 'copy-parameters-id',
  from: ['SCHEDULED', 'PENDING'],
  to: ['PENDING', 'RUNNING'],
  apply: ({ current }, draft) =>
    withDetails(draft, {
      task_parameters_id: draft.proposed.details.task_parameters_id ?? current!.state_details.task_parameters_id,
    }),
};

/** Nothing runs before its time. */
export const waitForSchedule: TaskRule = {
  name: 'wait-for-schedule',
  from: ['SCHEDULED', 'PENDING'],
  to: ['RUNNING'],
  apply({ current, now }, draft) {
    const due = current!.state_details.scheduled_time;
    const seconds = due === null ? 0 : Math.ceil(secondsBetween(now, due));
    return seconds > 0 ? { kind: 'wait', seconds, reason: 'Scheduled time is in the future' } : draft;
  },
};
