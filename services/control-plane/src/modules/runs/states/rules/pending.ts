import { abort, withDetails, type Rule } from '../rule.js';

/**
 * Who takes a run makes it PENDING, and only one can: this is what keeps rival workers apart. The one who has it may
 * tell how far it is by another name (`Submitting`, `InfrastructurePending`).
 */
export const pendingOnce: Rule = {
  name: 'pending-once',
  from: ['PENDING', 'CANCELLING', 'RUNNING', 'CANCELLED'],
  to: ['PENDING'],
  apply({ current }, draft) {
    const { name } = draft.proposed;
    const further = current!.type === 'PENDING' && name !== current!.name && name !== 'Pending';
    return further
      ? withDetails(draft, { scheduled_time: current!.state_details.scheduled_time })
      : abort(`This run is in a ${current!.type} state and cannot transition to a PENDING state.`);
  },
};
