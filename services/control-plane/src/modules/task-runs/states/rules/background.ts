import { abort, withDetails, type TaskRule } from '../rule.js';

/** A background run is taken once; who has it may tell how far it is by another name. */
export const pendingOnce: TaskRule = {
  name: 'pending-once',
  from: ['PENDING', 'CANCELLING', 'RUNNING', 'CANCELLED'],
  to: ['PENDING'],
  apply({ current }, draft) {
    const { name } = draft.proposed;
    const further = current!.type === 'PENDING' && name !== current!.name && name !== 'Pending';
    if (!further) return abort(`This run is in a ${current!.type} state and cannot transition to a PENDING state.`);
    return withDetails(draft, { scheduled_time: current!.state_details.scheduled_time });
  },
};

/** What is scheduled for the background waits for a task worker; a new attempt does not stand in line again. */
export const offerToTaskWorkers: TaskRule = {
  name: 'offer-to-task-workers',
  from: 'any',
  to: ['SCHEDULED'],
  apply: (_, draft) => ({ ...draft, queue: draft.proposed.name === 'AwaitingRetry' ? 'urgent' : 'normal' }),
};
